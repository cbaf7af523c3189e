/** Recorded decisions: looked for, read and made again. */

import { client, value, type Schemas } from './http'

export type Recorded = Schemas['AuditRowShown']
export type Replay = Schemas['ReplayShown']

export interface AuditAsked {
  subject_id?: string
  user_hash?: string
  segment_id?: string
  decision_id?: string
  since?: string
  until?: string
}

export interface Reason {
  code: string
  text: string
  detail?: Record<string, unknown>
}

/** Why a decision came out as it did. What was erased has none of it. */
export interface Body {
  reasons?: Reason[]
  features?: Record<string, unknown>
  config?: Record<string, number | boolean>
  overrides?: Record<string, unknown>
  items?: [string, number][]
  facts_as_of?: string | null
  campaign_id?: string | null
  experiment?: { experiment_id?: string; variant_id?: string } | null
  ranked?: { limit: number; at: number; index_version?: string; history_digest?: string }
}

const ROWS_ON_A_PAGE = 50
const of = (decision_id: string) => ({ path: { decision_id } })

/** The newest first. */
export const searchAudit = (asked: AuditAsked, cursor?: string) =>
  value(client.GET('/api/v1/audit', { params: { query: { ...asked, cursor, limit: ROWS_ON_A_PAGE } } }))
export const getRecorded = (id: string) => value(client.GET('/api/v1/audit/{decision_id}', { params: of(id) }))
/** `subject_id` is asked for where what was decided hangs on who it is. */
export const replay = (id: string, subject_id: string | null) =>
  value(client.POST('/api/v1/audit/{decision_id}/replay', { params: of(id), body: { subject_id } }))

/** Has the whole audit read. Returns the run of the job. */
export const verify = async () => (await value(client.POST('/api/v1/audit/verify'))).run_id

export const bodyOf = (row: Recorded): Body => row.body as Body
