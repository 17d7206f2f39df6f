/** Answers of a real model kept in a file, and given back without it. */
import { readFile } from "node:fs/promises"
import { z } from "zod"
import { atomicWriteFile, createMemoryCache } from "../artifact/index.ts"
import type { KeyedCache } from "../artifact/index.ts"
import { decodeValue, encodeValue } from "./canonical.ts"
import { modelErrors } from "./errors.ts"
import type { MaybeScoringModel, TokenScorer } from "./model.ts"
import { withCache } from "./with-cache.ts"

const recordingSchema = z.strictObject({
  version: z.literal(1),
  provider: z.string(),
  modelId: z.string(),
  canScore: z.boolean(),
  /** Answers by the key of their call. */
  answers: z.record(z.string(), z.unknown()),
})

type Recording = z.infer<typeof recordingSchema>

/** A model that records, and how to write down what it recorded. */
export interface RecordingModel<M> {
  readonly model: M
  /** Writes all whole answers so far to a JSON file, sorted by key. */
  readonly save: (path: string) => Promise<void>
}

/** Records every whole answer of `model`. Equal calls are answered from the recording. */
export function withRecording<M extends MaybeScoringModel>(model: M): RecordingModel<M> {
  const answers = new Map<string, Uint8Array>()
  const cache: KeyedCache = {
    get size() {
      return answers.size
    },
    get: async (key) => answers.get(key) ?? null,
    set: async (key, value) => void answers.set(key, value),
    close: async () => undefined,
  }
  const save = (path: string) => {
    const sorted = [...answers].toSorted(([a], [b]) => (a < b ? -1 : 1))
    const recording: Recording = {
      version: 1,
      provider: model.provider,
      modelId: model.modelId,
      canScore: model.scoreContinuations !== undefined,
      answers: Object.fromEntries(sorted.map(([key, bytes]) => [key, JSON.parse(new TextDecoder().decode(bytes))])),
    }
    return atomicWriteFile(path, `${JSON.stringify(recording, null, 1)}\n`)
  }
  return { model: withCache(model, cache), save }
}

async function readRecording(path: string): Promise<Recording> {
  const parsed = recordingSchema.safeParse(decodeValue(await readFile(path)))
  if (!parsed.success) throw modelErrors.bad_recording({ problem: parsed.error.issues[0]?.message ?? "" })
  return parsed.data
}

/** A model that answers from a recording alone; a call that was not recorded throws `no_recording`. */
export async function withReplay(path: string): Promise<MaybeScoringModel> {
  const { provider, modelId, canScore, answers } = await readRecording(path)
  const refuse = async () => {
    throw modelErrors.no_recording({ modelId })
  }
  const scorer: Partial<TokenScorer> = canScore ? { scoreContinuations: refuse } : {}
  const silent: MaybeScoringModel = {
    specificationVersion: "v4", provider, modelId, supportedUrls: {}, doGenerate: refuse, doStream: refuse, ...scorer,
  }
  const cache = createMemoryCache()
  for (const [key, answer] of Object.entries(answers)) await cache.set(key, encodeValue(answer))
  return withCache(silent, cache)
}
