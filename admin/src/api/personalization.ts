/** Personalization: what is switched on, how it is doing, and why a subject sees an order. */

import { listDefinitions } from './definitions'
import { client, value, type Schemas } from './http'

export type Flags = Schemas['PersonalizationFlagsShown']
export type Metrics = Schemas['PersonalizationMetricsShown']
export type Figure = Schemas['PersonalizationFigureShown']
export type Ranking = Schemas['ScopeRankingShown']

/** Which days are looked at, up to when (now if left out), and how many places of an order. */
export interface EvaluationAsked {
  days: number
  length: number
  until: string | null
}

export const getFlags = () => value(client.GET('/admin/features'))
/** What is not named stays. */
export const setFlags = (flags: Partial<Flags>) => value(client.POST('/admin/features', { body: flags }))

export const getMetrics = () => value(client.GET('/personalization/metrics'))
/** Every figure of so many days, the oldest first. */
export const getHistory = async (days: number) =>
  (await value(client.GET('/personalization/metrics/history', { params: { query: { days } } }))).figures

/** These have a job done, and return its run. */
export const evaluate = async (body: EvaluationAsked) =>
  ((await value(client.POST('/personalization/admin/evaluate', { body, params: { query: { wait: false } } }))) as Schemas['JobRunShown']).run_id
export const refresh = async () => (await value(client.POST('/personalization/admin/refresh'))).run_id

export const listScopes = () => listDefinitions('scope')

/** The items of a scope as a program gets them. Without a subject, or without personalization, it is the default order. */
export const rank = (scope: string, subject_id: string | null, limit: number) =>
  value(client.POST('/personalization/recommend', { body: { scope, subject_id, limit } }))

/** The tags of each item of the subject's last ranking. */
export const getRationale = async (scope: string, subject_id: string) =>
  (await value(client.GET('/personalization/admin/rationale', { params: { query: { scope, subject_id } } }))).tags
