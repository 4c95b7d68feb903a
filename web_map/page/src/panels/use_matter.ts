// The matter that is dealt with: chosen in the card, or first and then asked for at the next place.
import { useMemo, useState } from 'preact/hooks'
import type { Answer } from '../register/types'
import { type MatterRow, matterRows, pinMatter, pinnedMatters } from './matters'

interface Matters {
  /** Those of the answer, the pinned ones first. */
  readonly rows: readonly MatterRow[]
  readonly matter: string | null
  /** Its name, while there is no place yet. */
  readonly ahead: string
  readonly pinned: readonly string[]
  /** Chosen again it is let go. */
  readonly choose: (code: string) => void
  readonly take: (code: string, name: string) => void
  readonly leave: () => void
}

export function useMatter(answer: Answer | null): Matters {
  const [matter, setMatter] = useState<string | null>(null)
  const [ahead, setAhead] = useState('')
  const [pinned, setPinned] = useState(pinnedMatters)
  const rows = useMemo(() => (answer ? matterRows(answer.by_matter, pinned) : []), [answer, pinned])
  const choose = (code: string) => {
    setMatter(code === matter ? null : code)
    setAhead('')
    pinMatter(code)
  }
  const take = (code: string, name: string) => {
    setMatter(code)
    setAhead(name)
    pinMatter(code)
    setPinned(pinnedMatters())
  }
  const leave = () => {
    setMatter(null)
    setPinned(pinnedMatters())
  }
  return { rows, matter, ahead, pinned, choose, take, leave }
}
