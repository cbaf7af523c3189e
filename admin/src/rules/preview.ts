/** How many subjects a rule and each of its nodes hold, while it is written. */

import { computed, ref, shallowRef, type Ref } from 'vue'

import { ApiError, previewRule, type Form, type Preview, type SegmentPlace } from '@/api/client'
import { useLatest } from '@/composables/latest'
import { sizeText } from '@/shared/numbers'
import { words } from '@/words'

import type { Json } from './tree'

const PAUSE_MS = 300
const NO_SUCH_PATH = 404

export interface Asked {
  expr: Json
  form: Form
  place: SegmentPlace
}

export interface Counting {
  preview: Ref<Preview | undefined>
  /** Why there is no count; empty while there is one. */
  unavailable: Ref<string>
  countAt: (pointer: string) => string | null
  total: Ref<string | null>
}

export function usePreview(asked: () => Asked): Counting {
  const preview = shallowRef<Preview>()
  const unavailable = ref('')

  async function ask({ expr, form, place }: Asked, signal: AbortSignal): Promise<Preview | string> {
    try {
      return await previewRule(expr, form, place, signal)
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem
      return problem.status === NO_SUCH_PATH ? words.counts.unavailable : problem.message
    }
  }

  useLatest(asked, PAUSE_MS, ask, (answer) => {
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
