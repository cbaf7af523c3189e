/** Runs of jobs. */

import { client, value, type Schemas } from './http'

export type JobRun = Schemas['JobRunShown']

export const getRun = (run_id: string) => value(client.GET('/api/v1/jobs/{run_id}', { params: { path: { run_id } } }))
