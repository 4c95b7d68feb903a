// What a plan asks before it goes on: whose code stays, what a drawn area becomes, mine or theirs.
import { useContext, useEffect, useState } from 'preact/hooks'
import { lookup } from '../../register/api'
import type { Conflict } from '../../planning/use_plan'
import type { Previewed } from '../../planning/use_preview'
import type { Edit, GridFacts, PlanEdit } from '../../register/plans'
import { LocaleContext, useSay } from '../../text/language'
import { named } from '../../text/named'
import { Dialog } from '../dialog'
import { Refused } from './refused'

export function MergeDialog({ grids, onMerge, onClose }: {
  grids: readonly GridFacts[]
  onMerge: (keep: string) => void
  onClose: () => void
}) {
  const say = useSay()
  const [first] = [...grids].sort((a, b) => b.households - a.households || (a.code < b.code ? -1 : 1))
  const [keep, setKeep] = useState(first?.code ?? '')
  const leaders = useLeaders(grids)
  const total = grids.reduce((sum, { households }) => sum + households, 0)
  return (
    <Dialog title={say('merge_title', { count: grids.length })} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); onMerge(keep) }}>
        <fieldset class="choices">
          <legend>{say('merge_question')}</legend>
          {grids.map(({ code, name, households }) => (
            <label key={code} class="choice">
              <input type="radio" name="keep" value={code} checked={keep === code} onChange={() => setKeep(code)} />
              <span><b>{name || code}</b> <span class="code">{code}</span><br /><span class="muted">{say('households', { count: households })} · {leaders.get(code) ?? ''}</span></span>
            </label>
          ))}
        </fieldset>
        <p class="muted">{say('merge_total', { count: total })}</p>
        <div class="buttons">
          <button type="button" class="plain" onClick={onClose}>{say('cancel')}</button>
          <button type="submit" class="primary">{say('tool_merge')}</button>
        </div>
      </form>
    </Dialog>
  )
}

/** Who leads these grids today: their people stay with the code that stays. */
function useLeaders(grids: readonly GridFacts[]): ReadonlyMap<string, string> {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const [leaders, setLeaders] = useState<ReadonlyMap<string, string>>(new Map())
  useEffect(() => {
    const abort = new AbortController()
    for (const { code } of grids) {
      lookup({ kind: 'grid', code }, language, null, abort.signal)
        .then(({ owner }) => setLeaders((known) => new Map(known).set(code, owner?.leader ? `${say('leader')} ${owner.leader.name}` : say('no_leader'))))
        .catch(() => undefined) // a grid that the plan made has nobody yet
    }
    return () => abort.abort()
  }, [])
  return leaders
}

export interface Drawn {
  readonly polygon: GeoJSON.Polygon
  readonly onNet: boolean
}

export function AreaDialog({ drawn, communities, previewed, onPreview, onMake, onClose }: {
  drawn: Drawn
  communities: readonly string[]
  previewed: Previewed | null
  onPreview: (edit: Edit) => void
  onMake: (edit: Edit) => void
  onClose: () => void
}) {
  const say = useSay()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'综合' | '专属'>('综合')
  const [community, setCommunity] = useState(communities[0] ?? '')
  const [pieces, setPieces] = useState(false)
  const build = (accept = pieces): Edit =>
    drawn.onNet
      ? { operation: 'carve', polygon: drawn.polygon, kind, name: name.trim(), accept_pieces: accept }
      : { operation: 'cover', polygon: drawn.polygon, community, kind, name: name.trim() }
  const fresh = previewed?.preview?.after['*1']
  return (
    <Dialog title={say(drawn.onNet ? 'area_carve' : 'area_cover')} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); onMake(build()) }}>
        <label>{say('area_name')}<input value={name} maxLength={200} onInput={(event) => setName(event.currentTarget.value)} /></label>
        <label>{say('area_kind')}
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value === '专属' ? '专属' : '综合')}>
            <option value="综合">{say('kind_base')}</option>
            <option value="专属">{say('kind_special')}</option>
          </select>
        </label>
        {!drawn.onNet && (
          <label>{say('level_community')}
            <select value={community} onChange={(event) => setCommunity(event.currentTarget.value)}>{communities.map((code) => <option key={code}>{code}</option>)}</select>
          </label>
        )}
        {drawn.onNet && (
          <label class="check"><input type="checkbox" checked={pieces} onChange={() => { setPieces(!pieces); onPreview(build(!pieces)) }} /> {say('area_pieces')}</label>
        )}
        {fresh && <p class="muted">{say('area_figures', { households: fresh.households, buildings: fresh.buildings, hectares: (fresh.area_m2 / 10_000).toFixed(2) })}</p>}
        {previewed?.problem && <Refused problem={previewed.problem} />}
        <div class="buttons">
          <button type="button" class="plain" onClick={onClose}>{say('cancel')}</button>
          <button type="submit" class="primary" disabled={!!previewed?.problem}>{say('area_make')}</button>
        </div>
      </form>
    </Dialog>
  )
}

export function ConflictDialog({ conflict, nameOf, previewed, onSettle }: {
  conflict: Conflict
  nameOf: (code: string) => string
  previewed: Previewed | null
  onSettle: (keepMine: boolean) => void
}) {
  const say = useSay()
  const { theirs, mine } = conflict
  const since = theirs.edits.filter(({ applied }) => applied).slice(-3)
  const describe = (edit: Pick<PlanEdit, 'operation' | 'changed'>) => `${named(say, 'operation', edit.operation)} ${edit.changed.map(nameOf).join(' · ')}`
  return (
    <Dialog title={say('conflict_title')} wide onClose={() => onSettle(false)}>
      <p>{say('conflict_text', { seen: conflict.seen, present: theirs.version })}</p>
      <div class="two">
        <section class="side">
          <h3>{say('conflict_theirs')}</h3>
          {since.length === 0 && <p class="muted">{named(say, 'state', theirs.state)}</p>}
          <ul>{since.map((edit) => <li key={edit.number}>{describe(edit)} <span class="muted">{edit.made_by}</span></li>)}</ul>
        </section>
        <section class="side">
          <h3>{say('conflict_mine')}</h3>
          {mine ? <p>{named(say, 'operation', mine.operation)}</p> : <p class="muted">{say('conflict_step')}</p>}
          {previewed?.preview && <ul>{Object.entries(previewed.preview.after).map(([code, each]) => <li key={code}>{code.startsWith('*') ? say('new_grid') : nameOf(code)}: {say('households', { count: each.households })}</li>)}</ul>}
          {previewed?.problem && <Refused problem={previewed.problem} />}
        </section>
      </div>
      <p class="muted">{say('conflict_map')}</p>
      <div class="buttons">
        <button type="button" class="plain" onClick={() => onSettle(false)}>{say('conflict_take_theirs')}</button>
        {mine && <button type="button" class="primary" disabled={!!previewed?.problem} onClick={() => onSettle(true)}>{say('conflict_put_mine')}</button>}
      </div>
    </Dialog>
  )
}
