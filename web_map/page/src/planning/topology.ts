// The shared borders of a plan's net, in the browser: a vertex belongs to every polygon that has its bits.
// What is moved here is a sketch; the server decides.
import type { Pair, PlanGrid } from '../register/plans'

const keyOf = ([lon, lat]: readonly number[]) => `${lon},${lat}`
const same = (one: readonly number[], other: readonly number[]) => one[0] === other[0] && one[1] === other[1]
type Box = [west: number, south: number, east: number, north: number]
/** A grid that an edit leaves alone stays the same object. */
const boxes = new WeakMap<PlanGrid, Box>()

function boxOf(grid: PlanGrid): Box {
  let box = boxes.get(grid)
  if (!box) {
    box = [Infinity, Infinity, -Infinity, -Infinity]
    for (const [lon = 0, lat = 0] of grid.geometry.coordinates[0] ?? []) {
      if (lon < box[0]) box[0] = lon
      if (lat < box[1]) box[1] = lat
      if (lon > box[2]) box[2] = lon
      if (lat > box[3]) box[3] = lat
    }
    boxes.set(grid, box)
  }
  return box
}

/** The vertices of a net of thousands of grids: nothing is laid out before it is asked for. */
export class Vertices {
  private readonly grids: readonly PlanGrid[]

  constructor(grids: Iterable<PlanGrid>) {
    this.grids = [...grids]
  }

  /** Codes of the grids that have this vertex. */
  ownersOf(vertex: Pair): readonly string[] {
    const owns = ({ geometry }: PlanGrid) => geometry.coordinates.some((ring) => ring.some((each) => same(each, vertex)))
    return this.grids.filter((grid) => holds(boxOf(grid), vertex) && owns(grid)).map(({ properties }) => properties.code).sort()
  }

  /** Vertices of some grids, at most so many. */
  of(codes: ReadonlySet<string>, most = Infinity): Pair[] {
    const found = new Map<string, Pair>()
    for (const { properties, geometry } of this.grids) {
      if (!codes.has(properties.code)) continue
      for (const vertex of geometry.coordinates.flat()) {
        if (found.size >= most) return [...found.values()]
        const key = keyOf(vertex)
        if (!found.has(key)) found.set(key, [vertex[0] as number, vertex[1] as number])
      }
    }
    return [...found.values()]
  }

  /** The vertex nearest to a point on the screen, within some pixels. The map is not turned: a box stays one. */
  nearest(point: { x: number; y: number }, project: (vertex: Pair) => { x: number; y: number }, within: number, codes?: ReadonlySet<string>): Pair | null {
    let best: Pair | null = null
    let least = within
    for (const grid of this.grids) {
      if (codes && !codes.has(grid.properties.code)) continue
      const [west, south, east, north] = boxOf(grid)
      const [low, high] = [project([west, south]), project([east, north])]
      if (outside(point.x, low.x, high.x, within) || outside(point.y, low.y, high.y, within)) continue
      for (const vertex of grid.geometry.coordinates.flat() as Pair[]) {
        const at = project(vertex)
        const away = Math.hypot(at.x - point.x, at.y - point.y)
        if (away < least) {
          best = [vertex[0], vertex[1]]
          least = away
        }
      }
    }
    return best
  }
}

const outside = (value: number, one: number, other: number, by: number) => value < Math.min(one, other) - by || value > Math.max(one, other) + by
const holds = ([west, south, east, north]: Box, [lon, lat]: Pair) => lon >= west && lon <= east && lat >= south && lat <= north

/** The grids with one vertex moved in every ring that has it; the others are passed on as they are. */
export function withVertexMoved(grids: readonly PlanGrid[], vertex: Pair, to: Pair): PlanGrid[] {
  return grids.map((grid) => {
    if (!holds(boxOf(grid), vertex) || !grid.geometry.coordinates.some((ring) => ring.some((each) => same(each, vertex)))) return grid
    const coordinates = grid.geometry.coordinates.map((ring) => ring.map((each) => (same(each, vertex) ? [...to] : each)))
    return { ...grid, geometry: { ...grid.geometry, coordinates } }
  })
}

