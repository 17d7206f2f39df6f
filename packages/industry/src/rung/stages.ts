/** Progress of work in several stages, told as one number that rises to `total`. */

const total = 1000

type OnProgress = ((done: number, total: number) => void) | undefined

/** Progress callbacks, one a stage; `weights` say how much of the work each stage is. */
export function stagesOf(onProgress: OnProgress, weights: readonly number[]): readonly OnProgress[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  let before = 0
  let highest = 0
  return weights.map((weight) => {
    const start = before
    before += weight
    if (onProgress === undefined) return undefined
    return (done, stageTotal) => {
      const share = stageTotal > 0 ? Math.min(1, done / stageTotal) : 1
      // Parts of a stage may begin anew (another cost is tried): what was told does not fall.
      highest = Math.max(highest, Math.round((total * (start + weight * share)) / sum))
      onProgress(highest, total)
    }
  })
}
