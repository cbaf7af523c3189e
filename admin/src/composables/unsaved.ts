/** What would be lost by leaving: the reader is asked before another page, another session, or none at all. */

import { onScopeDispose } from 'vue'

import { words } from '@/words'

const askers = new Set<() => boolean>()

/** `isUnsaved` says whether leaving now would lose something, for as long as the component is there. */
export function useUnsaved(isUnsaved: () => boolean): void {
  askers.add(isUnsaved)
  onScopeDispose(() => askers.delete(isUnsaved))
}

const isAnything = () => [...askers].some((isUnsaved) => isUnsaved())

/** Whether nothing would be lost, or the reader says that it may be. */
export const mayLeave = (): boolean => !isAnything() || window.confirm(words.publish.gone)

/** Browsers ask in their own words before a page is closed or read anew. */
export const askBeforeClosing = (): void => window.addEventListener('beforeunload', (event) => isAnything() && event.preventDefault())
