/** What recalibrations did to segments. */

import type { Lineage, Step, Taxonomy } from '@/api/taxonomy'
import { words } from '@/words'

import { segmentWith } from './axes'

/** Names of segments by their numbers; the number of one that the version has not. */
export const namesIn = (taxonomy: Taxonomy | undefined, ids: number[]): string =>
  ids.map((id) => (taxonomy && segmentWith(taxonomy, id)?.segment.segment_name) ?? words.taxonomy.versions.nameless(id)).join(', ')

/** Where a segment comes from, in a sentence. It keeps its number and its name where it is the same. */
export function originOf(id: number, { steps, version }: Lineage, taxonomy: Taxonomy): string {
  if (version === 1) return words.taxonomy.segment.firstVersion
  const mine = steps.filter((each) => each.after.includes(id))
  return mine.length ? mine.map((step) => sentence(step, taxonomy)).join(' ') : words.taxonomy.segment.noStep
}

function sentence({ change, before }: Step, taxonomy: Taxonomy): string {
  const { kept, appeared, split, merged } = words.taxonomy.versions
  const names = namesIn(taxonomy, before)
  if (change === 'kept') return kept(names)
  if (change === 'split') return split(names)
  return change === 'merged' ? merged(names) : appeared
}
