export { addUsage, applyDecision, applyReview, decide, mergeEscalated, mustEscalate } from "./candidate.ts"
export type { Candidate, DecideOptions, Decision } from "./candidate.ts"
export { candidateOutcomes, rowsOf, rowsToEscalate, scoreCandidate, sumUsage } from "./measure.ts"
export type { CandidateScore, MeasuredRows } from "./measure.ts"
export { candidateTitle, rungTitle } from "./titles.ts"
export { predictedPower, propose, proposeThresholds } from "./propose.ts"
export type { Goal, Proposal, ProposeOptions } from "./propose.ts"
export {
  AbstainingVariant, CalibratedVariant, CascadeVariant, buildVariant, calibrated, runBatch,
} from "./variants.ts"
export { OtherVariant } from "./other.ts"
export type { OtherOptions } from "./other.ts"
export {
  chooseNoveltyThreshold, createProbabilityNovelty, fitSimilarityNovelty, fitVocabularyNovelty, loadNovelty,
} from "./novelty.ts"
export type { EmbeddedRows, EmbedRows, Novelty, NoveltyScorer } from "./novelty.ts"
export { compositeKinds, loadComposite, variantKind } from "./load.ts"
export type { LoadCompositeOptions } from "./load.ts"
