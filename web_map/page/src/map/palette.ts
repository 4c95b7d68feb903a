// The colours of the ground. Paper and water stay pale, so that borders and labels carry the map.
// What colours mean stays apart for the colour-blind: palette.test.ts measures it.

export const PAPER = '#f6f3ec'
export const INK = '#22303a'
export const SELECTED = '#b42318'
export const PARK = '#d5e3c4'
export const WATER = '#b9d4e3'
export const ROAD = '#ffffff'
export const ROAD_CASING = '#cfc8ba'
export const RAIL = '#9a958b'
export const BORDER = { grid: '#8a8172', community: '#5d6b74', street: '#34495a', district: '#22303a' } as const

/** Building uses, by lightness as well as by hue. Unknown uses are `other`. */
export const USES = {
  residential: { fill: '#c5b8a6', names: ['residential', 'housing', 'apartments', 'tower', 'slab', '住宅', '居住'] },
  rural: { fill: '#f9e5ad', names: ['rural', 'village', 'house', '农房', '村民住宅', '村宅', '民房'] },
  commercial: { fill: '#da906e', names: ['commercial', 'shop', 'retail', 'office', 'market', '商业', '商铺', '办公', '市场'] },
  public: { fill: '#95a5ce', names: ['public', 'school', 'hospital', 'civic', '公共', '公共服务', '学校', '医院', '机关'] },
  industrial: { fill: '#9a94a1', names: ['industrial', 'works', 'factory', 'warehouse', '工业', '厂房', '仓储'] },
  other: { fill: '#cbcccd', names: [] },
} as const
export type Use = keyof typeof USES

export function useOf(name: string): Use {
  const found = (Object.keys(USES) as Use[]).find((use) => (USES[use].names as readonly string[]).includes(name))
  return found ?? 'other'
}

/** Pale tints that set neighbours apart and mean nothing else. */
export const TINTS = ['#fcd967', '#72a0c2', '#9ad2a9', '#c7a6b2', '#cac7ea', '#e89468'] as const

/** Households against the band: blue is too few, orange too many, and every grid has its figure beside it. */
export const TONE = { 'far-under': '#3f78ad', under: '#9cc1de', within: '#efe9d8', over: '#f0b978', 'far-over': '#c9671d' } as const
/** The bar of a grid within its band, on the ground of the band. */
export const WITHIN_BAR = '#2f5d3c'
/** A grid to which no band applies, or where nobody lives. */
export const TONE_FREE = '#b4b8ba'

/** Grids that stand out: the dashes (in line widths) tell them apart without the colour. */
export const SPOT = {
  hot: { colour: '#1b1b1b', width: 3.4, dashes: null },
  cold: { colour: '#1f5fa8', width: 3.4, dashes: [2, 1] },
  quiet: { colour: '#4b5359', width: 2, dashes: [1, 1.6] },
} as const

/** What becomes of grids between two nets; retired ground is its heir's, so only a dotted line tells of it. */
export const CHANGE = { changed: '#3f78ad', new: '#8fbf3f', renamed: '#d9c3e6' } as const

/** A file's net before (dashed) and after it is mended; faults that are left as they are. */
export const REPAIR = { before: '#b0492c', after: '#2c6fa8', left: '#8b8476' } as const
/** Faults as points: what blocks, and what only warns. */
export const FAULT = { bad: SELECTED, warns: '#e0a800' } as const
