// A word beside the cursor while something is drawn, and the reason at the place of a refusal.
import { useEffect, useRef } from 'preact/hooks'
import type { NetMap } from '../../map/net_map'
import type { Tool } from '../../planning/tools'
import type { Previewed } from '../../planning/use_preview'
import type { Pair } from '../../register/plans'
import type { Say } from '../../text/language'
import { reasonOf } from '../../text/sentence'

/** What the edit that is drawn would make of the households, or why it would be refused. */
export function wordOf(say: Say, previewed: Previewed | null, tool: Tool, nameOf: (code: string) => string): string {
  if (previewed?.problem) return reasonOf(say, previewed.problem)
  const { before = {}, after = {} } = previewed?.preview ?? {}
  return Object.entries(after).map(([each, figures]) => {
    const change = figures.households - (before[each]?.households ?? 0)
    const moved = tool === 'split' || !before[each] || !change ? '' : `（${change > 0 ? '+' : '−'}${Math.abs(change)}）`
    return `${nameOf(each)} ${say('households', { count: figures.households })}${moved}`
  }).join(' | ')
}

export function CursorNote({ map, text, bad }: { map: NetMap | null; text: string; bad: boolean }) {
  const note = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!map) return
    const follow = ({ point }: { point: { x: number; y: number } }) => {
      if (note.current) note.current.style.transform = `translate(${point.x + 16}px, ${point.y + 14}px)`
    }
    map.map.on('mousemove', follow)
    return () => void map.map.off('mousemove', follow)
  }, [map])
  return <div ref={note} class={bad ? 'cursor-note bad' : 'cursor-note'} role="status" hidden={!text}>{text}</div>
}

export function PlaceNote({ map, at, text }: { map: NetMap | null; at: Pair | null; text: string }) {
  const note = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!map || !at) return
    const put = () => {
      const { x, y } = map.map.project(at)
      if (note.current) note.current.style.transform = `translate(${x}px, ${y}px) translate(-50%, calc(-100% - 16px))`
    }
    put()
    map.map.on('move', put)
    return () => void map.map.off('move', put)
  }, [map, at, text])
  return at && text ? <div ref={note} class="place-note">{text}</div> : null
}
