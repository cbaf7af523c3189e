/** What the app says, in the reader's language: a folder of message files for each, of one shape. */

import { ApiError } from '@/api/error'

import type { Words } from './en'
import { language } from './language'

const LOADERS: Record<typeof language, () => Promise<Words>> = {
  en: async () => (await import('./en')).en,
  es: async () => (await import('./es')).es,
}

/** Loaded before anything else is shown: only the language that is read comes over the line. */
export const words: Words = await LOADERS[language]()

/** A failure as a sentence for the reader. */
export function inWords(problem: unknown): string {
  if (!(problem instanceof ApiError)) throw problem
  return words.problems[problem.status] ?? (problem.message || words.unexplained(problem.status))
}
