/** A list whose first page is read besides, perhaps again and again: its older pages are asked for here, one after another. */

import { computed, shallowRef } from 'vue'

import { useActing } from './acting'

interface Page<T> {
  items: T[]
  next_cursor?: string | null
}

export function useOlder<T>(first: () => Page<T> | undefined, ask: (cursor: string) => Promise<Page<T>>) {
  const pages = shallowRef<Page<T>[]>([])
  const { act, isBusy, error } = useActing()
  const all = computed(() => [...(first()?.items ?? []), ...pages.value.flatMap((each) => each.items)])
  const hasOlder = computed(() => pages.value.length > 0)
  /** Where the page after the last begins; undefined where there is none. */
  const next = computed(() => (pages.value.at(-1) ?? first())?.next_cursor ?? undefined)

  /** A page of a list that was let go of meanwhile is not put to another one. */
  const more = () =>
    act(async () => {
      const before = pages.value
      const page = await ask(next.value!)
      if (pages.value === before) pages.value = [...before, page]
    })

  /** Another list begins. */
  const forget = (): void => void (pages.value = [])

  return { all, hasOlder, next, isBusy, error, more, forget }
}
