/** Literals of PostgreSQL arrays, written directly: the driver's own way costs several times more. */

/** Of values that need no quotes: numbers, uuids, booleans; null or undefined becomes NULL. */
export const plain = (values: readonly (string | number | bigint | boolean | null | undefined)[]): string => {
  let text = "{"
  for (let i = 0; i < values.length; i++) text += `${i === 0 ? "" : ","}${values[i] ?? "NULL"}`
  return `${text}}`
}

const nul = "\u0000"
const isSpecial = (text: string) => /["\\]/.test(text) || text.includes(nul)
const escaped = (text: string) => text.replace(/["\\]/g, "\\$&").replaceAll(nul, "")

/** Of any texts. A text in PostgreSQL holds no NUL: it is left out. */
export const texts = (values: readonly (string | null | undefined)[]): string => {
  let text = "{"
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (i > 0) text += ","
    text += value === null || value === undefined ? "NULL" : `"${isSpecial(value) ? escaped(value) : value}"`
  }
  return `${text}}`
}
