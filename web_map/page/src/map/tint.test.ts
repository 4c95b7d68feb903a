import { createExpression } from '@maplibre/maplibre-gl-style-spec'
import { expect, test } from 'vitest'
import { TINTS } from './palette'
import { tintExpression, tintIndex } from './tint'

const CODES = ['140502006022003', '140502006022004', 'SMD 12', 'anc1a', '7', '', '城-9']

test('the map paints the colour that the function names', () => {
  const compiled = createExpression(tintExpression(), 'paint_fill_fill-color')
  if (compiled.result !== 'success') throw new Error(JSON.stringify(compiled.value))
  for (const code of CODES) {
    const colour = compiled.value.evaluate({ zoom: 12 }, { type: 3, properties: { code } })
    expect(String(colour), code).toBe(TINTS[tintIndex(code)])
  }
})

test('grids that follow each other in one community differ', () => {
  for (let i = 1; i < 99; i++) {
    const [a, b] = [i, i + 1].map((n) => tintIndex(`140502006022${String(n).padStart(3, '0')}`))
    expect(a, String(i)).not.toBe(b)
  }
})
