/**
 * Twenty wishes, made on the embedded model: `wishes.ts [--model qwen2.5-coder-1.5b] [--only 3] [--state .wishes]
 * [--report wishes.md] [--language zh] [--threads 2]`. On a machine with other work one thread is sooner done than two that
 * wait for each other. Each result is written as soon as it is there; a run that was cut goes on where it was, and makes
 * anew what another version of its skeleton made. `--model none`: the skeletons by themselves. Whether every ending can be
 * reached is checked once more by a search from another seed. Ends with exit code 1 where fewer than 18 of 20 passed.
 */
import { createHash } from "node:crypto"
import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { parseArgs } from "node:util"
import { parseDream } from "@daydream/dream/bundle"
import { checkDream } from "@daydream/dream/checking"
import { checkMade, makeDream, readSkeletons } from "@daydream/dream/wish"
import type { FilledSlot, Skeleton } from "@daydream/dream/wish"
import type { Language } from "@daydream/engine/language"
import type { LanguageModel } from "@daydream/engine/model"
import { createRuntime } from "@daydream/runtime"
import { wishesReport } from "./wishes-report.ts"
import { setWishes } from "./wishes-set.ts"
import type { SetWish } from "./wishes-set.ts"

/** How one wish came out. Plain JSON. */
export interface WishResult extends SetWish {
  readonly model: string
  readonly skeleton: string
  /** Of the skeleton, and of how it is filled, as they were. */
  readonly version: string
  readonly seconds: number
  readonly cpuSeconds: number
  readonly error: string | null
  readonly endings: readonly { readonly name: string; readonly path: readonly string[] }[]
  readonly endingsOf: number
  readonly slots: readonly FilledSlot[]
  readonly repaired: readonly string[]
  readonly warnings: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

export const isPassed = ({ error, endings, endingsOf }: WishResult): boolean => error === null && endingsOf > 0 && endings.length === endingsOf

const { values: options } = parseArgs({
  options: {
    model: { type: "string", default: "qwen2.5-coder-1.5b" }, only: { type: "string" }, state: { type: "string", default: ".wishes" },
    report: { type: "string" }, language: { type: "string" }, threads: { type: "string", default: "2" },
  },
})

/** What decides which of a model's words are taken. */
const filling = (await Promise.all(["check-value", "fill", "prompt"].map((name) =>
  readFile(new URL(`../../packages/dream/src/wish/${name}.ts`, import.meta.url), "utf8")))).join("")

/** Of how blanks are filled, of what the choice among the skeletons goes by, and of the one that was chosen. */
const versionOf = (skeletons: readonly Skeleton[], chosen: string): string => {
  const hash = createHash("sha256").update(filling).update(JSON.stringify(skeletons.map(({ id, fits, examples }) => [id, fits, examples])))
  const own = skeletons.find(({ id }) => id === chosen)
  hash.update(JSON.stringify(own?.steps ?? null))
  for (const { path, bytes } of own?.files ?? []) hash.update(path).update(bytes)
  return hash.digest("hex").slice(0, 12)
}

const placeOf = ({ language, wish }: SetWish) =>
  join(options.state, `${language}-${createHash("sha256").update(wish).digest("hex").slice(0, 10)}.json`)

const readResult = async (one: SetWish): Promise<WishResult | undefined> => {
  const text = await readFile(placeOf(one), "utf8").catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text) as WishResult
}

async function made(one: SetWish, skeletons: readonly Skeleton[], model: LanguageModel | undefined) {
  const dream = await makeDream(one.wish, {
    skeletons: async () => skeletons, check: checkMade, seed: "1", modelName: options.model, language: one.language,
    ...(model === undefined ? {} : { model }), onProgress: ({ label }) => process.stderr.write(` ${label}`),
  })
  if (dream === null) throw new Error("taken for a crisis")
  const { dream: parsed } = parseDream(dream.files)
  if (parsed === undefined) throw new Error("the files make no dream")
  const { play } = await checkDream(parsed, { turns: 3_000, seed: "another" })
  return {
    skeleton: dream.skeleton, endings: play.endings, endingsOf: new Set(Object.values(parsed.stories).flatMap(({ endings }) => endings)).size,
    slots: dream.slots, repaired: dream.repaired, warnings: dream.problems.map(({ code, message }) => `${code}: ${message.en}`),
    files: Object.fromEntries(dream.files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)])),
  }
}

const nothing = { skeleton: "", endings: [], endingsOf: 0, slots: [], repaired: [], warnings: [], files: {} }

async function resultOf(one: SetWish, skeletons: readonly Skeleton[], model: LanguageModel | undefined): Promise<WishResult> {
  const began = performance.now()
  const cpu = process.cpuUsage()
  const outcome = await made(one, skeletons, model).then(
    (result) => ({ ...result, error: null }),
    (error: unknown) => ({ ...nothing, error: error instanceof Error ? error.message : String(error) }),
  )
  const { user, system } = process.cpuUsage(cpu)
  return {
    ...one, ...outcome, model: options.model, version: versionOf(skeletons, outcome.skeleton), seconds: (performance.now() - began) / 1000,
    cpuSeconds: (user + system) / 1e6,
  }
}

async function keep(result: WishResult): Promise<void> {
  const place = placeOf(result)
  await writeFile(`${place}.part`, `${JSON.stringify(result, null, 1)}\n`)
  await rename(`${place}.part`, place)
}

await mkdir(options.state, { recursive: true })
const skeletonsOf: Readonly<Record<Language, readonly Skeleton[]>> = { zh: await readSkeletons("zh"), en: await readSkeletons("en") }
const wanted = setWishes.slice(0, options.only === undefined ? undefined : Number(options.only))
const known = await Promise.all(wanted.map(readResult))
const isFresh = (result: WishResult | undefined): result is WishResult =>
  result?.version === versionOf(skeletonsOf[result?.language ?? "en"], result?.skeleton ?? "") && result.model === options.model
// What was never made first, then what other skeletons made.
const isLater = (index: number) => known[index] !== undefined
const open = wanted.map((one, index) => ({ one, index }))
  .filter(({ one, index }) => !isFresh(known[index]) && (options.language ?? one.language) === one.language)
  .toSorted((a, b) => Number(isLater(a.index)) - Number(isLater(b.index))).map(({ one }) => one)

const writeReport = async (): Promise<readonly WishResult[]> => {
  const results = (await Promise.all(wanted.map(readResult))).filter((one) => one !== undefined)
  const text = await wishesReport(results, { isPassed, isFresh, model: options.model })
  if (options.report !== undefined) await writeFile(options.report, text)
  return results
}

if (open.length > 0) {
  const runtime = options.model === "none" ? undefined : createRuntime({ threads: Number(options.threads), sequences: 1, contextTokens: 4096 })
  try {
    for (const one of open) {
      process.stderr.write(`${one.wish}:`)
      const result = await resultOf(one, skeletonsOf[one.language], await runtime?.languageModel(options.model))
      process.stderr.write(`\n  ${isPassed(result) ? "passed" : `FAILED ${result.error ?? "an ending is missing"}`} in ${result.seconds.toFixed(0)} s\n`)
      await keep(result)
      await writeReport()
    }
  } finally {
    await runtime?.close()
  }
}
const results = await writeReport()
const passed = results.filter(isPassed).length
process.stdout.write(`${passed} of ${results.length} passed; ${results.filter(isFresh).length} by the skeletons as they are\n`)
if (passed < 0.9 * wanted.length) process.exitCode = 1
