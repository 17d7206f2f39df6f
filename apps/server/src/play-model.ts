/**
 * The model that takes part in an account's play: a route of the fabric, where there is one that answers without a
 * download.
 */
import type { DreamLibrary } from "@daydream/dream/bundle"
import type { Account } from "@daydream/dream/service"
import type { SessionFacts } from "@daydream/dream/session"
import { createModelChooser, createModelSpeaker, createWordChooser, routingTexts } from "@daydream/dream/turn"
import type { Ports } from "@daydream/dream/turn"
import { createOpenAICompatibleProvider } from "@daydream/engine/model"
import type { OpenAICompatibleProvider } from "@daydream/engine/model"
import { routeFor } from "@daydream/fabric/configuration"
import type { ConfigurationSource } from "@daydream/fabric/configuration"
import type { Log } from "@daydream/fabric/observability"
import { locateModel } from "@daydream/runtime/catalogue"
import type { InnerKeys } from "./inner-keys.ts"
import type { PlayAccounts } from "./play-accounts.ts"
import { createMeaningShelf } from "./play-meanings.ts"
import type { MeaningShelf } from "./play-meanings.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** What a turn is played with. */
export interface TurnModel {
  readonly ports: Ports
  /** Reads what the author wrote, in the background, so that choosing by meaning need not wait for it. */
  readonly prepare: ((session: SessionFacts) => void) | null
}

export interface PlayModels {
  /** Its name as the fabric knows it; null: none, only the authors' lines are said. */
  modelOf(account: Account): Promise<string | null>
  /** Calls of the model are metered as the account's; without a model, the author's words decide alone. */
  turnModelOf(account: Account, model: string | null): TurnModel
  /** Ends what goes on in the background. */
  close(): Promise<void>
}

export interface PlayModelsOptions {
  readonly accounts: PlayAccounts
  readonly keys: InnerKeys
  readonly configuration: ConfigurationSource
  readonly library: DreamLibrary
  readonly environment: Environment
  /** Where this server is reached from itself; known when it listens. */
  readonly address: () => string
  readonly log: Log
}

/** The route that a fresh store has. */
const usualRoute = "chat"
/** Accounts whose choosers stay in memory. */
const mostAccounts = 100

export function createPlayModels(options: PlayModelsOptions): PlayModels {
  const { accounts, keys, configuration, environment, address } = options
  const named = environment["DAYDREAM_PLAY_MODEL"]
  const words: TurnModel = { ports: { choose: createWordChooser() }, prepare: null }
  const made = new Map<string, TurnModel>()
  const preparing = createPreparing(options)

  const targetsOf = (model: string) => {
    const { current } = configuration
    return (routeFor(current, model)?.targets ?? []).map((target) => ({
      ...target,
      pool: current.pools.get(target.pool),
    }))
  }
  const isAtHand = async (model: string): Promise<boolean> => {
    // Nobody who opens a dream waits for a gigabyte: a model of this process takes part once it is there.
    for (const { pool, model: id } of targetsOf(model)) {
      if (pool?.kind !== "embedded" || (await locateModel(id, { env: environment })) !== undefined) return true
    }
    return false
  }
  const make = (account: Account, model: string): TurnModel => {
    const apiKey = keys.keyFor(`play/${account.key}`, () => accounts.principalOf(account))
    const provider = createOpenAICompatibleProvider({ baseUrl: `${address()}/v1`, apiKey, name: "fabric" })
    const targets = targetsOf(model)
    // What models of this process have in mind is told as embeddings (see ./upstreams.ts).
    const [first] = targets
    if (targets.length === 1 && first?.pool?.kind === "embedded")
      return preparing.byMeaning(provider, model, first.model)
    const isScoring = targets.every(({ pool }) => pool?.reportsLogprobs === true)
    const chooser = isScoring ? provider.scoringModel(model) : provider.languageModel(model)
    const ports = { choose: createModelChooser(chooser), say: createModelSpeaker(provider.languageModel(model)) }
    return { ports, prepare: null }
  }
  return {
    modelOf: async (account) => {
      const model = named === undefined || named === "" ? usualRoute : named
      if (model === "none" || !(await accounts.principalOf(account)).mayUse(model)) return null
      return (await isAtHand(model)) ? model : null
    },
    turnModelOf: (account, model) => {
      if (model === null) return words
      const name = JSON.stringify([account.key, model, targetsOf(model)])
      const known = made.get(name) ?? make(account, model)
      made.delete(name)
      made.set(name, known)
      for (const oldest of made.keys()) if (made.size > mostAccounts) made.delete(oldest)
      return known
    },
    close: preparing.close,
  }
}

/** Choosing by meaning, with the authors' texts read beforehand: once for all accounts. */
function createPreparing({ library, log }: PlayModelsOptions) {
  const shelves = new Map<string, MeaningShelf>()
  const closing = new AbortController()
  const running = new Set<Promise<void>>()
  return {
    byMeaning: (provider: OpenAICompatibleProvider, model: string, id: string): TurnModel => {
      const shelf = shelves.get(id) ?? createMeaningShelf()
      shelves.set(id, shelf)
      const meanings = shelf.over(provider.embeddingModel(model))
      const choose = createModelChooser({ ...provider.languageModel(model), supportedUrls: {}, meanings })
      const begun = new Set<string>()
      const prepare = async ({ dream, language }: SessionFacts) => {
        const texts = routingTexts(await library.find(dream), language)
        shelf.keep(texts)
        await choose.prepare?.(texts, { abortSignal: closing.signal })
      }
      return {
        ports: { choose, say: createModelSpeaker(provider.languageModel(model)) },
        prepare: (session) => {
          const name = JSON.stringify([session.dream, session.language])
          if (begun.has(name) || closing.signal.aborted) return
          begun.add(name)
          const work = prepare(session)
            .catch((err: unknown) => {
              begun.delete(name)
              if (!closing.signal.aborted) log.warn({ err }, "the texts of a dream could not be read beforehand")
            })
            .finally(() => running.delete(work))
          running.add(work)
        },
      }
    },
    close: async () => {
      closing.abort()
      await Promise.all(running)
    },
  }
}
