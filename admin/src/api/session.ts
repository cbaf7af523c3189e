/** The session of the app: a credential that is given once, and kept in a cookie that no script can read. */

import { send } from './http'

/** TODO(B1 API): becomes Schemas['SessionShown'] */
export interface SessionShown {
  namespace: string
  role: string
  subject_id: string | null
  csrf_token: string
  expires_at: string
  operations: Record<string, string>
}

const PATH = '/api/v1/session'

export const readSession = async () => (await send<SessionShown>('GET', PATH)).value
export const beginSession = async (credential: string) => (await send<SessionShown>('POST', PATH, { body: { credential } })).value
export const enterByLink = async (link: string) => (await send<SessionShown>('POST', PATH, { body: { link } })).value
export const endSession = async () => void (await send('DELETE', PATH))
