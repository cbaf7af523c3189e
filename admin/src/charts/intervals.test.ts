import { expect, it } from 'vitest'

import type { Colours } from './colours'
import { heightOf, intervalOption, type Estimated } from './intervals'

const COLOURS = { series: ['blue'], card: 'white', muted: 'grey' } as Colours
const KNOWN: Estimated = { name: 'known', value: 0.5, low: 0.4, high: 0.6 }
const OPEN: Estimated = { name: 'open', value: null, seen: 0.3 }

interface Option {
  legend?: object
  tooltip: { formatter: (pointed: { seriesIndex: number; value: number[] }) => string }
  series: { data: object[] }[]
}

const option = (...rows: Estimated[]) => intervalOption(rows, { value: 'estimate', seen: 'counted' }, String, COLOURS) as Option

it('draws only what is known of a row', () => {
  const [bars, dots, seen] = option(KNOWN, OPEN).series
  expect(bars!.data).toEqual([[0.4, 0.6, 0]])
  expect(dots!.data).toHaveLength(1)
  expect(seen!.data).toEqual([[0.3, 1]])
})

it('tells the interval of an estimate, and what was counted by itself', () => {
  const { formatter } = option(KNOWN, OPEN).tooltip
  expect(formatter({ seriesIndex: 1, value: [0.5, 0] })).toBe('known\nestimate: 0.5 (0.4 – 0.6)')
  expect(formatter({ seriesIndex: 2, value: [0.3, 1] })).toBe('open\ncounted: 0.3')
})

it('has room for a legend only where two kinds of dots are drawn', () => {
  expect(option(KNOWN).legend).toBeUndefined()
  expect(heightOf([KNOWN, OPEN])).toBeGreaterThan(heightOf([KNOWN, KNOWN]))
})
