/** What is wrong with a definition while it is changed, by where it stands in it. */

import { ref, shallowRef, type Ref } from 'vue'

import { changeOf, idOf, plan, type Bodies, type Kind } from '@/api/definitions'
import type { Fault } from '@/api/error'
import { useLatest } from '@/composables/latest'
import { inWords } from '@/words'

const CHECK_AFTER_MS = 400
/** Of `/offers/ID/...`. */
const PARTS_BEFORE = 2

/** The pointer of a fault within the object that it is about. */
export const within = (pointer: string): string => {
  const parts = pointer.split('/').slice(1 + PARTS_BEFORE)
  return parts.length ? `/${parts.join('/')}` : ''
}

export function useChecking<K extends Kind>(kind: K, edited: Ref<Bodies[K] | undefined>) {
  const faults = shallowRef<Fault[]>([])
  const error = ref('')

  /** One without an id has nothing that it could be planned as. */
  async function check(body: Bodies[K] | undefined): Promise<Fault[]> {
    if (!body || !idOf(kind, body)) return []
    try {
      const { errors } = (await plan([changeOf(kind, body)])).value
      error.value = ''
      return errors.map((each) => ({ ...each, pointer: within(each.pointer) }))
    } catch (problem) {
      error.value = inWords(problem)
      return []
    }
  }

  const isChecking = useLatest(edited, CHECK_AFTER_MS, check, (found) => (faults.value = found))
  return { faults, error, isChecking }
}
