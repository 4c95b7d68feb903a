import { useId, useRef, useState } from 'preact/hooks'
import { hasProvider, signIn, signOut } from '../register/api'
import type { Session } from '../register/types'
import { asProblem } from '../register/use_answer'
import { useSay } from '../text/language'
import { named } from '../text/named'
import { reasonOf } from '../text/sentence'

/** To the provider, and back to what is shown now. */
const toProvider = () => {
  const { pathname, search, hash } = location
  location.assign(`/v1/session/oidc?next=${encodeURIComponent(pathname + search + hash)}`)
}

export function SessionBox({ session, onChange }: { session: Session | null; onChange: () => void }) {
  const say = useSay()
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  const [message, setMessage] = useState('')
  const [busy, setBusy] = useState(false)
  const [provider, setProvider] = useState(false)

  const open = () => {
    dialog.current?.showModal()
    hasProvider().then(setProvider)
  }

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const fields = new FormData(form)
    setBusy(true)
    setMessage('')
    try {
      await signIn(String(fields.get('name')), String(fields.get('password')))
      form.reset()
      dialog.current?.close()
      onChange()
    } catch (error) {
      const problem = asProblem(error)
      setMessage(problem.status === 401 ? say('sign_in_failed') : reasonOf(say, problem))
    } finally {
      setBusy(false)
    }
  }

  if (session?.signed_in) {
    const leave = () => signOut().catch(() => undefined).finally(onChange) // without a server nothing changes
    return (
      <div class="session">
        <span class="who-am-i">{say('signed_in_as', { name: session.name, role: named(say, 'role', session.role) })}</span>
        <button type="button" class="plain" onClick={leave}>{say('sign_out')}</button>
      </div>
    )
  }
  return (
    <div class="session">
      <button type="button" class="plain" onClick={open}>{say('sign_in')}</button>
      <dialog ref={dialog} aria-labelledby={`${id}-title`} onClose={() => setMessage('')}>
        <form onSubmit={submit}>
          <h2 id={`${id}-title`}>{say('sign_in')}</h2>
          <p class="muted">{say('sign_in_note')}</p>
          <label>{say('account')}<input name="name" autocomplete="username" required /></label>
          <label>{say('password')}<input name="password" type="password" autocomplete="current-password" required /></label>
          {message && <p class="note problem" role="alert">{message}</p>}
          {provider && <button type="button" class="plain" onClick={toProvider}>{say('sign_in_sso')}</button>}
          <div class="buttons">
            <button type="button" class="plain" onClick={() => dialog.current?.close()}>{say('close')}</button>
            <button type="submit" class="primary" disabled={busy}>{say('sign_in')}</button>
          </div>
        </form>
      </dialog>
    </div>
  )
}
