/** Where what needs a person is handled. */

import type { Need } from '@/api/overview'

/** In the key of an alert that is about a part of an experiment. */
const PART_OF = ': '

const of = (section: string, id: string, query = '') => `/${section}/of/${encodeURIComponent(id)}${query}`

const taxonomyTab = (code: string) => (code === 'taxonomy_drift' ? '?tab=drift' : '?tab=card')
/** These are about all games. */
const OF_NO_GAME = new Set(['taxonomy_errors', 'taxonomy_slow'])

/** The address for each kind; undefined where no page handles it. */
const PLACES: Record<string, (need: Need) => string | undefined> = {
  audience: () => '/segments',
  experiment: ({ subject }) => of('experiments', subject.split(PART_OF)[0]!, '?tab=alerts'),
  recommendation: ({ subject }) => of('experiments', subject, '?tab=advice'),
  job: ({ run_id, subject }) => (run_id ? of('jobs', run_id) : `/jobs?job=${encodeURIComponent(subject)}&state=failed`),
  model: ({ subject }) => of('models', subject),
  personalization: () => '/personalization',
  source: ({ subject }) => of('sources', subject),
  taxonomy: ({ code, subject }) => (OF_NO_GAME.has(code) ? '/taxonomy' : of('taxonomy', subject, taxonomyTab(code))),
}

export const placeOf = (need: Need): string | undefined => PLACES[need.kind]?.(need)
