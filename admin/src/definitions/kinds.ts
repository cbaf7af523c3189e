/** The kinds that have no pages of their own: what matters of each in a list, and which fields a form can show. */

import type { Bodies, Kind } from '@/api/definitions'
import type { Operation } from '@/api/session'

import { fieldChanges, type Change } from './changes'
import type { Shape } from './editing'

export type Field =
  | { name: string; as: 'text' | 'long' | 'whole' | 'number' | 'truth' | 'moment' }
  | { name: string; as: 'choice'; of: string[] }

export interface KindPage<K extends Kind> {
  shape: Shape<K>
  /** In the order of the form, without the id. */
  fields: Field[]
  /** What a list tells of each, beside its id. */
  columns: string[]
  read: Operation
  write: Operation
}

const FEATURE_TYPES = ['string', 'integer', 'number', 'boolean', 'timestamp', 'string_list']
const GROUPS = ['Financial', 'Activity', 'Profile', 'Risk & Engagement', 'DWH Columns', 'Items']
const SOURCES = ['fact', 'request', 'warehouse', 'item']

function page<K extends Kind>(kind: K, empty: () => Bodies[K], fields: Field[], columns: string[]): KindPage<K> {
  return { shape: { kind, empty, whole: (body) => body }, fields, columns, read: `${kind}s.read` as Operation, write: `${kind}s.write` as Operation }
}

export const KINDS = {
  feature: page('feature', () => ({ name: '', type: 'string', source: 'fact', group: 'Profile' }), [
    { name: 'type', as: 'choice', of: FEATURE_TYPES }, { name: 'source', as: 'choice', of: SOURCES }, { name: 'group', as: 'choice', of: GROUPS },
    { name: 'unit', as: 'text' }, { name: 'description', as: 'long' }, { name: 'overridable', as: 'truth' }, { name: 'personal', as: 'truth' },
  ], ['type', 'source', 'group', 'unit', 'description']),
  offer: page('offer', () => ({ offer_id: '', name: '', value_usd: 0, active: true }), [
    { name: 'name', as: 'text' }, { name: 'value_usd', as: 'number' }, { name: 'active', as: 'truth' },
  ], ['name', 'value_usd', 'active']),
  campaign: page('campaign', () => ({ campaign_id: '', overrides: {} }) as Bodies['campaign'], [
    { name: 'starts_at', as: 'moment' }, { name: 'ends_at', as: 'moment' },
  ], ['starts_at', 'ends_at']),
  prediction: page('prediction', () => ({ prediction_id: '', target: 'churn', features: [] }), [
    { name: 'target', as: 'choice', of: ['churn', 'nbo'] }, { name: 'horizon_days', as: 'whole' }, { name: 'active_days', as: 'whole' },
    { name: 'cuts', as: 'whole' }, { name: 'cut_every_days', as: 'whole' },
  ], ['target', 'horizon_days', 'active_days']),
  game: page('game', () => ({ game_id: '', name: '', metrics: {}, axes: {} }), [
    { name: 'name', as: 'text' }, { name: 'description', as: 'long' }, { name: 'timezone', as: 'text' }, { name: 'window_days', as: 'whole' }, { name: 'fresh_days', as: 'whole' },
  ], ['name', 'description', 'timezone']),
  scope: page('scope', () => ({ scope_id: '', name: '', base: 0.5, active: true }), [
    { name: 'name', as: 'text' }, { name: 'description', as: 'long' }, { name: 'base', as: 'number' }, { name: 'active', as: 'truth' },
  ], ['name', 'base', 'active']),
}

export type OwnKind = keyof typeof KINDS
export const isOwnKind = (name: string): name is OwnKind => Object.hasOwn(KINDS, name)

const ELSEWHERE = new Map([
  ['segment', '/segments'], ['profile', '/profiles'], ['experiment', '/experiments'], ['source', '/sources'], ['defaults', '/profiles/defaults'],
])

/** Where another kind is. */
export const elsewhereOf = (kind: string): string | undefined => ELSEWHERE.get(kind)

/** Every field that differs. */
export const changesOf = (before: unknown, after: unknown): Change[] => fieldChanges(before, after)
