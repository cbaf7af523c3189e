/** A job that is asked for here, and followed to its end. */

import { onScopeDispose, ref, shallowRef } from 'vue'

import { getRun, isOpen, type JobRun } from '@/api/jobs'
import { inWords, words } from '@/words'

const LOOK_AGAIN_MS = 1000

/** `ask` has it done and returns the run's id; `done` is called at its end. */
export function useJob<A extends unknown[]>(ask: (...given: A) => Promise<string>, done: (run: JobRun) => unknown) {
  /** The run as it was last seen. */
  const run = shallowRef<JobRun>()
  const isRunning = ref(false)
  const error = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  async function start(...given: A): Promise<void> {
    if (isRunning.value) return // Enter twice in a form
    ;[run.value, isRunning.value, error.value] = [undefined, true, '']
    await guarded(async () => follow(await getRun(await ask(...given))))
  }

  /** Takes up a run that was there before, unless one was asked for meanwhile. */
  async function resume(find: () => Promise<JobRun | undefined>): Promise<void> {
    await guarded(async () => {
      const found = await find()
      if (found && !run.value && !isRunning.value) await follow(found)
    })
  }

  async function follow(seen: JobRun): Promise<void> {
    run.value = seen
    isRunning.value = isOpen(seen)
    if (isRunning.value) {
      timer = setTimeout(() => void guarded(async () => follow(await getRun(seen.run_id))), LOOK_AGAIN_MS)
      return
    }
    error.value = seen.state === 'succeeded' ? '' : (seen.error?.detail ?? words.jobNote.cancelled)
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

  return { run, isRunning, error, start, resume }
}
