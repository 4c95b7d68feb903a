// A line or an area drawn for the tool in hand.
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { NetMap } from '../map/net_map'
import { type Shape, Sketch } from '../map/sketch'
import type { Vertices } from './topology'

interface Given {
  readonly map: NetMap | null
  readonly kind: 'line' | 'area' | null
  readonly vertices: Vertices
  readonly onChange: (shape: Shape) => void
  readonly onFinish: (shape: Shape) => void
}

export function useSketch(given: Given): Sketch | null {
  const { map, kind } = given
  const [sketch, setSketch] = useState<Sketch | null>(null)
  const latest = useRef(given)
  latest.current = given
  useLayoutEffect(() => { // a click right after the tool was taken counts already
    if (!map || !kind) return
    const made = new Sketch(map.map, kind, {
      onChange: (shape) => latest.current.onChange(shape),
      onFinish: (shape) => latest.current.onFinish(shape),
      snap: (point, within) => latest.current.vertices.nearest(point, (vertex) => map.map.project(vertex), within),
    })
    setSketch(made)
    return () => {
      setSketch(null)
      if (map.isAlive) made.stop()
    }
  }, [map, kind])
  return sketch
}
