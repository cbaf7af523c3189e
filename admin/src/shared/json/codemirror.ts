/** The JSON editor: CodeMirror with what JSON needs, in the app's colours. */

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'

import { difference } from './json'
import type { Span } from './positions'

const COLOURS = EditorView.theme({
  '&': { backgroundColor: 'var(--card)', color: 'var(--text)', height: '100%', fontSize: '0.85rem' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--muted)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 30%, transparent) !important',
  },
  '.cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--text)', border: '1px solid var(--line)' },
})

const HIGHLIGHTS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
])

/** An editor in `parent`. `typed` hears what the reader writes, not what the program sets. */
export function jsonEditor(parent: HTMLElement, label: string, typed: (text: string) => void): EditorView {
  const extensions = [
    lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), json(),
    syntaxHighlighting(HIGHLIGHTS), COLOURS, EditorView.lineWrapping,
    // Tab leaves the editor, so that the keyboard is never caught in it.
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    EditorView.updateListener.of((update) => {
      const isSet = update.transactions.some((each) => each.isUserEvent('program'))
      if (update.docChanged && !isSet) typed(update.state.doc.toString())
    }),
  ]
  return new EditorView({ parent, state: EditorState.create({ extensions }) })
}

/** Puts another text into the editor. What both have in common stays, and so do the cursor and the scroll in it. */
export function setText(view: EditorView, text: string): void {
  const changes = difference(view.state.doc.toString(), text)
  if (changes) view.dispatch({ changes, userEvent: 'program' })
}

/** Shows a part of the text, chosen. */
export function choose(view: EditorView, { from, to }: Span): void {
  view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true, userEvent: 'program' })
  view.focus()
}

/** Underlines what is wrong. */
export function underline(view: EditorView, faults: Diagnostic[]): void {
  view.dispatch(setDiagnostics(view.state, faults))
}
