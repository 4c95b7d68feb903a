import { describe, expect, test } from 'vitest'
import { PLAIN_QUESTION } from './density/question'
import { formatHash, type Place, parseHash } from './hash'

const EMPTY: Place = { mode: 'dispatch', plan: null, time: null, view: null, selection: null, language: null, hidden: [], density: PLAIN_QUESTION, part: null, span: null, against: null, swipe: false }

describe('the address bar', () => {
  test.each<Place>([
    { ...EMPTY, mode: 'plan', plan: 'P00001' },
    { ...EMPTY, mode: 'density', density: { ...PLAIN_QUESTION, from: '2026-03-01', matter: '01', rate: 'km2', bucket: 'month', frame: '2026-04-01' } },
    { ...EMPTY, mode: 'admin', part: 'import' },
    { ...EMPTY, mode: 'compare', span: ['2026-05-03T08:00:00.000Z', '2026-05-03T08:00:00.002Z'] },
    { ...EMPTY, mode: 'compare', plan: 'P00001', against: '2026-05-03T08:00:00.000Z' },
    { ...EMPTY, mode: 'compare', plan: 'P00001', against: 'now', swipe: true },
    { ...EMPTY, mode: 'compare', plan: 'P00001', against: 'P00002' },
    { ...EMPTY, time: '2026-05-03T08:00:00.000Z' },
    { ...EMPTY, view: { zoom: 15.25, lat: 35.49012, lon: 112.85123 }, selection: { kind: 'grid', code: '140502006022003' }, language: 'en' },
    { ...EMPTY, selection: { kind: 'point', lon: 112.85, lat: 35.49, datum: 'gcj02' }, language: 'zh' },
    { ...EMPTY, selection: { kind: 'spot', lon: 112.850001, lat: 35.49 }},
    { ...EMPTY, selection: { kind: 'address', code: '兰花路12号&院=2#3' }},
    { ...EMPTY, hidden: ['base', 'names'] },
    EMPTY,
  ])('gives back what was put in (%#)', (place) => {
    expect(parseHash(formatHash(place))).toEqual(place)
  })

  test.each(['#', '#view=x/y', '#view=12/99/112', '#at=grid', '#at=grid:', '#at=point:1,2,tokyo', '#at=spot:,', '#at=grid:%E0%A4', '#lang=fr&x', '#mode=fly', '#part=cellar', '#span=then~now', '#time=soon', '#against=then', '#rate=fast&bucket=hour&from=2026-02-30'])(
    '%s opens the page all the same',
    (hash) => expect(parseHash(hash)).toEqual(EMPTY),
  )
})
