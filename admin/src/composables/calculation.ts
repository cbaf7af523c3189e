/** Calculating the audiences anew: a job that is asked for, and followed to its end. */

import { onScopeDispose, ref } from 'vue'

import { getRun } from '@/api/jobs'
import { calculate } from '@/api/segments'
import { inWords, words } from '@/words'

const LOOK_AGAIN_MS = 1000
const IS_OPEN = new Set(['queued', 'running'])

/** `done` is called when it succeeded. */
export function useCalculation(done: () => Promise<void>) {
  const isRunning = ref(false)
  const error = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  async function start(): Promise<void> {
    isRunning.value = true
    error.value = ''
    await guarded(async () => follow((await calculate()).run_id))
  }

  async function follow(runId: string): Promise<void> {
    const run = await getRun(runId)
    if (IS_OPEN.has(run.state)) {
      timer = setTimeout(() => void guarded(() => follow(runId)), LOOK_AGAIN_MS)
      return
    }
    isRunning.value = false
    error.value = run.state === 'succeeded' ? '' : (run.error?.detail ?? words.segments.notCalculated)
    await done()
  }

  async function guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (problem) {
      isRunning.value = false
      error.value = inWords(problem)
    }
  }

  return { isRunning, error, start }
}
