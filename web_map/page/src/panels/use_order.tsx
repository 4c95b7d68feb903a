// The order of a table's rows, chosen by a click on a column's head; a second click turns it round.
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'

interface Order<Column extends string> {
  readonly order: Column
  readonly down: boolean
  readonly head: (column: Column, text: string, look?: string) => VNode
}

/** Codes go up at first, figures down. */
export function useOrder<Column extends string>(first: Column | 'code'): Order<Column | 'code'> {
  const [order, setOrder] = useState<Column | 'code'>(first)
  const [down, setDown] = useState(first !== 'code')
  const head = (column: Column | 'code', text: string, look = '') => (
    <th scope="col" class={look} aria-sort={order === column ? (down ? 'descending' : 'ascending') : 'none'}>
      <button type="button" class="sort" onClick={() => { setDown(order === column ? !down : column !== 'code'); setOrder(column) }}>
        {text}<span aria-hidden="true">{order === column ? (down ? '↓' : '↑') : ''}</span>
      </button>
    </th>
  )
  return { order, down, head }
}
