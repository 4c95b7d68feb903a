// The call list: counts, files, and one row for each duty in the order in which to call.
import { useContext } from 'preact/hooks'
import { CALL_FILES, type CallFile, type Calls } from '../../register/calls'
import { LocaleContext, numberFormat, useSay } from '../../text/language'

const LABELS: Readonly<Partial<Record<CallFile, string>>> = { xlsx: 'Excel', csv: 'CSV' }

export function CallTable({ calls, onFile }: { calls: Calls; onFile: (format: CallFile) => void }) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const number = numberFormat(language)
  const counts = [
    [calls.grids.length, say('count_grids')],
    [calls.buildings, say('count_buildings')],
    [calls.households, say('count_households')],
    [calls.people.length, say('calls_people')],
  ] as const
  return (
    <>
      <ul class="counts">{counts.map(([count, word]) => <li key={word}><b>{number.format(count)}</b> {word}</li>)}</ul>
      {calls.uncovered_m2 >= 1 && <p class="note">{say('calls_uncovered', { hectares: (calls.uncovered_m2 / 10_000).toFixed(2) })}</p>}
      {calls.people.length === 0 ? (
        <p class="muted empty-state">{say('calls_empty')}</p>
      ) : (
        <>
          <div class="buttons start">
            {(Object.keys(CALL_FILES) as CallFile[]).map((format) => (
              <button key={format} type="button" class="plain" onClick={() => onFile(format)}>{LABELS[format] ?? say('calls_text')}</button>
            ))}
          </div>
          <table class="rows call-list">
            <caption class="visually-hidden">{say('calls_title')}</caption>
            <thead>
              <tr>
                <th scope="col">{say('calls_people')}</th>
                <th scope="col">{say('calls_phone')}</th>
                <th scope="col" class="figure">{say('count_households')}</th>
              </tr>
            </thead>
            <tbody>
              {calls.people.map((each) => (
                <tr key={`${each.place_kind}/${each.place}/${each.role_name}/${each.party ?? each.name}`}>
                  <th scope="row">
                    <b>{each.name}</b> <span class="tag">{each.role_name}</span>
                    {each.on_shift === true && <span class="badge owned">{say('calls_on_shift')}</span>}
                    <br /><span class="muted">{each.place_name || each.place}</span>
                  </th>
                  <td>{each.phone ? <a class="phone" href={`tel:${each.phone}`}>{each.phone}</a> : <span class="muted">—</span>}</td>
                  <td class="figure">{each.households === null ? '' : number.format(each.households)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  )
}
