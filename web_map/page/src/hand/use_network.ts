// Whether there is a network.
import { useEffect, useState } from 'preact/hooks'
import { useReturn } from '../register/use_return'

/** onBack: when the network returns, or the server answers again. */
export function useNetwork(onBack: () => void, serverGone: boolean): boolean {
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
  useReturn(serverGone, onBack)
  return network
}
