/** How serious a day is by the method that decides. */

import type { AxisAnomaly, Detection, Method } from '@/api/taxonomy'

export type Severity = 'critical' | 'anomaly' | 'ordinary'

/** Whether the method flags the axis. */
export const isFlagged = (axis: AxisAnomaly, method: Method): boolean => (method === 'displacement' ? axis.displacement.is_anomalous : axis.is_anomalous)

/** Critical: on an axis that the game calls so. */
export function severityOf({ alerts, axes, method }: Pick<Detection, 'alerts' | 'axes' | 'method'>): Severity {
  if (!alerts) return 'ordinary'
  return axes.some((axis) => axis.is_critical && isFlagged(axis, method)) ? 'critical' : 'anomaly'
}

/** The score by the method that decides; over 0.7 is an anomaly. */
export const scoreOf = ({ method, displacement, overall_score }: Pick<Detection, 'method' | 'displacement' | 'overall_score'>): number =>
  method === 'displacement' ? displacement.score : overall_score

/** The axis that says most of what happened: the first is the most urgent, but it may have nothing that moved. */
export const tellingAxis = ({ axes }: Pick<Detection, 'axes'>): AxisAnomaly | undefined => axes.find((axis) => axis.moved.length) ?? axes[0]
