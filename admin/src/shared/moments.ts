import { language } from '@/words/language'

/** Whether a text is a moment as the API writes one: a date, a time and a zone. */
export const isMoment = (text: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text)

/** A moment of the API in the reader's own zone. */
export const momentText = (iso: string): string => {
  const moment = new Date(iso)
  if (Number.isNaN(moment.getTime())) return iso
  return moment.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })
}

/** The same to the second. */
export const secondText = (iso: string): string => new Date(iso).toLocaleString(language, { dateStyle: 'short', timeStyle: 'medium' })

/** The same in UTC: `2018-01-01 05:00:00 UTC`. */
export const utcText = (iso: string): string => {
  const moment = new Date(iso)
  return Number.isNaN(moment.getTime()) ? iso : `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** In the reader's zone and in UTC: for who points at a length of time. */
export const exactText = (iso: string): string => `${secondText(iso)} (${utcText(iso)})`

const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1],
]

/** How long ago, in the largest unit that fits. */
export function agoText(iso: string, now: Date = new Date()): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000
  const [unit, length] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.round(seconds / length), unit)
}

/** A length of time with its unit. */
export function secondsText(seconds: number): string {
  const format = (value: number, unit: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
  if (seconds < 1) return format(seconds * 1000, 'millisecond')
  if (seconds < 120) return format(seconds, 'second')
  return seconds < 7200 ? format(seconds / 60, 'minute') : format(seconds / 3600, 'hour')
}
