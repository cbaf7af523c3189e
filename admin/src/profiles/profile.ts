/** Profiles and the defaults below them, as their editors hold them. */

import type { Defaults, Profile } from '@/api/profiles'
import type { Shape } from '@/definitions/editing'
import { fieldChanges, type Change } from '@/definitions/changes'
import { words } from '@/words'

const emptyProfile = (): Profile => ({ profile_id: '', name: '', description: '' })

export const PROFILE: Shape<'profile'> = { kind: 'profile', empty: emptyProfile, whole: (body) => ({ ...emptyProfile(), ...body }) }

export const DEFAULTS: Shape<'defaults'> = { kind: 'defaults', empty: () => ({}), whole: (body) => body }

/** Changes with knobs by the names that people read. */
export const changesBy =
  (labelOf: (name: string) => string) =>
  (before: Profile | Defaults | undefined, after: Profile | Defaults): Change[] =>
    fieldChanges(before, after).map((each) => ({
      label: labelOf(each.label), before: each.before ?? (before && words.knobs.leftOut), after: each.after ?? words.knobs.leftOut,
    }))
