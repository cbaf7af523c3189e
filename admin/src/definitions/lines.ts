/** What differs between two texts, line by line. */

export interface Line {
  kind: 'same' | 'gone' | 'new'
  text: string
}

/** Every line of both: the longest run of lines that both have in the same order stays. */
export function lineDifference(before: string, after: string): Line[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const common = longest(old, now)
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: now[j++]! })
      i++
    } else if (j >= now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) lines.push({ kind: 'gone', text: old[i++]! })
    else lines.push({ kind: 'new', text: now[j++]! })
  }
  return lines
}

/** Of the lines from `i` and from `j` on, how many both have in order. */
function longest(old: string[], now: string[]): Uint16Array[] {
  const table = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1))
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      table[i]![j] = old[i] === now[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!)
    }
  }
  return table
}
