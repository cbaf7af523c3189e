/** Moving and copying nodes of a rule, and where the focus and the reader's attention go then. */

import { nextTick, ref, type Ref } from 'vue'

import { isObject, parsed, written as asText, type Json } from '@/shared/json/json'
import { words } from '@/words'

import { toDsl, toTree } from './dsl'
import { after, copied, find, moved, stepFrom, type Direction, type Place } from './edits'
import { fromJsonLogic, looksLikeJsonLogic } from './jsonlogic'
import { partOf, readingOf, type Reading, type Written } from './reading'
import { nodes, type RuleNode } from './tree'

interface Arranged {
  current: () => Reading | undefined
  /** Puts another tree; returns how it is written. */
  put: (tree: RuleNode) => Written
  /** What the form is drawn in. */
  place: Ref<HTMLElement | null>
}

export function useArranging({ current, put, place }: Arranged) {
  const dragged = ref<string | null>(null)
  /** What became of the last step, for who does not see it. */
  const told = ref('')

  function step(at: string, direction: Direction): void {
    const tree = current()?.tree
    const to = tree && stepFrom(tree, at, direction)
    if (to) go(at, to)
    else told.value = words.rule.cannotMove
  }

  function go(at: string, to: Place): void {
    const reading = current()
    const tree = reading && moved(reading.tree, at, to)
    if (!tree) return
    const moving = partOf(find(reading.tree, at)!, reading.form)
    const now = readingOf(put(tree), undefined)
    told.value = words.rule.moved
    focus([...nodes(now!.tree)].find((each) => partOf(each, now!.form) === moving)?.at)
  }

  function drop(to: Place): void {
    if (dragged.value !== null) go(dragged.value, to)
    dragged.value = null
  }

  function add(at: string, node: RuleNode): void {
    const tree = current()?.tree
    if (tree) put(after(tree, at, node))
  }

  function duplicate(at: string): void {
    const node = find(current()!.tree, at)
    if (node) add(at, copied(node))
    told.value = words.rule.duplicated
  }

  function paste(at: string, text: string): boolean {
    const read = parsed(text)
    if (!isObject(read)) return false
    add(at, (looksLikeJsonLogic(read) && fromJsonLogic(read)) || toTree(read as Json))
    told.value = words.rule.pasted
    return true
  }

  function focus(at: string | undefined): void {
    void nextTick(() => {
      const node = [...(place.value?.querySelectorAll<HTMLElement>('[data-at]') ?? [])].find((each) => each.dataset.at === at)
      node?.querySelector<HTMLElement>('.handle')?.focus()
    })
  }

  return { dragged, told, step, drop, duplicate, paste, add, textOf: (node: RuleNode) => asText(toDsl(node)) }
}
