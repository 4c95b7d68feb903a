// The legend inside a picture of the map.
import { INK } from './palette'

/** A filled swatch, or a line where `width` is given; dashes are in line widths. */
export interface LegendRow {
  readonly colour: string
  readonly text: string
  readonly width?: number
  readonly dashes?: readonly number[] | null
}

export interface PictureLegend {
  readonly title: string
  readonly rows: readonly LegendRow[]
}

const ROW = 20
const PAD = 12
const SWATCH = 26

/** right, bottom: the corner of the map that the box leaves 12 px free, in CSS pixels. */
export function drawLegends(pen: CanvasRenderingContext2D, legends: readonly PictureLegend[], right: number, bottom: number, family: string): void {
  const lines = legends.flatMap(({ title, rows }) => [{ title }, ...rows])
  pen.font = `600 13px ${family}`
  const widest = Math.max(...lines.map((line) => pen.measureText('title' in line ? line.title : line.text).width + ('title' in line ? 0 : SWATCH + 8)))
  const [width, height] = [widest + 2 * PAD, lines.length * ROW + 2 * PAD - 6]
  const [left, top] = [right - 12 - width, bottom - 12 - height]
  pen.fillStyle = '#fffdf9f2'
  pen.fillRect(left, top, width, height)
  pen.strokeStyle = '#ddd6c8'
  pen.lineWidth = 1
  pen.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1)
  lines.forEach((line, i) => {
    const middle = top + PAD + i * ROW + 7
    const isTitle = 'title' in line
    if (!isTitle) sample(pen, line, left + PAD, middle)
    pen.fillStyle = INK
    pen.font = `${isTitle ? '600 ' : ''}13px ${family}`
    pen.fillText(isTitle ? line.title : line.text, left + PAD + (isTitle ? 0 : SWATCH + 8), middle + 5)
  })
}

function sample(pen: CanvasRenderingContext2D, { colour, width, dashes }: LegendRow, left: number, middle: number): void {
  pen.save()
  if (width) {
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.setLineDash((dashes ?? []).map((dash) => dash * width))
    pen.beginPath()
    pen.moveTo(left, middle)
    pen.lineTo(left + SWATCH, middle)
    pen.stroke()
  } else {
    pen.fillStyle = colour
    pen.fillRect(left + 3, middle - 6, 20, 12)
    pen.strokeStyle = '#7d7466'
    pen.lineWidth = 0.8
    pen.strokeRect(left + 3, middle - 6, 20, 12)
  }
  pen.restore()
}
