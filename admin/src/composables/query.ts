/** What is chosen on a page, in its address: so that it can be sent to somebody. */

import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { without } from '@/shared/values'

/** The text of one field of the query; empty while it has none. */
export function useQuery(name: string): WritableComputedRef<string> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => String(route.query[name] ?? ''),
    set: (text) => {
      const others = without(route.query, name)
      void router.replace({ query: text ? { ...others, [name]: text } : others })
    },
  })
}
