// From a drawn shape and what is selected to the edit that it means.
import type { Shape } from '../map/sketch'
import type { Edit, PlanGrid } from '../register/plans'
import { areNeighbours, isOn, labelPoint, middleOf } from './topology'
import type { Tool } from './tools'

/** The edit of a line, or null where no grid is meant. */
export function editOfLine(tool: Tool, shape: Shape, grids: ReadonlyMap<string, PlanGrid>, selected: ReadonlySet<string>): Edit | null {
  if (shape.type !== 'LineString' || shape.coordinates.length < 2) return null
  if (tool === 'border') {
    const [a, b] = [...selected].sort()
    return a && b ? { operation: 'redraw', a, b, line: shape } : null
  }
  const only = selected.size === 1 ? [...selected][0] : undefined
  const grid = only ?? gridAt(grids, middleOf(shape.coordinates))
  return grid ? { operation: 'split', grid, line: shape } : null
}

/** The edit of an area that goes to the one selected grid. */
export function editOfArea(shape: Shape, selected: ReadonlySet<string>): Edit | null {
  const to = [...selected][0]
  return shape.type === 'Polygon' && isArea(shape) && to && selected.size === 1 ? { operation: 'reassign', polygon: shape, to } : null
}

export function isArea(shape: Shape): shape is GeoJSON.Polygon {
  return shape.type === 'Polygon' && new Set((shape.coordinates[0] ?? []).map(String)).size >= 3
}

export function gridAt(grids: ReadonlyMap<string, PlanGrid>, place: [number, number]): string | undefined {
  for (const [code, grid] of grids) if (isOn(grid, place)) return code
  return undefined
}

/** Whether a drawn area lies on a grid of the plan: then it is carved, else it covers bare land. */
export const liesOnNet = (polygon: GeoJSON.Polygon, grids: ReadonlyMap<string, PlanGrid>) => gridAt(grids, labelPoint(polygon.coordinates)) !== undefined

/** Two selected grids that share a border, whose line can be drawn anew. */
export function pairOf(grids: ReadonlyMap<string, PlanGrid>, selected: ReadonlySet<string>): boolean {
  const [one, other, third] = [...selected].map((code) => grids.get(code))
  return !!one && !!other && !third && areNeighbours(one, other)
}
