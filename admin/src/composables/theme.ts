/** Light or dark: what the reader chose, and what the machine prefers until then. */

import { darkTheme, type GlobalTheme, type GlobalThemeOverrides } from 'naive-ui'
import { computed, ref, watchEffect } from 'vue'

export type Theme = 'light' | 'dark'

const STORED_AS = 'tessella.theme'
const preferred = window.matchMedia('(prefers-color-scheme: dark)')

const machine = ref<Theme>(preferred.matches ? 'dark' : 'light')
const chosen = ref(localStorage.getItem(STORED_AS) as Theme | null)
const theme = computed<Theme>(() => chosen.value ?? machine.value)

preferred.addEventListener('change', (event) => (machine.value = event.matches ? 'dark' : 'light'))
watchEffect(() => (document.documentElement.dataset.theme = theme.value))

function toggle(): void {
  chosen.value = theme.value === 'dark' ? 'light' : 'dark'
  localStorage.setItem(STORED_AS, chosen.value)
}

/** The component library in the colours of `app.css`. */
const COLOURS: Record<Theme, { accent: string; hover: string; pressed: string; card: string; text: string }> = {
  light: { accent: '#1f5fbf', hover: '#2b70d6', pressed: '#184d9c', card: '#ffffff', text: '#ffffff' },
  dark: { accent: '#7fb0ff', hover: '#9cc2ff', pressed: '#6a9ff5', card: '#1a1f28', text: '#10141b' },
}

const overrides = computed<GlobalThemeOverrides>(() => {
  const { accent, hover, pressed, card, text } = COLOURS[theme.value]
  return {
    common: {
      primaryColor: accent,
      primaryColorHover: hover,
      primaryColorPressed: pressed,
      primaryColorSuppl: accent,
      baseColor: text,
      cardColor: card,
      modalColor: card,
      fontFamily: 'inherit',
      borderRadius: '6px',
      borderRadiusSmall: '6px',
    },
  }
})

const library = computed<GlobalTheme | null>(() => (theme.value === 'dark' ? darkTheme : null))

export const useTheme = () => ({ theme, toggle, library, overrides })
