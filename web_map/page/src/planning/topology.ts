// The shared borders of a plan's net, in the browser: a vertex belongs to every polygon that has its bits.
// What is moved here is a sketch; the server decides.
import type { Pair, PlanGrid } from '../register/plans'

const keyOf = ([lon, lat]: readonly number[]) => `${lon},${lat}`

export class Vertices {
  private readonly owners = new Map<string, Set<string>>()
  private readonly places = new Map<string, Pair>()

  constructor(grids: Iterable<PlanGrid>) {
    for (const { properties, geometry } of grids) {
      for (const ring of geometry.coordinates) {
        for (const vertex of ring) {
          const key = keyOf(vertex)
          const found = this.owners.get(key)
          if (found) found.add(properties.code)
          else {
            this.owners.set(key, new Set([properties.code]))
            this.places.set(key, [vertex[0] as number, vertex[1] as number])
          }
        }
      }
    }
  }

  /** Codes of the grids that have this vertex. */
  ownersOf(vertex: Pair): readonly string[] {
    return [...(this.owners.get(keyOf(vertex)) ?? [])].sort()
  }

  /** All vertices of some grids. */
  of(codes: ReadonlySet<string>): Pair[] {
    return [...this.places].filter(([key]) => [...(this.owners.get(key) ?? [])].some((code) => codes.has(code))).map(([, place]) => place)
  }

  /** The vertex nearest to a point on the screen, within some pixels. */
  nearest(point: { x: number; y: number }, project: (vertex: Pair) => { x: number; y: number }, within: number, codes?: ReadonlySet<string>): Pair | null {
    let best: Pair | null = null
    let least = within
    for (const vertex of codes ? this.of(codes) : this.places.values()) {
      const at = project(vertex)
      const away = Math.hypot(at.x - point.x, at.y - point.y)
      if (away < least) {
        best = vertex
        least = away
      }
    }
    return best
  }
}

/** The grids with one vertex moved in every ring that has it; the others are passed on as they are. */
export function withVertexMoved(grids: readonly PlanGrid[], vertex: Pair, to: Pair): PlanGrid[] {
  const key = keyOf(vertex)
  return grids.map((grid) => {
    if (!grid.geometry.coordinates.some((ring) => ring.some((each) => keyOf(each) === key))) return grid
    const coordinates = grid.geometry.coordinates.map((ring) => ring.map((each) => (keyOf(each) === key ? [...to] : each)))
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
export function boundsOf(grids: Iterable<PlanGrid>): [number, number, number, number] | null {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { geometry } of grids) {
    for (const [lon = 0, lat = 0] of geometry.coordinates[0] ?? []) {
      box[0] = Math.min(box[0], lon)
      box[1] = Math.min(box[1], lat)
      box[2] = Math.max(box[2], lon)
      box[3] = Math.max(box[3], lat)
    }
  }
  return Number.isFinite(box[0]) ? box : null
}

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
