// MapLibre alone with a style that was taken from the page: what the map itself costs.
import { Map as MapLibre, setWorkerUrl } from '/bare/maplibre-gl.mjs'

setWorkerUrl(`${location.origin}/bare/maplibre-gl-worker.mjs`)
const { style, width, height, center, zoom, codes, ramp } = await (await fetch(`/bare/${location.hash.slice(1)}.json`)).json()
const box = document.getElementById('map')
box.style.width = `${width}px`
box.style.height = `${height}px`
const map = new MapLibre({ container: box, style, center, zoom, attributionControl: false, boxZoom: false, dragRotate: false, fadeDuration: 120, maxZoom: 20, minZoom: 7 })
window.yiwang = { map }

// the same work for the map as the page gives it: a click chooses, Enter puts the grid in the middle anew, a full
// stop paints
const inMiddle = ({ geometry }) => {
  const { lng, lat } = map.getCenter()
  const corners = geometry.coordinates[0]
  const side = (axis, at) => corners.some((each) => each[axis] < at) && corners.some((each) => each[axis] > at)
  return side(0, lng) && side(1, lat)
}
let chosen = null
map.on('click', ({ point }) => {
  const found = map.queryRenderedFeatures(point, { layers: ['grids'] })[0]
  const state = (code, selected) => map.setFeatureState({ source: 'net', sourceLayer: 'grids', id: code }, { selected })
  if (chosen) state(chosen, false)
  chosen = found?.properties.code ?? null
  if (chosen) state(chosen, true)
})
let turn = 0
addEventListener('keydown', ({ key }) => {
  turn += 1
  if (key === 'Enter') map.getSource('plan').updateData({ add: style.sources.plan.data.features.filter(inMiddle) })
  if (key === '.') codes.forEach((code, i) => map.setFeatureState({ source: 'net', sourceLayer: 'grids', id: code }, { fill: ramp[(i + turn) % ramp.length] }))
})
