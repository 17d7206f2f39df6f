/** The rungs that need no language model, cheapest first. */
import { embeddingKnn } from "./knn.ts"
import { embeddingSoftmax, jointSoftmax, tfidfSoftmax } from "./linear-rung.ts"
import { majority } from "./majority.ts"
import type { Rung } from "./rung.ts"

/** Majority class, TF-IDF + softmax, embedding + neighbours, embedding + softmax, both joined + softmax. */
export const classicRungs: readonly Rung[] = [majority, tfidfSoftmax, embeddingKnn, embeddingSoftmax, jointSoftmax]
