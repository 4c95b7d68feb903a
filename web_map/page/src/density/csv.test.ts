import { expect, test } from 'vitest'
import type { DensityAnswer } from './answers'
import { asCsv } from './csv'

const ANSWER: DensityAnswer = {
  codes: ['1', '2'], names: ['东街, "一"', '=1+1'], buckets: ['2026-03-01', '2026-04-01'],
  values: [[1.5, null], [0, 2]], counts: [[3, null], [0, 4]], breaks: [2], rate: 'km2', unit: 'grid', shapes: null, bucket: 'month', net: 'snapshot', uncounted: 0,
  from: '2026-03-01', to: '2026-04-30', masked: true, incidents: 7, stale: false, net_version: 3,
}

test('a row for each grid and bucket, no formula, nothing where there is no value', () => {
  expect(asCsv(ANSWER).split('\r\n')).toEqual([
    '\ufeffgrid,name,from,count,value',
    '1,"东街, ""一""",2026-03-01,3,1.5',
    "2,'=1+1,2026-03-01,,",
    '1,"东街, ""一""",2026-04-01,0,0',
    "2,'=1+1,2026-04-01,4,2",
    '',
  ])
})

test('the first column says what the rows are', () => expect(asCsv({ ...ANSWER, unit: 'h3' })).toMatch(/^\ufeffcode,/))
