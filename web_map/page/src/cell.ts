// A value that changes many times a second (the cursor) without drawing the whole page anew.
import { useEffect, useState } from 'preact/hooks'

export class Cell<T> {
  private readonly watchers = new Set<(value: T) => void>()

  constructor(private held: T) {}

  get value(): T {
    return this.held
  }

  set(value: T): void {
    this.held = value
    for (const watch of this.watchers) watch(value)
  }

  watch(watcher: (value: T) => void): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }
}

export function useCell<T>(cell: Cell<T>): T {
  const [value, set] = useState(cell.value)
  useEffect(() => cell.watch((next) => set(() => next)), [cell])
  return value
}
