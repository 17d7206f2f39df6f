import { expect, test } from "vitest"
import { variablesIn } from "./apply.ts"

test("only the variables that a file names leave the environment", () => {
  const text = "credentials: { a: { secretFrom: \"env:VENDOR_KEY\" }, b: { secretFrom: 'env:NOT_SET' } }"
  expect(variablesIn(text, { VENDOR_KEY: "s", DATABASE_URL: "postgres://secret", HOME: "/" })).toEqual({ VENDOR_KEY: "s" })
})
