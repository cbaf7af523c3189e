/** Rules: their words, what is wrong with one, whom it holds, and what it says of somebody. */

import type { Json } from '@/shared/json/json'

import { client, value, type Schemas } from './http'

export type Form = Schemas['Form']
export type Vocabulary = Schemas['VocabularyShown']
export type RuleChecked = Schemas['RuleChecked']
export type DryRun = Schemas['DryRunAnswer']
export type TruthTree = Schemas['TruthTree']
export type Simulated = Schemas['Simulated']
export type Preview = Schemas['PreviewShown']
export type SegmentPlace = Pick<Schemas['PreviewBody'], 'segment_id' | 'priority'>

export const getVocabulary = () => value(client.GET('/api/v1/rules/vocabulary'))

export const checkRule = (expr: Json, form: Form, signal?: AbortSignal) =>
  value(client.POST('/api/v1/rules/validate', { body: { expr, form }, signal }))

export const dryRun = (body: Schemas['DryRunBody']) => value(client.POST('/api/v1/rules/dry-run', { body }))

export const simulate = (body: Schemas['SimulateBody']) => value(client.POST('/api/v1/simulate', { body }))

/** How many subjects a rule would hold, in the place of the rules of a segment. */
export const previewRule = (body: Schemas['PreviewBody'], signal: AbortSignal) =>
  value(client.POST('/api/v1/segments/preview', { body, signal }))
