/** Calculating the audiences anew: a job that is asked for, and followed to its end. */

import { calculate } from '@/api/segments'

import { useJob } from './job'

/** `done` is called at its end. */
export const useCalculation = (done: () => Promise<void>) => useJob(async () => (await calculate()).run_id, done)
