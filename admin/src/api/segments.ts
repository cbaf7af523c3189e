/** Segments, and how many subjects they have. */

import { listDefinitions } from './definitions'
import { client, value, type Schemas } from './http'

export type Segment = Schemas['Segment']
export type Rule = Schemas['RuleDefinition']
export type Profile = Schemas['Profile']
export type SegmentCounts = Schemas['SegmentCountsShown']
export type SegmentCount = Schemas['SegmentCountShown']

export const listSegments = () => listDefinitions('segment')
export const listProfiles = () => listDefinitions('profile')

/** Calculates the audiences again. Returns the run of the job. */
export const calculate = () => value(client.POST('/api/v1/audiences', { body: {} }))

export const countSegments = () => value(client.GET('/api/v1/segments/counts'))
