/** The words of a rule, read once for the whole app: features, operators, segments and profiles. */

import { computed, shallowRef } from 'vue'

import { listProfiles, type Profile } from '@/api/profiles'
import { getVocabulary } from '@/api/rules'
import { listSegments, type Segment } from '@/api/segments'
import type { Feature, Operator } from '@/rules/operators'
import { inWords } from '@/words'

const features = shallowRef<Feature[]>([])
const operators = shallowRef<Operator[]>([])
const segments = shallowRef<Segment[]>([])
const profiles = shallowRef<Profile[]>([])
const error = shallowRef('')
const byName = computed(() => new Map(features.value.map((each) => [each.name, each])))

/** Reads all of them again: others may have changed them since. */
async function refresh(): Promise<void> {
  try {
    const [words, allSegments, allProfiles] = await Promise.all([getVocabulary(), listSegments(), listProfiles()])
    features.value = words.features as Feature[]
    operators.value = words.operators as Operator[]
    segments.value = allSegments
    profiles.value = allProfiles
    error.value = ''
  } catch (problem) {
    error.value = inWords(problem)
  }
}

/** The name of a segment; its id while it is not known. */
const nameOf = (id: string) => segments.value.find((each) => each.segment_id === id)?.name || id

export const useVocabulary = () => ({ features, operators, segments, profiles, byName, nameOf, error, refresh })
