/** More of them in a fraction tell a reader nothing. */
const MOST_DIGITS = 8

/** A value of JSON as a person reads it: text without quotes, a list with commas. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(MOST_DIGITS)))
  if (Array.isArray(value)) return value.map(valueText).join(', ')
  return JSON.stringify(value)
}

/** The same fields but one. */
export const without = <T extends object>(fields: T, name: string): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name)) as Partial<T>
