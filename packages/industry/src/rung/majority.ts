/** The floor of the ladder: the class frequencies of the training rows, whatever the row says. */
import type { KeyedRow, RunOptions, Variant } from "@daydream/engine/function"
import { operationUsage } from "@daydream/engine/money"
import { answered, bestOf } from "./outcomes.ts"
import { labelNumbers, priorsOf } from "./priors.ts"
import type { Resources, Rung, Task } from "./rung.ts"
import type { VariantHead } from "./variant-files.ts"
import { headOf, jsonBytes } from "./variant-files.ts"

const kind = "majority"
const formatVersion = 1

interface MajorityHead extends VariantHead {
  readonly priors: readonly number[]
}

function majorityVariant({ signature }: Task, priors: Float64Array, { prices }: Resources): Variant {
  const { classes } = signature.output
  const maker = { by: kind, classes, prices }
  async function* run(batches: AsyncIterable<readonly KeyedRow[]>, options: RunOptions = {}) {
    for await (const batch of batches) {
      options.abortSignal?.throwIfAborted()
      yield batch.map((row) => answered(maker, row.key, Float64Array.from(priors), operationUsage(1)))
    }
  }
  const head: MajorityHead = { kind, formatVersion, classes, priors: [...priors] }
  return {
    kind,
    holdsTrainingText: false,
    run,
    save: () => ({ "variant.json": jsonBytes(head) }),
    explain: async () => {
      const best = bestOf(priors)
      const share = `${((priors[best] as number) * 100).toFixed(1)} %`
      return { output: classes[best] as string, by: kind, reasons: [{ kind: "note", text: share }] }
    },
  }
}

/** Always answers the most frequent class. */
export const majority: Rung = {
  name: kind,
  needs: [],
  minimumExamples: 1,
  async fit(task, examples, resources) {
    const { classes } = task.signature.output
    resources.abortSignal?.throwIfAborted()
    return majorityVariant(task, priorsOf(labelNumbers(examples, classes), classes.length), resources)
  },
  async load(task, files, resources) {
    const head = headOf<MajorityHead>(files, { kind, formatVersion, classes: task.signature.output.classes })
    return majorityVariant(task, Float64Array.from(head.priors), resources)
  },
}
