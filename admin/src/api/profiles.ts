/** Profiles of ranking: their knobs, their lists side by side, and how good they are on what was bought. */

import { listDefinitions } from './definitions'
import { client, value, type Schemas } from './http'
import type { JobRun } from './jobs'

export type Profile = Schemas['Profile']
export type Defaults = Schemas['Defaults']
export type Campaign = Schemas['Campaign']
export type Knob = Schemas['KnobShown']
export type Item = Schemas['ItemBody']
export type ItemRanks = Schemas['ItemRanks']
export type Compared = Schemas['ProfilesComparedShown']
export type OutcomeRow = Schemas['OutcomeRowShown']
export type Outcomes = Schemas['ComparisonShown']
export type EvaluationHead = Schemas['EvaluationHead']
export type Evaluation = Schemas['EvaluationShown']

export const listProfiles = () => listDefinitions('profile')

export const listKnobs = async (): Promise<Knob[]> => (await value(client.GET('/api/v1/profiles/knobs'))).items

/** The lists of several profiles for one request; nothing is recorded. `unsaved` are tried as if they were in force. */
export const compareProfiles = (body: Schemas['CompareBody'], signal?: AbortSignal) =>
  value(client.POST('/api/v1/recommend/compare', { body, signal }))

/** Those of the named items that there are. */
export const namedItems = async (item_id: string[]): Promise<Item[]> =>
  item_id.length ? (await value(client.GET('/api/v1/items', { params: { query: { item_id } } }))).items : []

/** Click and conversion rates of what was decided by each profile, since they were first counted. */
export const profileOutcomes = async (): Promise<OutcomeRow[]> =>
  (await value(client.GET('/api/v1/ranking/outcomes', { params: { query: { by: 'profile' } } }))).rows

export const compareOutcomes = (first: string, second: string) =>
  value(client.GET('/api/v1/ranking/outcomes/comparison', { params: { query: { by: 'profile', first, second } } }))

export const listEvaluations = async (): Promise<EvaluationHead[]> => (await value(client.GET('/api/v1/ranking/evaluations'))).items

export const getEvaluation = (evaluation_id: string) =>
  value(client.GET('/api/v1/ranking/evaluations/{evaluation_id}', { params: { path: { evaluation_id } } }))

export const startEvaluation = (body: Schemas['EvaluateBody']): Promise<JobRun> => value(client.POST('/api/v1/ranking/evaluations', { body }))

export const startTuning = (body: Schemas['TuneBody']): Promise<JobRun> => value(client.POST('/api/v1/ranking/tunings', { body }))
