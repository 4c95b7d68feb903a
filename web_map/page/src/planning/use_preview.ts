// What an edit would do, asked while it is being drawn: one question at a time, always the newest.
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Problem } from '../register/api'
import { type Edit, type Preview, previewEdit } from '../register/plans'
import { asProblem } from '../register/use_answer'

export interface Previewed {
  readonly edit: Edit
  readonly preview: Preview | null
  readonly problem: Problem | null
}

export interface Previews {
  readonly current: Previewed | null
  ask(edit: Edit | null): void
}

class Asker {
  private waiting: Edit | null = null
  private abort: AbortController | null = null
  private asked = ''

  constructor(private readonly plan: string, private readonly tell: (told: Previewed | null) => void) {}

  ask(edit: Edit | null): void {
    const key = edit ? JSON.stringify(edit) : ''
    if (key === this.asked) return
    this.asked = key
    this.waiting = edit
    if (!edit) {
      this.abort?.abort()
      this.tell(null)
    } else if (!this.abort) void this.next()
  }

  private async next(): Promise<void> {
    while (this.waiting) {
      const edit = this.waiting
      this.waiting = null
      const abort = new AbortController()
      this.abort = abort
      try {
        const preview = await previewEdit(this.plan, edit, abort.signal)
        if (!abort.signal.aborted) this.tell({ edit, preview, problem: null })
      } catch (error) {
        if (!abort.signal.aborted) this.tell({ edit, preview: null, problem: asProblem(error) })
      }
    }
    this.abort = null
  }
}

export function usePreviews(plan: string): Previews {
  const [current, setCurrent] = useState<Previewed | null>(null)
  const asker = useMemo(() => new Asker(plan, setCurrent), [plan])
  useEffect(() => () => asker.ask(null), [asker])
  return { current, ask: (edit) => asker.ask(edit) }
}
