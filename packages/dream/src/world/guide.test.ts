import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { parseWorld } from "./index.ts"

/** What the guide's fragments refer to and its small world has not. */
const rest = `characters:
  luo: {names: {en: Luo, zh: 罗三}, at: jetty}
things:
  ledger: {names: {en: the ledger, zh: 账本}}
facts:
  oil: {range: [0, 9], starts: 5}
`

test.each(["worlds.md", "worlds.zh.md"])("what %s shows is a world without problems", (name) => {
  const guide = readFileSync(new URL(`../../../../docs/guides/${name}`, import.meta.url), "utf8")
  const [small = "", secret = "", move = "", rule = ""] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/gu)].map(
    (block) => block[1] ?? "",
  )
  const { problems } = parseWorld([
    { name: "world.yaml", text: small },
    { name: "rest.yaml", text: rest },
    { name: "secret.yaml", text: `facts:\n${secret}` },
    { name: "move.yaml", text: `moves:\n${move}` },
    { name: "rule.yaml", text: rule },
  ])
  expect(problems).toEqual([])
  expect(parseWorld([{ name: "world.yaml", text: small }]).problems).toEqual([])
})
