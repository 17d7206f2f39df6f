/** Who says a line: `Mara: Come in.` or the tag `# speaker: mara`. */
import type { StorySpeaker } from "./port.ts"

/** A line taken apart. `speaker` is null where nobody speaks: narration. */
export interface Spoken {
  readonly speaker: string | null
  readonly text: string
  /** The name before the colon, known or not. */
  readonly prefix: string | null
}

const prefixed = /^([\p{L}\p{N}][\p{L}\p{N} ·.'’_-]{0,29}?)\s*[:：]\s*(\S.*)$/su

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** The speaker whom `name` means, by id or by one of the names. */
export const findSpeaker = (name: string, speakers: readonly StorySpeaker[]): StorySpeaker | undefined =>
  speakers.find(({ id, names }) => same(id, name) || names.some((one) => same(one, name)))

/**
 * Takes the speaker's name off the line. With a list of speakers only their names count; without one, whatever looks
 * like a name of at most three words.
 */
export function readSpeaker(text: string, speakers: readonly StorySpeaker[] | undefined): Spoken {
  const match = prefixed.exec(text)
  if (match === null) return { speaker: null, text, prefix: null }
  const [, name = "", rest = ""] = match
  if (name.split(/\s+/).length > 3) return { speaker: null, text, prefix: null }
  if (speakers === undefined) return { speaker: name, text: rest, prefix: name }
  const speaker = findSpeaker(name, speakers)
  return speaker === undefined ? { speaker: null, text, prefix: name } : { speaker: speaker.id, text: rest, prefix: name }
}
