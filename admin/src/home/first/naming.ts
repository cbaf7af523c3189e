/** What a segment is called by machines. */

/** An id of a name: letters, digits and hyphens; empty where nothing is left. */
export function idOfName(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64)
}
