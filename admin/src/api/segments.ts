/** Segments: how many subjects they have, who they are, what sets them apart, and what is predicted of them. */

import { listDefinitions } from './definitions'
import { client, value, type Schemas } from './http'

export type Segment = Schemas['Segment']
export type Rule = Schemas['RuleDefinition']
export type SegmentCounts = Schemas['SegmentCountsShown']
export type SegmentCount = Schemas['SegmentCountShown']
export type Difference = Schemas['FeatureDifferenceShown']
export type Overlap = Schemas['OverlapShown']
export type MembershipChange = Schemas['MembershipChangeShown']
export type Members = Schemas['MembersShown']
export type SegmentStats = Awaited<ReturnType<typeof statsOf>>
export type PredictionType = Schemas['PredictionType']

const of = (segment_id: string) => ({ path: { segment_id } })

export const listSegments = () => listDefinitions('segment')

/** Calculates the audiences again. Returns the run of the job. */
export const calculate = () => value(client.POST('/api/v1/audiences', { body: {} }))

export const countSegments = () => value(client.GET('/api/v1/segments/counts'))

export const profileOf = (id: string) => value(client.GET('/api/v1/segments/{segment_id}/profile', { params: of(id) }))

/** Of each two of these. */
export const overlapOf = (ids: string[]) => value(client.GET('/api/v1/segments/overlap', { params: { query: { segment_id: ids } } }))

/** Who entered and left, the oldest first, after a cursor. */
export const listChanges = (id: string, cursor: string | undefined, limit: number) =>
  value(client.GET('/api/v1/segments/{segment_id}/changes', { params: { ...of(id), query: { cursor, limit } } }))

export const listMembers = (id: string, cursor: string | undefined, limit: number) =>
  value(client.GET('/api/v1/segments/{segment_id}/members', { params: { ...of(id), query: { cursor, limit } } }))

export const exportMembers = (id: string, body: Schemas['ExportBody']) =>
  value(client.POST('/api/v1/segments/{segment_id}/exports', { params: of(id), body }))

export const usageOf = (id: string) => value(client.GET('/api/v1/segments/{segment_id}/usage', { params: of(id) }))

/** What predictions come to: for the first thousand members by id, or for all of them. */
export const statsOf = (id: string, sample: 'first' | 'all' = 'first', signal?: AbortSignal) =>
  value(client.GET('/api/loyalty/v1/segments/{segment_id}/ml/stats', { params: { ...of(id), query: { sample } }, signal }))

export const statsHistory = (id: string, days: number) =>
  value(client.GET('/api/loyalty/v1/segments/{segment_id}/ml/stats/history', { params: { ...of(id), query: { days } } }))

/** Has everybody in the segment predicted for, by a job. Returns the id of its run. */
export async function predictAll(id: string, type: PredictionType): Promise<string> {
  const begun = await value(client.POST('/api/loyalty/v1/segments/{segment_id}/ml/predict', { params: of(id), body: { type, async: true } }))
  return (begun as unknown as Schemas['SegmentPredictionJob']).job_id
}
