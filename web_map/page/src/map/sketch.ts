// Drawing a line or an area by hand: terra-draw behind a small face. Space held down pans, the centre of
// the map can be pressed from the keyboard.
import type { LineString, Polygon, Position } from 'geojson'
import type { Map as MapLibre } from 'maplibre-gl'
import { TerraDraw, TerraDrawLineStringMode, TerraDrawModeUndoRedo, TerraDrawPolygonMode } from 'terra-draw'
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter'
import type { Pair } from '../register/plans'
import { SELECTED } from './palette'

export type Shape = LineString | Polygon
const SNAP_PX = 12
const PRECISION = 9 // the lattice of the register

export interface SketchEvents {
  onChange(shape: Shape): void
  onFinish(shape: Shape): void
  /** A vertex to snap to, near a place on the screen. */
  snap(point: { x: number; y: number }, within: number): Pair | null
}

export class Sketch {
  private readonly draw: TerraDraw

  constructor(private readonly map: MapLibre, kind: 'line' | 'area', events: SketchEvents) {
    const red = SELECTED as `#${string}`
    const snapping = {
      toCustom: ({ containerX, containerY }: { containerX: number; containerY: number }): Position | undefined =>
        events.snap({ x: containerX, y: containerY }, SNAP_PX) ?? undefined,
    }
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: PRECISION }),
      modes: [
        new TerraDrawLineStringMode({ snapping, pointerDistance: 14, styles: { lineStringColor: red, lineStringWidth: 3, closingPointColor: red } }),
        new TerraDrawPolygonMode({ snapping, pointerDistance: 14, styles: { fillColor: red, fillOpacity: 0.14, outlineColor: red, outlineWidth: 3, closingPointColor: red } }),
      ],
      undoRedo: { modeLevel: new TerraDrawModeUndoRedo() },
    })
    this.draw.start()
    this.draw.setMode(kind === 'line' ? 'linestring' : 'polygon')
    this.draw.on('change', () => {
      const shape = this.shape()
      if (shape) events.onChange(shape)
    })
    this.draw.on('finish', (id) => {
      const shape = this.draw.getSnapshotFeature(id)?.geometry
      if (shape?.type === 'LineString' || shape?.type === 'Polygon') events.onFinish(shape)
      queueMicrotask(() => {
        if (this.draw.enabled) this.draw.clear()
      })
    })
  }

  /** What is drawn so far, with the place under the cursor as its last point. */
  shape(): Shape | null {
    const drawn = this.draw.getSnapshot().find(({ geometry, properties }) => geometry.type !== 'Point' && properties.mode === this.draw.getMode())
    return drawn && (drawn.geometry.type === 'LineString' || drawn.geometry.type === 'Polygon') ? drawn.geometry : null
  }

  /** Take the last point back. False where there is none. */
  back(): boolean {
    return this.draw.canUndo() && this.draw.undo()
  }

  /** Drop what is drawn. False where nothing is. */
  clear(): boolean {
    if (!this.shape()) return false
    const mode = this.draw.getMode()
    this.draw.clear()
    this.draw.setMode(mode)
    return true
  }

  finish(): void {
    this.map.getCanvas().dispatchEvent(new KeyboardEvent('keyup', { key: 'Enter' }))
  }

  /** Put a point at the centre of the map, as a click would. */
  pressCentre(): void {
    const canvas = this.map.getCanvas()
    const box = canvas.getBoundingClientRect()
    const place = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 }
    const common = { ...place, bubbles: true, pointerId: 1, pointerType: 'mouse', isPrimary: true }
    canvas.dispatchEvent(new PointerEvent('pointermove', common))
    canvas.dispatchEvent(new PointerEvent('pointerdown', { ...common, button: 0, buttons: 1 }))
    canvas.dispatchEvent(new PointerEvent('pointerup', { ...common, button: 0 }))
  }

  stop(): void {
    if (this.draw.enabled) this.draw.stop()
  }
}
