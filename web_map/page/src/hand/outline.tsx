// The shape of a grid as a small picture, north up, with a scale.
interface Props {
  readonly geometry: GeoJSON.Geometry | null
  readonly label: string
}

const SIDE = 300
const MARGIN = 14
const METRES_PER_DEGREE = 111_320

export function Outline({ geometry, label }: Props) {
  const polygons = geometry?.type === 'Polygon' ? [geometry.coordinates] : geometry?.type === 'MultiPolygon' ? geometry.coordinates : []
  const points = polygons.flat(2)
  if (!points.length) return null
  const lons = points.map(([lon = 0]) => lon)
  const lats = points.map(([, lat = 0]) => lat)
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)]
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = (SIDE - 2 * MARGIN) / Math.max((east - west) * squeeze, north - south, 1e-9)
  const x = (lon: number) => MARGIN + (lon - west) * squeeze * scale
  const y = (lat: number) => MARGIN + (north - lat) * scale
  const [width, height] = [x(east) + MARGIN, y(south) + MARGIN]
  const path = polygons.map((rings) => rings.map((ring) => `M${ring.map(([lon = 0, lat = 0]) => `${x(lon).toFixed(1)} ${y(lat).toFixed(1)}`).join('L')}Z`).join('')).join('')
  const metres = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000].findLast((each) => (each / METRES_PER_DEGREE) * scale <= width / 3) ?? 10
  const bar = (metres / METRES_PER_DEGREE) * scale
  return (
    <svg class="outline" viewBox={`0 0 ${width.toFixed(0)} ${(height + 20).toFixed(0)}`} role="img" aria-label={label}>
      <path class="ground" d={path} fill-rule="evenodd" />
      <path class="scale" d={`M${MARGIN} ${height + 4}v6h${bar.toFixed(1)}v-6`} />
      <text x={MARGIN + bar + 8} y={height + 12}>{metres >= 1000 ? `${metres / 1000} km` : `${metres} m`}</text>
      <path class="north" d={`M${width - MARGIN - 6} ${height + 12}v-14l-4 6m4-6l4 6`} />
      <text x={width - MARGIN - 20} y={height + 12} text-anchor="end">N</text>
    </svg>
  )
}
