/** Experiments: what is declared, what may be said of them, how they are segmented, and what is wrong with them. */

import { changeOf, listDefinitions, plan } from './definitions'
import { client, send, value, type Schemas } from './http'

export type Experiment = Schemas['Experiment']
export type Variant = Schemas['Variant']
export type Metric = Schemas['Metric']
export type Segmentation = Schemas['Segmentation']
export type Mode = Schemas['SegmentationMode']
export type Status = Schemas['ExperimentStatus']
export type ResultsShown = Schemas['ResultsShown']
export type Results = Schemas['Results']
export type VariantSaid = Schemas['VariantSaid']
export type SegmentSaid = Schemas['SegmentSaid']
export type Cell = Schemas['SegmentVariantSaid']
export type Contrast = Schemas['ContrastSaid']
export type Guardrail = Schemas['GuardrailSaid']
export type Ratio = Schemas['RatioSaid']
export type Lift = Schemas['LiftSaid']
export type Bounds = Schemas['Bounds']
export type SegmentSeen = Schemas['SegmentSeenShown']
export type Metrics = Schemas['SegmentationMetricsShown']
export type Eligibility = Schemas['EligibilityShown']
export type Finding = Schemas['Finding']
export type Recommendation = Schemas['SegmentationRecommended']
export type Step = 'start' | 'pause' | 'stop' | 'archive'

const of = (experiment_id: string) => ({ params: { path: { experiment_id } } })

export const listExperiments = () => listDefinitions('experiment')
export const readResults = (id: string) => value(client.GET('/api/v1/experiments/{experiment_id}/results', of(id))) as Promise<ResultsShown>
export const lookNow = (id: string) => value(client.POST('/api/v1/experiments/{experiment_id}/refresh', of(id)))
export const readMetrics = (id: string) => value(client.GET('/api/v1/segmentation/{experiment_id}/metrics', of(id)))
export const readSegments = (id: string) => value(client.GET('/api/v1/segmentation/{experiment_id}/segments', of(id)))
export const readEligibility = (id: string) => value(client.GET('/api/v1/segmentation/{experiment_id}/eligibility', of(id)))
export const readClustering = (id: string) => value(client.GET('/api/v1/segmentation/{experiment_id}/clustering/status', of(id)))
/** Returns the run of the job. */
export const trainClusters = async (id: string) => (await value(client.POST('/api/v1/segmentation/{experiment_id}/clustering/train', of(id)))).run_id

/** Whatever became of them, the newest first. */
export const listRecommendations = async (id: string): Promise<Recommendation[]> =>
  (await value(client.GET('/api/v1/segmentation/{experiment_id}/recommendations', of(id)))).items

const decision = (experiment_id: string, recommendation_id: string) => ({ params: { path: { experiment_id, recommendation_id } } })

export const accept = (id: string, recommendation: string) =>
  value(client.POST('/api/v1/segmentation/{experiment_id}/recommendations/{recommendation_id}/accept', decision(id, recommendation)))
export const dismiss = (id: string, recommendation: string) =>
  value(client.POST('/api/v1/segmentation/{experiment_id}/recommendations/{recommendation_id}/dismiss', decision(id, recommendation)))

/** A step in its life, from the version that was seen. */
export const takeStep = (id: string, step: Step, etag: string) =>
  send<Experiment>('POST', `/api/v1/experiments/${encodeURIComponent(id)}/${step}`, { headers: { 'If-Match': etag } })

/** Who got what, as a file. */
export const exportAddress = (id: string) => `/api/v1/experiments/${encodeURIComponent(id)}/assignments?format=csv`

/** What is wrong with an experiment; publishes nothing. */
export const faultsOf = async (experiment: Experiment) => (await plan([changeOf('experiment', experiment)])).value.errors
