/** Looking for decisions: filters stand in the address, a subject's id in memory. */

import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { searchAudit, type Recorded } from '@/api/audit'
import { inWords } from '@/words'

import { askedOf, filtersOf, type Filters } from './filters'
import { remember, subjectOf } from './known'

export function useSearch() {
  const route = useRoute()
  const router = useRouter()
  const filters = computed(() => filtersOf(route.query))
  const rows = shallowRef<Recorded[]>()
  const cursor = ref<string | null>()
  const error = ref('')
  const isLoading = ref(false)
  /** Whom a search by id did not find. */
  const unknown = ref('')
  let last = 0

  async function guarded(work: (isLast: () => boolean) => Promise<void>): Promise<void> {
    const mine = ++last
    isLoading.value = true
    try {
      await work(() => mine === last)
    } catch (problem) {
      if (mine === last) error.value = inWords(problem)
    } finally {
      if (mine === last) isLoading.value = false
    }
  }

  const page = (from?: string) => searchAudit(askedOf(filters.value, subjectOf(filters.value.user_hash)), from)

  const load = () =>
    guarded(async (isLast) => {
      const found = await page()
      if (isLast()) [rows.value, cursor.value, error.value] = [found.items, found.next_cursor, '']
    })

  const more = () =>
    guarded(async (isLast) => {
      const found = await page(cursor.value ?? undefined)
      if (isLast()) [rows.value, cursor.value, error.value] = [[...(rows.value ?? []), ...found.items], found.next_cursor, '']
    })

  /** A subject's id is given for their pseudonym, which is what stands in the address then. */
  async function search(wanted: Filters, subject: string): Promise<void> {
    unknown.value = ''
    const hash = subject ? await pseudonymOf(subject) : wanted.user_hash
    if (subject && !hash) return
    const query = filtersOf({ ...wanted, user_hash: hash })
    const isSame = JSON.stringify(query) === JSON.stringify(filters.value)
    await (isSame ? load() : router.replace({ query }))
  }

  async function pseudonymOf(subject: string): Promise<string | undefined> {
    let hash: string | undefined
    await guarded(async () => {
      hash = (await searchAudit({ subject_id: subject })).items[0]?.user_hash ?? undefined
      error.value = ''
      if (hash) remember(subject, hash)
      else [unknown.value, rows.value, cursor.value] = [subject, [], null]
    })
    return hash
  }

  watch(filters, (now, before) => JSON.stringify(now) !== JSON.stringify(before) && void load(), { immediate: true })
  return { filters, rows, cursor, error, isLoading, unknown, load, more, search }
}
