// What was published when and by whom; each to be compared with the state before, or looked at as it was.
import { useContext, useEffect, useState } from 'preact/hooks'
import { type NetVersion, netVersions, VERSIONS_AT_ONCE } from '../../register/administration'
import type { Problem } from '../../register/api'
import { asProblem } from '../../register/use_answer'
import { formatInstant, LocaleContext, useSay } from '../../text/language'
import { named } from '../../text/named'
import { ProblemNote } from '../problem_note'

interface Props {
  readonly turn: string
  readonly onCompare: (before: string, after: string) => void
  readonly onTravel: (time: string) => void
}

export function VersionsPart({ turn, onCompare, onTravel }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const [versions, setVersions] = useState<readonly NetVersion[] | null>(null)
  const [whole, setWhole] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [tries, setTries] = useState(0)
  const load = (before: number | null, sofar: readonly NetVersion[]) =>
    netVersions(before)
      .then((more) => {
        setVersions([...sofar, ...more])
        setWhole(more.length < VERSIONS_AT_ONCE)
        setProblem(null)
      })
      .catch((error: unknown) => setProblem(asProblem(error)))
  useEffect(() => void load(null, []), [turn, tries])
  const latest = versions?.find(({ effective_from }) => Date.parse(effective_from) <= Date.now())?.number
  return (
    <section class="versions">
      <header class="card-head"><h2>{say('admin_versions')}</h2><p class="hint">{say('versions_hint')}</p></header>
      {problem && <ProblemNote problem={problem} onRetry={() => setTries(tries + 1)} />}
      {!versions && !problem && <p class="muted waiting" role="status">{say('loading')}</p>}
      {versions?.length === 0 && <p class="muted empty-state">{say('versions_none')}</p>}
      <ol class="version-rows">
        {versions?.map((version) => (
          <li key={version.number} class="version">
            <p><b>{say('net_version')} {version.number}</b> {version.number === latest && <span class="badge new">{say('versions_in_force')}</span>}{Date.parse(version.effective_from) > Date.now() && <span class="badge changed">{say('versions_to_come')}</span>}</p>
            <p class="muted">{formatInstant(locale, version.effective_from, 'minute')} · {version.made_by} · {named(say, 'cause', version.cause)}</p>
            {(version.plan ?? version.note) && <p class="version-note">{version.plan ? <><span class="code">{version.plan}</span> {version.title}</> : version.note}</p>}
            <p class="muted">{say('versions_counts', { changed: version.changed, fresh: version.new, retired: version.retired })}</p>
            <p class="buttons start">
              {version.number > 1 && <button type="button" class="plain" onClick={() => onCompare(shifted(version.effective_from, -1), shifted(version.effective_from, 1))}>{say('versions_compare')}</button>}
              <button type="button" class="plain" onClick={() => onTravel(shifted(version.effective_from, 1))}>{say('versions_travel')}</button>
            </p>
          </li>
        ))}
      </ol>
      {versions && versions.length > 0 && !whole && <p class="buttons start"><button type="button" class="plain" onClick={() => void load(versions.at(-1)?.number ?? null, versions)}>{say('versions_more')}</button></p>}
    </section>
  )
}

/** A millisecond before or after: instants of the register are finer than the browser's. */
const shifted = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString()
