// The grids in force in the colours of a frame. Colours are feature states: a new frame parses no tile again.
import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import { NO_VALUE } from '../density/ramp'
import { SOURCE } from './style'

const FILL = 'density-fill'
/** What would mix its own colours into the classes. */
const TURNED_OFF = ['parks', 'buildings'] as const

export class DensityLayer {
  private painted: readonly string[] = []

  constructor(private readonly map: MapLibre) {
    map.addLayer(layer(), map.getLayer('parks') ? 'parks' : undefined)
    for (const id of TURNED_OFF) map.setLayoutProperty(id, 'visibility', 'none')
  }

  remove(): void {
    this.paint([], [])
    if (this.map.getLayer(FILL)) this.map.removeLayer(FILL)
    for (const id of TURNED_OFF) this.map.setLayoutProperty(id, 'visibility', 'visible')
  }

  paint(codes: readonly string[], colours: readonly string[]): void {
    const kept = new Set(codes)
    const state = (code: string, fill: string | null) => this.map.setFeatureState({ source: SOURCE, sourceLayer: 'grids', id: code }, { fill })
    for (const code of this.painted) if (!kept.has(code)) state(code, null)
    codes.forEach((code, i) => {
      state(code, colours[i] ?? null)
    })
    this.painted = codes
  }

  gridAt(point: { x: number; y: number }): string | null {
    const found = this.map.queryRenderedFeatures([point.x, point.y], { layers: [FILL] })[0]
    return found ? String(found.properties.code) : null
  }
}

function layer(): LayerSpecification {
  const colour: ExpressionSpecification = ['to-color', ['feature-state', 'fill'], NO_VALUE]
  return { id: FILL, type: 'fill', source: SOURCE, 'source-layer': 'grids', paint: { 'fill-color': colour, 'fill-opacity': 0.92, 'fill-antialias': false } }
}
