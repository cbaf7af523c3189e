/** What is looked at stands in the address, so that it can be sent to somebody. */

import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export function useAddressed() {
  const route = useRoute()
  const router = useRouter()

  /** Changes some of it at once; what is empty leaves the address. */
  function go(changes: Record<string, string>): void {
    const kept = Object.entries({ ...route.query, ...changes }).filter(([, value]) => value !== '')
    void router.replace({ query: Object.fromEntries(kept) })
  }

  /** One part of the address. `other` is what holds while it is not there. */
  const part = (name: string, other = ''): WritableComputedRef<string> =>
    computed({ get: () => String(route.query[name] ?? other), set: (value) => go({ [name]: value === other ? '' : value }) })

  return { part, go }
}
