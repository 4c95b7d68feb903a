// Plan mode: the panel of one plan, the tools over the map, and what passes between them.
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Cell } from '../../cell'
import { useKeys } from '../../keys'
import type { NetMap } from '../../map/net_map'
import type { Shape } from '../../map/sketch'
import { editOfArea, editOfLine, isArea, liesOnNet, pairOf } from '../../planning/pending_edit'
import { type Act, namedBy, type Tool } from '../../planning/tools'
import { boundsOf, Vertices } from '../../planning/topology'
import { useBorder } from '../../planning/use_border'
import { usePlan } from '../../planning/use_plan'
import { usePanning } from '../../planning/use_panning'
import { asPoint, usePlanMap } from '../../planning/use_plan_map'
import { usePreviews } from '../../planning/use_preview'
import { useSketch } from '../../planning/use_sketch'
import { Problem } from '../../register/api'
import type { Bounds } from '../../register/coordinates'
import { type Edit, type Pair, type PlanGrid, revertPlan, type Step } from '../../register/plans'
import type { PartitionJob, Proposal, Proposed } from '../../register/partitions'
import { asProblem } from '../../register/use_answer'
import { useSay } from '../../text/language'
import { reasonOf } from '../../text/sentence'
import { PrintLinks } from '../print_links'
import { ProblemNote } from '../problem_note'
import type { Cursor } from '../status_bar'
import { CursorNote, PlaceNote } from './cursor_note'
import { BalancePanel } from './balance_panel'
import { AreaDialog, ConflictDialog, type Drawn, MergeDialog } from './dialogs'
import { shortName } from './grid_table'
import { PlanPanel } from './plan_panel'
import { placeOf } from './place_of'
import { SketchBox } from './sketch_box'
import { Toolbar } from './toolbar'

interface Props {
  readonly code: string
  readonly map: NetMap | null
  readonly turn: string
  readonly cursor: Cell<Cursor>
  readonly onPublished: () => void
  readonly onOpen: (code: string) => void
  readonly onClose: () => void
  readonly onCompare: () => void
  /** The plan's grids are there for the first time. */
  readonly onShown: (bounds: Bounds) => void
  readonly children: ComponentChildren // the search box
}

const NONE: ReadonlySet<string> = new Set()

