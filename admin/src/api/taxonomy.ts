/** Games, what was found in their players' days, single players, and migrations from a legacy system. */

import { client, value, type Schemas } from './http'
import type { JobRun } from './jobs'

export type GameListed = Schemas['TaxonomyListed']
export type Taxonomy = Schemas['TaxonomyShown']
export type Axis = Schemas['TaxonomyAxisShown']
export type GameSegment = Schemas['TaxonomySegmentShown']
export type Correlation = Schemas['CorrelationShown']
export type Card = Schemas['TaxonomyCardShown']
export type Figure = Schemas['FigureShown']
export type Lineage = Schemas['TaxonomyLineageShown']
export type Step = Schemas['LineageStep']
export type Versions = Schemas['TaxonomyVersionsShown']
export type PlayerProfile = Schemas['BehavioralProfileShown']
export type Membership = Schemas['SegmentMembership']
export type Detection = Schemas['DetectionShown']
export type AxisAnomaly = Schemas['AxisAnomaly']
export type Moved = Schemas['Moved']
export type Method = Schemas['AnomalyMethod']
export type Rollout = Schemas['RolloutShown']
export type Strategy = Schemas['Strategy']
export type Validation = Schemas['ValidationShown']
export type Difference = Schemas['MigrationDifference']
export type Metric = Schemas['DayMetric']

/** What the nightly look at everybody found; the document says no more of it than that it is JSON. */
export interface Drift {
  taxonomy_version: number
  players: number
  axes: AxisDrift[]
  notes: string[]
}

export interface AxisDrift {
  axis_name: string
  psi: number
  by_chance: number
  level: Schemas['DriftLevel']
  segments: { segment_id: number; segment_name: string; share_then: number; share_now: number; low: number; high: number }[]
  metrics: { metric: string; mean: number | null; deviation: number | null; missing: number }[]
}

export interface DriftTold extends Omit<Schemas['TaxonomyDriftShown'], 'drift'> {
  drift: Drift | null
}

/** Why two systems differ about a player. */
export interface Cause {
  kind: 'segment' | 'strength' | 'axis_missing' | 'flag' | 'legacy_failed' | 'unified_failed'
  axis_name: string
  legacy: string
  unified: string
  similarity: number | null
}

const LOOKED_BACK = 20
const BASE = '/api/v1/segmentation/taxonomy/{game_id}'

const of = (game_id: string) => ({ path: { game_id } })

export const listGames = async () => (await value(client.GET('/api/v1/segmentation/taxonomy'))).items

export const getTaxonomy = (game_id: string, version?: number) =>
  value(client.GET(BASE, { params: { ...of(game_id), query: { version } } }))

export const getCard = (game_id: string, version?: number) =>
  value(client.GET(`${BASE}/card`, { params: { ...of(game_id), query: { version } } }))

export const getLineage = (game_id: string, version?: number) =>
  value(client.GET(`${BASE}/lineage`, { params: { ...of(game_id), query: { version } } }))

export const getVersions = async (game_id: string) => (await value(client.GET(`${BASE}/versions`, { params: of(game_id) }))).items

export const getDrift = async (game_id: string) => (await value(client.GET(`${BASE}/drift`, { params: of(game_id) }))) as DriftTold

/** Finds the axes and segments anew. Returns the run of the job, which may be one that is under way already. */
export const calibrate = async (game_id: string) => {
  const body = { game_id, force_recalibration: true }
  return ((await value(client.POST('/api/v1/segmentation/taxonomy/calibrate', { params: { query: { wait: false } }, body }))) as JobRun).run_id
}

/** The last calibrations that were asked for, of all games, the newest first. */
export const listCalibrations = async () =>
  (await value(client.GET('/api/v1/jobs', { params: { query: { job: 'calibrate_taxonomy', limit: LOOKED_BACK } } }))).items

/** By the taxonomy of here, whatever a migration says of who answers. */
export const categorize = async (game_id: string, player_id: string) =>
  (await value(client.POST('/api/v1/segmentation/categorize', { body: { game_id, player_id, force_unified: true } }))) as PlayerProfile

export const getMemberships = (game_id: string, player_id: string) =>
  value(client.GET(`${BASE}/memberships/{player_id}`, { params: { path: { game_id, player_id } } }))

export const detect = async (game_id: string, player_id: string, days: number, method: Method | null) => {
  const body = { game_id, player_id, days, method, force_unified: true }
  return (await value(client.POST('/api/v1/segmentation/anomalies/detect', { body }))) as Detection
}

export const listUnusual = (game_id: string, limit: number) =>
  value(client.GET(`${BASE}/anomalies`, { params: { ...of(game_id), query: { limit } } }))

export const getRollout = (game_id: string) => value(client.GET(`${BASE}/rollout`, { params: of(game_id) }))

export const moveRollout = (game_id: string, strategy: Strategy) =>
  value(client.POST(`${BASE}/rollout`, { params: of(game_id), body: { strategy } }))

export const rollBackRollout = (game_id: string) => value(client.POST(`${BASE}/rollout/rollback`, { params: of(game_id) }))

export const validateRollout = (game_id: string, players: number) =>
  value(client.POST(`${BASE}/rollout/validate`, { params: of(game_id), body: { players } }))

export const listDifferences = async (game_id: string, days: number) =>
  (await value(client.GET(`${BASE}/rollout/differences`, { params: { ...of(game_id), query: { days } } }))).differences
