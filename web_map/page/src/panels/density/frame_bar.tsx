// The time bar: the incidents of each bucket as a small chart, one of them seen on the map, and a way to play them.
import { useEffect, useState } from 'preact/hooks'
import { useKeys } from '../../keys'
import { useSay } from '../../text/language'

const STEP_MS = 900
const HEIGHT = 40

interface Props {
  readonly totals: readonly number[]
  readonly frame: number
  readonly name: string
  readonly onFrame: (frame: number) => void
}

export function FrameBar({ totals, frame, name, onFrame }: Props) {
  const say = useSay()
  const [plays, setPlays] = useState(false)
  const last = totals.length - 1
  const step = (by: 1 | -1) => {
    setPlays(false)
    onFrame(Math.min(last, Math.max(0, frame + by)))
  }
  useKeys('density', { ',': () => step(-1), '.': () => step(1) })
  useEffect(() => {
    if (!plays) return
    if (frame >= last) {
      setPlays(false)
      return
    }
    const timer = setTimeout(() => onFrame(frame + 1), STEP_MS)
    return () => clearTimeout(timer)
  }, [plays, frame, last])
  const most = Math.max(1, ...totals)
  const height = (total: number) => (total / most) * (HEIGHT - 2)
  return (
    <div class="frame-bar">
      <p class="frame-name" role="status">{name}</p>
      <svg viewBox={`0 0 ${totals.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {totals.map((total, k) => (
          <rect key={String(k)} x={k + 0.08} y={HEIGHT - height(total)} width="0.84" height={height(total)} class={k === frame ? 'on' : ''} />
        ))}
      </svg>
      <input type="range" min="0" max={last} value={frame} aria-label={say('density_frame')} aria-valuetext={name} onInput={({ currentTarget: { value } }) => { setPlays(false); onFrame(Number(value)) }} />
      <p class="buttons">
        <button type="button" class="plain" aria-keyshortcuts="," disabled={frame === 0} onClick={() => step(-1)}>‹ {say('density_before')}</button>
        <button
          type="button"
          class="primary"
          onClick={() => {
            if (!plays && frame >= last) onFrame(0)
            setPlays(!plays)
          }}
        >
          {say(plays ? 'density_stop' : 'density_play')}
        </button>
        <button type="button" class="plain" aria-keyshortcuts="." disabled={frame === last} onClick={() => step(1)}>{say('density_after')} ›</button>
      </p>
    </div>
  )
}
