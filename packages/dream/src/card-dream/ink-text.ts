/** Texts of others as lines of ink. */

/** `text` with every sign that means something to ink made plain. */
const escapeInk = (text: string): string => text.replaceAll(/[\\{}|#~*+=<>[\]/-]/gu, (sign) => `\\${sign}`)

/** A greeting as lines that the character says: asterisks and other marks of chat programs are left out. */
export function greetingInk(greeting: string, speaker: string): string[] {
  return greeting
    .split(/\r?\n+/u)
    .map((line) => line.replaceAll(/[*_`]+/gu, "").replaceAll(/\s+/gu, " ").trim())
    .filter((line) => line !== "")
    .slice(0, 60)
    .map((line) => `${escapeInk(line.slice(0, 2000))} # speaker: ${speaker}`)
}
