/** What is chosen on a page, in its address: so that it can be sent to somebody. */

import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Changes fields of the query at once; what is empty leaves the address. */
export function useQueryChange(): (changes: Record<string, string>) => void {
  const route = useRoute()
  const router = useRouter()
  return (changes) => {
    const kept = Object.entries({ ...route.query, ...changes }).filter(([, value]) => value !== '')
    void router.replace({ query: Object.fromEntries(kept) })
  }
}

/** The text of one field of the query; `usual` while it has none, and that is never written. */
export function useQuery(name: string, usual = ''): WritableComputedRef<string> {
  const route = useRoute()
  const change = useQueryChange()
  return computed({
    get: () => String(route.query[name] ?? usual),
    set: (text) => change({ [name]: text === usual ? '' : text }),
  })
}
