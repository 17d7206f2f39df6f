import { createMockEmbeddingModel } from "@daydream/engine/testing"
import { expect, test } from "vitest"
import { createMeaningShelf } from "./play-meanings.ts"

test("what an author wrote is read once for all accounts, what a player says each time", async () => {
  const model = createMockEmbeddingModel({ embed: (text) => [text.length, 1] })
  const shelf = createMeaningShelf()
  shelf.keep(["lamp", "storm"])
  const [one, other] = [shelf.over(model), shelf.over(model)]
  const read = async (embedder: typeof one, values: string[]) =>
    (await embedder.doEmbed({ values })).embeddings.map(([length]) => length)
  expect(await read(one, ["lamp", "hello!", "lamp"])).toEqual([4, 6, 4])
  expect(await read(other, ["lamp", "hello!", "storm"])).toEqual([4, 6, 5])
  expect(await read(other, ["storm", "lamp"])).toEqual([5, 4])
  expect(model.calls).toEqual([
    ["lamp", "hello!"],
    ["hello!", "storm"],
  ])
})
