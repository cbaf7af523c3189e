/** What needs a person now, and how a namespace is doing. */

import { client, everything, value, type Schemas } from './http'

export type Overview = Schemas['OverviewShown']
export type Need = Schemas['NeedShown']
export type Setup = Schemas['SetupShown']
export type OutcomeRow = Schemas['OutcomeRowShown']
export type Alert = Schemas['AlertShown']

export const readOverview = () => value(client.GET('/api/v1/overview'))

/** Alerts that nobody has seen. */
export const listOpenAlerts = () =>
  everything<Alert>((query) => value(client.GET('/api/v1/alerts', { params: { query: { ...query, state: 'open' } } })))
