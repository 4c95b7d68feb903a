// Moving a vertex of a shared border: it moves in every polygon that has it, at once.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { NetMap } from '../map/net_map'
import type { PlanLayer } from '../map/plan_layer'
import type { Edit, Pair, PlanGrid } from '../register/plans'
import { type Vertices, withVertexMoved } from './topology'

const GRAB_PX = 12
const MOST_HANDLES = 3_000

interface Given {
  readonly map: NetMap | null
  readonly layer: PlanLayer | null
  readonly active: boolean
  readonly grids: ReadonlyMap<string, PlanGrid>
  readonly vertices: Vertices
  readonly selected: ReadonlySet<string>
  readonly describe: (grid: PlanGrid) => string
  readonly panning: { readonly current: boolean }
  readonly onDrag: (edit: Edit) => void
  readonly onDrop: (edit: Edit) => void
}

export function useBorder(given: Given): void {
  const { map, layer, active, vertices, selected } = given
  const latest = useRef(given)
  latest.current = given
  const codes = selected.size ? selected : null

  useEffect(() => {
    if (!layer || !active) return
    layer.handles(vertices.of(codes ?? new Set(latest.current.grids.keys()), MOST_HANDLES))
    return () => layer.handles([])
  }, [layer, active, vertices, selected])

  useLayoutEffect(() => { // pressed right after the tool was taken, a vertex is held already
    if (!map || !layer || !active) return
    const { map: canvas } = map
    let held: Pair | null = null
    let to: Pair | null = null
    const near = (point: { x: number; y: number }) => {
      const { vertices, selected } = latest.current
      return vertices.nearest(point, (vertex) => canvas.project(vertex), GRAB_PX, selected.size ? selected : undefined)
    }
    type Mouse = { point: { x: number; y: number }; lngLat: { lng: number; lat: number }; preventDefault(): void; originalEvent: MouseEvent }
    const onDown = (event: Mouse) => {
      if (latest.current.panning.current || event.originalEvent.button !== 0) return
      held = near(event.point)
      to = null
      if (held) event.preventDefault() // the map stays
    }
    const onMove = ({ point, lngLat }: Mouse) => {
      if (!held) {
        canvas.getCanvas().style.cursor = near(point) ? 'grab' : ''
        return
      }
      to = [Number(lngLat.lng.toFixed(9)), Number(lngLat.lat.toFixed(9))]
      canvas.getCanvas().style.cursor = 'grabbing'
      const { grids, describe, onDrag } = latest.current
      layer.show(withVertexMoved([...grids.values()], held, to), describe)
      layer.handles([to], to)
      onDrag({ operation: 'move_node', node: held, to })
    }
    const onUp = () => {
      if (held && to) latest.current.onDrop({ operation: 'move_node', node: held, to })
      held = null
    }
    canvas.on('mousedown', onDown)
    canvas.on('mousemove', onMove)
    canvas.on('mouseup', onUp)
    return () => {
      canvas.off('mousedown', onDown)
      canvas.off('mousemove', onMove)
      canvas.off('mouseup', onUp)
      if (map.isAlive) canvas.getCanvas().style.cursor = ''
    }
  }, [map, layer, active])
}
