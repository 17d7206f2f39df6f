/** Tags as authors write them: `# ending: dawn`. */

/** A tag taken apart; the name is in lower case, the value may be empty. */
export interface StoryTag {
  readonly name: string
  readonly value: string
}

/** Reads `name: value`, with either colon. */
export function readTag(tag: string): StoryTag {
  const [, name = "", value = ""] = /^\s*([^:：]*?)\s*(?:[:：]\s*(.*?)\s*)?$/s.exec(tag) ?? []
  return { name: name.toLowerCase(), value }
}

/** The values of the tags called `name`, in order. */
export const tagValues = (tags: readonly string[], name: string): string[] =>
  tags.map(readTag).filter((tag) => tag.name === name).map((tag) => tag.value)
