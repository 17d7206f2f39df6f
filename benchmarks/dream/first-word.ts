/**
 * How soon a character begins to speak after the player has spoken: routing, then the first word, with 2,000 tokens of
 * world and persona that are read again or loaded: `first-word.ts [--model qwen2.5-coder-1.5b] [--threads 2] [--rounds 5]
 * [--language zh] [--quick]` (quick: what is read is saved in the same turn, so that it is read once only). Each turn is another character's, so that none finds its beginning in memory. On a machine with other work the
 * ratios and the CPU seconds count.
 */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises"
import { availableParallelism, loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { parseArgs } from "node:util"
import { createModelChooser, createModelSpeaker, routingTexts } from "@daydream/dream/turn"
import type { SayContext } from "@daydream/dream/turn"
import { wrapLanguageModel } from "@daydream/engine/model"
import type { CallOptions, LanguageModel } from "@daydream/engine/model"
import { createRuntime } from "@daydream/runtime"
import type { Runtime } from "@daydream/runtime"
import { characters, options, personaOf, said, voices } from "./first-word-texts.ts"

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "qwen2.5-coder-1.5b" },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "5" },
    language: { type: "string", default: "zh" },
    tokens: { type: "string", default: "2000" },
    quick: { type: "boolean", default: false },
  },
})
const language = values.language === "en" ? "en" : "zh"
const rounds = Math.min(Number(values.rounds), characters.length)
const folder = await mkdtemp(join(tmpdir(), "first-word-"))

interface Spent {
  readonly seconds: number
  readonly cpu: number
}

interface Heard {
  readonly routing: Spent
  /** From the end of routing. */
  readonly word: Spent
  readonly read: number
  readonly loaded: number
}

function watch(): () => Spent {
  const began = performance.now()
  const cpu = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 }
  }
}

/** `model`, which tells of its first word and its usage, with what the speaker marks as lasting or without the mark. */
function observed(model: LanguageModel, isMarked: boolean, hear: { word(): void; usage(read: number, loaded: number): void }): LanguageModel {
  return wrapLanguageModel(model, {
    stream: async (call: CallOptions) => {
      const { providerOptions: _, ...plain } = call
      const { stream } = await model.doStream(isMarked ? call : plain)
      return {
        stream: stream.pipeThrough(
          new TransformStream({
            transform: (part, controller) => {
              if (part.type === "text-delta") hear.word()
              if (part.type === "finish") hear.usage(part.usage.inputTokens.noCache ?? 0, part.usage.inputTokens.cacheRead ?? 0)
              controller.enqueue(part)
            },
          }),
        ),
      }
    },
  })
}

const contextOf = (character: number): SayContext => ({
  language,
  speaker: { id: `character-${character}`, name: characters[character]?.[language] ?? "" },
  prefix: personaOf(character, language, Number(values.tokens)),
  voice: voices[language],
  suffix: language === "zh" ? "地点：灯塔下的小屋。在场：客人。现在的心情：担心。" : "Place: the hut below the lighthouse. Here too: the guest. Feels worried.",
  turn: `turn/${character}`,
  attempt: 0,
})

let turns = 0

/** One turn: what the player meant among the options, then the first word of the answer. */
async function turn(runtime: Runtime, choose: ReturnType<typeof createModelChooser>, character: number, isMarked: boolean): Promise<Heard> {
  const name = characters[character]?.[language] ?? ""
  // Nothing that is said was read before.
  const text = `${name}${language === "zh" ? "，" : ", "}${said[language][turns % 4] ?? ""}${said[language][(turns >> 2) % 4] ?? ""}`
  turns++
  const model = await runtime.languageModel(values.model)
  const whole = watch()
  await choose.choose(
    { language, text, addressee: name, place: null, recent: [], turn: `turn/${turns}` },
    options(language),
  )
  const routing = whole()
  const speaking = watch()
  let word: Spent | undefined
  let [read, loaded] = [0, 0]
  const speaker = createModelSpeaker(
    observed(model, isMarked, { word: () => (word ??= speaking()), usage: (anew, saved) => ([read, loaded] = [anew, saved]) }),
    { maxOutputTokens: 12 },
  )
  const note = language === "zh" ? "灯昨晚熄过一次，她不知道为什么" : "the lamp went out once last night, and she does not know why"
  for await (const _ of speaker.say(contextOf(character), { kind: "note", note, hears: null }));
  return { routing, word: word ?? speaking(), read, loaded }
}

/** Routing compares with the background of ordinary sayings too; a dream without anything gives just those. */
const emptyDream = () => ({ cast: new Map(), stories: {}, world: { moves: new Map() } }) as unknown as Parameters<typeof routingTexts>[0]

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
const sum = ({ routing, word }: Heard): Spent => ({ seconds: routing.seconds + word.seconds, cpu: routing.cpu + word.cpu })

function tell(name: string, heard: readonly Heard[]): { readonly seconds: number; readonly cpu: number; readonly word: number } {
  const of = (read: (one: Heard) => number) => median(heard.map(read))
  const row = {
    seconds: of((one) => sum(one).seconds), cpu: of((one) => sum(one).cpu), word: of(({ word }) => word.seconds),
  }
  console.log(
    [
      name.padEnd(28), `${of(({ read }) => read)} / ${of(({ loaded }) => loaded)}`.padStart(12),
      of(({ routing }) => routing.seconds).toFixed(2).padStart(7), of(({ routing }) => routing.cpu).toFixed(2).padStart(5),
      row.word.toFixed(2).padStart(10), of(({ word }) => word.cpu).toFixed(2).padStart(6), row.seconds.toFixed(2).padStart(6),
      row.cpu.toFixed(2).padStart(6), Math.max(...heard.map((one) => sum(one).seconds)).toFixed(2).padStart(10),
    ].join(" | "),
  )
  return row
}

console.log(`${values.model}, ${values.threads} threads of ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}, ${language}, ${rounds} turns each; medians, seconds.`)
console.log("beginning                    | read/loaded  | routing | CPU   | first word | CPU    | both   | CPU    | worst")
// One conversation, and another character every turn: none finds its own beginning in memory.
const runtime = createRuntime({ threads: Number(values.threads), sequences: 1, contextTokens: 4096, prefixCache: { folder } })
try {
  const choose = createModelChooser(await runtime.languageModel(values.model))
  await choose.prepare?.([...options(language).flatMap(({ name, examples }) => [name, ...examples]), ...routingTexts(emptyDream(), language)])
  const play = async (isMarked: boolean) => {
    const heard: Heard[] = []
    for (let character = 0; character < rounds; character++) heard.push(await turn(runtime, choose, character, isMarked))
    return heard
  }
  const read = values.quick ? undefined : tell("read each time", await play(false))
  const cold = tell("read, and saved", await play(true))
  const loaded = tell("loaded", await play(true))
  const { seconds, cpu, word } = read ?? cold
  const bytes = await Promise.all((await readdir(folder)).map((name) => stat(join(folder, name)).then(({ size }) => size)))
  console.log(
    `Loaded: ${(seconds / loaded.seconds).toFixed(1)} times sooner with routing (${(word / loaded.word).toFixed(1)} without), ` +
      `${(cpu / loaded.cpu).toFixed(1)} times less CPU; a state takes ${(Math.max(...bytes) / 1e6).toFixed(0)} MB.`,
  )
} finally {
  await runtime.close()
  await rm(folder, { recursive: true, force: true })
}
