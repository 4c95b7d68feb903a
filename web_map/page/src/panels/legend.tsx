import { BORDER, PARK, RAIL, ROAD, ROAD_CASING, TINTS, USES, type Use, WATER } from '../map/palette'
import { useSay } from '../text/language'

const BORDERS = ['district', 'street', 'community', 'grid'] as const
const WEIGHT_PX = { district: 4, street: 2.6, community: 1.6, grid: 0.9 } as const

export function Legend() {
  const say = useSay()
  return (
    <section aria-label={say('legend')}>
      <details class="legend">
        <summary>{say('legend')}</summary>
        <ul>
          {BORDERS.map((level) => (
            <li key={level}>
              <svg width="26" height="12" aria-hidden="true"><path d="M1 6h24" stroke={BORDER[level]} stroke-width={WEIGHT_PX[level]} /></svg>
              {say(`legend_${level}`)}
            </li>
          ))}
          <li>
            <svg width="26" height="12" aria-hidden="true"><path d="M1 6h24" stroke={ROAD_CASING} stroke-width="5" /><path d="M1 6h24" stroke={ROAD} stroke-width="3" /></svg>
            {say('legend_road')}
          </li>
          <li>
            <svg width="26" height="12" aria-hidden="true"><path d="M1 6h24" stroke={RAIL} stroke-width="2" stroke-dasharray="6 3" /></svg>
            {say('legend_rail')}
          </li>
          {([['water', WATER], ['park', PARK]] as const).map(([name, fill]) => (
            <li key={name}>
              <svg width="26" height="12" aria-hidden="true"><path d="M6 1h14v10H6z" fill={fill} stroke="#7d7466" stroke-width="0.6" /></svg>
              {say(`legend_${name}`)}
            </li>
          ))}
          {(Object.keys(USES) as Use[]).map((use) => (
            <li key={use}>
              <svg width="26" height="12" aria-hidden="true"><path d="M6 1h14v10H6z" fill={USES[use].fill} stroke="#7d7466" stroke-width="0.6" /></svg>
              {say(`use_${use}`)}
            </li>
          ))}
          <li>
            <svg width="26" height="12" aria-hidden="true">{TINTS.map((tint, i) => <path key={tint} d={`M${1 + i * 4} 1h4v10h-4z`} fill={tint} />)}</svg>
            {say('legend_tints')}
          </li>
        </ul>
      </details>
    </section>
  )
}
