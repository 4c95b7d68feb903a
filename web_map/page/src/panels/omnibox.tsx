// One box for everything: names, codes, pinyin, or a pair of degrees. `/` comes here from anywhere.
import type { RefObject } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import { type Problem, search } from '../register/api'
import { type Bounds, type Degrees, formatPair, parsePair } from '../register/coordinates'
import type { Found } from '../register/types'
import { asProblem } from '../register/use_answer'
import { useSay } from '../text/language'
import { named } from '../text/named'
import { ProblemNote } from './problem_note'

const DELAY_MS = 120

interface Props {
  readonly input: RefObject<HTMLInputElement | null>
  readonly near: Bounds
  readonly onFound: (found: Found) => void
  readonly onPair: (pair: Degrees) => void
}

interface Results {
  readonly text: string
  readonly found: readonly Found[]
  readonly problem: Problem | null
}

export function Omnibox({ input, near, onFound, onPair }: Props) {
  const say = useSay()
  const id = useId()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const [results, setResults] = useState<Results | null>(null)
  const [hurry, setHurry] = useState(false) // Enter came before the results
  const trimmed = text.trim()
  const pair = parsePair(trimmed, near)
  const current = results?.text === trimmed ? results : null

  useEffect(() => {
    setActive(0)
    if (!trimmed || pair) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      search(trimmed, abort.signal)
        .then((found) => setResults({ text: trimmed, found, problem: null }))
        .catch((error: unknown) => {
          if (!abort.signal.aborted) setResults({ text: trimmed, found: [], problem: asProblem(error) })
        })
    }, DELAY_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [trimmed])

  const first = current?.found[0]
  useEffect(() => {
    if (!hurry || !current) return
    setHurry(false)
    if (first) take(first)
  }, [hurry, current])

  const take = (found: Found) => {
    setOpen(false)
    input.current?.blur() // the single-letter keys are heard: 1–9, Y, N, T
    setText(found.kind === 'matter' ? '' : found.name)
    onFound(found)
  }
  const takePair = () => {
    if (!pair) return
    setOpen(false)
    input.current?.blur()
    onPair(pair)
  }
  const options = pair ? 1 : (current?.found.length ?? 0)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!open) setOpen(true)
      else if (options) setActive((active + (event.key === 'ArrowDown' ? 1 : options - 1)) % options)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const chosen = current?.found[active]
      if (pair) takePair()
      else if (chosen) take(chosen)
      else if (trimmed && !current) setHurry(true)
    } else if (event.key === 'Escape' && (open || text)) {
      event.stopPropagation()
      if (open && trimmed) setOpen(false)
      else setText('')
    } else if (event.key === 'Escape') {
      input.current?.blur() // the single-letter keys are heard again
    } else if (event.key === '/' && !text) {
      event.preventDefault() // already here
    }
  }
  const shown = open && trimmed !== ''

  return (
    <search class="omnibox">
      <span class="lens" aria-hidden="true" />
      <input
        ref={input}
        id={`${id}-input`}
        type="text"
        role="combobox"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={text}
        placeholder={say('search_hint')}
        aria-label={say('search_label')}
        aria-expanded={shown && options > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && options > 0 ? `${id}-${active}` : undefined}
        aria-keyshortcuts="/"
        onInput={(event) => {
          setText(event.currentTarget.value)
          setOpen(true)
          setHurry(false)
        }}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <span class="key" aria-hidden="true">/</span>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a press in the list must not take the focus from the box */}
      <div class="results" hidden={!shown} onMouseDown={(event) => event.preventDefault()}>
        <div id={`${id}-list`} role="listbox" aria-label={say('results')}>
          {shown && pair && (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the combobox, which holds the focus
            <div id={`${id}-0`} role="option" tabIndex={-1} aria-selected="true" class="result on" onClick={takePair}>
              <span class="result-name">{say('go_to_point')}</span>
              <span class="result-label code">{formatPair(pair)}</span>
              <span class="tag">{say('kind_point')}</span>
            </div>
          )}
          {shown && !pair && current?.found.map((found, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the combobox, which holds the focus
            <div
              key={`${found.kind}:${found.code}:${found.place?.code ?? ''}`}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === active}
              class={i === active ? 'result on' : 'result'}
              onMouseMove={() => setActive(i)}
              onClick={() => take(found)}
            >
              <span class="result-name">{found.name || found.code}</span>
              <span class="result-label">{found.role && `${named(say, 'duty', found.role)} · `}{found.label}</span>
              <span class="tag">{say(`kind_${found.kind}`)}</span>
            </div>
          ))}
        </div>
        {shown && !pair && current && !current.problem && options === 0 && <p class="empty">{say('no_results', { query: trimmed })}</p>}
        {shown && !pair && current?.problem && <ProblemNote problem={current.problem} />}
      </div>
      <span class="visually-hidden" role="status">
        {shown && current && !pair && options > 0 ? say('results_count', { count: options }) : ''}
      </span>
    </search>
  )
}
