/** Runs of jobs. */

import { client, value, type Schemas } from './http'

export type JobRun = Schemas['JobRunShown']
export type Job = Schemas['Job']
export type RunState = Schemas['RunState']
export type RunLine = Schemas['RunLine']
export type RunProblem = Schemas['RunProblem']

const OPEN = new Set<RunState>(['queued', 'running'])

/** Whether it waits or is under way. */
export const isOpen = ({ state }: Pick<JobRun, 'state'>): boolean => OPEN.has(state)

interface RunsAsked {
  job?: Job
  state?: RunState
  cursor?: string
}

const RUNS_ON_A_PAGE = 50
const of = (run_id: string) => ({ params: { path: { run_id } } })

export const getRun = (run_id: string) => value(client.GET('/api/v1/jobs/{run_id}', of(run_id)))

/** What was said while it was worked on, the first line first. */
export const getRunLog = (run_id: string) => value(client.GET('/api/v1/jobs/{run_id}/log', of(run_id)))

/** The newest first. */
export const listRuns = (asked: RunsAsked) => value(client.GET('/api/v1/jobs', { params: { query: { ...asked, limit: RUNS_ON_A_PAGE } } }))

/** Has a run that failed done again. */
export const retryRun = (run_id: string) => value(client.POST('/api/v1/jobs/{run_id}/retry', of(run_id)))
export const cancelRun = (run_id: string) => value(client.POST('/api/v1/jobs/{run_id}/cancel', of(run_id)))
