/** What subjects have of a feature, asked for when somebody first wants it and remembered while they work. */

import { computed, onScopeDispose, ref, shallowRef, useId } from 'vue'

import { ifGiven } from '@/api/error'
import { suggestValues, type Suggested } from '@/api/rules'
import { session } from '@/composables/session'
import { words } from '@/words'

const PAUSE_MS = 150
const MOST_KEPT = 200
const kept = new Map<string, Suggested>()

export function useSuggestions() {
  const suggested = shallowRef<Suggested>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let wanted = ''
  onScopeDispose(() => clearTimeout(timer))

  /** At once where it is known, else a moment after the last key. */
  function want(feature: string, prefix = ''): void {
    const name = JSON.stringify([session.place.value, feature, prefix])
    clearTimeout(timer)
    wanted = name
    const known = kept.get(name)
    if (known) suggested.value = known
    else timer = setTimeout(() => void ask(name, feature, prefix), PAUSE_MS)
  }

  /** Without suggestions a value is typed as before: a failure is no news. */
  async function ask(name: string, feature: string, prefix: string): Promise<void> {
    const found = await ifGiven(suggestValues(feature, prefix))
    if (found) keep(name, found)
    if (wanted === name) suggested.value = found
  }

  return { suggested, want }
}

function keep(name: string, found: Suggested): void {
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!)
  kept.set(name, found)
}

/** Between what the values of a feature lie, told while its field has the focus. */
export function useSpread(name: () => string | undefined, textOf: (value: number | string) => string) {
  const { suggested, want } = useSuggestions()
  const isFocused = ref(false)
  const spread = computed(() => (isFocused.value ? spreadOf(suggested.value, textOf) : ''))
  const left = (): void => void (isFocused.value = false)

  function focused(): void {
    isFocused.value = true
    const feature = name()
    if (feature) want(feature)
  }

  return { id: useId(), spread, focused, left }
}

/** Empty where it is not known. */
function spreadOf(suggested: Suggested | undefined, textOf: (value: number | string) => string): string {
  const found = suggested?.quantiles
  if (!found) return ''
  const [low, first, middle, third, high] = [found.minimum, found.p25, found.median, found.p75, found.maximum].map(textOf)
  return words.rule.spread(low!, first!, middle!, third!, high!)
}
