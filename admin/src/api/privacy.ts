/** Rights of subjects: what they agreed to, what is kept of them and why, and erasing it. */

import { client, value, type Schemas } from './http'

export type Consent = Schemas['ConsentCountsShown']
export type Settings = Schemas['SettingsShown']
export type Erasure = Schemas['ErasureShown']
export type TableRecord = Schemas['TableRecordShown']

const ERASURES_ON_A_PAGE = 50
const of = (subject_id: string) => ({ params: { path: { subject_id } } })

export const getConsent = () => value(client.GET('/api/v1/privacy/consent'))
export const getSettings = (subject_id: string) => value(client.GET('/personalization/settings', { params: { query: { subject_id } } }))
/** What is not named stays. */
export const setSettings = (subject_id: string, settings: Partial<Settings>) =>
  value(client.POST('/personalization/settings', { body: { subject_id, ...settings } }))

/** Facts and settings. Raises `ApiError` with the status 404 where nothing is known. */
export const getSubject = (subject_id: string) => value(client.GET('/api/v1/subjects/{subject_id}', of(subject_id)))
/** Everything that is stored. */
export const exportSubject = (subject_id: string) => value(client.GET('/api/v1/subjects/{subject_id}/export', of(subject_id)))

/** Has everything erased. Returns the run of the job. */
export const erase = async (subject_id: string) => (await value(client.POST('/api/v1/subjects/{subject_id}/erase', of(subject_id)))).run_id
/** The last one asked for first. They name nobody. */
export const listErasures = (cursor?: string) => value(client.GET('/api/v1/privacy/erasures', { params: { query: { cursor, limit: ERASURES_ON_A_PAGE } } }))

export const getRecord = () => value(client.GET('/api/v1/privacy/record'))
