import { expect, it } from 'vitest'

import { emptyExperiment, restOf, whole, withRest } from './experiment'

it('keeps every setting that the form does not show', () => {
  const body = { ...emptyExperiment(), layer: { name: 'checkout', first: 0, last: 5000 }, forced: { 'qa-1': 'control' } }
  expect(whole(body)).toEqual(body)
  expect(withRest(whole(body), restOf(body))).toEqual(body)
})

it('takes a body that leaves out what the server takes for granted', () => {
  const read = whole({ experiment_id: 'x', name: 'X', variants: [{ variant_id: 'a', name: 'A' }] })
  expect([read.status, read.metrics[0]!.name, read.segmentation.mode]).toEqual(['running', 'conversion', 'disabled'])
})

it('leaves out of the rest what the form has fields for', () => {
  expect(withRest(emptyExperiment(), { traffic: 0, on_outage: '503' })).toMatchObject({ traffic: 1, on_outage: '503' })
})
