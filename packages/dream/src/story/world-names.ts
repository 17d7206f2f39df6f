/** The functions of the world, and the check that what they are asked about exists. */
import { finding } from "./finding.ts"
import type { AuthoredTag } from "./authored.ts"
import type { StoryFinding, StoryLocation } from "./finding.ts"
import { nearFacts } from "./near.ts"
import { above, literalOf, locationOf, walk } from "./parsed.ts"
import type { ParsedNode } from "./parsed.ts"
import type { StoryNameKind, StoryNames, StoryProposal } from "./port.ts"
import { parseCommand } from "./proposal.ts"

type Kind = StoryNameKind | "holder" | "anywhere" | "actor" | "locatable" | "command"

/** The functions by which a story sees and moves the world, with what each argument names. */
export const worldFunctions = {
  fact: ["facts"],
  knows: ["characters", "facts"],
  at: ["locatable", "places"],
  has: ["characters", "things"],
  relation: ["relations", "characters", "characters"],
  time: [],
  dial: ["dials"],
  move: ["command"],
} as const satisfies Readonly<Record<string, readonly Kind[]>>

export type WorldFunction = keyof typeof worldFunctions

export const worldFunctionNames = Object.keys(worldFunctions) as WorldFunction[]

function namesOf(names: StoryNames, kind: Kind): readonly string[] {
  switch (kind) {
    case "holder": return [...names.characters, ...names.places, ...names.things]
    case "locatable": return [...names.characters, ...names.things]
    case "anywhere": return [...names.characters, ...names.things]
    case "actor": return names.characters
    case "command": return []
    default: return names[kind]
  }
}

const kindsZh: Readonly<Record<Kind, string>> = {
  facts: "事实", characters: "角色", places: "地点", things: "物品", relations: "关系", moves: "动作", feelings: "情绪", dials: "调节项",
  holder: "角色、地点和物品", anywhere: "角色和物品", locatable: "角色和物品", actor: "角色", command: "指令",
}
const kindsEn: Partial<Record<Kind, string>> = {
  holder: "characters, places and things", anywhere: "characters and things", locatable: "characters and things",
}

function checkName(name: string, kind: Kind, names: StoryNames, location: StoryLocation): StoryFinding[] {
  const known = namesOf(names, kind)
  if (known.includes(name)) return []
  return [finding("name_unknown", location, { name, kind: kindsEn[kind] ?? kind, kindZh: kindsZh[kind], ...nearFacts(name, known) })]
}

function checkSetValue(proposal: StoryProposal, { values }: StoryNames, location: StoryLocation): StoryFinding[] {
  if (proposal.op !== "set" || proposal.value === null || values === undefined || !Object.hasOwn(values, proposal.fact)) return []
  const known = values[proposal.fact] ?? []
  if (known.includes(proposal.value)) return []
  const name = String(proposal.value)
  const facts = { kind: `values of "${proposal.fact}"`, kindZh: `“${proposal.fact}”的取值`, ...nearFacts(name, known.map(String)) }
  return [finding("name_unknown", location, { name, ...facts })]
}

/** What is wrong with a command that has no logic in it. */
export function checkCommand(text: string, names: StoryNames | undefined, location: StoryLocation): StoryFinding[] {
  const parsed = parseCommand(text)
  if ("fault" in parsed)
    return [finding(parsed.fault === "verb" ? "command_verb" : "command_form", location, { name: parsed.fault === "verb" ? parsed.verb : text, usage: parsed.usage })]
  if (names === undefined) return []
  const unknown = parsed.words.flatMap(({ word, slot }) => (slot === "value" || slot === "number" || slot === "change" || word === "none"
    ? [] : checkName(word, slot, names, location)))
  return [...unknown, ...checkSetValue(parsed.proposal, names, location)]
}

function isInText(call: ParsedNode): boolean {
  let child = call
  for (const up of above(call)) {
    if (up.typeName === "String") return true
    if (up.typeName === "Choice") return child === up.startContent || child === up.choiceOnlyContent || child === up.condition
    child = up
  }
  return false
}

/** Calls of the world's functions in the parsed story, checked against the world's names (where they are given). */
export function checkWorldCalls(root: ParsedNode, own: ReadonlySet<string>, names: StoryNames | undefined): StoryFinding[] {
  const findings: StoryFinding[] = []
  for (const node of walk(root)) {
    const name = node.name ?? ""
    if (node.typeName !== "FunctionCall" || !Object.hasOwn(worldFunctions, name) || own.has(name)) continue
    const location = locationOf(node)
    if (name === "move" && isInText(node)) findings.push(finding("move_in_text", location))
    for (const [index, kind] of worldFunctions[name as WorldFunction].entries()) {
      const literal = node.args?.[index] === undefined ? undefined : literalOf(node.args[index])
      if (literal === undefined) continue
      if (kind === "command") findings.push(...checkCommand(literal, names, location))
      else if (names !== undefined) findings.push(...checkName(literal, kind, names, location))
    }
  }
  return findings
}

/** `# move: …` tags without logic in them. */
export const checkMoveTags = (tags: readonly AuthoredTag[], names: StoryNames | undefined): StoryFinding[] =>
  tags.flatMap((tag) => (tag.name === "move" && tag.value !== null ? checkCommand(tag.value, names, tag) : []))
