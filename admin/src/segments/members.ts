/** Who is in a segment, a page after the other. */

import { computed, ref, shallowRef } from 'vue'

import { listMembers, type Members } from '@/api/segments'
import { useActing } from '@/composables/acting'

const PAGE = 100

export function useMembers(id: string) {
  const pages = shallowRef<Members[]>([])
  const next = ref<string>()
  const { isBusy, error, act } = useActing()

  const ids = computed(() => pages.value.flatMap((each) => each.items))
  const last = computed(() => pages.value.at(-1))

  const more = () =>
    act(async () => {
      const page = await listMembers(id, next.value, PAGE)
      pages.value = [...pages.value, page]
      next.value = page.next_cursor ?? undefined
    })

  /** From the beginning: a cursor holds until the next calculation. */
  function again(): Promise<boolean> {
    pages.value = []
    next.value = undefined
    return more()
  }

  void more()
  return { ids, last, next, isBusy, error, more, again }
}
