/** How many subjects a rule and each of its nodes hold, while it is written. */

import { computed, ref, shallowRef, type Ref } from 'vue'

import { previewRule, type Preview, type SegmentPlace } from '@/api/rules'
import { ApiError } from '@/api/error'
import { useLatest } from '@/composables/latest'
import { sizeText } from '@/shared/numbers'
import { inWords, words } from '@/words'

import { outlineOf, partOf, placesOf, readingOf, type Reading, type Written } from './reading'
import type { Stated } from './request'
import { nodes, type RuleNode } from './tree'

const PAUSE_MS = 300
const NO_SUCH_PATH = 404
const NOTHING_CALCULATED = 409

export interface Asked extends Written {
  place: SegmentPlace
  context: Stated | null
  /** What the rule reads of a request that is not stated: without it nobody can be counted, and nothing is asked. Null while that is not known. */
  unstated: string[] | null
  /** Raised to ask again. */
  round: number
}

interface Answer {
  preview?: Preview
  of: Written
  problem: string
  isUncalculated: boolean
}

export interface Counting {
  preview: Ref<Preview | undefined>
  /** Why there is no count; empty while there is one. */
  unavailable: Ref<string>
  /** Whether that is because nobody has calculated the audiences. */
  isUncalculated: Ref<boolean>
  /** Whether the counts are of what was written before. */
  isCounting: Ref<boolean>
  /** How many a node holds, or held before it was changed; null where that is not known. */
  countOf: (node: RuleNode) => string | null
  total: Ref<string | null>
  again: () => void
}

export function usePreview(asked: () => Omit<Asked, 'round'>, shown: () => Reading | undefined): Counting {
  const answer = shallowRef<Answer>()
  const round = ref(0)
  const isCounting = useLatest(() => ({ ...asked(), round: round.value }), PAUSE_MS, ask, (given) => (answer.value = given))

  const preview = computed(() => answer.value?.preview)
  const counted = computed(() => countsOf(answer.value))
  const isSameOutline = computed(() => {
    const reading = shown()
    return reading !== undefined && outlineOf(reading.tree) === counted.value.outline
  })

  function countOf(node: RuleNode): string | null {
    const same = counted.value.byPart.get(partOf(node, shown()?.form ?? 'dsl'))
    return same ?? (isSameOutline.value ? counted.value.byPointer.get(node.at) : undefined) ?? null
  }

  return {
    preview,
    unavailable: computed(() => answer.value?.problem ?? ''),
    isUncalculated: computed(() => answer.value?.isUncalculated ?? false),
    isCounting,
    countOf,
    total: computed(() => (preview.value ? sizeText(preview.value.rows) : null)),
    again: () => round.value++,
  }
}

async function ask({ expr, form, context, unstated, place }: Asked, signal: AbortSignal): Promise<Answer> {
  const of = { expr, form }
  if (!unstated) return { of, problem: '', isUncalculated: false }
  if (unstated.length) return { of, problem: words.counts.unstated(unstated.join(', ')), isUncalculated: false }
  try {
    return { preview: await previewRule({ expr, form, context, ...place }, signal), of, problem: '', isUncalculated: false }
  } catch (problem) {
    const status = problem instanceof ApiError ? problem.status : undefined
    const text = status === NO_SUCH_PATH ? words.counts.unavailable : inWords(problem)
    return { of, problem: text, isUncalculated: status === NOTHING_CALCULATED }
  }
}

/** What was counted, by what each node is written as and by where it stood. */
function countsOf(answer: Answer | undefined) {
  const byPart = new Map<unknown, string>()
  const byPointer = new Map<string, string>()
  const none = { byPart, byPointer, outline: '-' }
  if (!answer?.preview) return none
  const reading = readingOf(answer.of, { valid: true, canonical: answer.preview.canonical, of: answer.of.expr } as never)
  if (!reading) return none
  const places = placesOf(reading)
  const counts = new Map(answer.preview.nodes.map((each) => [each.pointer, sizeText(each.count)]))
  for (const node of nodes(reading.tree)) {
    const count = counts.get(places.get(node.at) ?? node.at)
    if (count === undefined) continue
    byPart.set(partOf(node, reading.form), count)
    byPointer.set(node.at, count)
  }
  return { byPart, byPointer, outline: outlineOf(reading.tree) }
}
