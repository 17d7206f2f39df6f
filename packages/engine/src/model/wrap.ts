/** Wrapping a model: same identity, changed calls. */
import type { Budget } from "../money/index.ts"
import type {
  CallOptions, EmbeddingModel, GenerateResult, LanguageModel, MaybeScoringModel, ScoreOptions, StreamResult, TokenScores,
} from "./model.ts"

type Score = (options: ScoreOptions) => Promise<TokenScores>

interface Changes {
  readonly generate?: (options: CallOptions) => PromiseLike<GenerateResult>
  readonly stream?: (options: CallOptions) => PromiseLike<StreamResult>
  /** Used only where the wrapped model can score. */
  readonly score?: (options: ScoreOptions, inner: Score) => Promise<TokenScores>
}

/** What wrappers around a model already do, so that none does it a second time. */
interface Traits {
  readonly budgets: readonly Budget[]
  readonly isRetrying: boolean
}

const traits = new WeakMap<object, Traits>()
const none: Traits = { budgets: [], isRetrying: false }

/** What the wrappers of this model do. */
export const traitsOf = (model: object): Traits => traits.get(model) ?? none

/** Gives a wrapper the traits of what it wraps, and `more`. */
export function copyTraits<W extends object>(model: object, wrapper: W, more: Partial<Traits> = {}): W {
  const known = traitsOf(model)
  traits.set(wrapper, {
    budgets: [...known.budgets, ...(more.budgets ?? [])],
    isRetrying: known.isRetrying || more.isRetrying === true,
  })
  return wrapper
}

/** A language model like `model` (also in whether it scores), with some calls changed. */
export function wrapLanguageModel<M extends MaybeScoringModel>(model: M, changes: Changes): M {
  const inner = model.scoreContinuations?.bind(model)
  const { score } = changes
  const scoreContinuations: Score | undefined =
    inner === undefined || score === undefined ? inner : (options) => score(options, inner)
  const wrapped: LanguageModel & { scoreContinuations?: Score } = {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: model.modelId,
    get supportedUrls() {
      return model.supportedUrls
    },
    doGenerate: changes.generate ?? ((options) => model.doGenerate(options)),
    doStream: changes.stream ?? ((options) => model.doStream(options)),
    ...(scoreContinuations === undefined ? {} : { scoreContinuations }),
  }
  copyTraits(model, wrapped)
  // Only the capabilities of MaybeScoringModel are kept: a wrapper never claims to be a subclass.
  return wrapped as unknown as M
}

/** An embedding model like `model`, with its call changed. */
export function wrapEmbeddingModel(model: EmbeddingModel, doEmbed: EmbeddingModel["doEmbed"]): EmbeddingModel {
  const wrapped: EmbeddingModel = {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: model.modelId,
    maxEmbeddingsPerCall: model.maxEmbeddingsPerCall,
    supportsParallelCalls: model.supportsParallelCalls,
    doEmbed,
  }
  return copyTraits(model, wrapped)
}
