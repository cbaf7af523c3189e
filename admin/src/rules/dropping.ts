/** Where in a group a dragged node would be dropped. */

import { ref, type Ref } from 'vue'

import { useRuleContext } from './context'
import type { Group } from './tree'

export function useDropping(inside: Ref<HTMLElement | null>, group: () => Group) {
  const { dragged, drop: put } = useRuleContext()
  /** Before which child; null while nothing is over the group. */
  const place = ref<number | null>(null)

  function over(event: DragEvent): void {
    const at = dragged.value
    if (at === null || group().at === at || group().at.startsWith(`${at}/`)) return
    event.preventDefault()
    event.stopPropagation()
    const children = [...(inside.value?.children ?? [])].slice(0, group().children.length)
    const next = children.findIndex((each) => event.clientY < middleOf(each))
    place.value = next < 0 ? children.length : next
  }

  function leave(): void {
    place.value = null
  }

  function drop(event: DragEvent): void {
    if (place.value === null) return
    event.preventDefault()
    event.stopPropagation()
    put({ group: group().at, index: place.value })
    leave()
  }

  return { place, over, leave, drop }
}

function middleOf(element: Element): number {
  const { top, height } = element.getBoundingClientRect()
  return top + height / 2
}
