/** Ports that keep what was answered, and ports that answer from what was kept. */
import type { Recalled } from "../memory/index.ts"
import type { Option, RecordedCall } from "./model.ts"
import type { Distribution, Ports } from "./port.ts"
import { createWordChooser } from "./choose/index.ts"

/** The answer of a chooser, and who gave it. */
export interface Chosen {
  readonly probabilities: Distribution
  readonly by: "model" | "words"
}

/** A replay asks for what was not recorded: no failure of a model, but of whoever replays. */
class NotRecorded extends Error {}

const isFatal = (error: unknown, abortSignal: AbortSignal | undefined) => abortSignal?.aborted === true || error instanceof NotRecorded

/** Shares of options that were asked about, as JSON can hold them. */
function cleaned(probabilities: Distribution, options: readonly Option[]): Distribution {
  const keys = [...options.map(({ key }) => key), "none"]
  return Object.fromEntries(keys.flatMap((key) => {
    const value = Object.hasOwn(probabilities, key) ? probabilities[key] : undefined
    return value !== undefined && value >= 0 && value <= 1 ? [[key, value]] : []
  }))
}

/**
 * `ports` whose answers are appended to `calls`. A chooser that fails is replaced for this turn by words; a speaker that
 * fails has nothing more to say; a recall that fails brings nothing to mind. Aborts are thrown.
 */
export function recordPorts(ports: Ports, calls: RecordedCall[]) {
  const words = createWordChooser()
  const { choose, say, recall } = ports
  return {
    choose: async (...[context, options, port]: Parameters<typeof choose.choose>): Promise<Chosen> => {
      let chosen: Chosen
      try {
        chosen = { probabilities: cleaned(await choose.choose(context, options, port), options), by: choose.by ?? "model" }
      } catch (error) {
        if (isFatal(error, port?.abortSignal)) throw error
        chosen = { probabilities: await words.choose(context, options), by: "words" }
      }
      calls.push({ port: "choose", ...chosen })
      return chosen
    },
    say: say === undefined ? undefined : async function* (...[context, note, port]: Parameters<typeof say.say>): AsyncGenerator<string, void, void> {
      const sentences: string[] = []
      calls.push({ port: "say", sentences })
      try {
        for await (const sentence of say.say(context, note, port)) {
          sentences.push(sentence)
          yield sentence
        }
      } catch (error) {
        if (isFatal(error, port?.abortSignal)) throw error
      }
    },
    recall: recall === undefined ? undefined : async (...[holder, query, port]: Parameters<typeof recall>): Promise<readonly Recalled[]> => {
      let found: readonly Recalled[] = []
      try {
        found = await recall(holder, query, port)
      } catch (error) {
        if (isFatal(error, port?.abortSignal)) throw error
      }
      calls.push({ port: "recall", memories: found.map(({ memory }) => memory.id) })
      return found
    },
  }
}

export type RecordedPorts = ReturnType<typeof recordPorts>

const noParts = { words: 0, meaning: 0, recency: 0, importance: 0, presence: 0, pinned: 0 }

const remembered = (id: string): Recalled => ({
  memory: { type: "episode", id, at: 0, journalIndex: 0, text: "", importance: 0, source: "seen", isPinned: false, isEdited: false },
  score: 0, parts: noParts,
})

/**
 * Ports that answer as was recorded, in the order asked; with them a turn gives the same bytes. What was recalled comes
 * without its words, which no answer needs any more. Throws where the turn asks for what was not recorded.
 */
export function replayPorts(calls: readonly RecordedCall[]): Ports {
  let at = 0
  const next = <P extends RecordedCall["port"]>(port: P): Extract<RecordedCall, { port: P }> => {
    const call = calls[at++]
    if (call?.port !== port) throw new NotRecorded(`the recording has ${call?.port ?? "nothing more"} where ${port} is asked`)
    return call as Extract<RecordedCall, { port: P }>
  }
  const has = (port: RecordedCall["port"]) => calls.some((call) => call.port === port)
  const first = calls.find((call) => call.port === "choose")
  let by = first?.port === "choose" ? first.by : "model" as const
  return {
    choose: {
      get by() {
        return by
      },
      choose: async () => {
        const call = next("choose")
        by = call.by
        return call.probabilities
      },
    },
    ...(has("say") ? {
      say: {
        say: async function* () {
          yield* next("say").sentences
        },
      },
    } : {}),
    ...(has("recall") ? { recall: async () => next("recall").memories.map(remembered) } : {}),
  }
}
