// Hot and cold grids over the density: told apart by line as well as by colour, each with its class in words.
import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import { SPOT_KINDS, type Spot, type SpotKind } from '../density/spots'
import { INK, SPOT } from './palette'
import { SOURCE } from './style'

const HALO = 'spots-halo'
const LABEL = 'spots-label'
/** Inside the border, so that neighbours and what is chosen keep their own lines. */
const INSET = 4.5
const lineOf = (kind: SpotKind) => `spots-${kind}`

export class SpotsLayer {
  private shown: ReadonlyMap<string, Spot> = new Map()

  constructor(private readonly map: MapLibre) {
    const below = map.getLayer('label-building') ? 'label-building' : undefined
    for (const each of layers()) map.addLayer(each, each.type === 'symbol' ? undefined : below)
  }

  remove(): void {
    this.show([])
    for (const { id } of layers()) if (this.map.getLayer(id)) this.map.removeLayer(id)
  }

  /** Kinds are feature states, so that a step in time parses no tile again; labels change with the list only. */
  show(spots: readonly Spot[]): void {
    const next = new Map(spots.map((spot) => [spot.code, spot]))
    for (const code of this.shown.keys()) if (!next.has(code)) this.state(code, null)
    for (const { code, kind } of spots) if (this.shown.get(code)?.kind !== kind) this.state(code, kind)
    const said = (list: Iterable<Spot>) => [...list].map(({ code, label }) => `${code} ${label}`).join('\n')
    if (said(next.values()) !== said(this.shown.values())) this.label(spots)
    this.shown = next
  }

  private label(spots: readonly Spot[]): void {
    const codes = spots.map(({ code }) => code)
    this.map.setFilter(LABEL, ['all', ['==', ['get', 'level'], 'grid'], ['in', ['get', 'code'], ['literal', codes]]])
    const text = ['match', ['get', 'code'], ...spots.flatMap(({ code, label }) => [code, label]), ''] as unknown as ExpressionSpecification
    this.map.setLayoutProperty(LABEL, 'text-field', spots.length ? text : '')
  }

  private state(code: string, spot: SpotKind | null): void {
    this.map.setFeatureState({ source: SOURCE, sourceLayer: 'grids', id: code }, { spot })
  }
}

function layers(): LayerSpecification[] {
  const is = (...kinds: SpotKind[]): ExpressionSpecification => ['case', ['in', ['coalesce', ['feature-state', 'spot'], ''], ['literal', kinds]], 1, 0]
  const line = (id: string, paint: object): LayerSpecification => ({ id, type: 'line', source: SOURCE, 'source-layer': 'grids', layout: { 'line-join': 'round' }, paint: { ...paint, 'line-offset': INSET } })
  return [
    line(HALO, { 'line-color': '#ffffff', 'line-width': 6.5, 'line-opacity': is('hot', 'cold') }),
    ...SPOT_KINDS.map((kind) => {
      const { colour, width, dashes } = SPOT[kind]
      return line(lineOf(kind), { 'line-color': colour, 'line-width': width, 'line-opacity': is(kind), ...(dashes ? { 'line-dasharray': [...dashes] } : {}) })
    }),
    {
      id: LABEL, type: 'symbol', source: SOURCE, 'source-layer': 'labels', filter: ['==', ['get', 'code'], ''],
      layout: { 'text-field': '', 'text-font': ['sans-serif'], 'text-size': 12.5, 'text-offset': [0, 1.3], 'text-max-width': 9, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': INK, 'text-halo-color': '#fffdf9', 'text-halo-width': 2 },
    },
  ]
}
