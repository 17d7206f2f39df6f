/** Reads lines and choices off ink's engine. */
import type { Origin } from "@daydream/engine/origin"
import { lineKey } from "./authored.ts"
import type { Machine } from "./machine.ts"
import { findSpeaker, readSpeaker } from "./speaker.ts"
import type { StoryChoice } from "./state.ts"
import type { StoryEngine } from "./story.ts"
import { languageOf } from "./style.ts"
import { tagValues } from "./tag.ts"

/** One line for the player. */
export interface StoryLine {
  /** Of the tag `id:`, else of the author's line that it begins with. */
  readonly id: string
  readonly text: string
  /** Null: narration. */
  readonly speaker: string | null
  readonly tags: readonly string[]
  readonly origin: Origin
  readonly language: "en" | "zh" | null
  /** Ids of all the author's lines that it is made of. */
  readonly sources: readonly string[]
}

// Of ink's control commands.
const beginTag = 24

/** The output of ink's last line, without what stands in tags. */
function sourcesOf(machine: Machine, engine: StoryEngine): string[] {
  const ids: string[] = []
  let inTag = false
  for (const part of machine.state.outputStream) {
    const { commandType, value } = part as unknown as { readonly commandType?: number; readonly value?: unknown }
    if (commandType !== undefined) inTag = commandType === beginTag
    if (inTag || typeof value !== "string" || value.trim() === "") continue
    const { debugMetadata: at } = part
    const id = engine.lineAt.get(lineKey(at?.fileName, at?.startLineNumber))?.id
    if (id !== undefined && ids.at(-1) !== id) ids.push(id)
  }
  return [...new Set(ids)]
}

/** Chinese has no spaces between its characters; ink's logic leaves some. */
export const closeUp = (text: string): string =>
  text.replace(/(?<=[\p{Script=Han}，。！？；：、）】》”’…—])[ \t]+(?=[\p{Script=Han}，。！？；：、（【《“‘…—])/gu, "")

/** The line that ink has just said. */
export function readLine(machine: Machine, engine: StoryEngine, raw: string, tags: readonly string[]): StoryLine {
  const sources = sourcesOf(machine, engine)
  const spoken = readSpeaker(closeUp(raw.trim()), engine.speakers)
  const tagged = tagValues(tags, "speaker")[0]
  const named = tagged === undefined ? undefined : engine.speakers === undefined ? tagged : findSpeaker(tagged, engine.speakers)?.id
  const id = tagValues(tags, "id")[0] ?? sources[0] ?? "made"
  return { id, text: spoken.text, speaker: named ?? spoken.speaker, tags, origin: "authored", language: languageOf(spoken.text), sources }
}

/** The choices that ink offers now. */
export const choicesOf = (machine: Machine, engine: StoryEngine): StoryChoice[] => machine.currentChoices.map((choice) => ({
  index: choice.index, id: engine.choiceAt.get(choice.sourcePath) ?? choice.sourcePath, text: closeUp(choice.text), tags: (choice.tags ?? []).map((tag) => tag.trim()),
}))
