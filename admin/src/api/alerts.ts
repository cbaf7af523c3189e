/** Alerts: what went wrong, until it is right again. */

import { client, everything, value, type Schemas } from './http'

export type Alert = Schemas['AlertShown']

const listAlerts = (state?: Schemas['AlertState']) =>
  everything<Alert>((query) => value(client.GET('/api/v1/alerts', { params: { query: { ...query, state } } })))

/** Alerts that nobody has seen. */
export const listOpenAlerts = () => listAlerts('open')

/** The alerts that experiments raise; those that are resolved too. */
export const listExperimentAlerts = async (): Promise<Alert[]> => (await listAlerts()).filter((each) => each.rule.startsWith('experiment_'))

/** Says that somebody has seen one. */
export const acknowledge = (alert_id: string) =>
  value(client.POST('/api/v1/alerts/{alert_id}/acknowledge', { params: { path: { alert_id } } }))
