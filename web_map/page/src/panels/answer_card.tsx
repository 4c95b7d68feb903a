// The card: who owns this place and whom to call.
import type { ComponentChildren } from 'preact'
import { useContext, useId } from 'preact/hooks'
import type { Asked } from '../register/api'
import { formatPair } from '../register/coordinates'
import type { Answer, Candidate, PlaceRef } from '../register/types'
import { formatInstant, LocaleContext, useSay } from '../text/language'
import { named } from '../text/named'
import { isKey } from '../text/strings'
import { answerText, gridName } from './answer_text'
import { AnswerFacts } from './answer_facts'
import { CopyButton } from './copy_button'
import { ElementsList } from './elements_list'
import { type MatterRow, Matters } from './matters'
import { Person } from './person'
import { Warnings } from './warnings'

interface Props {
  readonly asked: Asked
  readonly answer: Answer
  readonly busy: boolean
  readonly matters: readonly MatterRow[]
  readonly matter: string | null
  readonly pinned: readonly string[]
  /** The instant that is asked about; none: now. */
  readonly time?: string | null
  readonly onMatter: (code: string) => void
  /** Where areas can be looked at; else they are only named. */
  readonly onArea?: (area: PlaceRef) => void
  readonly onGrid: (code: string) => void
  readonly onCandidate: (candidate: Candidate) => void
  readonly onClose: () => void
  /** What else belongs to the place. */
  readonly children?: ComponentChildren
}

export function AnswerCard({ asked, answer, busy, matters, matter, pinned, time = null, onMatter, onArea, onGrid, onCandidate, onClose, children }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const id = useId()
  const { grid, owner, call, areas, why } = answer
  const staff = [...(owner?.deputies ?? []), ...(owner?.staff ?? [])]
  const place = grid?.name ?? ''
  const chosen = matters.find(({ code }) => code === matter)
  const explanation = `${answer.status}_text`
  return (
    <article class="card" aria-labelledby={`${id}-title`} aria-busy={busy} data-status={answer.status}>
      <header class="card-head">
        <p class="eyebrow">
          <span class={`badge ${answer.status}`}>{named(say, 'status', answer.status)}</span>
          {(asked.kind === 'spot' || asked.kind === 'point') && <span class="code">{formatPair(asked)}</span>}
          {asked.kind === 'building' && answer.building && <span>{answer.building.address ?? answer.building.name}</span>}
          {asked.kind === 'address' && <span>{asked.code}</span>}
        </p>
        <button type="button" class="quiet close" aria-label={say('close')} onClick={onClose}>×</button>
        <h2 id={`${id}-title`}>{grid ? gridName(grid) : named(say, 'status', answer.status)}</h2>
        {grid && (
          <p class="grid-line">
            <span class="code">{grid.code}</span>
            {grid.kind && <span class="tag" lang="zh-CN">{grid.kind}</span>}
            {grid.valid?.[0] && <span class="muted">{say('valid_since', { date: formatInstant(locale, grid.valid[0], 'day') })}</span>}
          </p>
        )}
        <Chain areas={areas} {...(onArea && { onArea })} />
      </header>
      {answer.status !== 'owned' && isKey(explanation) && <p class="note" role="status">{say(explanation)}</p>}
      <Warnings answer={answer} />
      <Candidates candidates={answer.candidates} onCandidate={onCandidate} />
      {chosen && <ChosenMatter row={chosen} />}
      {grid && <Leader answer={answer} />}
      {call.length > 0 && (
        <section class="part">
          <h3>{say('call_order')}</h3>
          <ol class="call">{call.map((party, i) => <li key={`${party.party}${i}`}><Person party={party} place={place} /></li>)}</ol>
        </section>
      )}
      {grid && (
        <section class="part">
          <h3>{say('staff')}</h3>
          {staff.length === 0 && <p class="muted">{say('no_staff')}</p>}
          {staff.map((party) => <Person key={party.code ?? party.name} party={party} place={place} />)}
        </section>
      )}
      <Matters rows={matters} matter={matter} pinned={pinned} onMatter={onMatter} />
      <AnswerFacts answer={answer} onGrid={onGrid} />
      {grid && <ElementsList grid={grid.code} building={asked.kind === 'building' ? (answer.building?.code ?? null) : null} time={time} />}
      {children}
      {why.length > 0 && (
        <details class="part">
          <summary>{say('why')}</summary>
          <ol class="why">{why.map((step) => <li key={step}>{step}</li>)}</ol>
        </details>
      )}
      <footer class="card-foot">
        <CopyButton text={answerText(say, answer, chosen)}>{say('copy_answer')}</CopyButton>
        {answer.net_version != null && <span class="muted">{say('net_version')} {answer.net_version}</span>}
      </footer>
    </article>
  )
}

function Leader({ answer }: { answer: Answer }) {
  const say = useSay()
  const leader = answer.owner?.leader
  return (
    <section class="part leader">
      <h3>{say('leader')}</h3>
      {leader?.name ? <Person party={leader} place={answer.grid?.name ?? ''} large /> : <p class="vacant">{say('no_leader')}</p>}
    </section>
  )
}

/** The matter that was asked for: its department, to be called first. */
function ChosenMatter({ row }: { row: MatterRow }) {
  const say = useSay()
  return (
    <section class="part chosen-matter" aria-live="polite">
      <h3><span class="code">{row.code}</span> {row.name}</h3>
      {row.lead ? <Person party={{ name: row.lead, phone: row.phone, role: 'lead' }} large /> : <p class="vacant">{say('no_department')}</p>}
    </section>
  )
}

function Chain({ areas, onArea }: { areas: readonly PlaceRef[]; onArea?: (area: PlaceRef) => void }) {
  const say = useSay()
  const rank = ['city', 'district', 'street', 'community']
  const chain = [...areas].sort((a, b) => rank.indexOf(a.level) - rank.indexOf(b.level))
  if (!chain.length) return null
  return (
    <ol class="chain" aria-label={say('browse')}>
      {chain.map((area) => (
        <li key={area.code}>
          {onArea ? <button type="button" class="link" title={`${named(say, 'level', area.level)} ${area.code}`} onClick={() => onArea(area)}>{area.name}</button> : area.name}
        </li>
      ))}
    </ol>
  )
}

/** Several places fit: the reader chooses, the page never does. */
function Candidates({ candidates, onCandidate }: { candidates: readonly Candidate[]; onCandidate: (candidate: Candidate) => void }) {
  const say = useSay()
  if (!candidates.length) return null
  return (
    <section class="part">
      <h3>{say('candidates')}</h3>
      <ul>
        {candidates.map((each) => (
          <li key={`${each.building}/${each.part ?? ''}/${each.text ?? ''}`}>
            <button type="button" class="link" onClick={() => onCandidate(each)}>{each.text ?? each.name}</button>
            {each.because && <span class="muted"> {each.because}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}
