/** Rules: their words, what is wrong with one, whom it holds, and what it says of somebody. */

import type { Json } from '@/shared/json/json'

import { client, value, type Schemas } from './http'

export type Form = Schemas['Form']
export type RuleChecked = Schemas['RuleChecked']
export type DryRun = Schemas['DryRunAnswer']
export type TruthTree = Schemas['TruthTree']
export type Simulated = Schemas['Simulated']
export type Preview = Schemas['PreviewShown']
export type SegmentPlace = Pick<Schemas['PreviewBody'], 'segment_id' | 'priority'>
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
