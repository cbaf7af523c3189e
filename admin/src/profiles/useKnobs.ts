/** Every knob with what holds below profiles, read once a page, and its words in the reader's language. */

import { computed } from 'vue'

import { listKnobs, type Knob } from '@/api/profiles'
import { useLoaded } from '@/composables/loaded'
import { numberText } from '@/shared/numbers'
import { words } from '@/words'

import type { KnobValue } from './knobs'

export const knobLabel = (knob: Knob): string => words.knobs.labels[knob.name] ?? knob.label
export const knobHelp = (knob: Knob): string => words.knobs.helps[knob.name] ?? knob.help

/** A value with its unit. */
export function knobText(knob: Knob, value: KnobValue): string {
  if (typeof value === 'boolean') return value ? words.knobs.yes : words.knobs.no
  const unit = words.knobs.units[knob.unit] ?? knob.unit
  return unit ? `${numberText(value, 3)} ${unit}` : numberText(value, 3)
}

export function useKnobs() {
  const { value, error, isLoading, load } = useLoaded(listKnobs)
  const knobs = computed(() => value.value ?? [])
  const byName = computed(() => new Map(knobs.value.map((each) => [each.name, each])))
  const labelOf = (name: string): string => {
    const knob = byName.value.get(name)
    const [field = ''] = name.split('.', 1)
    return knob ? knobLabel(knob) : (words.profile.fields[field] ?? name)
  }
  return { knobs, byName, labelOf, error, isLoading, load }
}
