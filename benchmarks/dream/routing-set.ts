/** Utterances with what they mean, each in a place of a dream's play. */
import { readFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { openDreamLibrary, readDreamFolder, requireDream } from "@daydream/dream/bundle"
import type { Dream } from "@daydream/dream/bundle"
import { applyTurn, createWordChooser, optionsOf, playTurn, startPlay } from "@daydream/dream/turn"
import type { ChoosePort, PlayerInput, PlayState, Route } from "@daydream/dream/turn"
import type { Language } from "@daydream/engine/language"

/**
 * One line of a set. `dream` is the id of a shipped dream, or a folder, from the set's own. `after` leads there from the
 * beginning (the opening is played first; pauses are passed). `want` is an option's key, several of them that are equally
 * right, or `unclear`, `off_world`, `nature`, `crisis`.
 */
export interface RoutingRow {
  readonly dream: string
  readonly after?: readonly PlayerInput[]
  readonly to?: string
  readonly text: string
  readonly want: string | readonly string[]
}

/** A row with the play in which it is said. */
export interface RoutingCase {
  readonly row: RoutingRow
  readonly dream: Dream
  readonly state: PlayState
  readonly language: Language
}

async function openDream(name: string, file: string): Promise<Dream> {
  return name.includes("/") || name.startsWith(".")
    ? requireDream(await readDreamFolder(resolve(dirname(file), name)))
    : openDreamLibrary().find(name)
}

async function placeOf(dream: Dream, language: Language, after: readonly PlayerInput[]): Promise<PlayState> {
  const player = dream.players[0] ?? ""
  let state = startPlay(dream, { session: "routing", seed: "routing", language })
  const play = async (input: PlayerInput) => {
    const turn = await playTurn(dream, state, player, input, { choose: createWordChooser() })
    if (turn.refused !== null) throw new Error(`${JSON.stringify(input)} is refused: ${turn.refused}; open are ${optionsOf(dream, state, player).map(({ key }) => key).join(", ")}`)
    state = applyTurn(dream, state, turn)
    for (let count = 0; count < 50 && state.story?.status === "ready" && state.ended === null; count++)
      state = applyTurn(dream, state, await playTurn(dream, state, player, { kind: "continue" }, { choose: createWordChooser() }))
  }
  /** Choices are named after their texts: one that the author has reworded since stands for the first that is open. */
  const current = (input: PlayerInput): PlayerInput => {
    if (input.kind !== "take" || !input.option.startsWith("choice:")) return input
    const open = optionsOf(dream, state, player).filter(({ kind }) => kind === "choice")
    return open.length === 0 || open.some(({ key }) => key === input.option) ? input : { kind: "take", option: open[0]?.key ?? "" }
  }
  for (const input of [{ kind: "begin" } as const, ...after]) await play(current(input))
  return state
}

/** The cases of a JSON Lines file. Throws where a row cannot be reached or wants what is not open: such a row measures nothing. */
export async function readRoutingSet(file: string, language: Language): Promise<RoutingCase[]> {
  const rows = (await readFile(file, "utf8")).split("\n").filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as RoutingRow)
  const dreams = new Map<string, Dream>()
  const places = new Map<string, PlayState>()
  const cases: RoutingCase[] = []
  for (const row of rows) {
    const dream = dreams.get(row.dream) ?? await openDream(row.dream, file)
    dreams.set(row.dream, dream)
    const key = JSON.stringify([row.dream, row.after ?? []])
    const state = places.get(key) ?? await placeOf(dream, language, row.after ?? [])
    places.set(key, state)
    const open = new Set([...optionsOf(dream, state, dream.players[0] ?? "").map((option) => option.key), "unclear", "off_world", "nature", "crisis"])
    const wanted = [row.want].flat()
    if (!wanted.some((want) => open.has(want))) throw new Error(`"${row.text}" wants ${wanted.join(" or ")}; open are ${[...open].join(", ")}`)
    cases.push({ row, dream, state, language })
  }
  return cases
}

/** Where `choose` leads the words of a case, rules included. */
export async function routeOf({ row, dream, state }: RoutingCase, choose: ChoosePort): Promise<Route> {
  const input: PlayerInput = { kind: "say", text: row.text, ...(row.to === undefined ? {} : { to: row.to }) }
  const turn = await playTurn(dream, state, dream.players[0] ?? "", input, { choose })
  const step = turn.trace.find((one) => one.step === "route")
  if (step?.step !== "route") throw new Error(`"${row.text}" was not routed: ${turn.refused ?? ""}`)
  return step.route
}

/** What a route is called in a set; small talk is what no option was meant by. */
export const nameOfRoute = ({ to }: Route): string => ("option" in to ? to.option : to.other === "small_talk" ? "unclear" : to.other)

export const isRight = ({ row }: RoutingCase, route: Route): boolean => [row.want].flat().includes(nameOfRoute(route))
