import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'

import { useLatest } from './latest'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function asking(milliseconds: number) {
  const typed = ref('a')
  const taken: string[] = []
  const asked: [string, AbortSignal][] = []
  const scope = effectScope()
  const ask = async (text: string, signal: AbortSignal) => {
    asked.push([text, signal])
    await new Promise((resolve) => setTimeout(resolve, 100))
    return `answer to ${text}`
  }
  scope.run(() => useLatest(typed, milliseconds, ask, (answer) => taken.push(answer)))
  return { typed, taken, asked, scope }
}

it('asks at once to begin with, and then a moment after the last key', async () => {
  const { typed, asked } = asking(300)
  await vi.advanceTimersByTimeAsync(0)
  for (const text of ['ab', 'abc']) {
    typed.value = text
    await nextTick()
    await vi.advanceTimersByTimeAsync(200)
  }
  expect(asked.map(([text]) => text)).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(100)
  expect(asked.map(([text]) => text)).toEqual(['a', 'abc'])
})

it('cancels what is still on its way and drops its answer', async () => {
  const { typed, taken, asked } = asking(0)
  await vi.advanceTimersByTimeAsync(50)
  typed.value = 'ab'
  await nextTick()
  await vi.advanceTimersByTimeAsync(500)
  expect(asked.map(([, signal]) => signal.aborted)).toEqual([true, false])
  expect(taken).toEqual(['answer to ab'])
})

it('asks nothing more when its component is gone', async () => {
  const { typed, taken, asked, scope } = asking(300)
  await vi.advanceTimersByTimeAsync(0)
  scope.stop()
  typed.value = 'ab'
  await vi.advanceTimersByTimeAsync(1000)
  expect([asked.length, taken]).toEqual([1, []])
})
