/** What a model is asked, in the language of the dream. Small models answer in the language in which they are asked. */
import type { Language } from "@daydream/engine/language"
import type { CallOptions } from "@daydream/engine/model"
import type { Colour } from "./colour.ts"
import { fillTemplate } from "./skeleton.ts"
import type { Slot, Step } from "./skeleton.ts"
import { unwantedNames } from "./unwanted.ts"

type JsonFormat = Extract<NonNullable<CallOptions["responseFormat"]>, { type: "json" }>

const systems: Readonly<Record<Language, string>> = {
  en:
    "You fill in a form for an interactive story. Every answer is short, concrete and in plain English: things that one can see, hear or hold. " +
    "No clichés, no explanations, no quotation marks. Keep to names that the form gives. Answer in JSON.",
  zh:
    "你在为一个互动故事填写表格。每一项都简短、具体，用自然的现代汉语：写看得见、听得到、摸得着的东西。" +
    "不要套话，不要解释，不要英文，不要引号。只用表格里给出的名字。以 JSON 回答。",
}

const lineOf = (name: string, slot: Slot, values: Readonly<Record<string, string>>, language: Language): string =>
  language === "zh"
    ? `- ${name}：${fillTemplate(slot.ask, values)}（不超过 ${slot.most} 字）`
    : `- ${name}: ${fillTemplate(slot.ask, values)} (at most ${slot.most} characters)`

/** Asks for the slots of a step, or for those of them that are still missing. */
export function promptFor(
  step: Step, missing: readonly string[], values: Readonly<Record<string, string>>, wish: string, language: Language, colour: Colour,
): CallOptions["prompt"] {
  const head = language === "zh" ? `愿望：${wish}` : `The wish: ${wish}`
  const tone = colour.tone === null ? "" : language === "zh" ? `\n语气：${colour.tone}` : `\nTone: ${colour.tone}`
  const unwanted = unwantedNames(colour.without ?? [], language)
  const without = unwanted === "" ? "" : language === "zh" ? `\n不要写到：${unwanted}` : `\nLeave out: ${unwanted}`
  const asked = missing.map((name) => lineOf(name, step.slots[name] as Slot, values, language)).join("\n")
  return [
    { role: "system", content: systems[language] },
    { role: "user", content: [{ type: "text", text: `${head}${tone}${without}\n\n${fillTemplate(step.ask, values)}\n\n${asked}` }] },
  ]
}

/** The form of the answer: one bounded text a slot. Longer than wanted, so that a text cut off by the bound is told from a whole one. */
export function formatFor(step: Step, missing: readonly string[]): JsonFormat {
  const properties = Object.fromEntries(missing.map((name) => [name, { type: "string", minLength: 1, maxLength: 20 + Math.ceil(1.5 * (step.slots[name] as Slot).most) }]))
  return {
    type: "json",
    schema: { type: "object", properties, required: [...missing], additionalProperties: false } as NonNullable<JsonFormat["schema"]>,
  }
}

/** The texts of an answer by slot; nothing where it is no JSON object. */
export function readAnswer(text: string, missing: readonly string[]): Readonly<Record<string, string>> {
  const start = text.indexOf("{")
  const end = text.lastIndexOf("}")
  if (start < 0 || end < start) return {}
  try {
    const value = JSON.parse(text.slice(start, end + 1)) as Readonly<Record<string, unknown>>
    return Object.fromEntries(missing.flatMap((name) => (typeof value[name] === "string" ? [[name, value[name]] as const] : [])))
  } catch {
    return {}
  }
}
