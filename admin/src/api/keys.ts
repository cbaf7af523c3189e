/** API keys of the namespace. Their texts are shown once, when they are made. */

import { client, everything, value, type Schemas } from './http'

export type Key = Schemas['KeyShown']
export type KeyBody = Schemas['KeyBody']
export type KeyCreated = Schemas['KeyCreated']
export type Role = Schemas['Role']

export const listKeys = () => everything<Key>((query) => value(client.GET('/api/v1/keys', { params: { query } })))
export const createKey = (body: KeyBody) => value(client.POST('/api/v1/keys', { body }))
export const revokeKey = async (key_id: string) => void (await value(client.DELETE('/api/v1/keys/{key_id}', { params: { path: { key_id } } })))
