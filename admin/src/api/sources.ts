/** Sources of customers: their columns and rows, and values of customers that are stored here. */

import { listDefinitions } from './definitions'
import { ApiError } from './error'
import { client, send, value, type Schemas } from './http'

export type Source = Schemas['CustomerSource']
export type Columns = Schemas['ColumnsShown']
export type Column = Schemas['ColumnShown']
export type Feature = Schemas['Feature']
export type FeatureType = Schemas['FeatureType']
export type FactsOfSubject = Schemas['FactsOfSubject']

export const columnsOf = (source: string) => value(client.GET('/api/loyalty/v1/dwh/columns', { params: { query: { source } } }))

/** Makes features of columns, all or none. */
export const declareColumns = (source_id: string, columns: string[]) =>
  value(client.POST('/api/v1/sources/{source_id}/features', { params: { path: { source_id } }, body: { columns } }))

/** Makes a feature of one column. Returns its name. */
export async function declareColumn(source_id: string, column: string): Promise<string> {
  const { features, left } = await declareColumns(source_id, [column])
  if (features.length === 0) throw new ApiError(422, left[0]?.message ?? '')
  return features[0]!.name
}

/** The columns of all sources that are no features. One source that does not answer hides no other. */
export async function listUndeclared() {
  const found = await Promise.allSettled((await listDefinitions('source')).map(({ source_id }) => undeclaredOf(source_id)))
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
}

async function undeclaredOf(source: string) {
  const { columns, source_id } = await columnsOf(source)
  return columns.filter(({ feature, type }) => feature === null && type !== null).map((each) => ({ ...each, source_id }))
}

/** One customer's row, as rules read it. */
export const customerOf = async (source: string, id: string) =>
  (await send<Record<string, unknown>>('GET', `/api/loyalty/v1/dwh/customers/${encodeURIComponent(id)}`, { query: { source } })).value

/** Stores values of up to a thousand subjects. Those of a moment that is stored already change nothing. */
export const addFacts = (facts: FactsOfSubject[]) => value(client.POST('/api/v1/facts', { body: { facts } }))
