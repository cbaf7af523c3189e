import { expect, it } from 'vitest'

import { useOlder } from './older'

const FIRST = { items: ['d', 'c'], next_cursor: 'c' }

it('puts older pages after the first until there is none', async () => {
  const pages: Record<string, { items: string[]; next_cursor: string | null }> = { c: { items: ['b'], next_cursor: 'b' }, b: { items: ['a'], next_cursor: null } }
  const { all, next, more } = useOlder(() => FIRST, async (cursor) => pages[cursor]!)
  await more()
  expect([all.value, next.value]).toEqual([['d', 'c', 'b'], 'b'])
  await more()
  expect([all.value, next.value]).toEqual([['d', 'c', 'b', 'a'], undefined])
})

it('drops a page that comes when another list has begun', async () => {
  let answer: (page: typeof FIRST) => void = () => undefined
  const { all, more, forget } = useOlder(() => FIRST, () => new Promise<typeof FIRST>((resolve) => (answer = resolve)))
  const asked = more()
  forget()
  answer({ items: ['of the other'], next_cursor: '' })
  await asked
  expect(all.value).toEqual(['d', 'c'])
})
