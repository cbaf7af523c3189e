/** Colours of a heat map's cells, and the ink that can be read on each. */

type Rgb = [red: number, green: number, blue: number]

const LIGHT: [Rgb, Rgb] = [[238, 244, 251], [11, 79, 143]]
const DARK: [Rgb, Rgb] = [[36, 46, 60], [142, 197, 255]]

/** The colour of a share from 0, the least of a map, to 1, the most. */
export function shadeOf(share: number, isDark: boolean): string {
  const [from, to] = isDark ? DARK : LIGHT
  return written(from.map((each, index) => Math.round(each + (to[index]! - each) * share)) as Rgb)
}

/** Black or white, whichever stands out more: at least 4.5 to 1 on every colour. */
export const inkOn = (colour: string): string => (contrast(colour, '#000000') >= contrast(colour, '#ffffff') ? '#000000' : '#ffffff')

/** How far apart two colours are (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** Whether a page of this colour is a dark one. */
export const isDark = (colour: string): boolean => luminance(colour) < 0.2

const written = (rgb: Rgb) => `#${rgb.map((each) => each.toString(16).padStart(2, '0')).join('')}`

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255)) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
