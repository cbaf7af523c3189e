import { expect, it } from 'vitest'

import { namesIn, stepsOf } from './waterfall'

const term = (signal: string, contribution: number) => ({ signal, value: 1, weight: contribution, contribution })
const ITEM = {
  item_id: 'tea', score: 0.9, terms: [term('popularity', 0.5), term('co_visitation', 0), term('embedding', 0.4)],
  boost: 0.25, overlap: 0.5, mmr_penalty: 0.25, place: 1, place_by_relevance: 1,
}

it('the steps begin at nothing and end at the score', () => {
  expect(stepsOf(ITEM)).toEqual([
    { name: 'popularity', by: 0.5, from: 0, to: 0.5 },
    { name: 'embedding', by: 0.4, from: 0.5, to: 0.9 },
    { name: 'boost', by: 0.25, from: 0.9, to: 1.15 },
    { name: 'mmr_penalty', by: -0.25, from: 1.15, to: 0.8999999999999999 },
  ])
  expect(stepsOf(ITEM).at(-1)!.to).toBeCloseTo(ITEM.score)
})

it('a legend has what any item has', () => {
  expect(namesIn([ITEM, { ...ITEM, boost: 0 }])).toEqual(['popularity', 'embedding', 'boost', 'mmr_penalty'])
  expect(namesIn([])).toEqual([])
})
