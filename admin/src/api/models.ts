/** Models: versions of predictions, their cards, and whether they still hold. */

import { listDefinitions } from './definitions'
import { client, value, type Schemas } from './http'

export type Model = Schemas['ModelShown']
export type Monitoring = Schemas['MonitoringShown']
export type Shift = Schemas['Shift']
export type Outcomes = Schemas['Outcomes']
export type DriftLevel = Schemas['DriftLevel']

export interface Interval {
  value: number
  low: number
  high: number
}

/** Of which cuts, and how many rows of it are positive. */
export interface Span {
  first_cut: string | null
  last_cut: string | null
  rows: number
  positives: number
}

export interface Quality {
  auc: Interval
  log_loss: Interval
  brier: number
  expected_calibration_error: number
  lift_at_10: number
}

export interface Candidate {
  predictor: string
  quality: Quality
  against_baseline: Interval | null
  on_validation?: Interval | null
}

export interface SegmentQuality {
  segment_id: string
  rows: number
  positives: number
  auc: number | null
  log_loss: number | null
  expected_calibration_error: number | null
}

/** What a version says of itself. What it does not say is left out. */
export interface Card {
  target: string
  meaning: string
  train: Span
  validation: Span
  test: Span
  quality: Quality
  candidates: Candidate[]
  verdict: string
  features: string[]
  warnings?: string[]
  segments?: SegmentQuality[]
}

const of = (model_id: string) => ({ path: { model_id } })

/** Every version of every model. */
export const listModels = async () => (await value(client.GET('/api/v1/models'))).items
/** Of the active version where none is named. Null: it has no card. */
export const getCard = async (id: string, version?: number) =>
  (await value(client.GET('/api/v1/models/{model_id}/card', { params: { ...of(id), query: { version } } }))).card as unknown as Card | null
export const getMonitoring = (id: string) => value(client.GET('/api/v1/models/{model_id}/monitoring', { params: of(id) }))

export const activate = (id: string, version: number) => value(client.POST('/api/v1/models/{model_id}/activate', { params: of(id), body: { version } }))
export const rollBack = (id: string) => value(client.POST('/api/v1/models/{model_id}/rollback', { params: of(id) }))

/** These have a job done, and return its run. */
export const check = async (id: string) => (await value(client.POST('/api/v1/models/{model_id}/check', { params: of(id) }))).run_id
export const train = async (prediction_id: string, as_of: string | null) =>
  (await value(client.POST('/api/v1/models/{prediction_id}/train', { params: { path: { prediction_id } }, body: { as_of } }))).run_id

export const listPredictions = () => listDefinitions('prediction')
