/**
 * How often what a player says is understood: `routing.ts [--set benchmarks/dream/routing] [--language zh] [--models
 * qwen2.5-coder-1.5b,qwen2.5-coder-0.5b] [--ask] [--cache FOLDER]`. Half of each set (by a hash of its text) chooses the
 * settings, the other half is reported, with the settings that are shipped and with those chosen; wrong routes are listed.
 * `--ask` also asks each model for the name of an option, which takes seconds a row.
 */
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { parseArgs } from "node:util"
import {
  createAskingChooser, createMeaningChooser, createWordChooser, defaultMeaningSettings, defaultWordSettings, routingTexts,
} from "@daydream/dream/turn"
import type { ChoosePort } from "@daydream/dream/turn"
import { createMemoryCache, openKeyedCache } from "@daydream/engine/artifact"
import { languages } from "@daydream/engine/language"
import type { Language } from "@daydream/engine/language"
import { withEmbeddingCache } from "@daydream/engine/model"
import { createRuntime } from "@daydream/runtime"
import { isRight, nameOfRoute, readRoutingSet, routeOf } from "./routing-set.ts"
import type { RoutingCase } from "./routing-set.ts"

const { values } = parseArgs({
  options: {
    set: { type: "string", default: "benchmarks/dream/routing" },
    language: { type: "string", multiple: true },
    models: { type: "string", default: "qwen2.5-coder-1.5b,qwen2.5-coder-0.5b" },
    ask: { type: "boolean", default: false },
    cache: { type: "string" },
  },
})

const isHeldOut = ({ row }: RoutingCase) => (createHash("sha256").update(row.text).digest()[0] ?? 0) % 2 === 1
const percent = (share: number) => `${(share * 100).toFixed(1)} %`

interface Method {
  readonly name: string
  /** Settings to choose from, the shipped ones first. */
  readonly settings: readonly { readonly label: string; readonly chooser: ChoosePort }[]
}

async function rightOf(cases: readonly RoutingCase[], chooser: ChoosePort): Promise<number> {
  let right = 0
  for (const one of cases) right += Number(isRight(one, await routeOf(one, chooser)))
  return right / Math.max(1, cases.length)
}

/** 95 % interval (Wilson) for a share of `count`. */
function interval(share: number, count: number): string {
  const z = 1.96
  const middle = (share + z ** 2 / (2 * count)) / (1 + z ** 2 / count)
  const half = (z / (1 + z ** 2 / count)) * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))
  return `${percent(middle - half)} to ${percent(middle + half)}`
}

async function report(method: Method, tune: readonly RoutingCase[], held: readonly RoutingCase[]): Promise<void> {
  const [shipped] = method.settings
  if (shipped === undefined) return
  const started = performance.now()
  const share = await rightOf(held, shipped.chooser)
  const each = (performance.now() - started) / Math.max(1, held.length)
  console.log(`  ${method.name.padEnd(44)} ${percent(share)} of ${held.length} held out (${interval(share, held.length)}), ${each.toFixed(0)} ms a row`)
  if (method.settings.length > 1) {
    const tried: { readonly label: string; readonly chooser: ChoosePort; readonly share: number }[] = []
    for (const setting of method.settings) tried.push({ ...setting, share: await rightOf(tune, setting.chooser) })
    const best = tried.toSorted((a, b) => b.share - a.share)[0]
    if (best !== undefined) console.log(`    with ${best.label}, best on the other ${tune.length} (${percent(best.share)}; shipped there ${percent(tried[0]?.share ?? 0)}): ${percent(await rightOf(held, best.chooser))} held out`)
  }
}

async function listWrong(held: readonly RoutingCase[], chooser: ChoosePort): Promise<void> {
  for (const one of held) {
    const route = await routeOf(one, chooser)
    if (isRight(one, route)) continue
    const others = route.candidates.slice(0, 3).map(({ option, probability }) => `${option} ${probability.toFixed(2)}`).join(", ")
    console.log(`    WRONG "${one.row.text}": ${nameOfRoute(route)} by ${route.by} (${route.confidence.toFixed(2)}), wanted ${[one.row.want].flat().join(" or ")}; ${others}`)
  }
}

const thresholds = [0.3, 0.34, 0.42, 0.46, 0.5]
const weights = [0.2, 0.4]

const runtime = createRuntime({ allowDownload: false, contextTokens: 2048, sequences: 1 })
const cache = values.cache === undefined ? createMemoryCache() : await openKeyedCache(values.cache)

async function methodsOf(language: Language, cases: readonly RoutingCase[]): Promise<Method[]> {
  const words: Method = {
    name: "words alone",
    settings: [
      { label: "the shipped settings", chooser: createWordChooser() },
      ...[0.1, 0.2, 0.25, 0.3].map((threshold) => ({ label: `threshold ${threshold}`, chooser: createWordChooser({ ...defaultWordSettings, threshold }) })),
    ],
  }
  const methods: Method[] = [words]
  for (const modelId of values.models.split(",").filter((id) => id !== "")) {
    const model = await runtime.languageModel(modelId)
    const embedder = withEmbeddingCache(model.meanings, cache)
    const texts = [...new Set(cases.flatMap(({ dream }) => routingTexts(dream, language)))]
    const prepared = async (settings: typeof defaultMeaningSettings) => {
      const chooser = createMeaningChooser(embedder, { settings, perTurn: 60 })
      await chooser.prepare(texts)
      return chooser
    }
    const started = performance.now()
    const shipped = await prepared(defaultMeaningSettings)
    console.log(`  ${modelId} read ${texts.length} texts of the dream in ${((performance.now() - started) / 1000).toFixed(0)} s`)
    const others = []
    for (const threshold of [defaultMeaningSettings.threshold, ...thresholds])
      for (const weight of weights)
        if (threshold !== defaultMeaningSettings.threshold || weight !== defaultMeaningSettings.words)
          others.push({ label: `threshold ${threshold}, words ${weight}`, chooser: await prepared({ ...defaultMeaningSettings, threshold, words: weight }) })
    methods.push({ name: `${modelId}, meanings and words`, settings: [{ label: "the shipped settings", chooser: shipped }, ...others] })
    methods.push({ name: `${modelId}, meanings alone`, settings: [{ label: "", chooser: await prepared({ ...defaultMeaningSettings, words: 0 }) }] })
    if (values.ask) methods.push({ name: `${modelId}, asked for a name`, settings: [{ label: "", chooser: createAskingChooser(model) }] })
  }
  return methods
}

for (const language of languages) {
  const file = join(values.set, `${language}.jsonl`)
  if ((values.language !== undefined && !values.language.includes(language)) || !existsSync(file)) continue
  const cases = await readRoutingSet(file, language)
  const [tune, held] = [cases.filter((one) => !isHeldOut(one)), cases.filter(isHeldOut)]
  const byRule = []
  for (const one of held) byRule.push((await routeOf(one, createWordChooser())).by === "rule")
  console.log(`${language}: ${cases.length} utterances; ${byRule.filter(Boolean).length} of the ${held.length} held out are decided by rule`)
  const methods = await methodsOf(language, cases)
  for (const method of methods) await report(method, tune, held)
  const main = methods[1] ?? methods[0]
  if (main?.settings[0] === undefined) continue
  console.log(`  Wrong with ${main.name}:`)
  await listWrong(held, main.settings[0].chooser)
}
await runtime.close()
await cache.close()
