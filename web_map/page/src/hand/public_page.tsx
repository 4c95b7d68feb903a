// What the QR code of a grid's board opens: whose ground this is, and which desk to call. Nobody signs in.
import { useEffect, useState } from 'preact/hooks'
import { ask, type Problem } from '../register/api'
import type { Model } from '../register/model'
import { asProblem } from '../register/use_answer'
import { LocaleContext } from '../text/language'
import { named } from '../text/named'
import { ProblemNote } from '../panels/problem_note'
import { Outline } from './outline'
import { useSpeech } from './use_speech'

type PublicGrid = Model<'PublicGridOut'>

export function PublicPage({ code }: { code: string }) {
  const { locale, say, other, turn } = useSpeech()
  const [grid, setGrid] = useState<PublicGrid | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    setProblem(null)
    ask<PublicGrid>(`/v1/public/grids/${encodeURIComponent(code)}`).then(setGrid).catch((error: unknown) => setProblem(asProblem(error)))
  }, [code, tries])
  useEffect(() => {
    document.title = grid?.name ? `${grid.name} · ${say('product')}` : say('page_title')
  }, [grid, locale])
  return (
    <LocaleContext.Provider value={locale}>
      <div class="hand board">
        <header class="hand-top">
          <span class="hand-title">{say('product')}</span>
          <button type="button" class="plain" lang={other === 'en' ? 'en' : 'zh-CN'} onClick={turn}>{other === 'en' ? 'English' : '中文'}</button>
        </header>
        <main>
          {!grid && <h1 class="visually-hidden">{say('product')}</h1>}
          {problem && <ProblemNote problem={problem} onRetry={() => setTries(tries + 1)} />}
          {!grid && !problem && <p class="muted waiting" role="status">{say('loading')}</p>}
          {grid && (
            <article class="board-card">
              <p class="eyebrow">{[...grid.areas].reverse().map(({ name }) => name).join(' › ')}</p>
              <h1>{grid.name || grid.code}</h1>
              <p class="code">{grid.code}</p>
              {grid.stale && <p class="note">{say('stale')}</p>}
              <Outline geometry={grid.geometry} label={say('board_outline', { name: grid.name || grid.code })} />
              <section>
                <h2>{say('board_call')}</h2>
                {grid.desks.length === 0 && <p class="muted">{say('board_no_desk')}</p>}
                <ul class="desks">
                  {grid.desks.map(({ name, phone, because }) => (
                    <li key={`${name}${phone}`}>
                      <span><b>{name}</b>{because && <span class="muted"> {because}</span>}</span>
                      {phone ? <a class="call-desk" href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}>{phone}</a> : <span class="muted">{say('no_phone')}</span>}
                    </li>
                  ))}
                </ul>
              </section>
              <section>
                <h2>{say('board_people')}</h2>
                {grid.people.length === 0 && <p class="vacant">{say('no_leader')}</p>}
                <ul class="people">{grid.people.map(({ name, role, post }) => <li key={`${role}${name}${post}`}><b>{name}</b> <span class="muted">{named(say, 'duty', role) || post}</span></li>)}</ul>
              </section>
              <p class="muted">{say('board_masked')}</p>
            </article>
          )}
        </main>
      </div>
    </LocaleContext.Provider>
  )
}
