// How colours look to people: lightness and difference as CIE define them, and the three kinds of colour-blindness.

export const SIGHTS = ['normal', 'protanopia', 'deuteranopia', 'tritanopia'] as const
export type Sight = (typeof SIGHTS)[number]
type Triple = readonly [number, number, number]

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const MACHADO: Readonly<Record<Sight, readonly [Triple, Triple, Triple]>> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
const TO_XYZ: readonly [Triple, Triple, Triple] = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
const WHITE: Triple = [0.95047, 1, 1.08883] // D65

const times = (matrix: readonly [Triple, Triple, Triple], [a, b, c]: Triple): Triple => {
  const row = ([x, y, z]: Triple) => x * a + y * b + z * c
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])]
}

function each(triple: Triple, change: (value: number, place: 0 | 1 | 2) => number): Triple {
  return [change(triple[0], 0), change(triple[1], 1), change(triple[2], 2)]
}

const channels = (hex: string): Triple => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Triple

/** What is seen where a colour (#rrggbb) lies half transparent over another one. */
export function over(hex: string, opacity: number, ground: string): string {
  const below = channels(ground)
  const mixed = each(channels(hex), (value, place) => Math.round((opacity * value + (1 - opacity) * below[place]) * 255))
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

/** CIELAB (D65) of a colour (#rrggbb) as that sight has it. */
export function lab(hex: string, sight: Sight = 'normal'): Triple {
  const linear = each(channels(hex), (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  const seen = each(times(MACHADO[sight], linear), (value) => Math.min(1, Math.max(0, value)))
  const [x, y, z] = each(times(TO_XYZ, seen), (value, place) => {
    const share = value / WHITE[place]
    return share > 216 / 24389 ? Math.cbrt(share) : ((24389 / 27) * share + 16) / 116
  })
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

const rad = (degrees: number) => (degrees * Math.PI) / 180
const SEVENTH = 25 ** 7

/** ΔE2000 of two CIELAB colours (Sharma, Wu and Dalal 2005). */
export function difference(first: Triple, second: Triple): number {
  const chroma = (Math.hypot(first[1], first[2]) + Math.hypot(second[1], second[2])) / 2
  const stretch = 1.5 - 0.5 * Math.sqrt(chroma ** 7 / (chroma ** 7 + SEVENTH))
  const [c1, h1] = polar(first[1] * stretch, first[2])
  const [c2, h2] = polar(second[1] * stretch, second[2])
  const turn = c1 * c2 === 0 ? 0 : ((h2 - h1 + 540) % 360) - 180
  const hue = c1 * c2 === 0 ? h1 + h2 : (h1 + turn / 2 + 360) % 360
  const c = (c1 + c2) / 2
  const light = ((first[0] + second[0]) / 2 - 50) ** 2
  const t = 1 - 0.17 * Math.cos(rad(hue - 30)) + 0.24 * Math.cos(rad(2 * hue)) + 0.32 * Math.cos(rad(3 * hue + 6)) - 0.2 * Math.cos(rad(4 * hue - 63))
  const byLight = (second[0] - first[0]) / (1 + (0.015 * light) / Math.sqrt(20 + light))
  const byChroma = (c2 - c1) / (1 + 0.045 * c)
  const byHue = (2 * Math.sqrt(c1 * c2) * Math.sin(rad(turn / 2))) / (1 + 0.015 * c * t)
  const rotation = -Math.sin(rad(60 * Math.exp(-(((hue - 275) / 25) ** 2)))) * 2 * Math.sqrt(c ** 7 / (c ** 7 + SEVENTH))
  return Math.sqrt(byLight ** 2 + byChroma ** 2 + byHue ** 2 + rotation * byChroma * byHue)
}

function polar(a: number, b: number): [chroma: number, hue: number] {
  const chroma = Math.hypot(a, b)
  return [chroma, chroma === 0 ? 0 : ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360]
}
