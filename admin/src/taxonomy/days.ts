/** Days of a game's calendar: the same day wherever the reader is. */

import { language } from '@/words/language'

/** 2017-12-31 as the reader writes it; a dash where there is none. */
export const dayText = (day: string | undefined): string =>
  day ? new Date(`${day}T00:00:00Z`).toLocaleDateString(language, { dateStyle: 'medium', timeZone: 'UTC' }) : '–'
