/** What a search has met. */
import type { Dream } from "../bundle/index.ts"
import type { Option, Turn } from "../turn/index.ts"
import { checkSpeech, detectClaims, knowledgeOf } from "../world/index.ts"
import type { Finding, World } from "../world/index.ts"
import { pathTo } from "./step.ts"
import type { Point } from "./step.ts"

/** A line that was said where something is wrong with it. */
export interface SpeechIssue {
  readonly speaker: string
  readonly line: string
  readonly text: string
  readonly finding: Finding
  /** Spoken by the story rather than from a character's sheet. */
  readonly isOfStory: boolean
}

/** A guarded fact that the reader was told and the player's character was not. */
export interface ToldReader {
  readonly line: string
  readonly text: string
  readonly fact: string
}

export interface Tally {
  turns: number
  /** Options by how often they were taken. */
  readonly taken: Map<string, number>
  /** Options that were open at least once. */
  readonly open: Set<string>
  readonly moves: Set<string>
  /** Topics that were open at one time, each list once, joined. */
  readonly together: Set<string>
  /** Lines that were said, by `character/line`, and lines of the story. */
  readonly said: Set<string>
  readonly barred: Map<string, Finding | null>
  readonly reactions: Set<string>
  readonly scenes: Set<string>
  /** Where each ending was reached by the shortest way, by name. */
  readonly endings: Map<string, Point>
  /** By variant, the turns played in it and the endings met. */
  readonly ofVariant: Map<number, { turns: number; endings: number }>
  readonly stuck: Map<string, readonly string[]>
  readonly failures: Map<string, readonly string[]>
  readonly speech: Map<string, SpeechIssue>
  readonly toldReader: Map<string, ToldReader>
  /** Names that two suggestions shared, and their keys. */
  readonly same: Map<string, readonly string[]>
}

export const createTally = (): Tally => ({
  turns: 0, taken: new Map(), open: new Set(), together: new Set(), moves: new Set(), said: new Set(), barred: new Map(), reactions: new Set(),
  scenes: new Set(), endings: new Map(), ofVariant: new Map(), stuck: new Map(), failures: new Map(), speech: new Map(), toldReader: new Map(), same: new Map(),
})

const shorter = (map: Map<string, readonly string[]>, key: string, path: readonly string[]) => {
  const known = map.get(key)
  if (known === undefined || path.length < known.length) map.set(key, path)
}

function reached(endings: Map<string, Point>, name: string, point: Point): void {
  const known = endings.get(name)
  if (known === undefined || point.depth < known.depth) endings.set(name, point)
}

/** Notes what is open. */
export function noteOptions(tally: Tally, options: readonly Option[]): void {
  const names = new Map<string, string>()
  tally.together.add(options.filter(({ kind }) => kind === "topic").map(({ key }) => key).join("\n"))
  for (const { key, kind, name, character, isSuggested } of options) {
    tally.open.add(key)
    if (kind === "move") tally.moves.add(key.replace(/^move:/u, "").replace(/\?.*$/u, ""))
    if (!isSuggested) continue
    // With two characters one may speak of the same.
    const shown = `${character ?? ""} ${name}`
    const other = names.get(shown)
    if (other !== undefined && !tally.same.has(name)) tally.same.set(name, [other, key])
    names.set(shown, key)
  }
}

/** Says whether two topics can be open at one time, as far as the search knows: one that was never open may be. */
export function togetherness({ together, open }: Tally): (a: string, b: string) => boolean {
  const pairs = new Set([...together].flatMap((list) => {
    const keys = list.split("\n")
    return keys.flatMap((a) => keys.map((b) => `${a}\n${b}`))
  }))
  return (a, b) => !open.has(a) || !open.has(b) || pairs.has(`${a}\n${b}`)
}

const issueKey = (line: string, { kind, fact, entity, text }: Finding) => `${line} ${kind} ${fact ?? entity ?? text}`

/** What is wrong with the line before the turn and after it too: between the two nobody can say where it stood. */
function speechFindings(before: World, after: World, speaker: string, text: string, language: "en" | "zh"): Finding[] {
  const later = new Set(checkSpeech(after, speaker, text, language).map((one) => issueKey("", one)))
  return checkSpeech(before, speaker, text, language).filter((one) => later.has(issueKey("", one)))
}

function noteSpeech(tally: Tally, dream: Dream, player: string, before: World, after: World, turn: Turn): void {
  const { definition, state } = after
  for (const output of turn.outputs) {
    if ((output.type !== "say" && output.type !== "narrate") || output.line === null || output.origin === "player") continue
    const { text, line, language } = output
    const speaker = output.type === "say" ? output.character : null
    const isOfSheet = speaker !== null && turn.said.includes(`${speaker}/${line}`)
    if (speaker !== null && !dream.players.includes(speaker))
      for (const finding of speechFindings(before, after, speaker, text, language)) {
        const key = issueKey(isOfSheet ? `${speaker}/${line}` : line, finding)
        if (!tally.speech.has(key)) tally.speech.set(key, { speaker, line, text, finding, isOfStory: !isOfSheet })
      }
    if (isOfSheet) continue
    for (const { fact, isQuestion, value } of detectClaims(definition, text))
      if (!isQuestion && definition.facts.get(fact)?.guard != null && !knowledgeOf(definition, state, player, fact).some((one) => one.value === value))
        tally.toldReader.set(`${line} ${fact}`, { line, text, fact })
  }
}

/** Notes a turn that was played from `from` to `to` (null: it was refused). Gives how much in it was new. */
export function noteTurn(tally: Tally, dream: Dream, player: string, from: Point, turn: Turn, to: Point | null): number {
  const before = metIn(tally)
  noteAll(tally, dream, player, from, turn, to)
  return metIn(tally) - before
}

/** How much was met so far; grows where something is new. */
const metIn = ({ said, scenes, reactions, endings }: Tally) => said.size + 5 * (scenes.size + reactions.size + endings.size)

function noteAll(tally: Tally, dream: Dream, player: string, from: Point, turn: Turn, to: Point | null): void {
  tally.turns++
  const variant = tally.ofVariant.get(from.variant) ?? { turns: 0, endings: 0 }
  tally.ofVariant.set(from.variant, variant)
  variant.turns++
  if (turn.ended?.ending != null) variant.endings++
  if (turn.refused !== null) {
    // What was offered a moment ago must be open.
    if (turn.input.kind !== "wait") shorter(tally.failures, turn.outputs.map((one) => ("text" in one ? one.text : "")).join(" "), pathTo(from))
    return
  }
  for (const key of turn.said) tally.said.add(key)
  for (const step of turn.trace) {
    if (step.step === "line" && step.why === "story") tally.said.add(step.line)
    if (step.step === "refused") {
      const key = `${step.refused.speaker}\n${step.refused.text}`
      if (!tally.barred.has(key)) tally.barred.set(key, step.refused.findings[0] ?? null)
    }
  }
  for (const key of turn.taken) if (key.startsWith("reaction:")) tally.reactions.add(key)
  for (const id of turn.scenes) tally.scenes.add(id)
  if (to === null) return
  if (turn.ended !== null && turn.ended.ending !== null) reached(tally.endings, turn.ended.ending, to)
  if (turn.ended !== null && turn.ended.ending === null) shorter(tally.stuck, to.state.story?.choices.map(({ id }) => id).join() ?? "", pathTo(to))
  noteSpeech(tally, dream, player, from.state.world, to.state.world, turn)
}
