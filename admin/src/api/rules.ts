/** Rules: their words, what is wrong with one, whom it holds, and what it says of somebody. */

import type { Json } from '@/shared/json/json'

import { ApiError } from './error'
import { client, everything, value, type Schemas } from './http'

export type Form = Schemas['Form']
export type Vocabulary = Schemas['VocabularyShown']
export type RuleChecked = Schemas['RuleChecked']
export type DryRun = Schemas['DryRunAnswer']
export type TruthTree = Schemas['TruthTree']
export type Simulated = Schemas['Simulated']
export type Preview = Schemas['PreviewShown']
export type SegmentPlace = Pick<Schemas['PreviewBody'], 'segment_id' | 'priority'>
export type Column = Schemas['ColumnShown']
export type SegmentHint = Schemas['SegmentHintShown']

/** What subjects have of a feature: the most frequent values, or what numbers lie between. */
export type Suggested = Schemas['FeatureValuesShown']

export const getVocabulary = () => value(client.GET('/api/v1/rules/vocabulary'))

export const checkRule = (expr: Json, form: Form, signal?: AbortSignal) =>
  value(client.POST('/api/v1/rules/validate', { body: { expr, form }, signal }))

export const dryRun = (body: Schemas['DryRunBody']) => value(client.POST('/api/v1/rules/dry-run', { body }))

export const simulate = (body: Schemas['SimulateBody']) => value(client.POST('/api/v1/simulate', { body }))

/** How many subjects a rule would hold, in the place of the rules of a segment. */
export const previewRule = (body: Schemas['PreviewBody'], signal: AbortSignal) =>
  value(client.POST('/api/v1/segments/preview', { body, signal }))

/** What is odd about the segments that are published, such as one that never matches. */
export const lintSegments = async () => (await value(client.GET('/api/v1/rules/lint'))).hints

/** Values of a feature that begin with a text. */
export const suggestValues = (name: string, prefix: string) =>
  value(client.GET('/api/v1/features/{name}/values', { params: { path: { name }, query: { prefix, limit: 20 } } }))

/** The columns of all sources that are no features. One source that does not answer hides no other. */
export async function listUndeclared() {
  const sources = await everything((query) => value(client.GET('/api/v1/sources', { params: { query } })))
  const found = await Promise.allSettled(sources.map(({ source_id }) => columnsOf(source_id)))
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
}

async function columnsOf(source: string) {
  const { columns, source_id } = await value(client.GET('/api/loyalty/v1/dwh/columns', { params: { query: { source } } }))
  return columns.filter(({ feature, type }) => feature === null && type !== null).map((each) => ({ ...each, source_id }))
}

/** Makes a feature of a column. Returns its name. */
export async function declareColumn(source_id: string, column: string): Promise<string> {
  const path = { params: { path: { source_id } }, body: { columns: [column] } }
  const { features, left } = await value(client.POST('/api/v1/sources/{source_id}/features', path))
  if (features.length === 0) throw new ApiError(422, left[0]?.message ?? '')
  return features[0]!.name
}
