// What a file does not say itself: its datum or frame, layer, encoding. A refusal proposes; a click takes the proposal.
import { Problem } from '../../register/api'
import { DATUM_NAMES, DATUMS } from '../../register/datums'
import type { FileTerms } from '../../register/imports'
import { useSay } from '../../text/language'
import { named } from '../../text/named'
import { ProblemNote } from '../problem_note'

/** Refusals that are answered by saying more about the file. */
export const ASKS_TERMS: readonly string[] = ['frame-not-stated', 'unknown-frame']
const ENCODINGS = ['utf-8', 'gb18030', 'big5'] as const

interface Props<T extends FileTerms> {
  readonly terms: T
  readonly open: boolean
  readonly onTerms: (next: Partial<FileTerms>) => void
}

export function FileTermsFields<T extends FileTerms>({ terms, open, onTerms }: Props<T>) {
  const say = useSay()
  return (
    <details class="part terms" open={open}>
      <summary>{say('admin_terms')}</summary>
      <div class="fields two-fields">
        <label>{say('datum')}
          <select value={terms.datum} onChange={(event) => onTerms({ datum: event.currentTarget.value })}>
            <option value="">{say('admin_as_file')}</option>
            {DATUMS.map((name) => <option key={name} value={name}>{DATUM_NAMES[name]}</option>)}
          </select>
        </label>
        <label>{say('admin_crs')}<input value={terms.crs} placeholder="EPSG:4547" onInput={(event) => onTerms({ crs: event.currentTarget.value })} /></label>
        <label>{say('admin_encoding')}
          <select value={terms.encoding} onChange={(event) => onTerms({ encoding: event.currentTarget.value })}>
            <option value="">{say('admin_as_file')}</option>
            {ENCODINGS.map((name) => <option key={name} value={name}>{name.toUpperCase()}</option>)}
          </select>
        </label>
        <label>{say('admin_layer')}<input value={terms.layer} onInput={(event) => onTerms({ layer: event.currentTarget.value })} /></label>
        <label class="check whole"><input type="checkbox" checked={terms.swap} onChange={(event) => onTerms({ swap: event.currentTarget.checked })} />{say('admin_swap')}</label>
      </div>
    </details>
  )
}

/** Why a file was not read, and the ways out of it. */
export function FileProblem(props: ProposalsProps & { readonly onRetry: () => void }) {
  const say = useSay()
  const { problem, onRetry } = props
  // a choice that stands right below needs no words of the command line
  const plain = problem.more.layers || problem.more.missing ? new Problem(problem.status, problem.code, problem.title, '', problem.more) : problem
  return (
    <>
      <ProblemNote problem={plain} title={say('admin_not_done')} onRetry={onRetry} />
      <Proposals {...props} />
    </>
  )
}

interface ProposalsProps {
  readonly problem: Problem
  readonly terms: FileTerms
  readonly onTerms: (next: Partial<FileTerms>) => void
}

/** The ways out that a refusal names: a layer, a column, a datum, a frame. */
function Proposals({ problem, onTerms, terms }: ProposalsProps) {
  const say = useSay()
  const nameOf = (field: string) => named(say, 'field', field === 'text' ? 'address' : field)
  const listed = (name: string) => (Array.isArray(problem.more[name]) ? (problem.more[name] as unknown[]).map(String) : [])
  const [layers, missing, columns] = [listed('layers'), listed('missing'), listed('columns')]
  if (layers.length) {
    return <p class="buttons start proposals-row">{layers.map((layer) => <button key={layer} type="button" class="plain" onClick={() => onTerms({ layer })}>{layer}</button>)}</p>
  }
  if (missing.length && columns.length) {
    return (
      <div class="fields">
        {missing.map((field) => (
          <label key={field}>{say('admin_column_of', { field: nameOf(field) })}
            <select value={terms.mapping[field] ?? ''} onChange={(event) => onTerms({ mapping: { ...terms.mapping, [field]: event.currentTarget.value } })}>
              <option value="">{say('admin_choose_column')}</option>
              {columns.map((column) => <option key={column} value={column}>{column}</option>)}
            </select>
          </label>
        ))}
      </div>
    )
  }
  return <FrameProposals text={[problem.detail, ...listed('hints')].join(' ')} onTerms={onTerms} />
}

/** The server names what would fit in the words of the command line; here each is a button. */
export function FrameProposals({ text, onTerms }: { text: string; onTerms: (next: Partial<FileTerms>) => void }) {
  const say = useSay()
  const crs = [...new Set([...text.matchAll(/--crs (EPSG:\d+)( --swap)?/g)].map(([, name, swap]) => `${name}${swap ?? ''}`))]
  const swapOnly = !crs.length && text.includes('confirm with --swap')
  const degrees = /--datum (wgs84|gcj02)/.test(text)
  const swapped = /--datum [^:]*--swap/.test(text)
  if (!crs.length && !swapOnly && !degrees) return null
  return (
    <p class="buttons start proposals-row">
      {swapOnly && <button type="button" class="plain" onClick={() => onTerms({ swap: true })}>{say('admin_swap')}</button>}
      {degrees && DATUMS.map((datum) => <button key={datum} type="button" class="plain" onClick={() => onTerms({ datum, swap: swapped, crs: '' })}>{DATUM_NAMES[datum]}</button>)}
      {crs.map((each) => {
        const [name = '', swap] = each.split(' ')
        return <button key={each} type="button" class="plain" onClick={() => onTerms({ crs: name, swap: swap !== undefined, datum: '' })}>{name}{swap ? ` · ${say('admin_swap')}` : ''}</button>
      })}
    </p>
  )
}
