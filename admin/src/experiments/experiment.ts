/** Experiments as the form holds them: with every field, also those that the API may leave out. */

import type { Alert } from '@/api/alerts'
import type { Experiment, Metric, Mode, Segmentation, Status, Step, Variant } from '@/api/experiments'
import { isObject, type Json } from '@/shared/json/json'
import type { Shape } from '@/definitions/editing'
import { words } from '@/words'

export type Whole = Omit<Required<Experiment>, 'segmentation' | 'metrics' | 'variants'> & { segmentation: Required<Segmentation>; metrics: Required<Metric>[]; variants: Required<Variant>[] }

const METRIC: Required<Metric> = { name: 'conversion', reward: 'binary', goal: 'maximise', may_be_negative: false, margin: 0 }
const SEGMENTATION: Required<Segmentation> = {
  enabled: true, mode: 'disabled', segment_by: [], min_samples_per_segment: 100, auto_clustering_enabled: false,
  auto_activation: false, auto_activation_threshold: 1000, auto_activation_requires_evidence: true,
}
const STOPPING = { planned_units: 50_000, alike_within: 0, worth: 0.01, max_units: null, max_days: null, stop_harmful: true }

export const emptyMetric = (name: string): Required<Metric> => ({ ...METRIC, name })
export const emptyVariant = (variant_id: string, name: string): Required<Variant> => ({ variant_id, name, content: {}, overrides: {} })

/** A new one is a draft: nobody is given a variant before it is started. */
export const emptyExperiment = (): Whole => ({
  experiment_id: '', name: '', description: '', status: 'draft', variants: [emptyVariant('control', words.experimentForm.controlVariant), emptyVariant('variant-2', words.experimentForm.variant(2))],
  metrics: [emptyMetric('conversion')], attribution_hours: 24, segmentation: { ...SEGMENTATION }, posterior: 'hierarchical', expected: 0.05,
  targeting: null, traffic: 1, layer: null, forced: {}, on_outage: 'control', stopping: { ...STOPPING }, notify: [],
})

/** Every field of a body, and what it leaves out as the server takes it. */
export function whole(body: Experiment): Whole {
  const metrics = (body.metrics ?? [METRIC]).map((each) => ({ ...METRIC, ...each }))
  const variants = body.variants.map((each) => ({ content: {}, overrides: {}, ...each }))
  const settings = { segmentation: { ...SEGMENTATION, ...body.segmentation }, stopping: { ...STOPPING, ...body.stopping } }
  return { ...emptyExperiment(), status: 'running', ...body, ...settings, metrics, variants } as Whole
}

export const EXPERIMENT: Shape<'experiment'> = { kind: 'experiment', empty: emptyExperiment, whole }

/** What the form has no fields for, as JSON. */
export const REST = ['targeting', 'layer', 'forced', 'on_outage', 'stopping', 'notify'] as const

export const restOf = (experiment: Experiment): Json =>
  Object.fromEntries(REST.map((name) => [name, (experiment[name] ?? null) as unknown as Json]))

/** The same with another rest; what is no field of it, and what has a field of the form, is left out. */
export function withRest(experiment: Whole, rest: Json): Whole {
  if (!isObject(rest)) return experiment
  const taken = Object.fromEntries(REST.filter((name) => name in rest).map((name) => [name, rest[name]]))
  return { ...experiment, ...taken } as Whole
}

/** By what it is segmented; one that is switched off keeps its mode for later. */
export const modeOf = ({ enabled, mode }: Whole['segmentation']): Mode => (enabled ? mode : 'disabled')

/** Which steps are open in each state. */
export const STEPS: Record<Status, Step[]> = { draft: ['start', 'archive'], running: ['pause', 'stop'], paused: ['start', 'stop'], stopped: ['archive'], archived: [] }

export const isAlive = (status: Status | undefined): boolean => status === 'running' || status === 'paused'

/** Whether nothing of it may change any more but texts and what comes. */
export const hasBegun = (status: Status | undefined): boolean => status !== undefined && status !== 'draft'

/** Alerts of one experiment: of itself, and of its segments. */
export const alertsOf = (alerts: Alert[], id: string): Alert[] => alerts.filter(({ key }) => key === id || key.startsWith(`${id}: `))
export const isUnresolved = (alert: Alert): boolean => alert.state !== 'resolved'
