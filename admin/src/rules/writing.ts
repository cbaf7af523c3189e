/** A rule while it is written, in either form: what the form shows, what is said of each node, and what is done to them. */

import { computed, ref, type Ref } from 'vue'

import type { Form, SegmentPlace } from '@/api/rules'
import { useVocabulary } from '@/composables/vocabulary'
import { words } from '@/words'

import { useArranging } from './arranging'
import { useCheck } from './check'
import { provideRuleContext } from './context'
import { toTree } from './dsl'
import { looksLikeJsonLogic, toJsonLogic } from './jsonlogic'
import { placed } from './placing'
import { usePreview } from './preview'
import { placesOf, readingOf, rewritten, type Written } from './reading'
import { contextOf, requestFeatures, type Stated } from './request'
import type { RuleNode } from './tree'
import { useUndoing } from './undoing'
import { isUnfinished, saidOf, type Said } from './unfinished'

interface Given {
  rule: () => Written
  segment: () => SegmentPlace
  request: Ref<Stated>
  change: (rule: Written) => void
  place: Ref<HTMLElement | null>
}

/** Whether the reader is in a field for text. */
const isTyping = () => document.activeElement?.matches('input, [contenteditable]') ?? false

/** One for all nodes of which nothing is said, so that they are not drawn again. */
const NOTHING: never[] = []

export function useWriting({ rule, segment, request, change, place }: Given) {
  const written = computed<Written>(() => ({ ...rule() }))
  const { checked, error } = useCheck(() => written.value)
  const { features, segments } = useVocabulary()
  const reading = computed(() => readingOf(written.value, checked.value))
  const read = computed(() => requestFeatures(written.value.expr, features.value, segments.value))
  const context = computed(() => contextOf(read.value, request.value))
  const isOpen = computed(() => reading.value !== undefined && isUnfinished(reading.value.tree))
  /** Null while the features are not known yet, or the rule is not written to its end. */
  const unstated = computed(() => (features.value.length === 0 || isOpen.value ? null : context.value ? NOTHING : read.value.map((each) => each.name)))
  const asked = () => ({ ...written.value, place: segment(), context: context.value, unstated: unstated.value })
  const counting = usePreview(asked, () => reading.value)
  const undoing = useUndoing(() => written.value, change, isTyping)
  const note = ref('')

  const faults = computed<Said[]>(() => {
    const said = checked.value?.errors ?? NOTHING
    return reading.value?.isExact ? saidOf(reading.value.tree, said, '/expr') : said
  })
  const places = computed(() => (reading.value ? placesOf(reading.value) : new Map<string, string>()))
  const faultsByNode = computed(() => (reading.value?.isExact ? placed(reading.value.tree, faults.value, '/expr') : new Map<string, Said[]>()))
  const hintsByNode = computed(() => placed(toTree((checked.value?.canonical ?? {}) as never), checked.value?.lint ?? NOTHING, ''))

  /** Puts a tree in the form that the rule is written in; says so where that has no words for it. */
  function put(tree: RuleNode): Written {
    const { form } = written.value
    const next = rewritten(tree, form)
    note.value = next.form === form ? '' : words.rule.becameDsl
    change(next)
    return next
  }

  /** Writes the rule in the other form. */
  function writeAs(form: Form): void {
    const tree = reading.value?.tree
    if (tree) change(rewritten(tree, form))
  }

  const arranging = useArranging({ current: () => reading.value, put, place })
  provideRuleContext({
    ...arranging,
    faultsAt: (at) => faultsByNode.value.get(at) ?? NOTHING,
    hintsAt: (at) => hintsByNode.value.get(places.value.get(at) ?? at) ?? NOTHING,
    countOf: counting.countOf,
    total: counting.total,
  })

  return {
    written, checked, error, reading, read, counting, faults, note, put, writeAs, ...undoing,
    told: arranging.told,
    add: arranging.add,
    /** Whether JSONLogic has words for all of it. */
    hasJsonLogic: computed(() => reading.value !== undefined && toJsonLogic(reading.value.tree) !== undefined),
    /** Whether it was written in JSONLogic, and is read as the native form. */
    isForeign: computed(() => written.value.form === 'dsl' && faults.value.length > 0 && looksLikeJsonLogic(written.value.expr)),
    readAs: (form: Form) => change({ expr: written.value.expr, form }),
  }
}

export type Writing = ReturnType<typeof useWriting>
