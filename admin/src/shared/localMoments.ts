/** Moments as a field of the browser has them, in the reader's zone, and as the API has them, in UTC. */

const two = (value: number) => String(value).padStart(2, '0')

/** As `datetime-local` takes it; empty for what is no moment. */
export function localOf(iso: string): string {
  const moment = new Date(iso)
  if (Number.isNaN(moment.getTime())) return ''
  const date = [String(moment.getFullYear()).padStart(4, '0'), two(moment.getMonth() + 1), two(moment.getDate())].join('-')
  return `${date}T${[moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':')}`
}

/** As the API has it; null for what is no moment. */
export function isoOf(local: string): string | null {
  const moment = new Date(local)
  return local === '' || Number.isNaN(moment.getTime()) ? null : moment.toISOString().replace('.000Z', 'Z')
}
