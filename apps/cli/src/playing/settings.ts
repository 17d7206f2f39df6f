/** Settings of a game from the options of the command. */
import { contentKinds } from "@daydream/dream/bundle"
import type { ContentKind } from "@daydream/dream/bundle"
import { playErrors } from "./errors.ts"

const listed = (text: string | undefined) => (text ?? "").split(/[,，、\s]+/u).filter((part) => part !== "")

/** `fear=low,pace=slow` as settings by dial. Throws `bad_dial`. */
export function readDialOptions(text: string | undefined): Record<string, string> {
  return Object.fromEntries(listed(text).map((one) => {
    const [, name, value] = /^([^=]+)=([^=]+)$/u.exec(one) ?? []
    if (name === undefined || value === undefined) throw playErrors.bad_dial({ given: one })
    return [name, value]
  }))
}

/** Kinds of content that are not wanted. Throws `bad_content`. */
export function readContentOptions(text: string | undefined): ContentKind[] {
  return listed(text).map((one) => {
    const kind = contentKinds.find((known) => known === one)
    if (kind === undefined) throw playErrors.bad_content({ given: one, known: contentKinds })
    return kind
  })
}
