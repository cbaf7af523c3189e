/** A value of JSON as a person reads it: text without quotes, a list with commas. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(valueText).join(', ')
  return JSON.stringify(value)
}
