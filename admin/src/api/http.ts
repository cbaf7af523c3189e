/** How every request of the app is sent, and how its answer becomes a value or an `ApiError`. */

import createClient from 'openapi-fetch'

import { note } from '@/composables/calls'
import { session } from '@/composables/session'

import { ApiError } from './error'
import type { components, paths } from './schema'

export type Schemas = components['schemas']

/** Something that was read, with the tag that a change of it is made conditional on. */
export interface Tagged<T> {
  value: T
  etag: string
}

/** The API, typed by its OpenAPI document: `value(client.GET('/api/v1/jobs'))`. */
export const client = createClient<paths>({ baseUrl: '/', fetch: reached })

const SAFE = new Set(['GET', 'HEAD'])
const WRONG_TOKEN = 'urn:tessella:wrong-csrf-token'
const MOST_ON_A_PAGE = 1000

async function reached(request: Request): Promise<Response> {
  note(request)
  return SAFE.has(request.method) ? fetched(request) : written(request)
}

/** With the token of the session; once more where another session began since. */
async function written(request: Request): Promise<Response> {
  const again = request.clone()
  const answered = await tokened(request)
  return (await isOfOlderSession(answered)) && (await renewed()) ? tokened(again) : answered
}

function tokened(request: Request): Promise<Response> {
  request.headers.set('X-CSRF-Token', session.csrfToken.value)
  return fetched(request)
}

async function fetched(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    if (request.signal.aborted) throw error
    throw new ApiError(0, '')
  }
}

/** Whether somebody signed in anew in another tab since this one read its token. */
async function isOfOlderSession(answered: Response): Promise<boolean> {
  if (answered.status !== 403) return false
  return ((await answered.clone().json().catch(() => ({}))) as Partial<Schemas['Problem']>).type === WRONG_TOKEN
}

/** Takes up the session of the cookie. Returns whether it is the same caller's: what one wrote is not sent by another. */
async function renewed(): Promise<boolean> {
  const { data } = await client.GET('/api/v1/session')
  if (data) session.meet(data)
  if (session.other.value) throw new ApiError(401, '')
  return data !== undefined
}

interface Answer<T> {
  data?: T
  error?: Schemas['Problem']
  response: Response
}

/** What was answered. Raises `ApiError`. */
export async function value<T>(asked: Promise<Answer<T>>): Promise<T> {
  return (await tagged(asked)).value
}

/** The same, with its tag. */
export async function tagged<T>(asked: Promise<Answer<T>>): Promise<Tagged<T>> {
  const { data, error, response } = await asked
  if (response.ok) return { value: data as T, etag: response.headers.get('etag') ?? '' }
  if (response.status === 401) session.expire()
  throw new ApiError(response.status, error?.detail ?? '', error?.errors)
}

/** All pages of a list. `page` asks for one: `everything((query) => value(client.GET(PATH, { params: { query } })))`. */
export async function everything<T>(
  page: (query: { cursor?: string; limit: number }) => Promise<{ items: T[]; next_cursor?: string | null }>,
): Promise<T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const { items, next_cursor } = await page({ cursor, limit: MOST_ON_A_PAGE })
    found.push(...items)
    cursor = next_cursor ?? undefined
  } while (cursor)
  return found
}

interface Sent {
  body?: unknown
  headers?: Record<string, string>
  query?: Record<string, string>
}

/** For paths that are put together, which the types do not know. Prefer `client`. Raises `ApiError`. */
export async function send<T>(method: string, path: string, { body, headers, query }: Sent = {}): Promise<Tagged<T>> {
  const url = new URL(path + (query ? `?${new URLSearchParams(query)}` : ''), window.location.origin)
  const isSent = body !== undefined
  const type: Record<string, string> = isSent ? { 'Content-Type': 'application/json' } : {}
  const response = await reached(new Request(url, { method, headers: { ...type, ...headers }, body: isSent ? JSON.stringify(body) : undefined }))
  const text = await response.text()
  const read = (text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined) as unknown
  return tagged<T>(Promise.resolve(response.ok ? { data: read as T, response } : { error: read as Schemas['Problem'], response }))
}
