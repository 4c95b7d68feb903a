// Balance a community or some of its grids: ask, watch proposals improve, compare them, take one.
import { useEffect, useState } from 'preact/hooks'
import { Problem } from '../../register/api'
import { type PartitionJob, type Proposal, type Proposed, type Request, WEIGHINGS, type Weighing } from '../../register/partitions'
import { usePartition } from '../../planning/use_partition'
import { type Say, useSay } from '../../text/language'
import { named } from '../../text/named'
import { wordsFor } from '../../text/sentence'
import { ProblemNote } from '../problem_note'
import { ProposalTable } from './proposal_table'
import { Refused } from './refused'

interface Props {
  readonly plan: string
  readonly communities: readonly string[]
  /** How many grids each community has in the plan. */
  readonly present: ReadonlyMap<string, number>
  /** The community of what is selected. */
  readonly suggested: string
  /** What is selected; two or more of one community can be balanced by themselves. */
  readonly chosen: readonly string[]
  /** The grids that stay, of each community. */
  readonly locked: (community: string) => readonly string[]
  readonly busy: boolean
  readonly refusal: Problem | null
  readonly shown: Proposal | null
  readonly onShow: (proposal: Proposal | null) => void
  /** The best so far of a search that goes on; null: there is none. */
  readonly onPreview: (net: Proposed | null) => void
  readonly onRefuse: (problem: Problem) => void
  readonly onTake: (job: PartitionJob, proposal: string) => void
  readonly onClose: () => void
}

export function BalancePanel(props: Props) {
  const say = useSay()
  const partition = usePartition(props.plan)
  const { job, progress, problem } = partition
  const proposals = job?.proposals ?? []
  const state = progress?.state ?? job?.state
  const ended = !!job?.ended_at
  const preview = ended ? null : (job?.preview ?? null)
  useEffect(() => props.onPreview(preview?.net ?? null), [preview])
  useEffect(() => () => props.onPreview(null), [])
  return (
    <section class="balance" aria-busy={!!job && !ended}>
      <header class="card-head">
        <h2>{say('balance_title')}</h2>
        <button type="button" class="quiet close" aria-label={say('close')} onClick={props.onClose}>×</button>
      </header>
      <p class="hint">{say('balance_hint')}</p>
      {props.refusal && <Refused problem={props.refusal} />}
      {problem && (problem.status === 422 ? <Refused problem={problem} /> : <ProblemNote problem={problem} />)}
      {!job && <Asked {...props} onStart={partition.start} />}
      {job && (
        <>
          <p class="balance-state" role="status">
            {state === 'running'
              ? say('balance_running', { share: Math.round((progress?.share ?? 0) * 100), deviation: ((progress?.deviation ?? 0) * 100).toFixed(1) })
              : say(`balance_${state ?? 'queued'}`)}
          </p>
          {preview && <p class="muted preview">{say('balance_preview', { name: named(say, 'proposal', preview.name), number: preview.number })}</p>}
          {!ended && <progress max="1" value={progress?.share ?? 0} aria-label={say('balance_title')} />}
          {job.state === 'failed' && <p class="note problem">{wordsFor(say, job.problem.code ?? '', job.problem) ?? job.problem.detail ?? job.problem.code}</p>}
          {ended && job.state !== 'failed' && proposals.length === 0 && <p class="muted empty-state">{say('balance_nothing')}</p>}
          {proposals.length > 0 && (
            <ProposalTable proposals={proposals} present={job.grids?.length ?? 0} shown={props.shown} busy={props.busy} onShow={props.onShow} onTake={(name) => props.onTake(job, name)} />
          )}
          {Object.entries(job.left_out ?? {}).map(([name, why]) => (
            <p key={name} class="muted">{say('balance_left_out', { name: named(say, 'proposal', name) })} {whyLeftOut(say, job) ?? <span lang="en">({why})</span>}</p>
          ))}
          <p class="buttons start">
            {!ended && <button type="button" class="plain" onClick={partition.end}>{say('balance_end')}</button>}
            {ended && <button type="button" class="plain" onClick={() => { props.onShow(null); partition.forget() }}>{say('balance_new')}</button>}
          </p>
        </>
      )}
    </section>
  )
}

