/** Weight and tone of text on a terminal; nothing where there is none, or where NO_COLOR asks for none. */
export interface Style {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly accent: (text: string) => string
}

const plain: Style = { strong: (text) => text, faint: (text) => text, accent: (text) => text }

const wrapped = (begin: number, end: number) => (text: string) => `\u001B[${begin}m${text}\u001B[${end}m`

export const styleFor = (isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Style =>
  isTerminal && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb"
    ? { strong: wrapped(1, 22), faint: wrapped(2, 22), accent: wrapped(36, 39) }
    : plain
