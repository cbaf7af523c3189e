/** A calibration that was asked for: a job that is followed to its end, also when somebody else began it. */

import { computed, onScopeDispose, ref, shallowRef } from 'vue'

import { getRun, type JobRun } from '@/api/jobs'
import { calibrate, listCalibrations } from '@/api/taxonomy'
import { session } from '@/composables/session'
import { inWords } from '@/words'

const LOOK_AGAIN_MS = 1000
const IS_OPEN = new Set(['queued', 'running'])

export const isOpen = (run: JobRun | undefined): boolean => run !== undefined && IS_OPEN.has(run.state)

/** `done` is called when a calibration succeeded that was seen to run. */
export function useCalibration(gameId: string, done: () => void) {
  const run = shallowRef<JobRun>()
  const error = ref('')
  const isAsking = ref(false)
  const isRunning = computed(() => isAsking.value || isOpen(run.value))
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  async function start(): Promise<void> {
    isAsking.value = true
    error.value = ''
    await guarded(async () => follow(await calibrate(gameId)))
    isAsking.value = false
  }

  /** Takes up one that is under way, or the last one where it failed. */
  async function resume(): Promise<void> {
    if (!session.may('jobs.read')) return
    const last = (await listCalibrations()).find((each) => each.inputs.game_id === gameId)
    if (last && (isOpen(last) || last.state === 'failed') && !run.value) follow(last)
  }

  function follow(found: JobRun): void {
    run.value = found
    if (isOpen(found)) timer = setTimeout(() => void guarded(async () => follow(await getRun(found.run_id))), LOOK_AGAIN_MS)
    else if (found.state === 'succeeded') done()
  }

  async function guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (problem) {
      error.value = inWords(problem)
    }
  }

  void guarded(resume)
  return { run, error, isRunning, start }
}
