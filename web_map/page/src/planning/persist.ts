// One request until the server answers: it may be down, or its answer be lost on the way.
import { isSilence, newKey } from '../register/api'
import { asProblem } from '../register/use_answer'

const AGAIN_MS = 2_000

interface Told {
  /** Nobody answered, and it goes on by itself; `giveUp` ends that at any time, also while it is asked again. */
  onSilence(giveUp: () => void): void
}

/** Sends until there is an answer, with one key: what arrived although no reply came back is not done twice. */
export async function persist<T>(request: (key: string) => Promise<T>, { onSilence }: Told): Promise<T> {
  const key = newKey()
  let silence: unknown = null
  let giveUp = () => {}
  const left = new Promise<never>((_, reject) => {
    giveUp = () => reject(silence)
  })
  left.catch(() => undefined) // where nobody waits for it
  for (;;) {
    try {
      return await Promise.race([request(key), left])
    } catch (error) {
      if (error === silence || !isSilence(asProblem(error))) throw error
      silence = error
      onSilence(giveUp)
      await Promise.race([soon(), left])
    }
  }
}

/** In a moment, or when the network is back. */
const soon = () => new Promise<void>((resolve) => {
  const goOn = () => {
    clearTimeout(timer)
    removeEventListener('online', goOn)
    resolve()
  }
  const timer = setTimeout(goOn, AGAIN_MS)
  addEventListener('online', goOn)
})
