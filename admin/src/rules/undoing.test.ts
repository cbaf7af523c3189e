import { effectScope, nextTick, shallowRef } from 'vue'
import { expect, it } from 'vitest'

import { useUndoing } from './undoing'

function begun(isTyping = false) {
  const state = shallowRef('a')
  const undoing = effectScope().run(() => useUndoing(() => state.value, (text) => (state.value = text), () => isTyping))!
  const set = async (text: string) => {
    state.value = text
    await nextTick()
  }
  return { state, set, ...undoing }
}

it('takes changes back one by one, and does them again', async () => {
  const { state, set, undo, redo, canUndo, canRedo } = begun()
  await set('b')
  await set('c')
  undo()
  await nextTick()
  expect([state.value, canUndo.value, canRedo.value]).toEqual(['b', true, true])
  redo()
  await nextTick()
  expect([state.value, canRedo.value]).toEqual(['c', false])
})

it('takes what was typed in one go for one change', async () => {
  const { state, set, undo } = begun(true)
  for (const text of ['b', 'bc', 'bcd']) await set(text)
  undo()
  expect(state.value).toBe('a')
})

it('forgets what was taken back when something else is done', async () => {
  const { set, undo, canRedo } = begun()
  await set('b')
  undo()
  await nextTick()
  await set('c')
  expect(canRedo.value).toBe(false)
})
