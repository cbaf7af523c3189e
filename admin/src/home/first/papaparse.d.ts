/** What the app uses of it. */
declare module 'papaparse' {
  export interface ParseError {
    message: string
    /** From 0; absent where the whole text is meant. */
    row?: number
    code: string
  }
  export interface Parsed {
    data: string[][]
    errors: ParseError[]
    meta: { delimiter: string }
  }
  const papa: { parse: (text: string, config: { skipEmptyLines: 'greedy'; delimitersToGuess: string[] }) => Parsed }
  export default papa
}
