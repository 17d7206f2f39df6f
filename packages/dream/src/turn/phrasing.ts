/** How players say the moves that every world has. Gaps are filled with every name of what the move is about. */
import type { Language } from "@daydream/engine/language"
import type { BuiltinMove, LegalMove, WorldDefinition } from "../world/index.ts"

type Templates = Readonly<Record<Language, readonly string[]>>

const templates: Readonly<Partial<Record<BuiltinMove, Templates>>> = {
  go: {
    en: ["go to {to}", "walk to {to}", "head to {to}", "go into {to}", "enter {to}", "back to {to}", "let's go to {to}", "I go to {to}", "I want to go to {to}"],
    zh: ["去{to}", "到{to}去", "走到{to}", "我去{to}", "我想去{to}", "回{to}", "走进{to}", "去{to}看看", "咱们去{to}吧"],
  },
  take: {
    en: ["take {thing}", "pick up {thing}", "grab {thing}", "get {thing}", "I take {thing}", "take {thing} with me"],
    zh: ["拿{thing}", "拿起{thing}", "把{thing}拿起来", "捡起{thing}", "带上{thing}", "我拿走{thing}", "把{thing}带走"],
  },
  drop: {
    en: ["drop {thing}", "put down {thing}", "leave {thing} here", "put {thing} down"],
    zh: ["放下{thing}", "把{thing}放下", "丢下{thing}", "把{thing}留在这里", "扔掉{thing}"],
  },
  put: {
    en: ["put {thing} into {in}", "put {thing} in {in}", "place {thing} in {in}"],
    zh: ["把{thing}放进{in}", "把{thing}放到{in}里", "{thing}放进{in}"],
  },
  give: {
    en: ["give {thing} to {to}", "give {to} {thing}", "hand {thing} to {to}", "hand {to} {thing}"],
    zh: ["把{thing}给{to}", "把{thing}交给{to}", "把{thing}递给{to}", "给{to}{thing}", "{thing}送给{to}"],
  },
}

const withoutArticle = (name: string) => name.replace(/^(?:the|an?) /iu, "")

/** Every way to name what an argument stands for: names and aliases, in English also without the article. */
function namesOfArgument({ entities }: WorldDefinition, id: string, language: Language): string[] {
  const entity = entities.get(id)
  const names = [entity?.names[language], ...(entity?.aliases[language] ?? [])].filter((name) => name !== undefined)
  return language === "en" ? [...new Set(names.flatMap((name) => [name, withoutArticle(name)]))] : names
}

function fillAll(definition: WorldDefinition, text: string, args: LegalMove["arguments"], language: Language): string[] {
  let filled = [text]
  for (const [argument, id] of Object.entries(args)) {
    const gap = `{${argument}}`
    if (!text.includes(gap)) continue
    const names = namesOfArgument(definition, id, language)
    filled = filled.flatMap((one) => (names.length === 0 ? [one.replaceAll(gap, id)] : names.map((name) => one.replaceAll(gap, name))))
  }
  return filled
}

/** Utterances that mean `move`: the author's for the author's moves, ours for those of every world. */
export function examplesOfMove(definition: WorldDefinition, move: LegalMove, language: Language): string[] {
  const authored = definition.moves.get(move.move)
  const texts = authored === undefined
    ? (templates[move.move as BuiltinMove]?.[language] ?? [])
    : (authored.examples[language] ?? [])
  return texts.flatMap((text) => fillAll(definition, text, move.arguments, language)).slice(0, 60)
}
