// How many there are of each kind, each the way to those of it alone.
import { useContext } from 'preact/hooks'
import { LocaleContext, numberFormat } from '../../text/language'

export function countsOf(kinds: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

interface Props {
  readonly counts: Readonly<Record<string, number>>
  readonly kind: string | null
  readonly label: string
  readonly nameOf: (kind: string) => string
  readonly onKind: (kind: string | null) => void
}

/** Nothing where all are of one kind. */
export function Kinds({ counts, kind, label, nameOf, onKind }: Props) {
  const { language } = useContext(LocaleContext)
  const number = numberFormat(language)
  if (Object.keys(counts).length < 2) return null
  return (
    <ul class="counts kinds" aria-label={label}>
      {Object.entries(counts).map(([name, count]) => (
        <li key={name}>
          <button type="button" class="link" aria-pressed={name === kind} onClick={() => onKind(name === kind ? null : name)}>
            <b>{number.format(count)}</b> {nameOf(name)}
          </button>
        </li>
      ))}
    </ul>
  )
}
