// What to do with the tool in hand, and its keyboard twin: points at the centre of the map or typed in.
import { useState } from 'preact/hooks'
import type { NetMap } from '../../map/net_map'
import type { Sketch } from '../../map/sketch'
import type { Tool } from '../../planning/tools'
import { parsePair } from '../../register/coordinates'
import { useSay } from '../../text/language'

interface Props {
  readonly tool: Tool
  readonly sketch: Sketch | null
  readonly map: NetMap | null
  readonly selected: number
  readonly redraws: boolean
  readonly onDone: () => void
}

export function SketchBox({ tool, sketch, map, selected, redraws, onDone }: Props) {
  const say = useSay()
  const [typed, setTyped] = useState('')
  const hint = tool === 'border' ? (redraws ? 'hint_redraw' : 'hint_border') : tool === 'reassign' ? (selected === 1 ? 'hint_reassign' : 'hint_receiver') : tool === 'draw' ? 'hint_draw' : 'hint_split'
  const addTyped = (event: SubmitEvent) => {
    event.preventDefault()
    const centre = map?.map.getCenter()
    if (!map || !centre) return
    const pair = parsePair(typed, [centre.lng, centre.lat, centre.lng, centre.lat])
    if (!pair) return
    map.map.jumpTo({ center: [pair.lon, pair.lat] })
    sketch?.pressCentre()
    setTyped('')
  }
  return (
    <section class="sketch-box" aria-label={say(`tool_${tool}`)}>
      <p>{say(hint)}</p>
      {sketch && (
        <>
          <div class="buttons start">
            <button type="button" class="plain" onClick={() => sketch.pressCentre()}>{say('sketch_centre')}</button>
            <button type="button" class="plain" onClick={() => sketch.back()}>{say('sketch_back')}</button>
            <button type="button" class="plain" onClick={() => sketch.finish()}>{say('sketch_finish')}</button>
            <button type="button" class="plain" onClick={() => { sketch.clear(); onDone() }}>{say('cancel')}</button>
          </div>
          <form class="typed" onSubmit={addTyped}>
            <input aria-label={say('sketch_typed')} placeholder="35.50000, 112.85000" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
            <button type="submit" class="plain">{say('sketch_add')}</button>
          </form>
        </>
      )}
    </section>
  )
}
