import type { Localized } from "@daydream/engine/language"
import { expect, test } from "vitest"
import type { CommandDefinition } from "../frame/index.ts"
import { commands } from "./index.ts"

interface Described {
  readonly of: string
  readonly text: Localized
}

function textsOf(definition: CommandDefinition, path: string): Described[] {
  const of = `${path} ${definition.name}`
  return [
    { of, text: definition.description },
    ...(definition.details ? [{ of: `${of} details`, text: definition.details }] : []),
    ...(definition.arguments ?? []).map((one) => ({ of: `${of} ${one.name}`, text: one.description })),
    ...(definition.options ?? []).map((one) => ({ of: `${of} ${one.flags}`, text: one.description })),
    ...(definition.subcommands ?? []).flatMap((one) => textsOf(one, of)),
  ]
}

const texts = commands.flatMap((one) => textsOf(one, "daydream"))

test("every text of every command is Chinese in Chinese and has no Chinese in English", () => {
  expect(texts.filter(({ text }) => !/\p{Script=Han}/u.test(text.zh)).map(({ of }) => of)).toEqual([])
  expect(texts.filter(({ text }) => /\p{Script=Han}/u.test(text.en)).map(({ of }) => of)).toEqual([])
})

test("descriptions read alike: no capital at the start, no full stop at the end", () => {
  const odd = texts.filter(({ of, text }) => !of.endsWith("details") && (/^[A-Z][a-z]/u.test(text.en) || /[.。]$/u.test(text.en + text.zh)))
  // Names keep their capital.
  expect(odd.filter(({ text }) => !/^(?:Excel|JSON|Parquet|PostgreSQL)/u.test(text.en)).map(({ of }) => of)).toEqual([])
})

test("every command does something or groups commands that do", () => {
  const idle = (one: CommandDefinition): boolean => one.run === undefined && (one.subcommands ?? []).every(idle)
  expect(commands.filter(idle).map((one) => one.name)).toEqual([])
})
