import { language } from '@/words/language'

/** A number with the separators of the reader's language. */
export const numberText = (value: number, digits = 2): string => value.toLocaleString(language, { maximumFractionDigits: digits })

/** A count; the server says "< 10" of one that is too small to be told. */
export const sizeText = (count: number | string): string => (typeof count === 'number' ? numberText(count, 0) : count)

/** A share from 0 to 1 in percent. */
export const percent = (share: number, digits = share < 0.1 ? 1 : 0): string => `${numberText(share * 100, digits)} %`

/** A rate from 0 to 1 in percent, as far apart as two variants may be: two digits. */
export const rateText = (rate: number | null | undefined): string => (rate === null || rate === undefined ? '–' : percent(rate, 2))
