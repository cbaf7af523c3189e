/** Where the parts of a JSON text stand, by their pointers. */

import { jsonLanguage } from '@codemirror/lang-json'
import type { SyntaxNode } from '@lezer/common'

import { escaped } from './pointers'

export interface Span {
  from: number
  to: number
}

/** The span of every value of the text. */
export function spans(text: string): Map<string, Span> {
  const found = new Map<string, Span>()
  const top = jsonLanguage.parser.parse(text).topNode.firstChild
  if (top) walk(top, '', text, found)
  return found
}

/** The span of the pointer, or of the nearest value around it. */
export function spanOf(found: Map<string, Span>, pointer: string): Span | undefined {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const span = found.get(at)
    if (span || at === '') return span
  }
}

function walk(node: SyntaxNode, at: string, text: string, found: Map<string, Span>): void {
  found.set(at, { from: node.from, to: node.to })
  if (node.name === 'Array') {
    values(node).forEach((each, index) => walk(each, `${at}/${index}`, text, found))
  }
  for (const property of node.name === 'Object' ? node.getChildren('Property') : []) {
    const name = property.getChild('PropertyName')
    const value = property.lastChild
    if (name && value && value.from > name.from) walk(value, `${at}/${escaped(nameOf(name, text))}`, text, found)
  }
}

function values(array: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let each = array.firstChild; each; each = each.nextSibling) if (!'[],⚠'.includes(each.name)) found.push(each)
  return found
}

const nameOf = (name: SyntaxNode, text: string) => text.slice(name.from + 1, name.to - 1)
