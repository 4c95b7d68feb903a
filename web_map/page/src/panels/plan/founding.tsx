// 增设社区: the chosen grids become a community; what is asked of it, and its file.
import { useEffect, useState } from 'preact/hooks'
import { type Checklist, dossierOf, type Edit, type PlanWhole, readChecklist } from '../../register/plans'
import { asProblem } from '../../register/use_answer'
import type { Problem } from '../../register/api'
import { useSay } from '../../text/language'
import { named } from '../../text/named'
import { sentence } from '../../text/sentence'
import { ProblemNote } from '../problem_note'

interface Props {
  readonly plan: PlanWhole
  readonly selected: ReadonlySet<string>
  readonly editable: boolean
  readonly onEdit: (edit: Edit) => void
}

export function Founding({ plan, selected, editable, onEdit }: Props) {
  const say = useSay()
  const [list, setList] = useState<Checklist | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    let wanted = true
    readChecklist(plan.code)
      .then((found) => { if (wanted) { setList(found); setProblem(null) } })
      .catch((error: unknown) => { if (wanted) setProblem(asProblem(error)) })
    return () => { wanted = false }
  }, [plan.code, plan.version])
  const founded = list?.communities.filter(({ change }) => change === 'new') ?? []
  return (
    <section class="part founding" aria-label={say('found')}>
      {editable && <NameIt count={selected.size} onName={(name) => onEdit({ operation: 'found', grids: [...selected].sort(), name })} />}
      {problem && <ProblemNote problem={problem} />}
      {founded.map(({ code, name, after }) => (
        <p key={code}><b>{name}</b> <span class="code">{code}</span> <span class="muted">{after && say('found_figures', { grids: after.grids, households: after.households })}</span></p>
      ))}
      {list && list.checks.length > 0 && (
        <details>
          <summary>{say('checklist')} <span class={list.warnings ? 'count bad' : 'count'}>{list.warnings + list.unknown}</span></summary>
          <ul class="checks">
            {list.checks.map((each) => (
              <li key={`${each.community}/${each.item}/${each.rule}/${each.value}`}>
                <span class={each.state === 'met' ? 'badge' : 'badge warns'}>{named(say, 'check', each.state)}</span>{' '}
                {named(say, 'check', each.item)} <span class="muted">{[each.value, limitOf(each.limit)].filter((one) => one !== null && one !== '').join(' / ')} {(each.facts && sentence(say, String(each.facts.code ?? ''), each.facts)) ?? each.detail}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {founded.length > 0 && <p><a class="plain button" href={dossierOf(plan.code)} download={`${plan.code}.html`}>{say('dossier')}</a></p>}
    </section>
  )
}

function NameIt({ count, onName }: { readonly count: number; readonly onName: (name: string) => void }) {
  const say = useSay()
  const [name, setName] = useState('')
  const ready = count > 0 && name.trim() !== ''
  return (
    <form class="rename" onSubmit={(event) => { event.preventDefault(); if (ready) { onName(name.trim()); setName('') } }}>
      <label><span>{say('found_name', { count })}</span><input value={name} maxLength={100} onInput={(event) => setName(event.currentTarget.value)} /></label>
      <button type="submit" class="plain" disabled={!ready}>{say('found')}</button>
    </form>
  )
}

export function limitOf(limit: Checklist['checks'][number]['limit']): string {
  if (!limit) return ''
  const [least, most] = limit
  if (least !== null && most !== null) return least === most ? String(least) : `${least}–${most}`
  return least === null ? `≤ ${most}` : `≥ ${least}`
}
