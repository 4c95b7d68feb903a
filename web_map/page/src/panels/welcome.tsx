// The link that a first start prints opens the page with its token behind #, which no server sees.
import { useLayoutEffect, useState } from 'preact/hooks'
import { formatHash, parseHash } from '../hash'
import { type Problem, send } from '../register/api'
import { asProblem } from '../register/use_answer'
import { useSay } from '../text/language'
import { Dialog } from './dialog'
import { ProblemNote } from './problem_note'

/** The token of an address, which the address bar shows no longer. */
function takeToken(address: string): string | null {
  const token = /[#&]welcome=([\w-]+)/.exec(address)?.[1]
  if (!token) return null
  history.replaceState(null, '', formatHash(parseHash(location.hash)) || location.pathname + location.search)
  return token
}

export function Welcome({ onDone }: { onDone: () => void }) {
  const [token, setToken] = useState(() => takeToken(location.hash))
  useLayoutEffect(() => {
    // The link was put into the address of a page that is open. By the time of the event the map may have moved and
    // written the address anew: what was put there is in the event.
    const look = ({ newURL }: HashChangeEvent) => setToken((before) => takeToken(newURL) ?? before)
    addEventListener('hashchange', look)
    return () => removeEventListener('hashchange', look)
  }, [])
  return token ? <WelcomeForm key={token} token={token} onDone={() => { setToken(null); onDone() }} onClose={() => setToken(null)} /> : null
}

function WelcomeForm({ token, onDone, onClose }: { token: string; onDone: () => void; onClose: () => void }) {
  const say = useSay()
  const [differs, setDiffers] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    const [name, password] = [fields.get('name'), fields.get('password')]
    setProblem(null)
    setDiffers(password !== fields.get('again'))
    if (password !== fields.get('again')) return
    setBusy(true)
    send('POST', '/v1/first-administrator', { token, name, password })
      .then(onDone)
      .catch((error: unknown) => { setProblem(asProblem(error)); setBusy(false) })
  }
  return (
    <Dialog title={say('welcome_title')} onClose={onClose}>
      <form onSubmit={submit}>
        <p class="muted">{say('welcome_note')}</p>
        <label>{say('account')}<input name="name" autocomplete="username" required maxLength={200} pattern="[^:\s\/]+" title={say('welcome_name_hint')} /></label>
        <label>{say('password')}<input name="password" type="password" autocomplete="new-password" required minLength={8} maxLength={1000} /></label>
        <label>{say('welcome_again')}<input name="again" type="password" autocomplete="new-password" required /></label>
        {differs && <p class="note problem" role="alert">{say('welcome_differs')}</p>}
        {problem && <ProblemNote problem={problem} title={say('welcome_failed')} />}
        <div class="buttons">
          <button type="button" class="plain" onClick={onClose}>{say('close')}</button>
          <button type="submit" class="primary" disabled={busy}>{say('welcome_do')}</button>
        </div>
      </form>
    </Dialog>
  )
}
