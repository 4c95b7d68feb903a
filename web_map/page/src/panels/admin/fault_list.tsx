// The faults of a file: how many of each kind, one line each, and the way from one to the next.
import type { ComponentChildren } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { Fault, Faults } from '../../admin/use_faults'
import { LocaleContext, numberFormat, useSay } from '../../text/language'
import { Kinds } from './kinds'

const MOST = 100

interface Props<F extends Fault> {
  readonly faults: readonly F[]
  /** Of all, also of those that the filter leaves out. */
  readonly counts: Readonly<Record<string, number>>
  readonly kind: string | null
  readonly at: Faults
  readonly nameOf: (kind: string) => string
  readonly onKind: (kind: string | null) => void
  readonly children: (fault: F) => ComponentChildren
}

export function FaultList<F extends Fault>({ faults, counts, kind, at, nameOf, onKind, children }: Props<F>) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const number = numberFormat(language)
  const [most, setMost] = useState(MOST)
  const list = useRef<HTMLOListElement>(null)
  const index = faults.findIndex(({ key }) => key === at.chosen)
  const shown = Math.max(most, index + 1)
  useEffect(() => setMost(MOST), [kind])
  useEffect(() => list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' }), [index])
  return (
    <>
      <Kinds counts={counts} kind={kind} label={say('admin_kinds_of_fault')} nameOf={nameOf} onKind={onKind} />
      <p class="stepper">
        <button type="button" class="plain" aria-keyshortcuts="[" onClick={() => at.step(-1)}>‹ {say('admin_before')} <span class="key" aria-hidden="true">[</span></button>
        <span class="muted" role="status">{index < 0 ? say('admin_faults', { count: number.format(faults.length) }) : `${number.format(index + 1)} / ${number.format(faults.length)}`}</span>
        <button type="button" class="plain" aria-keyshortcuts="]" onClick={() => at.step(1)}>{say('admin_after')} › <span class="key" aria-hidden="true">]</span></button>
      </p>
      <ol class="problems faults" ref={list}>
        {faults.slice(0, shown).map((fault) => (
          <li key={fault.key} class={fault.key === at.chosen ? 'fault on' : 'fault'}>{children(fault)}</li>
        ))}
      </ol>
      {faults.length > shown && <p class="buttons start"><button type="button" class="plain" onClick={() => setMost(shown + MOST)}>{say('admin_more', { count: number.format(faults.length - shown) })}</button></p>}
    </>
  )
}
