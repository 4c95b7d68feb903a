// Paper from here: maps and boards as PDF from the server, and what the map shows as a PNG.
import { useContext, useState } from 'preact/hooks'
import type { NetMap } from '../map/net_map'
import { pictureOf } from '../map/picture'
import { query } from '../register/api'
import { save } from '../save'
import { LocaleContext, useSay } from '../text/language'

interface Props {
  /** An area, a grid or a plan. */
  readonly what: 'area' | 'community' | 'grid' | 'plan'
  readonly code: string
  readonly name: string
  readonly notes: string
  readonly map: NetMap | null
}

export function PrintLinks({ what, code, name, notes, map }: Props) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const [title, setTitle] = useState('')
  const [approval, setApproval] = useState('')
  const [size, setSize] = useState<'A4' | 'A3'>('A4')
  const [failed, setFailed] = useState(false)
  const place = encodeURIComponent(code)
  const facts = { size, lang: language, ...(title.trim() ? { title: title.trim() } : {}), ...(approval.trim() ? { approval: approval.trim() } : {}) }
  const address = what === 'plan' ? `/v1/prints/plans/${place}?${query(facts)}` : `/v1/prints/map?${query({ area: code, ...facts })}`
  const picture = (netMap: NetMap) => {
    setFailed(false)
    pictureOf(netMap.map, title.trim() || name, `${notes} · ${say('legend_tints')}`)
      .then((blob) => save(blob, `map-${code}.png`))
      .catch(() => setFailed(true))
  }
  return (
    <details class="part prints">
      <summary>{say('print_title')}</summary>
      {what !== 'grid' && (
        <div class="fields">
          <label>{say('print_name')}<input value={title} maxLength={100} placeholder={name} onInput={(event) => setTitle(event.currentTarget.value)} /></label>
          <div class="two">
            <label>{say('print_approval')}<input value={approval} maxLength={60} onInput={(event) => setApproval(event.currentTarget.value)} /></label>
            <label>{say('print_size')}
              <select value={size} onChange={(event) => setSize(event.currentTarget.value === 'A3' ? 'A3' : 'A4')}><option>A4</option><option>A3</option></select>
            </label>
          </div>
        </div>
      )}
      <p class="buttons start">
        {what !== 'grid' && <a class="plain button" href={address} download>{say('print_map')}</a>}
        {what === 'grid' && <a class="plain button" href={`/v1/prints/boards/${place}?lang=${language}`} download>{say('print_board')}</a>}
        {what === 'community' && <a class="plain button" href={`/v1/prints/boards/${place}?lang=${language}`} download>{say('print_boards')}</a>}
        {map && <button type="button" class="plain" onClick={() => picture(map)}>{say('print_png')}</button>}
      </p>
      {what === 'plan' && <p class="muted">{say('print_draft')}</p>}
      {failed && <p class="note problem" role="alert">{say('print_failed')}</p>}
    </details>
  )
}