/** Whether two grids share at least one edge. */
export function areNeighbours(one: PlanGrid, other: PlanGrid): boolean {
  const edges = new Set<string>()
  for (const ring of one.geometry.coordinates) for (let i = 1; i < ring.length; i++) edges.add(edgeKey(ring[i - 1], ring[i]))
  return other.geometry.coordinates.some((ring) => ring.some((vertex, i) => i > 0 && edges.has(edgeKey(ring[i - 1], vertex))))
}

function edgeKey(from: readonly number[] = [], to: readonly number[] = []): string {
  const [a, b] = [keyOf(from), keyOf(to)]
  return a < b ? `${a} ${b}` : `${b} ${a}`
}

/** A point well inside a polygon, for its label: the middle of the widest stretch at some heights. */
export function labelPoint(polygon: readonly (readonly (readonly number[])[])[]): Pair {
  const outer = polygon[0] ?? []
  const lats = outer.map((each) => each[1] ?? 0)
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  let best: Pair = [outer[0]?.[0] ?? 0, outer[0]?.[1] ?? 0]
  let widest = -1
  for (const share of [0.5, 0.42, 0.58, 0.34, 0.66, 0.25, 0.75]) {
    const lat = south + (north - south) * share
    const crossings: number[] = []
    for (const ring of polygon) {
      for (let i = 1; i < ring.length; i++) {
        const [x1 = 0, y1 = 0] = ring[i - 1] ?? []
        const [x2 = 0, y2 = 0] = ring[i] ?? []
        if (y1 > lat !== y2 > lat) crossings.push(x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1))
      }
    }
    crossings.sort((a, b) => a - b)
    const centred = 1 - Math.abs(share - 0.5) // the middle is preferred
    for (let i = 1; i < crossings.length; i += 2) {
      const [from = 0, to = 0] = [crossings[i - 1], crossings[i]]
      if ((to - from) * centred > widest) {
        widest = (to - from) * centred
        best = [(from + to) / 2, lat]
      }
    }
  }
  return best
}

/** West, south, east, north of some polygons. */
export function boundsOf(grids: Iterable<PlanGrid>): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const grid of grids) {
    const [west, south, east, north] = boxOf(grid)
    box[0] = Math.min(box[0], west)
    box[1] = Math.min(box[1], south)
    box[2] = Math.max(box[2], east)
    box[3] = Math.max(box[3], north)
  }
  return Number.isFinite(box[0]) ? box : null
}

/** Whether a point lies on a grid. */
export const isOn = (grid: PlanGrid, place: Pair) => holds(boxOf(grid), place) && contains(grid.geometry.coordinates, place)

/** Whether a point lies inside a polygon, holes left out. */
export function contains(polygon: readonly (readonly (readonly number[])[])[], [lon, lat]: Pair): boolean {
  let inside = false
  for (const ring of polygon) {
    for (let i = 1; i < ring.length; i++) {
      const [x1 = 0, y1 = 0] = ring[i - 1] ?? []
      const [x2 = 0, y2 = 0] = ring[i] ?? []
      if (y1 > lat !== y2 > lat && lon < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
    }
  }
  return inside
}

/** The point half-way along a line. */
export function middleOf(line: readonly (readonly number[])[]): Pair {
  const lengths = line.map(([x = 0, y = 0], i) => (i ? Math.hypot(x - (line[i - 1]?.[0] ?? 0), y - (line[i - 1]?.[1] ?? 0)) : 0))
  let left = lengths.reduce((sum, each) => sum + each, 0) / 2
  for (let i = 1; i < line.length; i++) {
    const length = lengths[i] ?? 0
    if (length >= left && length > 0) {
      const share = left / length
      const [from, to] = [line[i - 1] ?? [], line[i] ?? []]
      return [(from[0] ?? 0) + share * ((to[0] ?? 0) - (from[0] ?? 0)), (from[1] ?? 0) + share * ((to[1] ?? 0) - (from[1] ?? 0))]
    }
    left -= length
  }
  return [line[0]?.[0] ?? 0, line[0]?.[1] ?? 0]
}
