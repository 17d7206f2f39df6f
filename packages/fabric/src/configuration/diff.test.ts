import * as fc from "fast-check"
import { expect, test } from "vitest"
import { diffConfiguration, formatChange, readConfigurationFile } from "./index.ts"
import type { ConfigurationState, WantedConfiguration } from "./index.ts"
import { fieldText } from "./field-text.ts"

const nothing: ConfigurationState = {
  currency: "USD", networks: [], retention: { ledgerDays: null, auditDays: null }, credentials: new Map(), pools: new Map(), routes: new Map(), prices: new Map(), tenants: new Map(),
}

const name = fc.constantFrom("a", "b", "c")
const poolText = fc.tuple(name, fc.integer({ min: 1, max: 3 }), fc.subarray(["m", "n"], { minLength: 1 })).map(([id, concurrency, models]) =>
  [id, `${id}: { kind: openai, addresses: ["http://h/v1"], models: [${models.join(", ")}], concurrency: ${concurrency} }`] as const)
const wanted = fc.record({
  pools: fc.uniqueArray(poolText, { selector: ([id]) => id, maxLength: 3 }),
  networks: fc.subarray(["10.0.0.0/8", "127.0.0.1/32"]),
}).map(({ pools, networks }) =>
  readConfigurationFile(`networks: [${networks.join(", ")}]\npools: { ${pools.map(([, text]) => text).join(", ")} }`))

/** The state as it is once a file was applied with pruning. */
const stateOf = (file: WantedConfiguration): ConfigurationState =>
  ({ ...nothing, networks: file.networks ?? [], pools: file.pools ?? new Map() })

test("nothing differs from itself, and every difference is told, whatever the files", () => {
  fc.assert(fc.property(wanted, wanted, (before, after) => {
    expect(diffConfiguration(stateOf(after), { ...after, prune: true })).toEqual([])
    const changes = diffConfiguration(stateOf(before), { ...after, prune: true }).filter((change) => change.kind === "pool")
    const names = new Set([...(before.pools?.keys() ?? []), ...(after.pools?.keys() ?? [])])
    const differing = [...names].filter((one) => JSON.stringify(before.pools?.get(one)) !== JSON.stringify(after.pools?.get(one)))
    expect(changes.map((change) => change.name).toSorted()).toEqual(differing.toSorted())
    expect(diffConfiguration(stateOf(before), after).every((change) => change.action !== "remove")).toBe(true)
  }))
})

test("a section that the file does not have is left alone, also with pruning", () => {
  const full = stateOf(readConfigurationFile("pools: { a: { kind: embedded, models: [m] } }"))
  expect(diffConfiguration(full, readConfigurationFile("prune: true\nroutes: {}"))).toEqual([])
  expect(diffConfiguration(full, readConfigurationFile("prune: true\npools: {}")).map(formatChange)).toEqual(["- pool a"])
  expect(diffConfiguration(full, readConfigurationFile(""))).toEqual([])
})

test("a line obeys no control character and stays short", () => {
  const escape = String.fromCodePoint(27)
  expect(fieldText("title", `a${escape}[31mb\nc`)).toBe("a [31mb c")
  expect(fieldText("models", Array.from({ length: 500 }, () => "model"))).toHaveLength(198)
})
