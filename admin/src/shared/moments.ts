/** A moment of the API in the reader's own zone. */
export const momentText = (iso: string): string => {
  const moment = new Date(iso)
  if (Number.isNaN(moment.getTime())) return iso
  return moment.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}
