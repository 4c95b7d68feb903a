import { describe, expect, test } from 'vitest'
import { formatHash, type Place, parseHash } from './hash'

describe('the address bar', () => {
  test.each<Place>([
    { view: { zoom: 15.25, lat: 35.49012, lon: 112.85123 }, selection: { kind: 'grid', code: '140502006022003' }, language: 'en' },
    { view: null, selection: { kind: 'point', lon: 112.85, lat: 35.49, datum: 'gcj02' }, language: 'zh' },
    { view: null, selection: { kind: 'spot', lon: 112.850001, lat: 35.49 }, language: null },
    { view: null, selection: { kind: 'address', code: '兰花路12号&院=2#3' }, language: null },
    { view: null, selection: null, language: null },
  ])('gives back what was put in (%#)', (place) => {
    expect(parseHash(formatHash(place))).toEqual(place)
  })

  test.each(['#', '#view=x/y', '#view=12/99/112', '#at=grid', '#at=grid:', '#at=point:1,2,tokyo', '#at=spot:,', '#at=grid:%E0%A4', '#lang=fr&x'])(
    '%s opens the page all the same',
    (hash) => expect(parseHash(hash)).toEqual({ view: null, selection: null, language: null }),
  )
})
