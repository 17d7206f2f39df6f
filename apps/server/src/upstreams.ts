/** The upstream of each pool: made when it is first called, made anew when its pool changes, closed when it has none. */
import type { ConfigurationSource, Pool } from "@daydream/fabric/configuration"
import { UpstreamFault, createEmbeddedUpstream, createHttpUpstream, createSdkUpstream } from "@daydream/fabric/upstream"
import type { ModelSource, SdkProvider, Upstream } from "@daydream/fabric/upstream"
import { catalogue } from "@daydream/runtime/catalogue"

export interface UpstreamsOptions {
  readonly configuration: ConfigurationSource
  readonly models: ModelSource
  /** AI SDK providers of the host, by the name of their pool. */
  readonly providers: Readonly<Record<string, SdkProvider>>
  readonly onTrouble: (error: unknown, pool: string) => void
}

interface Kept {
  /** The pool and the networks that it was made of. */
  readonly made: string
  readonly upstream: Upstream
}

export interface Upstreams extends AsyncDisposable {
  readonly of: (pool: Pool) => Upstream
}

/** Answers every call with the same failure, so that routing goes on to the next target. */
const refusing = (message: string): Upstream => ({
  dialects: ["openai-chat", "openai-embeddings", "anthropic-messages"], acceptsPrefill: false,
  call: () => Promise.reject(new UpstreamFault({ kind: "address-refused", message, afterFirstToken: false })),
  close: async () => undefined,
})

export function createUpstreams(options: UpstreamsOptions): Upstreams {
  const { configuration, onTrouble } = options
  // By the object for the hot path (a snapshot keeps its pools), by name for what goes on after a change elsewhere.
  let byPool = new WeakMap<Pool, Upstream>()
  const byName = new Map<string, Kept>()
  const closing = new Set<Promise<void>>()

  const leave = (upstream: Upstream, pool: string) => {
    const closed = upstream.close().catch((error: unknown) => onTrouble(error, pool)).finally(() => closing.delete(closed))
    closing.add(closed)
  }
  const make = (pool: Pool): Upstream => {
    try {
      return upstreamOf(pool, options)
    } catch (error) {
      onTrouble(error, pool.name)
      return refusing("The pool's address is refused.")
    }
  }
  const find = (pool: Pool): Upstream => {
    const made = JSON.stringify([pool, configuration.current.allowedNetworks])
    const kept = byName.get(pool.name)
    const upstream = kept?.made === made ? kept.upstream : make(pool)
    if (kept !== undefined && kept.upstream !== upstream) leave(kept.upstream, pool.name)
    byName.set(pool.name, { made, upstream })
    byPool.set(pool, upstream)
    return upstream
  }
  const unfollow = configuration.onChange(({ pools }) => {
    // Networks may have changed as well: each upstream is looked at again when it is called.
    byPool = new WeakMap()
    for (const [name, { upstream }] of byName) {
      if (pools.has(name)) continue
      byName.delete(name)
      leave(upstream, name)
    }
  })
  return {
    of: (pool) => byPool.get(pool) ?? find(pool),
    [Symbol.asyncDispose]: async () => {
      unfollow()
      for (const [name, { upstream }] of byName) leave(upstream, name)
      byName.clear()
      await Promise.all(closing)
    },
  }
}

const languageModels = new Set(catalogue.filter((entry) => entry.kind === "llm").map((entry) => entry.id))

/** Asked for embeddings, a language model of this process gives what it has in mind at the end of each text. */
const withMeanings = (models: ModelSource): ModelSource => ({
  languageModel: (id) => models.languageModel(id),
  embeddingModel: (id) => models.embeddingModel(languageModels.has(id) ? `${id}/meaning` : id),
})

/** A model of this process is loaded at its first call, which takes longer than a connection may: the first token's time counts. */
const patient = (upstream: Upstream): Upstream => ({
  dialects: upstream.dialects, acceptsPrefill: upstream.acceptsPrefill,
  call: (request, { signal, timeouts }) =>
    upstream.call(request, { signal, timeouts: { ...timeouts, connectMs: timeouts.firstTokenMs } }),
  close: () => upstream.close(),
})

function upstreamOf(pool: Pool, { configuration, models, providers }: UpstreamsOptions): Upstream {
  const { kind, name, credential, acceptsPrefill } = pool
  if (kind === "embedded") return patient(createEmbeddedUpstream(withMeanings(models)))
  if (kind === "sdk") {
    const provider = providers[name]
    if (provider === undefined) return refusing("No provider of that name was given to this server.")
    return createSdkUpstream(provider, { acceptsPrefill })
  }
  return createHttpUpstream({
    pool, allowedNetworks: configuration.current.allowedNetworks,
    secret: async () => (credential === null ? null : configuration.secretOf(credential)),
  })
}
