/** What things are called by machines. */

/** An id of a name: its Latin letters, digits and hyphens; empty where nothing is left. */
export function idOfName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64)
}

/** The first free id of a kind. */
export function freeId(stem: string, taken: string[]): string {
  let number = taken.length + 1
  while (taken.includes(`${stem}-${number}`)) number++
  return `${stem}-${number}`
}
