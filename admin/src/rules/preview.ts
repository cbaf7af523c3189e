/** How many subjects a rule and each of its nodes hold, while it is written. */

import { computed, ref, shallowRef, type Ref } from 'vue'

import { previewRule, type Form, type Preview, type SegmentPlace } from '@/api/rules'
import { ApiError } from '@/api/error'
import { useLatest } from '@/composables/latest'
import { sizeText } from '@/shared/numbers'
import { inWords, words } from '@/words'

import type { Stated } from './request'
import type { Json } from '@/shared/json/json'

const PAUSE_MS = 300
const NO_SUCH_PATH = 404

export interface Asked {
  expr: Json
  form: Form
  place: SegmentPlace
  context: Stated | null
}

export interface Counting {
  preview: Ref<Preview | undefined>
  /** Why there is no count; empty while there is one. */
  unavailable: Ref<string>
  /** Whether the counts are of what was written before. */
  isCounting: Ref<boolean>
  countAt: (pointer: string) => string | null
  total: Ref<string | null>
}

export function usePreview(asked: () => Asked): Counting {
  const preview = shallowRef<Preview>()
  const unavailable = ref('')

  async function ask(asked: Asked, signal: AbortSignal): Promise<Preview | string> {
    try {
      return await previewRule({ expr: asked.expr, form: asked.form, context: asked.context, ...asked.place }, signal)
    } catch (problem) {
      const isMissing = problem instanceof ApiError && problem.status === NO_SUCH_PATH
      return isMissing ? words.counts.unavailable : inWords(problem)
    }
  }

  const isCounting = useLatest(asked, PAUSE_MS, ask, (answer) => {
    preview.value = typeof answer === 'string' ? undefined : answer
    unavailable.value = typeof answer === 'string' ? answer : ''
  })

  const byPointer = computed(() => new Map(preview.value?.nodes.map((each) => [each.pointer, sizeText(each.count)])))
  return {
    preview,
    unavailable,
    isCounting,
    countAt: (pointer) => byPointer.value.get(pointer) ?? null,
    total: computed(() => (preview.value ? sizeText(preview.value.rows) : null)),
  }
}