export function PlanMode({ code, map, turn, cursor, onPublished, onOpen, onClose, onCompare, onShown, children }: Props) {
  const say = useSay()
  const model = usePlan(code, turn)
  const previews = usePreviews(code)
  const { plan, grids, diff } = model
  const [tool, setTool] = useState<Tool>('select')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE)
  const [locked, setLocked] = useState<ReadonlySet<string>>(NONE)
  const [refusal, setRefusal] = useState<Problem | null>(null)
  const [drawn, setDrawn] = useState<Drawn | null>(null)
  const [merging, setMerging] = useState(false)
  const [balancing, setBalancing] = useState(false)
  const [proposal, setProposal] = useState<Proposal | null>(null) // the one shown on the map
  const [sought, setSought] = useState<Proposed | null>(null) // the best so far of a search that goes on
  const [problemAt, setProblemAt] = useState(-1)
  const [round, setRound] = useState(0) // a refused drag puts the net back
  const panning = usePanning(map)
  const selected = useMemo(() => new Set([...chosen].filter((each) => grids.has(each))), [chosen, grids])
  const vertices = useMemo(() => new Vertices(grids.values()), [grids])
  const shown = useMemo(() => new Map(grids), [grids, round])
  const nameOf = (each: string) => {
    if (each.startsWith('*')) return say('new_grid')
    const found = grids.get(each)?.properties
    return found ? shortName(found) : shortName({ code: each, name: diff?.grids.find((grid) => grid.code === each)?.name ?? '' })
  }
  const describe = useMemo(() => (grid: PlanGrid) => `${shortName(grid.properties)}\n${say('households', { count: grid.properties.households })}`, [say('households')])
  const editable = !!plan && (plan.state === 'draft' || plan.state === 'returned')
  const problems = diff?.problems ?? []
  const problem = problems[problemAt]

  const choose = (each: string | null, more: boolean) => {
    setRefusal(null)
    if (!each) return more ? undefined : setChosen(NONE)
    if (!more) return setChosen(new Set([each]))
    const next = new Set(selected)
    if (!next.delete(each)) next.add(each)
    setChosen(next)
  }
  const zoom = (codes: Iterable<string>) => {
    const bounds = boundsOf([...codes].flatMap((each) => grids.get(each) ?? []))
    if (bounds) map?.fit(bounds)
  }
  const goTo = (index: number) => {
    const found = problems[((index % problems.length) + problems.length) % problems.length]
    if (!found) return
    setProblemAt(problems.indexOf(found))
    if (grids.has(found.grid)) choose(found.grid, false)
    if (found.place) map?.show({ lon: found.place[0], lat: found.place[1] }, 16)
  }
  const pick = (next: Tool) => {
    setRefusal(null)
    previews.ask(null)
    setTool(editable || next === 'select' ? next : 'select')
  }
  /** Sends one edit. What is refused snaps back, with the reason at its place. */
  const send = async (edit: Edit) => {
    previews.ask(null)
    setRefusal(null)
    try {
      const held = [...namedBy(edit), ...Object.keys(previews.current?.preview?.after ?? {})].find((each) => locked.has(each))
      if (held) throw new Problem(422, 'locked-here', '', '')
      const done = await model.edit(edit)
      if (done) setChosen(new Set(done.edit.changed.filter((each) => done.net.features.some(({ properties }) => properties.code === each))))
    } catch (error) {
      setRefusal(asProblem(error))
      setRound(round + 1)
    }
  }
  const attempt = (act: () => Promise<unknown>) => {
    setRefusal(null)
    act().catch((error: unknown) => setRefusal(asProblem(error)))
  }
  const balance = (open: boolean) => {
    setBalancing(open)
    setProposal(null)
    setRefusal(null)
  }
  const take = async (job: PartitionJob, name: string) => {
    if (job.grids?.some((each) => locked.has(each))) throw new Problem(422, 'locked-here', '', '')
    await model.take(job.code, name)
    balance(false)
  }
  const act = (what: Act) => {
    if (!editable) return
    if (what === 'merge' && selected.size > 1) setMerging(true)
    if (what === 'balance') balance(!balancing)
    if (what === 'lock') {
      const next = new Set(locked)
      const all = [...selected].every((each) => locked.has(each))
      for (const each of selected) if (all) next.delete(each); else next.add(each)
      setLocked(next)
    }
  }

  const redraws = tool === 'border' && pairOf(grids, selected)
  const sketching = !editable ? null : tool === 'split' || redraws ? 'line' : tool === 'draw' || (tool === 'reassign' && selected.size === 1) ? 'area' : null
  const meant = (shape: Shape): Edit | null => {
    if (tool === 'split' || tool === 'border') return editOfLine(tool, shape, grids, selected)
    if (tool === 'reassign') return editOfArea(shape, selected)
    return isArea(shape) && liesOnNet(shape, grids) ? { operation: 'carve', polygon: shape } : null
  }
  const sketch = useSketch({
    map,
    kind: sketching,
    vertices,
    onChange: (shape) => previews.ask(meant(shape)),
    onFinish: (shape) => {
      if (tool === 'draw' && isArea(shape)) {
        const onNet = liesOnNet(shape, grids)
        setDrawn({ polygon: shape, onNet })
        if (onNet) previews.ask({ operation: 'carve', polygon: shape, kind: '综合', name: '', accept_pieces: false })
        return
      }
      const edit = meant(shape)
      if (edit) void send(edit)
    },
  })
  const layer = usePlanMap({
    map,
    grids: shown,
    selected,
    locked,
    ghost: previews.current?.preview?.net ?? proposal?.net ?? sought,
    fault: placeOf(refusal) ?? placeOf(previews.current?.problem ?? null) ?? (problem ? asPoint(problem.place) : null),
    describe,
    choosing: tool === 'select' || (tool === 'reassign' && selected.size !== 1) || (tool === 'border' && !redraws && !selected.size),
    onChoose: choose,
    onHover: (grid, at) => cursor.set({ grid, at }),
  })
  useBorder({ map, layer, active: editable && tool === 'border' && !redraws, grids: shown, vertices, selected, describe, panning: panning.on, onDrag: previews.ask, onDrop: (edit) => void send(edit) })

  useKeys('plan', {
    V: () => pick('select'),
    P: () => pick('draw'),
    S: () => pick('split'),
    B: () => pick('border'),
    R: () => pick('reassign'),
    M: () => act('merge'),
    L: () => act('lock'),
    A: () => act('balance'),
    F: () => zoom(selected.size ? selected : grids.keys()),
    '[': () => goTo(problemAt < 0 ? -1 : problemAt - 1),
    ']': () => goTo(problemAt + 1),
    'Ctrl+Z': () => editable && attempt(model.undo),
    'Ctrl+Shift+Z': () => editable && attempt(model.redo),
    'Ctrl+Y': () => editable && attempt(model.redo),
    Enter: () => {
      if (!sketch?.shape()) return false
      if (document.activeElement !== map?.map.getCanvas()) sketch.finish()
    },
    Backspace: () => sketch?.back() ?? false,
    Escape: () => {
      previews.ask(null)
      setRefusal(null)
      if (sketch?.clear()) return
      if (balancing) return balance(false)
      if (tool !== 'select') setTool('select')
      else setChosen(NONE)
    },
    Space: panning.hold,
  })

  const isThere = plan !== null && grids.size > 0
  useEffect(() => {
    const bounds = map && isThere ? boundsOf([...grids.values()]) : null
    if (bounds) onShown(bounds)
  }, [map, isThere])

  const contested = model.conflict?.mine ?? null
  useEffect(() => {
    if (contested) previews.ask(contested) // what it would do to theirs
  }, [contested])

  const after = previews.current?.preview
  const word = previews.current?.problem
    ? reasonOf(say, previews.current.problem)
    : after
      ? Object.entries(after.after).map(([each, figures]) => {
          const change = figures.households - (after.before[each]?.households ?? 0)
          const moved = tool === 'split' || !after.before[each] || !change ? '' : `（${change > 0 ? '+' : '−'}${Math.abs(change)}）`
          return `${nameOf(each)} ${say('households', { count: figures.households })}${moved}`
        }).join(' | ')
      : ''
  const refusedAt = refusal ? centreOf(placeOf(refusal)) : null
  const communities = countBy([...grids.values()].map(({ properties }) => properties.community))
  const faces = [...selected].flatMap((each) => grids.get(each)?.properties ?? [])

  return (
    <>
      <main class="panel" aria-label={say('plan_panel')}>
        {children}
        <div class="scroll">
          {model.problem && <ProblemNote problem={model.problem} onRetry={model.reload} />}
          {!plan && !model.problem && <p class="muted waiting" role="status">{say('loading')}</p>}
          {plan && balancing && editable && (
            <BalancePanel
              plan={code}
              communities={[...communities.keys()].sort()}
              present={communities}
              suggested={faces[0]?.community ?? ''}
              chosen={[...selected].sort()}
              locked={(community) => [...locked].filter((each) => grids.get(each)?.properties.community === community)}
              busy={model.busy}
              refusal={refusal}
              shown={proposal}
              onShow={setProposal}
              onPreview={setSought}
              onRefuse={setRefusal}
              onTake={(job, name) => attempt(() => take(job, name))}
              onClose={() => balance(false)}
            />
          )}
          {plan && !(balancing && editable) && (
            <PlanPanel
              model={model}
              plan={plan}
              selected={selected}
              locked={locked}
              problemAt={problemAt}
              refusal={refusal}
              editable={editable}
              nameOf={nameOf}
              onDismiss={() => setRefusal(null)}
              onChoose={choose}
              onZoom={(each) => zoom([each])}
              onProblem={goTo}
              onRename={(grid, name) => void send({ operation: 'name', grid, name })}
              onEdit={(edit) => void send(edit)}
              onStep={(step: Step, note, effective) => attempt(() => model.step(step, note, effective).then(() => { if (step === 'publication') onPublished() }))}
              onRevert={() => attempt(() => revertPlan(code).then((made) => onOpen(made.code)))}
              onRebase={() => attempt(model.rebase)}
              onClose={onClose}
              onCompare={onCompare}
            />
          )}
          {plan && !(balancing && editable) && <PrintLinks what="plan" code={code} name={plan.title} notes={code} map={map} />}
        </div>
      </main>
      <section class={map ? 'over-map' : 'over-map flat'} aria-label={say('plan_tools')}>
        {plan && (
          <Toolbar
            tool={tool}
            editable={editable && !model.busy}
            canUndo={plan.applied > 0}
            canRedo={plan.edits.length > plan.applied}
            canMerge={selected.size > 1}
            canLock={selected.size > 0}
            onTool={pick}
            onAct={act}
            onUndo={() => attempt(model.undo)}
            onRedo={() => attempt(model.redo)}
          />
        )}
        {editable && tool !== 'select' && <SketchBox tool={tool} sketch={sketch} map={map} selected={selected.size} redraws={redraws} onDone={() => setTool('select')} />}
        {map && <CursorNote map={map} text={drawn ? '' : word} bad={!!previews.current?.problem} />}
        <PlaceNote map={map} at={refusedAt} text={refusal ? reasonOf(say, refusal) : ''} />
      </section>
      {merging && <MergeDialog grids={faces} onClose={() => setMerging(false)} onMerge={(keep) => { setMerging(false); void send({ operation: 'merge', grids: [...selected].sort(), keep }) }} />}
      {drawn && (
        <AreaDialog
          drawn={drawn}
          communities={[...communities.keys()].sort()}
          previewed={previews.current}
          onPreview={previews.ask}
          onClose={() => { setDrawn(null); previews.ask(null) }}
          onMake={(edit) => { setDrawn(null); void send(edit) }}
        />
      )}
      {model.conflict && (
        <ConflictDialog
          conflict={model.conflict}
          nameOf={nameOf}
          previewed={previews.current}
          onSettle={(mine) => { previews.ask(null); attempt(() => model.settle(mine)) }}
        />
      )}
    </>
  )
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** A point to hang a word on. */
function centreOf(geometry: GeoJSON.Geometry | null): Pair | null {
  if (!geometry || geometry.type === 'GeometryCollection') return null
  const flat = (geometry.coordinates as unknown[]).flat(4) as number[]
  const [lon, lat] = flat
  if (lon === undefined || lat === undefined) return null
  if (geometry.type === 'Point') return [lon, lat]
  const lons = flat.filter((_, i) => i % 2 === 0)
  const lats = flat.filter((_, i) => i % 2 === 1)
  return [(Math.min(...lons) + Math.max(...lons)) / 2, Math.max(...lats)]
}

