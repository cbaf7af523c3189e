/** A calibration that was asked for: a job that is followed to its end, also when somebody else began it. */

import { isOpen, type JobRun } from '@/api/jobs'
import { calibrate, listCalibrations } from '@/api/taxonomy'
import { useJob } from '@/composables/job'
import { session } from '@/composables/session'

/** `done` is called when a calibration succeeded that was seen to run. */
export function useCalibration(gameId: string, done: () => void) {
  const { run, isRunning, error, start, resume } = useJob(() => calibrate(gameId), ({ state }) => state === 'succeeded' && done())

  /** One that is under way, or the last one where it failed. */
  async function last(): Promise<JobRun | undefined> {
    const found = (await listCalibrations()).find((each) => each.inputs.game_id === gameId)
    return found && (isOpen(found) || found.state === 'failed') ? found : undefined
  }

  if (session.may('jobs.read')) void resume(last)
  return { run, isRunning, error, start }
}
