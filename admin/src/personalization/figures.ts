/** Figures of evaluations, put side by side. */

import type { Figure } from '@/api/personalization'

/** By what was shown and by what people did with it. */
export const OFFLINE = ['precision', 'map', 'ndcg', 'coverage', 'diversity'] as const
export const ONLINE = ['click_through_rate', 'completion_rate', 'avg_session_duration_sec', 'return_rate'] as const
export const ORDERS = ['rule_v1', 'default', 'random'] as const

export type Metric = (typeof OFFLINE)[number] | (typeof ONLINE)[number]

const KNOWN = new Set<string>([...OFFLINE, ...ONLINE])
const SECONDS = 'avg_session_duration_sec'

export const isMetric = (name: string): name is Metric => KNOWN.has(name)
export const isSeconds = (metric: string): boolean => metric === SECONDS

/** The scopes that there are figures of, in order. */
export const scopesOf = (figures: Figure[]): string[] => [...new Set(figures.map((each) => each.scope).filter(Boolean))].sort()

/** The newest figure of a metric, scope and order, whatever it was evaluated for. */
export const newest = (figures: Figure[], metric: string, scope: string, order: string): Figure | undefined =>
  figures
    .filter((each) => each.metric === metric && each.scope === scope && each.model_version === order)
    .sort((one, other) => other.evaluated_at.localeCompare(one.evaluated_at))[0]

/** The curve of a metric: the moments, and for each order its values at them. Null: none was told. */
export function curvesOf(figures: Figure[], metric: string, scope: string): { moments: string[]; curves: Record<string, (number | null)[]> } {
  const asked = figures.filter((each) => each.metric === metric && each.scope === scope)
  const moments = [...new Set(asked.map((each) => each.evaluated_at))].sort()
  const found = new Map(asked.map((each) => [`${each.model_version} ${each.evaluated_at}`, each.value]))
  const orders = [...new Set(asked.map((each) => each.model_version))]
  return { moments, curves: Object.fromEntries(orders.map((order) => [order, moments.map((at) => found.get(`${order} ${at}`) ?? null)])) }
}
