/** Binds ink's external functions to the world: look-ups that may be read ahead, and `move`, which may not. */
import type { Localized } from "@daydream/engine/language"
import type { Machine } from "./machine.ts"
import type { StoryProposal, StoryValue, StoryVerdictRefusal, StoryWorld } from "./port.ts"
import { parseCommand } from "./proposal.ts"

/** A change that a story asked for, and what came of it. */
export interface StoryMove {
  /** As the author wrote it. */
  readonly command: string
  /** Null where the command has no form that the world knows. */
  readonly proposal: StoryProposal | null
  readonly refusal: StoryVerdictRefusal | null
}

/** The world while a story runs, and what it was asked. */
export interface Stage {
  world: StoryWorld
  moves: StoryMove[]
}

/** Told apart from ink's own faults. */
export class WorldFailed extends Error {}

function asked<T>(ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    throw new WorldFailed(error instanceof Error ? error.message : String(error))
  }
}

const malformed = (usage: string): Localized => ({ en: `The command is not of the form: ${usage}.`, zh: `指令的写法不对，应为：${usage}。` })

/** Asks the world for a change; true where it happened. The ink variable `refusal` says what came of it. */
export function proposeMove(stage: Stage, machine: Machine, command: string): boolean {
  const parsed = parseCommand(command)
  const verdict = "fault" in parsed
    ? { refusal: { code: "malformed", message: malformed(parsed.usage) } }
    : asked(() => stage.world.propose(parsed.proposal))
  const refusal = "refusal" in verdict ? verdict.refusal : null
  if ("world" in verdict) stage.world = verdict.world
  stage.moves.push({ command: command.trim(), proposal: "fault" in parsed ? null : parsed.proposal, refusal })
  const { variablesState } = machine.state
  if (variablesState.GlobalVariableExistsWithName("refusal")) variablesState.$("refusal", refusal?.code ?? "")
  return refusal === null
}

const text = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : "")

/** What ink can hold: nothing becomes the empty text. */
const inkValue = (value: StoryValue | null): StoryValue => (typeof value === "number" && !Number.isFinite(value) ? 0 : value ?? "")

/** Binds the world's functions to `machine`; `stage()` gives the world that is on now. */
export function bindWorld(machine: Machine, stage: () => Stage): void {
  const see: Readonly<Record<string, (world: StoryWorld, args: readonly string[]) => StoryValue | null>> = {
    fact: (world, [fact = ""]) => world.fact(fact),
    knows: (world, [who = "", fact = ""]) => world.knows(who, fact),
    at: (world, [who = "", place = ""]) => world.at(who, place),
    has: (world, [who = "", thing = ""]) => world.has(who, thing),
    relation: (world, [kind = "", from = "", to = ""]) => world.relation(kind, from, to),
    time: (world) => world.time(),
    dial: (world, [name = ""]) => world.dial(name),
  }
  for (const name of machine.engine.bound)
    if (name === "move") machine.BindExternalFunctionGeneral(name, (args: readonly unknown[]) => proposeMove(stage(), machine, text(args[0])), false)
    else machine.BindExternalFunctionGeneral(name, (args: readonly unknown[]) => inkValue(asked(() => see[name]?.(stage().world, args.map(text)) ?? null)), true)
}
