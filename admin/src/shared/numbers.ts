/** A count; the server says "< 10" of one that is too small to be told. */
export const sizeText = (count: number | string): string =>
  typeof count === 'number' ? count.toLocaleString('en') : count

/** A share from 0 to 1 in percent. */
export const percent = (share: number): string =>
  `${(share * 100).toLocaleString('en', { maximumFractionDigits: share < 0.1 ? 1 : 0 })} %`
