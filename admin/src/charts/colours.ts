/** The colours of a chart: those of the page, in the theme that is on. */

export interface Colours {
  text: string
  muted: string
  line: string
  card: string
  accent: string
  good: string
  bad: string
  warn: string
  /** Of series, in their order: told apart also by those who see few colours (Okabe and Ito 2008). */
  series: string[]
}

const LIGHT = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#a06a00', '#56b4e9', '#5b5b5b']
const DARK = ['#56b4e9', '#e69f00', '#2fc79b', '#e39ac4', '#f0e442', '#7fb0ff', '#b9b9b9']

export function coloursOf(theme: 'light' | 'dark'): Colours {
  const style = getComputedStyle(document.documentElement)
  const named = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    text: named('text'), muted: named('muted'), line: named('line'), card: named('card'), accent: named('accent'),
    good: named('good'), bad: named('bad'), warn: named('warn'), series: theme === 'dark' ? DARK : LIGHT,
  }
}
