/** Every request of the app, one function an operation. The types are made from the server's OpenAPI document. */

import createClient from 'openapi-fetch'

import type { Json } from '@/rules/tree'
import { session } from '@/composables/session'

import { ApiError } from './error'
import type { components, paths } from './schema'

type Schemas = components['schemas']
export type Segment = Schemas['Segment']
export type Rule = Schemas['RuleDefinition']
export type Form = Schemas['Form']
export type Fault = Schemas['Fault']
export type Vocabulary = Schemas['VocabularyShown']
export type RuleChecked = Schemas['RuleChecked']
export type DryRun = Schemas['DryRunAnswer']
export type TruthTree = Schemas['TruthTree']
export type Simulated = Schemas['Simulated']
export type Plan = Schemas['PlanShown']
export type Draft = Schemas['DraftShown']
export type Version = Schemas['VersionShown']
export type Profile = Schemas['Profile']
export type SegmentCounts = Schemas['SegmentCountsShown']
export type SegmentCount = Schemas['SegmentCountShown']
export type Preview = Schemas['PreviewShown']
export type SegmentPlace = Pick<Schemas['PreviewBody'], 'segment_id' | 'priority'>

/** Something that was read, with the tag that a change of it is made conditional on. */
export interface Tagged<T> {
  value: T
  etag: string
}

const client = createClient<paths>({ baseUrl: '/', fetch: reached })

async function reached(request: Request): Promise<Response> {
  if (session.key.value) request.headers.set('Authorization', `Bearer ${session.key.value}`)
  try {
    return await fetch(request)
  } catch (error) {
    if (request.signal.aborted) throw error
    throw new ApiError(0, '')
  }
}

interface Answer<T> {
  data?: T
  error?: Schemas['Problem']
  response: Response
}

async function value<T>(asked: Promise<Answer<T>>): Promise<T> {
  return (await tagged(asked)).value
}

async function tagged<T>(asked: Promise<Answer<T>>): Promise<Tagged<T>> {
  const { data, error, response } = await asked
  if (response.ok) return { value: data as T, etag: response.headers.get('etag') ?? '' }
  if (response.status === 401) session.expire()
  throw new ApiError(response.status, error?.detail ?? '', error?.errors)
}

/** All pages of a list. */
async function everything<T>(page: (cursor?: string) => Promise<{ items: T[]; next_cursor?: string | null }>): Promise<T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const { items, next_cursor } = await page(cursor)
    found.push(...items)
    cursor = next_cursor ?? undefined
  } while (cursor)
  return found
}

const SEGMENT = '/api/v1/segments/{segment_id}'
const named = (segment_id: string) => ({ path: { segment_id } })
const ifMatch = (etag: string) => (etag ? { 'If-Match': etag } : { 'If-None-Match': '*' })

/** Whether a key is good for this app: the one request that it is not signed in for. */
export async function tryKey(key: string): Promise<void> {
  const headers = { Authorization: `Bearer ${key}` }
  await value(client.GET('/api/v1/segments', { params: { query: { limit: 1 } }, headers }))
}

export const listSegments = () =>
  everything<Segment>((cursor) => value(client.GET('/api/v1/segments', { params: { query: { cursor, limit: 1000 } } })))

export const listProfiles = () =>
  everything<Profile>((cursor) => value(client.GET('/api/v1/profiles', { params: { query: { cursor, limit: 1000 } } })))

export const getSegment = (id: string) => tagged(client.GET(SEGMENT, { params: named(id) }))

export const getVocabulary = () => value(client.GET('/api/v1/rules/vocabulary'))

export const checkRule = (expr: Json, form: Form, signal?: AbortSignal) =>
  value(client.POST('/api/v1/rules/validate', { body: { expr, form }, signal }))

export const dryRun = (body: Schemas['DryRunBody']) => value(client.POST('/api/v1/rules/dry-run', { body }))

export const simulate = (body: Schemas['SimulateBody']) => value(client.POST('/api/v1/simulate', { body }))

export const listDrafts = () => value(client.GET('/api/v1/drafts'))

export const saveDraft = (segment: Segment, etag: string) =>
  value(
    client.PUT(SEGMENT, {
      params: { ...named(segment.segment_id), query: { draft: true }, header: ifMatch(etag) },
      body: segment,
    }),
  )

export const deleteDraft = (id: string) =>
  value(client.DELETE('/api/v1/drafts/{kind}/{identifier}', { params: { path: { kind: 'segment', identifier: id } } }))

export const planSegment = (segment: Segment) =>
  tagged(client.POST('/api/v1/plan', { body: { changes: [changeOf(segment)] } }))

/** Puts a segment in force, unless something was published since the plan whose tag is given. */
export const publishSegment = (segment: Segment, comment: string, planEtag: string) =>
  value(
    client.POST('/api/v1/publish', {
      params: { header: { 'If-Match': planEtag } },
      body: { changes: [changeOf(segment)], comment },
    }),
  )

const changeOf = (segment: Segment) => ({ kind: 'segment' as const, identifier: segment.segment_id, body: { ...segment } })

export const listVersions = (id: string) =>
  value(client.GET('/api/v1/segments/{segment_id}/versions', { params: { ...named(id), query: { limit: 100 } } }))

export const rollBack = (id: string, version: number, etag: string) =>
  tagged(
    client.POST('/api/v1/segments/{segment_id}/rollback', {
      params: { ...named(id), header: { 'If-Match': etag } },
      body: { version },
    }),
  )

/** Calculates the audiences again. Returns the run of the job. */
export const calculate = () => value(client.POST('/api/v1/audiences', { body: {} }))

export const getRun = (run_id: string) => value(client.GET('/api/v1/jobs/{run_id}', { params: { path: { run_id } } }))

export const countSegments = () => value(client.GET('/api/v1/segments/counts'))

/** How many subjects a rule would hold, in the place of the rules of a segment. */
export const previewRule = (body: Schemas['PreviewBody'], signal: AbortSignal) =>
  value(client.POST('/api/v1/segments/preview', { body, signal }))
