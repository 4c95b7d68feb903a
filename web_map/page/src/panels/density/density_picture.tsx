// The density as the map shows it, as a PNG with its title, days and legend.
import { useContext, useState } from 'preact/hooks'
import { type DensityAnswer, listMatters } from '../../density/answers'
import type { NetMap } from '../../map/net_map'
import { pictureOf } from '../../map/picture'
import { save } from '../../save'
import { LocaleContext, useSay } from '../../text/language'
import { densityRows, type SpotLegend, spotRows } from './density_legend'

interface Props {
  readonly map: NetMap
  readonly answer: DensityAnswer
  readonly matter: string | null
  /** The name of the bucket that is seen; empty: all days. */
  readonly frame: string
  readonly spots: SpotLegend | null
}

export function DensityPicture({ map, answer, matter, frame, spots }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const [failed, setFailed] = useState(false)
  const draw = async () => {
    const named = matter ? (await listMatters()).find(({ code }) => code === matter)?.name : say('density_all')
    const title = [say('density_title'), named ?? matter, frame].filter(Boolean).join(' · ')
    const notes = `${say('density_days', { from: answer.from, to: answer.to })} · ${say(`unit_${answer.unit}`)} · ${say('net_version')} ${answer.net_version ?? ''}`
    const legends = [
      { title: say(`rate_${answer.rate}`), rows: densityRows(say, locale, answer.heat?.breaks ?? answer.breaks, answer.rate) },
      ...(spots ? [{ title: spots.title, rows: spotRows(say, spots) }] : []),
    ]
    save(await pictureOf(map.map, title, notes, legends), `density-${answer.from}-${answer.to}.png`)
  }
  return (
    <>
      <button type="button" class="plain" onClick={() => { setFailed(false); draw().catch(() => setFailed(true)) }}>{say('print_png')}</button>
      {failed && <span class="note problem" role="alert">{say('print_failed')}</span>}
    </>
  )
}
