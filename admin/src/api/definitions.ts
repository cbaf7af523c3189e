/** What is defined, of every kind alike: read, drafted, planned, published, taken back. */

import { client, everything, send, tagged, value, type Schemas, type Tagged } from './http'

/** The body of each kind, as the API has it. */
export interface Bodies {
  feature: Schemas['Feature']
  segment: Schemas['Segment']
  profile: Schemas['Profile']
  campaign: Schemas['Campaign']
  source: Schemas['CustomerSource']
  prediction: Schemas['PredictionSetup']
  offer: Schemas['Offer']
  experiment: Schemas['Experiment']
  game: Schemas['Game']
  scope: Schemas['Scope']
  /** The one object of its kind. */
  defaults: Schemas['Defaults']
}

export type Kind = keyof Bodies
export type Plan = Schemas['PlanShown']
export type Draft = Schemas['DraftShown']
export type Version = Schemas['VersionShown']
export type Change = Schemas['ChangeBody']

/** The field that names an object of each kind of which there may be many. */
export const ID_FIELD: Record<Exclude<Kind, 'defaults'>, string> = {
  feature: 'name', segment: 'segment_id', profile: 'profile_id', campaign: 'campaign_id', source: 'source_id',
  prediction: 'prediction_id', offer: 'offer_id', experiment: 'experiment_id', game: 'game_id', scope: 'scope_id',
}

/** What names a body of its kind; empty while it has no name yet. */
export const idOf = (kind: Kind, body: Bodies[Kind]): string =>
  kind === 'defaults' ? kind : String((body as Record<string, unknown>)[ID_FIELD[kind]] ?? '')

const listOf = (kind: Kind) => (kind === 'defaults' ? '/api/v1/defaults' : `/api/v1/${kind}s`)
const pathOf = (kind: Kind, id: string) => (kind === 'defaults' ? listOf(kind) : `${listOf(kind)}/${encodeURIComponent(id)}`)
const ifMatch = (etag: string): Record<string, string> => (etag ? { 'If-Match': etag } : { 'If-None-Match': '*' })

export const listDefinitions = <K extends Kind>(kind: K) =>
  everything<Bodies[K]>(async ({ cursor, limit }) => {
    const query = { limit: String(limit), ...(cursor ? { cursor } : {}) }
    return (await send<{ items: Bodies[K][]; next_cursor?: string | null }>('GET', listOf(kind), { query })).value
  })

export const getDefinition = <K extends Kind>(kind: K, id: string): Promise<Tagged<Bodies[K]>> => send('GET', pathOf(kind, id))

export const deleteDefinition = async (kind: Kind, id: string, etag: string) =>
  void (await send('DELETE', pathOf(kind, id), { headers: { 'If-Match': etag } }))

export const listVersions = async (kind: Kind, id: string) =>
  (await send<{ items: Version[] }>('GET', `${pathOf(kind, id)}/versions`, { query: { limit: '100' } })).value.items

export const rollBack = (kind: Kind, id: string, version: number, etag: string) =>
  send('POST', `${pathOf(kind, id)}/rollback`, { body: { version }, headers: { 'If-Match': etag } })

export const listDrafts = async (): Promise<Draft[]> => (await value(client.GET('/api/v1/drafts'))).items

export const saveDraft = async <K extends Kind>(kind: K, id: string, body: Bodies[K], etag: string) =>
  void (await send('PUT', pathOf(kind, id), { body, headers: ifMatch(etag), query: { draft: 'true' } }))

export const deleteDraft = (kind: Kind, identifier: string) =>
  value(client.DELETE('/api/v1/drafts/{kind}/{identifier}', { params: { path: { kind, identifier } } }))

export const changeOf = <K extends Kind>(kind: K, body: Bodies[K]): Change => ({
  kind,
  identifier: idOf(kind, body),
  body: body as Record<string, unknown>,
})

/** What these changes would do, and the tag that lets them be published only while nothing else was. */
export const plan = (changes: Change[]) => tagged(client.POST('/api/v1/plan', { body: { changes } }))

/** Puts changes in force, unless something was published since the plan whose tag is given. */
export const publish = (changes: Change[], comment: string, planEtag: string) =>
  value(client.POST('/api/v1/publish', { params: { header: { 'If-Match': planEtag } }, body: { changes, comment } }))
