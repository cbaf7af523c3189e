import { expect, it } from 'vitest'

import type { Bodies } from '@/api/definitions'

import { copy, useEditing } from './editing'

const OFFER: Bodies['offer'] = { offer_id: 'free-month', name: 'A month', value_usd: 5 }

/** A new one, which asks the server for nothing, as it was sent. */
function sent() {
  const editing = useEditing({ kind: 'offer', empty: () => ({ ...OFFER, name: '' }), whole: (body) => body }, '')
  editing.edited.value = copy(OFFER)
  return editing
}

it('has nothing unsaved once what was sent is in force', async () => {
  const editing = sent()
  await editing.settle(copy(OFFER))
  expect([editing.edited.value, editing.isUnsaved.value]).toEqual([OFFER, false])
})

it('keeps what was typed while a publish was on its way, as a change of what is in force', async () => {
  const editing = sent()
  const typed = { ...OFFER, name: 'A whole month' }
  editing.edited.value = typed
  await editing.settle(copy(OFFER))
  expect([editing.published.value, editing.edited.value, editing.isUnsaved.value]).toEqual([OFFER, typed, true])
})

it('shows what it takes as in force in place of what was changed', () => {
  const editing = sent()
  editing.adopt({ ...OFFER, value_usd: 7 }, 'tag')
  expect([editing.edited.value?.value_usd, editing.etag.value]).toEqual([7, 'tag'])
})
