/** Gives the reader a file. */

export function saveFile(name: string, content: Blob | string): void {
  const address = typeof content === 'string' ? content : URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  if (typeof content !== 'string') setTimeout(() => URL.revokeObjectURL(address), 1000)
}

export const textFile = (text: string, type = 'text/csv'): Blob => new Blob([text], { type: `${type};charset=utf-8` })

/** A name that every system takes for a file. */
export const fileName = (title: string, ending: string): string => `${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 60) || 'chart'}.${ending}`
