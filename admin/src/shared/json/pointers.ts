/** A name as a JSON pointer has it. */
export const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
