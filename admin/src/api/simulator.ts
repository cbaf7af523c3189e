/** What somebody would get, and every number that leads to it. Nothing is recorded. */

import { client, value, type Schemas } from './http'

export type Asked = Schemas['SimulateItemsBody']
export type SimulatedItems = Schemas['RecommendationExplained']
export type Reason = Record<string, unknown>
export type ItemTrace = Schemas['ItemTrace']
export type FellOut = Schemas['FellOut']

export const simulateItems = (body: Asked, signal?: AbortSignal): Promise<SimulatedItems> =>
  value(client.POST('/api/v1/simulate/recommend', { body, signal }))
