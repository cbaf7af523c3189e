/** A job that is asked for here, and followed to its end. */

import { onScopeDispose, ref, shallowRef } from 'vue'

import { getRun, type JobRun } from '@/api/jobs'
import { inWords, words } from '@/words'

const LOOK_AGAIN_MS = 1000
const IS_OPEN = new Set(['queued', 'running'])

/** `ask` has it done and returns the run's id; `done` is called at its end. */
export function useJob<A extends unknown[]>(ask: (...given: A) => Promise<string>, done: (run: JobRun) => unknown) {
  /** The run as it was last seen. */
  const run = shallowRef<JobRun>()
  const isRunning = ref(false)
  const error = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  async function start(...given: A): Promise<void> {
    isRunning.value = true
    error.value = ''
    await guarded(async () => follow(await ask(...given)))
  }

  async function follow(runId: string): Promise<void> {
    const seen = (run.value = await getRun(runId))
    if (IS_OPEN.has(seen.state)) {
      timer = setTimeout(() => void guarded(() => follow(runId)), LOOK_AGAIN_MS)
      return
    }
    isRunning.value = false
    error.value = seen.state === 'succeeded' ? '' : (seen.error?.detail ?? words.segments.cancelled)
    await done(seen)
  }

  async function guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (problem) {
      isRunning.value = false
      error.value = inWords(problem)
    }
  }

  return { run, isRunning, error, start }
}
