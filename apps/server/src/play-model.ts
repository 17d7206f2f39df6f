/**
 * The model that takes part in an account's play: a route of the fabric, where there is one that answers without a
 * download.
 */
import type { Account } from "@daydream/dream/service"
import { createWordChooser } from "@daydream/dream/turn"
import type { Ports } from "@daydream/dream/turn"
import { createOpenAICompatibleProvider } from "@daydream/engine/model"
import { routeFor } from "@daydream/fabric/configuration"
import type { ConfigurationSource } from "@daydream/fabric/configuration"
import { locateModel } from "@daydream/runtime/catalogue"
import type { InnerKeys } from "./inner-keys.ts"
import type { PlayAccounts } from "./play-accounts.ts"

type Environment = Readonly<Record<string, string | undefined>>

export interface PlayModels {
  /** Its name as the fabric knows it; null: none, only the authors' lines are said. */
  modelOf(account: Account): Promise<string | null>
  /** Ports with `model`, called and metered as the account's; without one, of the author's words alone. */
  portsOf(account: Account, model: string | null): Ports
}

export interface PlayModelsOptions {
  readonly accounts: PlayAccounts
  readonly keys: InnerKeys
  readonly configuration: ConfigurationSource
  readonly environment: Environment
  /** Where this server is reached from itself; known when it listens. */
  readonly address: () => string
}

/** The route that a fresh store has. */
const usualRoute = "chat"

export function createPlayModels({
  accounts,
  keys,
  configuration,
  environment,
  address,
}: PlayModelsOptions): PlayModels {
  const named = environment["DAYDREAM_PLAY_MODEL"]
  const words: Ports = { choose: createWordChooser() }
  const isAtHand = async (model: string): Promise<boolean> => {
    const { current } = configuration
    const route = routeFor(current, model)
    if (route === null) return false
    // Nobody who opens a dream waits for a gigabyte: a model of this process takes part once it is there.
    for (const target of route.targets) {
      const isHere =
        current.pools.get(target.pool)?.kind !== "embedded"
        || (await locateModel(target.model, { env: environment })) !== undefined
      if (isHere) return true
    }
    return false
  }
  return {
    modelOf: async (account) => {
      const model = named === undefined || named === "" ? usualRoute : named
      if (model === "none" || !(await accounts.principalOf(account)).mayUse(model)) return null
      return (await isAtHand(model)) ? model : null
    },
    portsOf: (account, model) => {
      if (model === null) return words
      const apiKey = keys.keyFor(`play/${account.key}`, () => accounts.principalOf(account))
      void createOpenAICompatibleProvider({ baseUrl: `${address()}/v1`, apiKey, name: "fabric" })
      return words
    },
  }
}
