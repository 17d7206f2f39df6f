/** Character cards, lorebooks and chat logs as other programs write them: read, edited, converted, written. */
export { createAssetPaths, pictureOf, resolveAssets, unnamedFiles } from "./assets.ts"
export type { AssetPlace, ResolvedAsset } from "./assets.ts"
export { chatMessages, editChat, readChat, writeChat } from "./chat.ts"
export type { Chat, ChatMessage } from "./chat.ts"
export { convertCard } from "./convert.ts"
export type { ConvertedCard, ConvertOptions } from "./convert.ts"
export { readCardOrBook } from "./document.ts"
export type { ReadFile } from "./document.ts"
export { diffJson, editJson, formatJson, isObject, parseJson, valueOf } from "./json/index.ts"
export type { JsonDocument, JsonEdit, JsonObject, JsonValue } from "./json/index.ts"
export { cardLimits } from "./limits.ts"
export {
  convertLorebook,
  editLorebookFile,
  lorebookOfCard,
  parseLorebook,
  readLorebookFile,
  writeLorebookFile,
} from "./lorebook-file.ts"
export type { LorebookFile } from "./lorebook-file.ts"
export type { Card, CardAsset, CardFile, CardFormat, CardVersion } from "./model.ts"
export type { Loss, Notice } from "./notice.ts"
export { isPng } from "./png/index.ts"
export { readCard } from "./read.ts"
export { voiceExamples } from "./voice.ts"
export type { VoiceExample, VoiceOptions, VoiceTurn } from "./voice.ts"
export { editCard, replaceDocument, writeCard } from "./write.ts"
