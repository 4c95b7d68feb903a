// Whether there is a network, and behind it a server.
import { useEffect, useRef, useState } from 'preact/hooks'

/** onBack: when the network returns, or the server answers again. */
export function useNetwork(onBack: () => void, serverGone: boolean): { network: boolean; server: boolean } {
  const [network, setNetwork] = useState(navigator.onLine)
  useEffect(() => {
    const look = () => {
      setNetwork(navigator.onLine)
      if (navigator.onLine) onBack()
    }
    addEventListener('online', look)
    addEventListener('offline', look)
    return () => {
      removeEventListener('online', look)
      removeEventListener('offline', look)
    }
  }, [onBack])
  const wasGone = useRef(false)
  useEffect(() => {
    if (wasGone.current && !serverGone) onBack()
    wasGone.current = serverGone
  }, [serverGone])
  return { network, server: !serverGone }
}
