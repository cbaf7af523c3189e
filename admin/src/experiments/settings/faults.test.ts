import { expect, it } from 'vitest'

import { byField } from './faults'

it('tells each fault at the field that it is about, and what is wrong with the name at the id', () => {
  const fault = (pointer: string) => ({ pointer, message: pointer, hint: '' })
  const found = byField([fault('/experiments/a~1b/variants'), fault('/experiments/a~1b'), fault('/experiments/x/variants/0/name')])
  expect([...found.keys()]).toEqual(['/variants', '/experiment_id', '/variants/0/name'])
})
