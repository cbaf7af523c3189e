/** What a combobox offers, and moving in it. */

import { computed, nextTick, ref, type Ref } from 'vue'

export interface Option {
  value: string
  label: string
  /** Beside the label, such as a unit or a count. */
  note?: string
  title?: string
}

export interface OptionGroup {
  name: string
  label: string
  options: Option[]
}

/** More of them nobody reads: typing narrows them. */
const MOST_SHOWN = 100

/** The first options of all groups together, and how many are left out. */
export function firstOf(groups: OptionGroup[], most = MOST_SHOWN): { groups: OptionGroup[]; more: number } {
  const shown: OptionGroup[] = []
  let left = most
  for (const each of groups) {
    if (left > 0 && each.options.length > 0) shown.push({ ...each, options: each.options.slice(0, left) })
    left -= each.options.length
  }
  return { groups: shown, more: Math.max(0, -left) }
}

/** Those whose text has every word of what was asked. */
export function narrowed(groups: OptionGroup[], asked: string, textOf: (option: Option, group: OptionGroup) => string): OptionGroup[] {
  const parts = asked.toLowerCase().split(/\s+/).filter((each) => each !== '')
  if (parts.length === 0) return groups
  const matches = (option: Option, group: OptionGroup) => {
    const text = textOf(option, group).toLowerCase()
    return parts.every((part) => text.includes(part))
  }
  return groups.map((group) => ({ ...group, options: group.options.filter((each) => matches(each, group)) }))
}

/** The same, each with its place among all of them. */
export function numbered(groups: OptionGroup[]) {
  let place = 0
  return groups.map((group) => ({ ...group, options: group.options.map((option) => ({ ...option, place: place++ })) }))
}

/** Which option the keyboard is on; -1 for none. */
export function useCurrent(groups: () => OptionGroup[], list: Ref<HTMLElement | null>) {
  const index = ref(-1)
  const inOrder = computed(() => groups().flatMap(({ options }) => options))

  function moveTo(wanted: number, least = 0): void {
    index.value = Math.max(least, Math.min(wanted, inOrder.value.length - 1))
    void nextTick(() => list.value?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }))
  }

  return { index, inOrder, current: computed(() => inOrder.value[index.value]), moveTo }
}
