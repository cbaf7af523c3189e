/** What the app says. Another language is another file of the same shape. */

import { ApiError } from '@/api/error'

import { en } from './en'

export const words = en

/** A failure as a sentence for the reader. */
export function inWords(problem: unknown): string {
  if (!(problem instanceof ApiError)) throw problem
  return words.problems[problem.status] ?? (problem.message || words.unexplained(problem.status))
}
