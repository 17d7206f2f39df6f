/** Wrapping a model: same identity, changed calls. */
import type {
  CallOptions, GenerateResult, LanguageModel, MaybeScoringModel, ScoreOptions, StreamResult, TokenScores,
} from "./model.ts"

type Score = (options: ScoreOptions) => Promise<TokenScores>

interface Changes {
  readonly generate?: (options: CallOptions) => PromiseLike<GenerateResult>
  readonly stream?: (options: CallOptions) => PromiseLike<StreamResult>
  /** Used only where the wrapped model can score. */
  readonly score?: (options: ScoreOptions, inner: Score) => Promise<TokenScores>
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
  // Only the capabilities of MaybeScoringModel are kept: a wrapper never claims to be a subclass.
  return wrapped as unknown as M
}
