/** The stages of a migration, as requirement C has them: see `domain/taxonomy/rollout/strategy.py`. */

import type { Strategy } from '@/api/taxonomy'

export interface Stage {
  name: Strategy
  /** The share of players whom the unified system answers; and of those for whom both are asked. */
  answered: number
  compared: number
}

export const STAGES: Stage[] = [
  { name: 'parallel_only', answered: 0, compared: 1 },
  { name: 'shadow_mode', answered: 0, compared: 0.1 },
  { name: 'gradual_rollout', answered: 0.5, compared: 0 },
  { name: 'full_rollout', answered: 1, compared: 0 },
]

/** From where on a migration holds. Source: requirement C, "Migration Validation". */
export const NEEDED = 0.9
