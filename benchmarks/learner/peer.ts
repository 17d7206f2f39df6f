/** Runs scikit-learn on the same rows. */
import { spawnSync } from "node:child_process"
import { parseArgs } from "node:util"
import type { DataSet } from "./data.ts"

export interface PeerAnswer {
  readonly model: "logistic" | "svc"
  readonly accuracy: number
  readonly fitSeconds: number
  readonly rowsPerSecond: number
}

interface PeerOptions {
  readonly models: readonly PeerAnswer["model"][]
  /** Rows of each training set; null: all rows once. */
  readonly draws: readonly (readonly number[])[] | null
  readonly repeat: number
}

/** The interpreter given by `--python`, undefined where none is. */
export function pythonPath(): string | undefined {
  return parseArgs({ options: { python: { type: "string" } }, strict: false }).values["python"] as string | undefined
}

/** One answer a model and draw. */
export function askPeer(python: string, { task, train, test }: DataSet, options: PeerOptions): readonly PeerAnswer[] {
  const { classes } = task.signature.output
  const numbers = new Map(classes.map((name, i) => [name, i]))
  const input = {
    train: train.map((row) => row.input["text"]),
    labels: train.map((row) => numbers.get(row.label)),
    test: test.map((row) => row.input["text"]),
    testLabels: test.map((row) => numbers.get(row.label)),
    ...options,
  }
  const run = spawnSync(python, [`${import.meta.dirname}/peer.py`], {
    input: JSON.stringify(input), encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["pipe", "pipe", "inherit"],
  })
  if (run.status === 0) return JSON.parse(run.stdout) as PeerAnswer[]
  console.error(`scikit-learn did not run with ${python}: make a virtual environment and install scikit-learn in it.`)
  return process.exit(2)
}
