// What the map shows as a PNG, with a title, a scale bar, the north and the datum under it.
import type { Map as MapLibre } from 'maplibre-gl'
import { scaleBar } from './scale'
import { INK } from './palette'
import { drawLegends, type PictureLegend } from './picture_legend'

const STRIP = 56 // height of what stands under the map, in CSS pixels
const PAD = 14

const FAMILY = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'

/** title: what is shown; notes: net version and the like. */
export async function pictureOf(map: MapLibre, title: string, notes: string, legends: readonly PictureLegend[] = []): Promise<Blob> {
  const source = await drawnAnew(map)
  const ratio = source.width / map.getCanvas().clientWidth
  const canvas = document.createElement('canvas')
  canvas.width = source.width
  canvas.height = source.height + STRIP * ratio
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  pen.fillStyle = '#fffdf9'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(source, 0, 0)
  pen.scale(ratio, ratio)
  if (legends.length) drawLegends(pen, legends, canvas.width / ratio, source.height / ratio, FAMILY)
  label(pen, canvas.width / ratio, source.height / ratio, map, title, notes)
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no picture'))), 'image/png'))
}

/** The drawing is gone once the frame has been shown: it is copied while it is there. */
function drawnAnew(map: MapLibre): Promise<ImageBitmap> {
  return new Promise((done, fail) => {
    map.once('render', () => createImageBitmap(map.getCanvas()).then(done, fail))
    map.triggerRepaint()
  })
}

function label(pen: CanvasRenderingContext2D, width: number, top: number, map: MapLibre, title: string, notes: string): void {
  const bar = scaleBar(map.getCenter().lat, map.getZoom())
  pen.fillStyle = INK
  pen.strokeStyle = INK
  pen.font = `600 16px ${FAMILY}`
  pen.fillText(title, PAD, top + 22, width - 190)
  pen.font = `12px ${FAMILY}`
  pen.fillText(`${notes} · WGS 84`, PAD, top + 43, width - 190)
  const left = width - PAD - 30 - bar.pixels
  pen.beginPath()
  pen.moveTo(left, top + 18)
  pen.lineTo(left, top + 25)
  pen.lineTo(left + bar.pixels, top + 25)
  pen.lineTo(left + bar.pixels, top + 18)
  pen.stroke()
  pen.fillText(bar.label, left, top + 43)
  const north = width - PAD - 8
  pen.beginPath()
  pen.moveTo(north, top + 8)
  pen.lineTo(north - 6, top + 28)
  pen.lineTo(north, top + 23)
  pen.lineTo(north + 6, top + 28)
  pen.fill()
  pen.fillText('N', north - 4, top + 43)
}
