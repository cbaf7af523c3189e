/** The list of experiments: what needs somebody first. */

import type { Draft } from '@/api/definitions'
import type { Experiment, Status } from '@/api/experiments'
import { freshOf } from '@/definitions/drafts'

import { whole, type Whole } from './experiment'

const ORDER: Status[] = ['running', 'paused', 'draft', 'stopped', 'archived']

export const inOrder = (experiments: Whole[]): Whole[] =>
  [...experiments].sort((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status) || one.name.localeCompare(other.name))

export function mentions(experiment: Whole, asked: string): boolean {
  const { experiment_id, name, description } = experiment
  return `${experiment_id} ${name} ${description}`.toLowerCase().includes(asked.trim().toLowerCase())
}

/** Also those that were never published. */
export function withDrafts(experiments: Whole[], drafts: Draft[]): Whole[] {
  const fresh = freshOf(drafts, experiments.map((each) => each.experiment_id))
  return [...experiments, ...fresh.map((each): Whole => ({ ...whole(each.body as Experiment), status: 'draft' }))]
}
