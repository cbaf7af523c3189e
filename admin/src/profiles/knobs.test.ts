import { describe, expect, it } from 'vitest'

import type { Knob } from '@/api/profiles'

import { differing, flat, moved, placeOf, shares, typedNumber, valueAt, valueOf, withKnob } from './knobs'

const knob = (fields: Partial<Knob>): Knob => ({
  name: 'alpha', path: 'blend.alpha', group: 'blend', label: '', help: '', type: 'number', unit: 'weight',
  minimum: 0, maximum: 10, step: 0.01, default: 1, value: 0.5, layer: 'namespace', ...fields,
})
const ALPHA = knob({})
const BETA = knob({ name: 'beta', value: 0.25, layer: 'built_in' })
const DAYS = knob({ name: 'half_life_days', group: 'windows', unit: 'days', minimum: 0.1, maximum: 3650, step: 0.1 })
const CAP = knob({ name: 'brand_cap', group: 'caps', type: 'integer', unit: 'items', maximum: 500, step: 1 })

describe('a layer of knobs', () => {
  it('is read flat, however it was written', () => {
    expect(flat({ profile_id: 'p', blend: { alpha: 2 }, brand_cap: 3 }, [ALPHA, CAP])).toEqual({ profile_id: 'p', alpha: 2, brand_cap: 3 })
  })

  it('gives what holds below where it sets nothing', () => {
    expect([valueOf({}, ALPHA), valueOf({ alpha: 0 }, ALPHA), valueOf({}, ALPHA, 1)]).toEqual([0.5, 0, 1])
  })

  it('sets a knob and takes it out again', () => {
    expect(withKnob({ name: 'x' }, ALPHA, 2)).toEqual({ name: 'x', alpha: 2 })
    expect(withKnob({ name: 'x', alpha: 2 }, ALPHA, undefined)).toEqual({ name: 'x' })
  })

  it('differs by the knobs that are set to something else', () => {
    expect(differing({ alpha: 0.5, beta: 0 }, [ALPHA, BETA, CAP])).toEqual([BETA])
  })
})

it('weights share the whole, what is not set included', () => {
  expect(shares({ alpha: 0.75 }, [ALPHA, BETA, CAP])).toEqual({ alpha: 0.75, beta: 0.25 })
  expect(shares({ alpha: 0, beta: 0 }, [ALPHA, BETA])).toEqual({ alpha: 0, beta: 0 })
})

it('only a number that the knob may be is taken from what is typed', () => {
  expect(['', '-', '11', '-1', '2.5'].map((each) => typedNumber(each, ALPHA))).toEqual([undefined, undefined, undefined, undefined, 2.5])
  expect(typedNumber('2.5', CAP)).toBeUndefined()
})

describe('a slider', () => {
  it.each([[ALPHA, 0.37], [CAP, 3], [CAP, 500], [DAYS, 0.1], [DAYS, 7], [DAYS, 3650]] as const)('reaches the value that it shows', (each, value) => {
    const found = valueAt(placeOf(value, each), each)
    expect(Math.abs(found - value)).toBeLessThanOrEqual(Math.max(each.step!, value * 0.02))
  })

  it('moves by steps and stays in its range', () => {
    expect([moved(0.29, 1, ALPHA), moved(10, 1, ALPHA), moved(0.1, -1, DAYS), moved(2, 10, CAP)]).toEqual([0.3, 10, 0.1, 12])
  })
})
