/** The rungs that need no language model, cheapest first. */
import { embeddingKnn } from "./knn.ts"
import { embeddingSoftmax, jointKnn, jointSoftmax, tfidfSoftmax } from "./linear-rung.ts"
import { majority } from "./majority.ts"
import type { Rung } from "./rung.ts"

/**
 * Majority class, TF-IDF + softmax, embedding + neighbours, embedding + softmax, both joined + softmax, and that with the
 * closeness to known rows.
 */
export const classicRungs: readonly Rung[] = [
  majority, tfidfSoftmax, embeddingKnn, embeddingSoftmax, jointSoftmax, jointKnn,
]
