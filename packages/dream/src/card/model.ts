/** Our view of a character card, and the file that it was read from. */
import type { Lorebook, LoreRole } from "../lore/index.ts"
import type { JsonDocument, JsonObject } from "./json/index.ts"
import type { Notice } from "./notice.ts"
import type { PngChunks } from "./png/index.ts"
import type { ZipArchive } from "./zip/index.ts"

export type CardFormat = "png" | "json" | "charx"
export type CardVersion = 1 | 2 | 3

/** An asset as the card names it. */
export interface CardAsset {
  /** icon, background, user_icon, emotion, or another. */
  readonly type: string
  readonly name: string
  /** `embeded://…`, `__asset:…`, `data:…`, `https://…`, `ccdefault:`. */
  readonly uri: string
  readonly ext: string
}

/** A character card of any version, with defaults for what it lacks. Texts hold macros unexpanded. */
export interface Card {
  readonly version: CardVersion
  readonly name: string
  /** What `{{char}}` stands for where it is set. */
  readonly nickname?: string
  readonly description: string
  readonly personality: string
  readonly scenario: string
  readonly greeting: string
  readonly alternateGreetings: readonly string[]
  readonly groupOnlyGreetings: readonly string[]
  /** `mes_example`, as written; see `voiceExamples`. */
  readonly exampleDialogue: string
  readonly systemPrompt: string
  readonly postHistoryInstructions: string
  /** SillyTavern's character note, which stands in the conversation. */
  readonly depthPrompt?: { readonly text: string; readonly depth: number; readonly role: LoreRole }
  readonly creator: string
  readonly creatorNotes: string
  /** By ISO 639-1 code. */
  readonly creatorNotesByLanguage: Readonly<Record<string, string>>
  readonly characterVersion: string
  readonly tags: readonly string[]
  readonly source: readonly string[]
  /** Unix seconds; 0: not told. */
  readonly createdAt?: number
  readonly modifiedAt?: number
  readonly assets: readonly CardAsset[]
  readonly lorebook?: Lorebook
  readonly extensions: JsonObject
}

/** Where a card lies in a PNG. */
export interface PngPayload {
  readonly keyword: "chara" | "ccv3"
  /** Index of the chunk. */
  readonly chunk: number
  readonly document: JsonDocument
  /** Is left out when written. */
  readonly isDropped?: boolean
}

export type CardContainer =
  | { readonly format: "json"; readonly bytes: Uint8Array }
  | {
      readonly format: "png"
      readonly bytes: Uint8Array
      readonly chunks: PngChunks
      readonly payloads: readonly PngPayload[]
    }
  | { readonly format: "charx"; readonly bytes: Uint8Array; readonly archive: ZipArchive }

/** A card, the text that it was read from, and the file around it. */
export interface CardFile {
  readonly container: CardContainer
  readonly document: JsonDocument
  readonly card: Card
  readonly isEdited: boolean
  readonly notices: readonly Notice[]
}
