import { describe, expect, it } from 'vitest'

import { en } from '@/words/en'

import { grouped, type Area, type Verb } from './operations'

/** An area or verb of the API without words fails the types. */
const areas: Record<Area, string> = en.keys.areas
const verbs: Record<Verb, string> = en.keys.verbs

describe('what a role may do', () => {
  it('is told by what it is about, and says what is for its own subject only', () => {
    expect(grouped({ decide: 'own', 'decide.batch': 'any', 'segments.read': 'any' })).toEqual([
      [areas.decide, [{ name: 'decide', text: verbs.do, isOwn: true }, { name: 'decide.batch', text: verbs.batch, isOwn: false }]],
      [areas.segments, [{ name: 'segments.read', text: verbs.read, isOwn: false }]],
    ])
  })
})
