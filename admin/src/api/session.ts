/** The session of the app: a credential that is given once, and kept in a cookie that no script can read. */

import { client, value, type Schemas } from './http'

export type SessionShown = Schemas['SessionShown']
export type Operation = keyof SessionShown['operations']

const PATH = '/api/v1/session'

export const readSession = () => value(client.GET(PATH))
export const beginSession = (credential: string) => value(client.POST(PATH, { body: { credential } }))
export const enterByLink = (link: string) => value(client.POST(PATH, { body: { link } }))
export const endSession = () => value(client.DELETE(PATH))
