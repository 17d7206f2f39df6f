/** How close a row is to the known rows of each class: a second opinion beside a linear model. */

/** Share of the nearest row's weight that every class is given, so that a class far away is unlikely, not impossible. */
const floor = 1e-9

/**
 * Adds weight·ln Σ exp(sharpness·similarity), summed over the known rows of a class, to each class's logit, normalised
 * over the classes: a kernel density estimate of the class (Parzen window) as a factor beside the linear model.
 */
export function addClassCloseness(
  similarities: Float32Array,
  labels: Int32Array,
  rule: { readonly sharpness: number; readonly weight: number },
  logits: Float64Array,
): void {
  if (rule.weight === 0 || similarities.length === 0) return
  let nearest = -Infinity
  for (const similarity of similarities) nearest = Math.max(nearest, similarity)
  const sums = new Float64Array(logits.length).fill(floor)
  let total = floor * logits.length
  for (let row = 0; row < similarities.length; row++) {
    const share = Math.exp(rule.sharpness * ((similarities[row] as number) - nearest))
    const label = labels[row] as number
    sums[label] = (sums[label] as number) + share
    total += share
  }
  for (let k = 0; k < logits.length; k++) {
    logits[k] = (logits[k] as number) + rule.weight * Math.log((sums[k] as number) / total)
  }
}
