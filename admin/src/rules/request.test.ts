import { expect, it } from 'vitest'

import type { Segment } from '@/api/segments'

import type { Feature } from './operators'
import { contextOf, requestFeatures } from './request'

const feature = (name: string, source = 'request'): Feature => ({
  name, source, type: 'string', group: '', unit: '', description: '', allowed_values: [],
})
const REGION = feature('ctx.region')
const HOUR = feature('ctx.hour')
const FEATURES = [REGION, HOUR, feature('ctx.device'), feature('user.tier', 'fact')]
const rule = (expr: unknown) => ({ rule_id: 'r', expr })
const HOME = { segment_id: 'home', rules: [rule({ all: [{ in_segment: ['home'] }, { eq: ['ctx.region', 'FI'] }] })] } as Segment

it('finds what a request carries in a rule of either form, and in the segments that it names', () => {
  const named = (expr: Parameters<typeof requestFeatures>[0]) => requestFeatures(expr, FEATURES, [HOME])
  expect(named({ all: [{ eq: ['user.tier', 'VIP'] }, { gt: ['ctx.hour', 5] }] })).toEqual([HOUR])
  expect(named({ '==': [{ var: 'ctx.region' }, 'FI'] })).toEqual([REGION])
  expect(named({ not: { in_segment: ['home'] } })).toEqual([REGION])
})

it('makes no context while nothing is stated that the rule reads', () => {
  expect(contextOf([REGION, HOUR], { 'ctx.region': '', 'ctx.device': 'tv' })).toBeNull()
  expect(contextOf([REGION, HOUR], { 'ctx.region': 'FI', 'ctx.device': 'tv' })).toEqual({ 'ctx.region': 'FI' })
})

it('needs nothing stated for what the server reads off the moment', () => {
  expect(contextOf([HOUR], {})).toEqual({})
  expect(contextOf([], {})).toBeNull()
})
