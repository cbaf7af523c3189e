/** Names of what an experiment is segmented by, in the reader's language. */

import type { Mode, VariantSaid } from '@/api/experiments'
import { language } from '@/words/language'
import { words } from '@/words'

import { modeOf, type Whole } from './experiment'

export const dimensionName = (name: string): string => words.experiments.dimensionNames[name] ?? name

export const dimensionsText = (names: string[]): string => names.map(dimensionName).join(', ')

export const variantName = (variants: VariantSaid[], id: string): string => variants.find((each) => each.variant_id === id)?.name ?? id

/** A mode with the dimensions that it is by. */
export const modeText = (mode: Mode, dimensions: string[]): string =>
  words.experiments.modeOf(words.experiments.modes[mode], mode === 'manual' ? dimensionsText(dimensions) : '')

/** The same of an experiment as it is. */
export const segmentationText = ({ segmentation }: Whole): string => modeText(modeOf(segmentation), segmentation.segment_by)

/** Of the texts that the server has in both languages. */
export const inLanguage = (texts: Record<string, string>): string => texts[language] ?? texts.en ?? ''

/** What became of a state: the colour of its chip. */
export const TONES = {
  running: 'good', paused: 'warn', draft: '', stopped: '', archived: '',
  better: 'good', worse: 'bad', unclear: 'warn', same: '', not_yet_known: '',
  winner: 'good', good_enough: 'good', futile: 'warn', harmful: 'bad', maximum: 'warn', go_on: '',
  collecting: '', eligible: 'good', accepted: 'good', confirmed: 'good', dismissed: '',
  yes: 'good', no: 'warn', open: '', critical: 'bad', warning: 'warn', info: '',
} as const
