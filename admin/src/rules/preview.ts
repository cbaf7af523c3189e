/** How many subjects a rule and each of its nodes hold, while it is written. */

import { computed, ref, shallowRef, type Ref } from 'vue'

import { ApiError, previewRule, type Form, type Preview } from '@/api/client'
import { useLatest } from '@/composables/latest'
import { sizeText } from '@/shared/numbers'

import type { Json } from './tree'

const PAUSE_MS = 300
/** A server that cannot count takes "preview" for the name of a segment. */
const MISSING = new Set([404, 405])

export interface Counting {
  preview: Ref<Preview | undefined>
  /** Why there is no count; empty while there is one. */
  unavailable: Ref<string>
  countAt: (pointer: string) => string | null
  total: Ref<string | null>
}

export function usePreview(rule: () => { expr: Json; form: Form }, words: { unavailable: string }): Counting {
  const preview = shallowRef<Preview>()
  const unavailable = ref('')

  async function ask({ expr, form }: { expr: Json; form: Form }, signal: AbortSignal): Promise<Preview | string> {
    try {
      return await previewRule(expr, form, signal)
    } catch (problem) {
      if (problem instanceof ApiError) return MISSING.has(problem.status) ? words.unavailable : problem.message
      throw problem
    }
  }

  useLatest(rule, PAUSE_MS, ask, (answer) => {
    preview.value = typeof answer === 'string' ? undefined : answer
    unavailable.value = typeof answer === 'string' ? answer : ''
  })

  const byPointer = computed(() => new Map(preview.value?.nodes.map((each) => [each.pointer, sizeText(each.count)])))
  return {
    preview,
    unavailable,
    countAt: (pointer) => byPointer.value.get(pointer) ?? null,
    total: computed(() => (preview.value ? sizeText(preview.value.rows) : null)),
  }
}
