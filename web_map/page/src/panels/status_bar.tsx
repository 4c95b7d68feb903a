import { useContext } from 'preact/hooks'
import { type Cell, useCell } from '../cell'
import type { View } from '../hash'
import type { Pointed } from '../map/net_map'
import { scaleBar } from '../map/scale'
import { type Degrees, formatPair } from '../register/coordinates'
import { DATUM_NAMES } from '../register/datums'
import { formatInstant, LocaleContext, useSay } from '../text/language'

export interface Cursor {
  readonly grid: Pointed | null
  readonly at: Degrees | null
}

interface Props {
  readonly cursor: Cell<Cursor>
  readonly view: Cell<View | null>
  readonly incomplete: Cell<boolean>
  readonly netVersion: number | null
  readonly lastUpdated: string | null
  readonly stale: boolean
}

export function StatusBar({ cursor, view, incomplete, netVersion, lastUpdated, stale }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const gaps = useCell(incomplete)
  return (
    <footer class="status">
      <ScaleBar view={view} />
      <span title={say('datum')}>{DATUM_NAMES.wgs84}</span>
      <UnderCursor cursor={cursor} />
      <span class="spring" />
      <span role="status" class="stale">{stale ? say('stale_short') : gaps ? say('tiles_missing') : ''}</span>
      {netVersion !== null && <span>{say('net_version')} <b>{netVersion}</b></span>}
      {lastUpdated && <span>{say('data_time')} <time dateTime={lastUpdated}>{formatInstant(locale, lastUpdated, 'minute')}</time></span>}
    </footer>
  )
}

function ScaleBar({ view }: { view: Cell<View | null> }) {
  const say = useSay()
  const at = useCell(view)
  if (!at) return null
  const { label, pixels } = scaleBar(at.lat, at.zoom)
  return (
    <span class="scale">
      <span class="visually-hidden">{say('scale')}</span>
      <svg width={Math.ceil(pixels) + 2} height="8" aria-hidden="true"><path d={`M1 1v6h${pixels.toFixed(1)}v-6`} /></svg>
      {label}
    </span>
  )
}

function UnderCursor({ cursor }: { cursor: Cell<Cursor> }) {
  const say = useSay()
  const { grid, at } = useCell(cursor)
  if (!at) return null
  return (
    <span class="cursor" title={say('cursor')}>
      <span class="code">{formatPair(at)}</span>{grid && <span class="cursor-grid">{grid.name || grid.code}</span>}
    </span>
  )
}
