/** Runs of jobs: what they are about, and how far they are. */

import type { JobRun, RunLine } from '@/api/jobs'
import { valueText } from '@/shared/values'
import { words } from '@/words'

/** What its job is called. */
export const titleOf = ({ job }: Pick<JobRun, 'job'>): string => (words.jobs.names as Record<string, string>)[job] ?? job

export const TONES = { queued: '', running: '', succeeded: 'good', failed: 'bad', cancelled: 'warn' } as const
/** While it runs, these hold the id of somebody who is to be forgotten. */
const SECRET_INPUTS = new Set(['erase_subject'])

/** Fields with their values as texts; none where nobody is to read them. */
export const inputsOf = (run: JobRun): [name: string, text: string][] => (SECRET_INPUTS.has(run.job) ? [] : fieldsOf(run.inputs))

/** The fields of an object whose values are read at a glance; others are told as JSON besides. */
export function fieldsOf(value: unknown): [name: string, text: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([name, each]): [string, string][] => (isPlain(each) ? [[name, valueText(each)]] : []))
}

/** Whether there is more to it than `fieldsOf` tells. */
export const isDeep = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : typeof value === 'object' && value !== null && Object.values(value).some((each) => !isPlain(each))

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null || (Array.isArray(value) && value.length <= 10 && value.every((each) => typeof each !== 'object'))

/** The field of the inputs that names what a run works on, and the section where that is. */
const WORKS_ON: [field: string, section: string][] = [
  ['segment_id', 'segments'], ['experiment_id', 'experiments'], ['model_id', 'models'], ['prediction_id', 'models'], ['profile_id', 'profiles'], ['game_id', 'taxonomy'],
]

export interface Subject {
  id: string
  address: string
}

/** What a run works on, where a page shows that. */
export function subjectOf(run: JobRun): Subject | undefined {
  const inputs = run.inputs as Record<string, unknown>
  const found = WORKS_ON.find(([field]) => typeof inputs[field] === 'string' || typeof inputs[field] === 'number')
  if (!found) return undefined
  const id = String(inputs[found[0]])
  return { id, address: `/${found[1]}/of/${encodeURIComponent(id)}` }
}

/** How long it ran, or runs, in seconds; undefined while it waits. */
export function secondsOf(run: JobRun, now: Date = new Date()): number | undefined {
  if (!run.started_at) return undefined
  const end = run.finished_at ? new Date(run.finished_at) : now
  return Math.max(0, (end.getTime() - new Date(run.started_at).getTime()) / 1000)
}

/** A line of a log: `facts read, count 20`. */
export const lineText = ({ event, details }: Pick<RunLine, 'event' | 'details'>): string =>
  [event.replaceAll('_', ' '), ...Object.entries(details).map(([name, each]) => `${name} ${valueText(each)}`)].join(', ')
