// The map itself: MapLibre behind a small face, so that panels never touch it.
import 'maplibre-gl/dist/maplibre-gl.css'
import { type GeoJSONSource, Map as MapLibre, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import type { View } from '../hash'
import type { Bounds, Degrees } from '../register/coordinates'
import type { District } from '../register/types'
import { buildStyle, GRID_OPACITY, GROUPS, MARKER, POINTED, SOURCE } from './style'

setWorkerUrl(new URL(workerUrl, location.href).href)

export interface Pointed {
  readonly code: string
  readonly name: string
}

export interface NetMapEvents {
  onReady(map: NetMap): void
  /** A tile did not come; the next one that comes ends it. */
  onTiles(complete: boolean): void
  onMove(view: View): void
  onClick(at: Degrees): void
  onHover(grid: Pointed | null, at: Degrees | null): void
}

export interface Chosen {
  readonly layer: 'grids' | 'areas' | 'buildings'
  readonly code: string
}

export const CJK_FONTS = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", sans-serif'
type PropertyValue = number | typeof GRID_OPACITY
const ALL_ON = { off: [], ground: GRID_OPACITY }
const FIT = { padding: 48, maxZoom: 17.2 } as const

export function hasWebGl2(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null
}

export class NetMap {
  readonly map: MapLibre
  isAlive = true
  /** Another map of the same ground, which shows the same layers. */
  copy: MapLibre | null = null
  private chosen: readonly Chosen[] = []
  private hidden: ReadonlySet<string> = new Set()
  private kept: { readonly off: readonly string[]; readonly ground: PropertyValue } = ALL_ON
  private hovered: string | null = null

  constructor(
    container: HTMLElement,
    private readonly bounds: Bounds | null,
    netVersion: number | null,
    view: View | null,
    title: string,
    events: NetMapEvents,
    basemap: District['basemap'] = null,
  ) {
    this.map = new MapLibre({
      container,
      style: buildStyle(location.origin, netVersion, bounds, basemap),
      ...(view ? { center: [view.lon, view.lat] as [number, number], zoom: view.zoom } : {}),
      ...(bounds && !view ? { bounds: [...bounds] as [number, number, number, number], fitBoundsOptions: { padding: 24 } } : {}),
      attributionControl: false,
      boxZoom: false, // Shift is for choosing more
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 20,
      minZoom: 7,
      fadeDuration: 120,
      localIdeographFontFamily: CJK_FONTS,
      locale: { 'Map.Title': title },
      ...(matchMedia('(prefers-reduced-motion: reduce)').matches ? { fadeDuration: 0 } : {}),
    })
    this.map.touchZoomRotate.disableRotation()
    this.map.keyboard.disableRotation()
    this.listen(events)
    this.map.once('style.load', () => events.onReady(this))
  }

  remove(): void {
    this.isAlive = false
    this.map.remove()
  }

  /** Takes groups of layers off the map. Tinted grids stay there to be pointed at, without their colour. */
  hide(hidden: ReadonlySet<string>): void {
    this.hidden = hidden
    this.see()
  }

  /** What a mode wants off the map, whoever would see it, and how strong the tints may be; nothing: as it was. */
  keepOff(off: readonly string[] = [], ground: PropertyValue = GRID_OPACITY): void {
    this.kept = { off, ground }
    this.see()
  }

  private see(): void {
    for (const [group, layers] of Object.entries(GROUPS)) {
      for (const id of layers) {
        const isOff = this.hidden.has(group)
        for (const map of [this.map, ...(this.copy ? [this.copy] : [])]) {
          if (!map.getLayer(id)) continue
          if (id === POINTED[0]) map.setPaintProperty(id, 'fill-opacity', isOff ? 0 : this.kept.ground)
          else map.setLayoutProperty(id, 'visibility', isOff || this.kept.off.includes(id) ? 'none' : 'visible')
        }
      }
    }
  }

  /** Asks again for tiles that did not come. */
  again(): void {
    this.map.refreshTiles(SOURCE)
  }

  retitle(title: string): void {
    this.map.getCanvas().setAttribute('aria-label', title)
  }

  view(): View {
    const { lng, lat } = this.map.getCenter()
    return { zoom: this.map.getZoom(), lat, lon: lng }
  }

  jump(view: View): void {
    this.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom })
  }

  home(): void {
    if (this.bounds) this.fit(this.bounds)
  }

  fit([west, south, east, north]: Bounds): void {
    this.map.fitBounds([[west, south], [east, north]], { ...FIT, duration: this.duration() })
  }

  /** Brings a place into view without moving more than needed. */
  show({ lon, lat }: Degrees, zoom = 16): void {
    const near = this.map.getBounds().contains([lon, lat]) && this.map.getZoom() >= zoom - 1.5
    if (!near) this.map.easeTo({ center: [lon, lat], zoom: Math.max(zoom, this.map.getZoom()), duration: this.duration() })
  }

  zoomBy(steps: 1 | -1): void {
    this.map.zoomTo(this.map.getZoom() + steps, { duration: this.duration() / 2 })
  }

  choose(chosen: readonly Chosen[]): void {
    for (const each of this.chosen) this.setState(each, { selected: false })
    this.chosen = chosen
    for (const each of chosen) this.setState(each, { selected: true })
  }

  mark(at: Degrees | null): void {
    const draw = () => {
      this.map.getSource<GeoJSONSource>(MARKER)?.setData({
        type: 'FeatureCollection',
        features: at ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [at.lon, at.lat] } }] : [],
      })
    }
    if (this.map.getSource(MARKER)) draw()
    else this.map.once('style.load', draw)
  }

  private setState({ layer, code }: Chosen, state: Record<string, boolean>): void {
    const set = () => this.map.setFeatureState({ source: SOURCE, sourceLayer: layer, id: code }, state)
    if (this.map.getSource(SOURCE)) set()
    else this.map.once('style.load', set)
  }

  private listen({ onMove, onClick, onHover, onTiles }: NetMapEvents): void {
    this.map.on('error', () => onTiles(false))
    this.map.on('sourcedata', ({ tile }) => {
      if (tile?.state === 'loaded') onTiles(true)
    })
    this.map.on('moveend', () => onMove(this.view()))
    this.map.on('click', ({ lngLat }) => onClick({ lon: lngLat.lng, lat: lngLat.lat }))
    this.map.on('mousemove', ({ point, lngLat }) => {
      const found = this.map.getLayer(POINTED[0]) ? this.map.queryRenderedFeatures(point, { layers: [...POINTED] })[0] : undefined
      const code = found ? String(found.properties.code) : null
      this.hover(code)
      onHover(code === null ? null : { code, name: String(found?.properties.name ?? '') }, { lon: lngLat.lng, lat: lngLat.lat })
    })
    this.map.getCanvas().addEventListener('mouseleave', () => {
      this.hover(null)
      onHover(null, null)
    })
  }

  private hover(code: string | null): void {
    if (code === this.hovered) return
    if (this.hovered !== null) this.setState({ layer: 'grids', code: this.hovered }, { hover: false })
    if (code !== null) this.setState({ layer: 'grids', code }, { hover: true })
    this.hovered = code
    this.map.getCanvas().style.cursor = code === null ? '' : 'pointer'
  }

  private duration(): number {
    return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 500
  }
}
