import type { Example } from "@daydream/engine/function"

/** Class numbers of examples, in the order of `classes`. */
export function labelNumbers(examples: readonly Example[], classes: readonly string[]): Int32Array {
  const numbers = new Map(classes.map((name, index) => [name, index]))
  return Int32Array.from(examples, ({ label }) => {
    const number = numbers.get(label)
    if (number === undefined) throw new RangeError(`The label "${label}" is not one of the classes.`)
    return number
  })
}

/** Frequencies of the classes with half a row added to each (Krichevsky–Trofimov), so that none is zero. */
export function priorsOf(labels: Int32Array, classes: number): Float64Array {
  const priors = new Float64Array(classes).fill(0.5)
  for (const label of labels) priors[label] = (priors[label] as number) + 1
  const total = labels.length + classes / 2
  return priors.map((count) => count / total)
}
