import { expect, it } from 'vitest'

import { askedBy, queryOf, questionIn } from './question'

it('a question goes into the address and comes back', () => {
  const question = { subject: '13', at: '2018-01-01T05:00:00Z', campaign: 'c', context: { 'ctx.region': 'FI' }, length: 20 }
  expect(questionIn(queryOf(question))).toEqual(question)
  expect(queryOf(questionIn({}))).toEqual({})
})

it('a broken address asks for nobody in particular', () => {
  expect(questionIn({ context: '[1', length: 'x' })).toEqual({ subject: '', at: '', campaign: '', context: {}, length: 10 })
})

it('what is left out is not asked for', () => {
  expect(askedBy(questionIn({ subject: '13' }))).toEqual({ subject_id: '13', at: null, campaign_id: null, context: {}, limit: 10 })
})