/** The present grids can be evened out only where there are some, in the number that is asked for. */
function whyLeftOut(say: Say, { request, grids = [] }: PartitionJob): string | null {
  if (!grids.length) return say('left_out_none')
  return request.grids && request.grids !== grids.length ? say('left_out_number', { asked: request.grids, present: grids.length }) : null
}

function Asked({ plan, communities, present, suggested, chosen, locked, onRefuse, onStart }: Props & { onStart: (given: Request) => void }) {
  const say = useSay()
  const [community, setCommunity] = useState(suggested || communities[0] || '')
  const [by, setBy] = useState<'number' | 'band'>('number')
  const [among, setAmong] = useState(chosen.length > 1)
  const [grids, setGrids] = useState<number | null>(null)
  const [band, setBand] = useState<readonly [number, number]>([300, 500])
  const [weigh, setWeigh] = useState<Weighing>('households')
  const some = among && chosen.length > 1
  const place = some ? suggested : community
  const stay = locked(place)
  const count = grids ?? (some ? chosen.length : Math.max(1, (present.get(community) ?? 1) - stay.length))
  const start = (event: SubmitEvent) => {
    event.preventDefault()
    if (some && chosen.some((each) => stay.includes(each))) return onRefuse(new Problem(422, 'locked-here', '', ''))
    onStart({ community: place, plan, weigh, locked: stay, ...(some && { chosen }), ...(by === 'number' ? { grids: count } : { bounds: band }) })
  }
  return (
    <form class="fields" onSubmit={start}>
      {chosen.length > 1 && (
        <fieldset class="datum">
          <legend>{say('balance_what')}</legend>
          {([true, false] as const).map((each) => (
            <label key={String(each)} class={among === each ? 'chip on' : 'chip'}><input type="radio" name="balance-what" checked={among === each} onChange={() => { setAmong(each); setGrids(null) }} />{each ? say('balance_chosen', { count: chosen.length }) : say('balance_whole')}</label>
          ))}
        </fieldset>
      )}
      {!some && <label>{say('level_community')}
        <select value={community} onChange={(event) => { setCommunity(event.currentTarget.value); setGrids(null) }}>{communities.map((code) => <option key={code}>{code}</option>)}</select>
      </label>}
      {!some && stay.length > 0 && <p class="muted">{say('balance_stay', { count: stay.length })}</p>}
      <fieldset class="datum">
        <legend>{say('balance_by')}</legend>
        {(['number', 'band'] as const).map((each) => (
          <label key={each} class={by === each ? 'chip on' : 'chip'}><input type="radio" name="balance-by" checked={by === each} onChange={() => setBy(each)} />{say(`balance_by_${each}`)}</label>
        ))}
      </fieldset>
      {by === 'number' ? (
        <label>{say('balance_number')}<input type="number" min="1" max="1000" required value={count} onInput={(event) => setGrids(Number(event.currentTarget.value))} /></label>
      ) : (
        <div class="two">
          <label>{say('balance_least')}<input type="number" min="0" required value={band[0]} onInput={(event) => setBand([Number(event.currentTarget.value), band[1]])} /></label>
          <label>{say('balance_most')}<input type="number" min={band[0]} required value={band[1]} onInput={(event) => setBand([band[0], Number(event.currentTarget.value)])} /></label>
        </div>
      )}
      <label>{say('balance_weigh')}
        <select value={weigh} onChange={(event) => setWeigh(WEIGHINGS.find((each) => each === event.currentTarget.value) ?? 'households')}>{WEIGHINGS.map((each) => <option key={each} value={each}>{say(`weigh_${each}`)}</option>)}</select>
      </label>
      <div class="buttons start"><button type="submit" class="primary" disabled={!community}>{say('balance_start')}</button></div>
    </form>
  )
}
