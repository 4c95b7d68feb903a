// The tools of a plan, each with its one key.
import { KEYS } from '../keys'
import type { Edit } from '../register/plans'

export const TOOLS = ['select', 'draw', 'split', 'border', 'reassign'] as const
export type Tool = (typeof TOOLS)[number]
/** What is done at once, to what is selected. */
export const ACTS = ['merge', 'lock', 'balance'] as const
export type Act = (typeof ACTS)[number]

export const KEY_OF = Object.fromEntries(Object.entries(KEYS.plan).map(([key, words]) => [words.replace('tool_', ''), key])) as Readonly<Record<Tool | Act, string>>

/** The grids that an edit names, before anything is known of those that it touches. */
export function namedBy(edit: Edit): readonly string[] {
  switch (edit.operation) {
    case 'split':
    case 'name':
    case 'appoint':
      return [edit.grid]
    case 'merge':
      return edit.grids
    case 'redraw':
      return [edit.a, edit.b]
    case 'reassign':
      return [edit.to]
    default:
      return []
  }
}
