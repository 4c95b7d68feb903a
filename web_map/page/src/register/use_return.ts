import { useEffect, useRef } from 'preact/hooks'

/** Does something when what was gone is there again. */
export function useReturn(isGone: boolean, onBack: () => void): void {
  const wasGone = useRef(false)
  useEffect(() => {
    if (wasGone.current && !isGone) onBack()
    wasGone.current = isGone
  }, [isGone])
}
