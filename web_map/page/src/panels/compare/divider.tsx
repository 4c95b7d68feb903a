// The divider over the map: dragged, or moved with the arrow keys, Page Up and Page Down, Home and End.
// No input, which would be as wide as the map and lie over its buttons.
import type { TargetedPointerEvent } from 'preact'
import { useSay } from '../../text/language'

interface Props {
  /** Of the width, what is before: 0 to 100. */
  readonly share: number
  readonly onShare: (share: number) => void
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -100, End: 100 }

export function Divider({ share, onShare }: Props) {
  const say = useSay()
  const go = (to: number) => onShare(Math.min(100, Math.max(0, to)))
  const drag = ({ currentTarget: bar, pointerId, clientX }: TargetedPointerEvent<HTMLElement>) => {
    const box = bar.parentElement?.getBoundingClientRect()
    if (box && bar.hasPointerCapture(pointerId)) go(((clientX - box.x) / box.width) * 100)
  }
  return (
    <section class="over-map" aria-label={say('compare_swipe')}>
      <div
        class="divider"
        role="slider"
        tabIndex={0}
        aria-label={say('compare_divider')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share)}
        style={{ left: `${share}%` }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={(event) => {
          const step = STEPS[event.key]
          if (!step || event.ctrlKey || event.altKey || event.metaKey) return
          event.preventDefault()
          go(share + step)
        }}
      >
        <span aria-hidden="true">‹ {say('compare_early')}</span>
        <span aria-hidden="true">{say('compare_late')} ›</span>
      </div>
    </section>
  )
}
