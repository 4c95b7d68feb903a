import { afterEach, expect, test, vi } from 'vitest'
import { lookup, lookupFacts, meantBy, place, Problem, search } from './api'

const signal = new AbortController().signal
const reply = (body: unknown, status = 200) => vi.fn(async () => new Response(JSON.stringify(body), { status }))

afterEach(() => vi.unstubAllGlobals())

test('a place clicked on the map is asked in the frame of the map', () => {
  expect(lookupFacts({ kind: 'spot', lon: 112.85, lat: 35.49 })).toEqual({ lon: 112.85, lat: 35.49, datum: 'wgs84' })
})

test('a candidate is asked for by its building and part, else by where it lies', () => {
  const part = meantBy({ kind: 'part', building: 'H6', part: '2', name: '2单元' })
  expect(part && lookupFacts(part)).toEqual({ building: 'H6', part: '2' })
  const whole = meantBy({ kind: 'address', building: 'H6', part: null, text: '北环街29号' })
  expect(whole && lookupFacts(whole)).toEqual({ building: 'H6' })
  expect(meantBy({ kind: 'compound', building: null, part: null, text: '银海小区', lon: 112.85, lat: 35.5 })).toEqual({ kind: 'spot', lon: 112.85, lat: 35.5 })
  expect(meantBy({ kind: 'area', building: null, part: null, text: '东街' })).toBeNull()
})

test('codes and texts are escaped in the address', async () => {
  const fetch = reply({ results: [] })
  vi.stubGlobal('fetch', fetch)
  await search('兰花路 & 12#', signal)
  await place('areas', 'a/b')
  const urls = fetch.mock.calls.map((call) => String((call as unknown[])[0]))
  expect(new URL(urls[0] ?? '', 'http://x').searchParams.get('q')).toBe('兰花路 & 12#')
  expect(urls[1]).toBe('/v1/areas/a%2Fb')
})

test('a refusal carries the words of the server', async () => {
  vi.stubGlobal('fetch', reply({ code: 'no-datum', title: 'No datum', detail: 'State datum=' }, 400))
  await expect(lookup({ kind: 'grid', code: 'x' }, 'en', null, signal)).rejects.toMatchObject({
    status: 400, code: 'no-datum', title: 'No datum', detail: 'State datum=',
  })
})

test('a proxy that answers in HTML is a problem too, and so is no answer', async () => {
  vi.stubGlobal('fetch', async () => new Response('<h1>Bad gateway</h1>', { status: 502 }))
  await expect(place('areas', 'x')).rejects.toMatchObject({ status: 502, code: 'http-502' })
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('failed')))
  await expect(place('areas', 'x')).rejects.toBeInstanceOf(Problem)
})
