/** What a move that was made is called, with the names of its arguments. */
import type { Language } from "@daydream/engine/language"
import type { World } from "../world/index.ts"
import { textIn } from "./options.ts"

const builtin: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  take: { en: "{who} takes {thing}.", zh: "{who}拿起了{thing}。" },
  drop: { en: "{who} puts down {thing}.", zh: "{who}放下了{thing}。" },
  put: { en: "{who} puts {thing} into {in}.", zh: "{who}把{thing}放进了{in}。" },
  give: { en: "{who} gives {thing} to {to}.", zh: "{who}把{thing}交给了{to}。" },
}
const authored: Readonly<Record<Language, string>> = { en: "{who}: {deed}", zh: "{who}{deed}。" }

/** A sentence for `event`: ours for the moves of every world, the author's name of the move for the author's. */
export function legalName(
  { definition }: World, event: { readonly actor: string; readonly move: string; readonly arguments: Readonly<Record<string, string>> },
  language: Language,
): string {
  const nameOf = (id: string) => textIn(definition.entities.get(id)?.names ?? {}, language) || id
  const fill = (text: string, names: Readonly<Record<string, string>>) =>
    text.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => names[name] ?? whole)
  const names = Object.fromEntries(Object.entries(event.arguments).map(([name, id]) => [name, nameOf(id)]))
  const move = definition.moves.get(event.move)
  const entity = definition.entities.get(event.actor)
  if (move === undefined) return fill(builtin[event.move]?.[language] ?? "", { ...names, who: nameOf(event.actor) })
  const deed = fill(textIn(move.names, language), names)
  return entity?.kind === "character" && entity.isPlayer ? deed : fill(authored[language], { who: nameOf(event.actor), deed })
}
