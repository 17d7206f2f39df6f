import { expect, test } from "vitest"
import { openDreamLibrary, readDreamFolder } from "../bundle/index.ts"
import { createWordChooser } from "../turn/index.ts"
import { readDreamTests, runDreamTests } from "./index.ts"

const listings = await openDreamLibrary().list()

test.each(listings.map((one) => [one.id, one] as const))("%s, as it is shipped, passes its author's tests without a model", async (_, { dream, problems, folder }) => {
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([])
  if (dream === undefined) throw new Error("no dream")
  const read = readDreamTests(dream, await readDreamFolder(folder))
  expect(read.problems.filter(({ severity }) => severity === "error")).toEqual([])
  expect(read.tests.length).toBeGreaterThan(0)
  const report = await runDreamTests(dream, read.tests, { ports: { choose: createWordChooser() } })
  expect(report.results.filter(({ isPassed }) => !isPassed).map(({ name }) => name)).toEqual([])
})
