// A second map over the first, cut off at a divider: two states of one ground on either side of it.
import { Map as MapLibre } from 'maplibre-gl'
import { CJK_FONTS, type NetMap } from './net_map'

export class Swipe {
  readonly map: MapLibre
  private readonly over = document.createElement('div')

  /** strip: the class of what the first map has for itself, by the beginning of its names. */
  constructor(private readonly net: NetMap, strip: string, onReady: (map: MapLibre) => void) {
    this.over.className = 'late'
    this.over.setAttribute('aria-hidden', 'true') // it says nothing that the first does not
    net.map.getContainer().append(this.over)
    const style = net.map.getStyle()
    this.map = new MapLibre({
      container: this.over,
      style: {
        ...style,
        sources: Object.fromEntries(Object.entries(style.sources).filter(([id]) => !id.startsWith(strip))),
        layers: style.layers.filter(({ id }) => !id.startsWith(strip)),
      },
      interactive: false, // the pointer goes through to the first
      attributionControl: false,
      fadeDuration: 0,
      localIdeographFontFamily: CJK_FONTS,
    })
    net.copy = this.map
    if (window.yiwang) window.yiwang.late = this.map
    this.follow()
    net.map.on('move', this.follow)
    this.map.once('style.load', () => onReady(this.map))
  }

  /** share: of the width, what the first map keeps. */
  cut(share: number): void {
    this.over.style.clipPath = `inset(0 0 0 ${share * 100}%)`
  }

  remove(): void {
    this.net.copy = null
    if (this.net.isAlive) this.net.map.off('move', this.follow)
    this.map.remove()
    this.over.remove()
  }

  private readonly follow = () => {
    const { map } = this.net
    this.map.jumpTo({ center: map.getCenter(), zoom: map.getZoom() })
  }
}
