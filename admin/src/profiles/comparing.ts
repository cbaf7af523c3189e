/** Comparing lists while something is changed: a moment after the last change, and the names of the items with it. */

import { computed, ref, shallowRef, type Ref } from 'vue'

import { ApiError } from '@/api/error'
import { compareProfiles, namedItems, type Compared, type Item } from '@/api/profiles'
import { useLatest } from '@/composables/latest'
import { inWords } from '@/words'

export type Asked = Parameters<typeof compareProfiles>[0]

const PAUSE_MS = 250

/** Items by id, as last read; names rarely change while a page is open. */
const known = shallowRef(new Map<string, Item>())

export async function learnItems(ids: string[]): Promise<Map<string, Item>> {
  const missing = [...new Set(ids)].filter((each) => !known.value.has(each))
  const found = missing.length ? await namedItems(missing) : []
  known.value = new Map([...known.value, ...found.map((each) => [each.item_id, each] as const)])
  return known.value
}

interface Answer {
  compared?: Compared
  error: string
}

/** `asked` is undefined while there is nothing to compare. What was shown last stays while the next is on its way. */
export function useComparing(asked: () => Asked | undefined) {
  const compared = shallowRef<Compared>()
  const error = ref('')

  async function ask(body: Asked | undefined, signal: AbortSignal): Promise<Answer> {
    if (!body) return { error: '' }
    try {
      const found = await compareProfiles(body, signal)
      await learnItems(found.items.map((each) => each.item_id))
      return { compared: found, error: '' }
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem
      return { compared: compared.value, error: faultsOf(problem) }
    }
  }

  const isAsking = useLatest(asked, PAUSE_MS, ask, (answer) => {
    compared.value = answer.compared
    error.value = answer.error
  })
  return { compared, items: computed(() => known.value) as Ref<Map<string, Item>>, error, isAsking }
}

/** With the server's own sentence about each fault. */
export const faultsOf = (problem: ApiError): string =>
  problem.status === 422 && problem.faults.length ? problem.faults.map((each) => each.message).join(' ') : inWords(problem)
