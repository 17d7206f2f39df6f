import { expect, test } from "vitest"
import { editDistance, nearest } from "./suggest.ts"

test("the distance counts swapped neighbours once", () => {
  expect(editDistance("compile", "comiple")).toBe(1)
  expect(editDistance("run", "")).toBe(3)
})

test("a near name is offered, a far one is not", () => {
  expect(nearest("complie", ["compile", "run"])).toBe("compile")
  expect(nearest("--targte", ["--target", "--all"])).toBe("--target")
  expect(nearest("zebra", ["compile", "run"])).toBeUndefined()
})
