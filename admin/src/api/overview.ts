/** What needs a person now, and how a namespace is doing. */

import { client, value, type Schemas } from './http'

export type Overview = Schemas['OverviewShown']
export type Need = Schemas['NeedShown']
export type Setup = Schemas['SetupShown']
export type OutcomeRow = Schemas['OutcomeRowShown']

export const readOverview = () => value(client.GET('/api/v1/overview'))
