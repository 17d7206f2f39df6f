/** To whom the player speaks. */
import type { Language } from "@daydream/engine/language"
import { normalise, seenCharacters } from "../../world/index.ts"
import type { World } from "../../world/index.ts"

/** How it was found. `isNamed`: by the input or in the words; then nobody else is meant. */
export interface Addressee {
  readonly character: string | null
  readonly isNamed: boolean
  /** What was said, without the name that calls somebody: names of others' deeds would be found in it. */
  readonly rest: string
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`)

function namesOf({ definition }: World, id: string): string[] {
  const entity = definition.entities.get(id)
  if (entity === undefined) return []
  const all = [...Object.values(entity.names), ...Object.values(entity.aliases).flat()]
  return all.map((name) => normalise(name).text.replace(/^(?:the|an?) /u, "")).filter((name) => name !== "")
    .toSorted((a, b) => b.length - a.length)
}

/** Called by name: at the beginning or the end, or "ask Mara …", “问玛拉……”. */
function isCalled(text: string, name: string): boolean {
  const one = escaped(name)
  const isHan = /\p{Script=Han}/u.test(name)
  const edge = isHan ? "" : "(?![a-z0-9])"
  return [
    new RegExp(`^(?:(?:hey|hi|hello|oh|well|please|excuse me|good (?:morning|evening|day|night)|say|listen|喂|嘿|哎|那|请问|你好|您好|对不起|不好意思|晚上好|早上好)[, ]*)*${one}${edge}(?:[,.!?]|$|${isHan ? "(?=[你您我咱请能可快别])" : "(?= (?:you|do|did|are|is|can|could|will|would|what|who|why|where|how|when|please|tell|i|we|have|may)\\b)"})`, "u"),
    new RegExp(`[,.!?] *${one}${edge}[.!?]*$`, "u"),
    new RegExp(`^(?:i |let me )?(?:ask|tell|say to|speak (?:to|with)|talk (?:to|with)|turn to|greet|whisper to|answer|beg) (?:the )?${one}${edge}`, "u"),
    new RegExp(`^我?(?:想|要|去|再|先|转头|转身|悄悄|轻声|小声)?(?:问问?|对着?|跟|和|向|找|告诉|回答|叫住?|朝|冲)(?:一下)?${one}`, "u"),
  ].some((pattern) => pattern.test(text))
}

const marks = "[,，.。!！?？:：、~～ ]"

/** `text` without a call at its beginning or end; as it is where nothing else is said. */
function withoutCall(text: string, names: readonly string[]): string {
  const any = names.map(escaped).join("|")
  if (any === "") return text
  const bare = text
    .replace(new RegExp(`^(?:(?:hey|oh|well|excuse me|喂|嘿|哎|那)${marks}*)?(?:the )?(?:${any})(?![a-z0-9])${marks}+(?=.)`, "iu"), "")
    .replace(new RegExp(`^(?:我)?(?:想|要|去|再)*(?:问问?|对着?|跟|和|向|朝|冲)(?:一下)?(?:${any})(?:说|讲|道|问)?${marks}*(?=.)`, "iu"), "")
    .replace(new RegExp(`[,，] *(?:${any})(${marks}*)$`, "iu"), "$1")
  return /[\p{L}\p{N}]/u.test(bare) ? bare : text
}

function rawNamesOf({ definition }: World, id: string): string[] {
  const entity = definition.entities.get(id)
  const all = entity === undefined ? [] : [...Object.values(entity.names), ...Object.values(entity.aliases).flat()]
  return all.map((name) => name.replace(/^(?:the|an?) /iu, "")).filter((name) => name !== "").toSorted((a, b) => b.length - a.length)
}

/**
 * Whom `text` is for: whom the input names, whom the words call, whom the player spoke to last if still there, the only
 * one there, the only one whom the words mention; else nobody.
 */
export function findAddressee(
  world: World, player: string, said: { readonly text: string; readonly to?: string | undefined; readonly last?: string | undefined; readonly language: Language },
  speakers: ReadonlySet<string>,
): Addressee {
  const seen = seenCharacters(world.definition, world.state, player)
  const found = (character: string | null, isNamed: boolean): Addressee =>
    ({ character, isNamed, rest: character === null ? said.text : withoutCall(said.text, rawNamesOf(world, character)) })
  if (said.to !== undefined) return found(seen.includes(said.to) ? said.to : null, true)
  const { text } = normalise(said.text)
  const called = seen.find((id) => namesOf(world, id).some((name) => isCalled(text, name)))
  if (called !== undefined) return found(called, true)
  if (said.last !== undefined && seen.includes(said.last)) return found(said.last, false)
  const able = seen.filter((id) => speakers.has(id))
  if (able.length === 1) return found(able[0] ?? null, false)
  const mentioned = able.filter((id) => namesOf(world, id).some((name) => text.includes(name)))
  return found(mentioned.length === 1 ? (mentioned[0] ?? null) : null, false)
}
