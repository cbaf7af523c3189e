import { expect, it } from 'vitest'

import type { Figure } from '@/api/personalization'

import { curvesOf, newest, scopesOf } from './figures'

const figure = (evaluated_at: string, model_version: string, value: number | null, scope = 'home', metric = 'map'): Figure => ({
  evaluated_at, period: 'asked', scope, model_version, metric, value, sample_size: 10,
})

const FIGURES = [figure('2026-01-01', 'rule_v1', 0.4), figure('2026-01-02', 'rule_v1', 0.5), figure('2026-01-02', 'random', null), figure('2026-01-01', '', 0.1, '', 'return_rate')]

it('tells the newest figure of an order', () => {
  expect(newest(FIGURES, 'map', 'home', 'rule_v1')?.value).toBe(0.5)
  expect(newest(FIGURES, 'map', 'away', 'rule_v1')).toBeUndefined()
})

it('names scopes, and not what is over all of them', () => expect(scopesOf(FIGURES)).toEqual(['home']))

it('draws each order at the same moments, with gaps where nothing was told', () => {
  expect(curvesOf(FIGURES, 'map', 'home')).toEqual({ moments: ['2026-01-01', '2026-01-02'], curves: { rule_v1: [0.4, 0.5], random: [null, null] } })
})
