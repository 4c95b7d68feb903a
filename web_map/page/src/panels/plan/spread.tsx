// How the households spread over the grids, with the band behind.
import { histogram } from '../../planning/balance'
import type { PlanGrid } from '../../register/plans'
import { useSay } from '../../text/language'

const [WIDTH, HEIGHT] = [340, 64]

export function Spread({ grids }: { grids: ReadonlyMap<string, PlanGrid> }) {
  const say = useSay()
  const facts = [...grids.values()].map(({ properties }) => properties)
  const bins = histogram(facts.map(({ households }) => households))
  const last = bins.at(-1)
  if (!last) return <p class="muted">{say('plan_nobody')}</p>
  const band = facts.find((each) => each.band)?.band
  const tallest = Math.max(...bins.map(({ count }) => count))
  const x = (households: number) => (households / last.to) * WIDTH
  const total = facts.reduce((sum, { households }) => sum + households, 0)
  return (
    <figure class="spread">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 16}`} role="img" aria-label={say('plan_spread')}>
        {band && <rect x={x(band[0])} y="0" width={Math.max(0, x(Math.min(band[1], last.to)) - x(band[0]))} height={HEIGHT} fill="#dfe7e0" />}
        {bins.map(({ from, to, count }) => {
          const height = count ? Math.max(2, (count / tallest) * (HEIGHT - 12)) : 0
          return (
            <g key={from}>
              <rect x={x(from) + 1} y={HEIGHT - height} width={x(to) - x(from) - 2} height={height} fill="#5d7f8c"><title>{`${from}–${to}: ${count}`}</title></rect>
              {count > 0 && <text x={(x(from) + x(to)) / 2} y={HEIGHT - height - 2} text-anchor="middle">{count}</text>}
            </g>
          )
        })}
        <path d={`M0 ${HEIGHT}h${WIDTH}`} stroke="#8b8476" />
        {bins.filter((_, i) => i % Math.ceil(bins.length / 6) === 0).map(({ from }) => <text key={from} x={x(from)} y={HEIGHT + 13} text-anchor={from ? 'middle' : 'start'}>{from}</text>)}
      </svg>
      <figcaption class="muted">{say('plan_spread_text', { grids: facts.length, households: total, mean: Math.round(total / facts.length) })}{band && <> · {say('plan_band_text', { least: band[0], most: band[1] })}</>}</figcaption>
    </figure>
  )
}
