import { useEffect, useRef } from 'preact/hooks'
import { isSilence, type Problem } from './api'
import type { DistrictState } from './use_register'

/** Does something when what was gone is there again. */
export function useReturn(isGone: boolean, onBack: () => void): void {
  const wasGone = useRef(false)
  useEffect(() => {
    if (wasGone.current && !isGone) onBack()
    wasGone.current = isGone
  }, [isGone])
}

/** Asks again what stayed without an answer, as soon as the server gives one to anything. */
export function useRecovery(problem: Problem | null, { problem: gone, lose }: DistrictState, again: () => void): void {
  useEffect(() => {
    if (problem && isSilence(problem)) lose(problem)
  }, [problem])
  useReturn(gone !== null, again)
}
