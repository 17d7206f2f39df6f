/** What an embedder and its worker thread say to each other. */

/** How a worker sets itself up. */
export interface WorkerSettings {
  readonly modelPath: string
  readonly tokenizerPath: string
  readonly threads: number
  readonly maximumTokens: number
  readonly prefix: string
  readonly dimensions: number
}

/** Texts to embed. */
export interface EmbedRequest {
  readonly id: number
  readonly texts: readonly string[]
}

/** What comes back: first `ready`, then one answer a request. */
export type WorkerAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly id: number | undefined; readonly reason: string }
  | {
      readonly kind: "embedded"
      readonly id: number
      /** Row after row, `dimensions` numbers each. */
      readonly vectors: Float32Array
      readonly tokens: number
    }
