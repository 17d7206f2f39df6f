import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { openSecrets, openVault, retireMasterKeys, rotateMasterKey } from "./index.ts"
import { rewrap, seal, unseal } from "./seal.ts"

let base: string
let store: Store
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-secrets-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: join(base, "store") })
})
afterAll(async () => {
  await store.close()
  await rm(base, { recursive: true, force: true })
})

const keyText = (byte: number, version = 1) => `${version}:${Buffer.alloc(32, byte).toString("base64")}`
const codeOf = async (work: () => unknown) => {
  try {
    await work()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return "nothing was thrown"
}

const fresh = async () => {
  await store.query("drop schema if exists fabric_secrets cascade")
  await store.query("delete from daydream.migration where schema = 'fabric_secrets'").catch(() => undefined)
}

test("the key file is made once, for its owner alone, by however many open it at the same time", async () => {
  const folder = join(base, "race")
  const all = await Promise.all(Array.from({ length: 8 }, () => openSecrets({ folder, masterKey: "" })))
  expect(new Set(all.map((one) => one.newest().fingerprint)).size).toBe(1)
  expect((await stat(join(folder, "master-keys"))).mode & 0o777).toBe(0o600)
})

test.skipIf(process.platform === "win32")("a key file that others can read is refused", async () => {
  const folder = join(base, "exposed")
  await openSecrets({ folder, masterKey: "" })
  await chmod(join(folder, "master-keys"), 0o644)
  expect(await codeOf(() => openSecrets({ folder, masterKey: "" }))).toBe("master_key_exposed")
})

test("a key that cannot be read is refused without being repeated", async () => {
  const wrong = ["x", "1:abc", `${keyText(1)},${keyText(2)}`, "0:" + keyText(1).slice(2), ", ,",
    `${Buffer.alloc(32).toString("base64")},${keyText(1)}`, `1:${Buffer.alloc(33).toString("base64")}`]
  for (const masterKey of wrong) {
    const error = await openSecrets({ masterKey }).then(() => undefined, (error: unknown) => error)
    expect(error).toMatchObject({ code: "master_key_invalid" })
    expect(JSON.stringify(error)).not.toContain(masterKey.length > 10 ? masterKey.slice(2, 20) : "\u0000")
  }
})

test("a sealed value opens in its own place only, and not after any change of a bit", async () => {
  const secrets = await openSecrets({ masterKey: keyText(1) })
  fc.assert(fc.property(fc.string(), fc.nat(), fc.boolean(), (text, position, inKey) => {
    const place = { name: "credential/a", field: "secret" }
    const sealed = seal(secrets, place, Buffer.from(text))
    expect(unseal(secrets, place, sealed).toString()).toBe(Buffer.from(text).toString())
    expect(() => unseal(secrets, { ...place, name: "credential/b" }, sealed)).toThrow("damaged")
    expect(() => unseal(secrets, { ...place, field: "other" }, sealed)).toThrow("damaged")
    const part = Buffer.from(inKey ? sealed.wrappedKey : sealed.content)
    const index = position % part.length
    part[index] = (part[index] ?? 0) ^ 1
    const changed = inKey ? { ...sealed, wrappedKey: part } : { ...sealed, content: part }
    expect(() => unseal(secrets, place, changed)).toThrow("damaged")
  }))
})

test("a value that was sealed under an old master key opens under the new one after its key was wrapped anew", async () => {
  const place = { name: "credential/a", field: "secret" }
  const sealed = seal(await openSecrets({ masterKey: keyText(1) }), place, Buffer.from("hello"))
  const both = await openSecrets({ masterKey: `${keyText(2, 2)},${keyText(1)}` })
  const again = rewrap(both, place, sealed, both.newest())
  const newOnly = await openSecrets({ masterKey: keyText(2, 2) })
  expect(unseal(newOnly, place, again).toString()).toBe("hello")
  expect(await codeOf(() => unseal(newOnly, place, sealed))).toBe("master_key_missing")
})

test("a store that was sealed with another key says so instead of giving garbage", async () => {
  await fresh()
  const vault = await openVault(store, await openSecrets({ masterKey: keyText(1) }))
  await store.transaction((client) => vault.put(client, { name: "credential/a", field: "secret" }, "hello"))
  expect(await codeOf(async () => openVault(store, await openSecrets({ masterKey: keyText(9) })))).toBe("master_key_wrong")
  expect(await codeOf(async () => openVault(store, await openSecrets({ masterKey: keyText(9, 2) })))).toBe("master_key_missing")
})

test("all processes that begin at once on one store share one pepper", async () => {
  await fresh()
  const secrets = await openSecrets({ masterKey: keyText(1) })
  const vaults = await Promise.all(Array.from({ length: 6 }, () => openVault(store, secrets)))
  expect(new Set(vaults.map((vault) => vault.pepper.toString("hex"))).size).toBe(1)
})

test("the master key rotates while another process goes on reading and writing, and the old version can then be retired", async () => {
  await fresh()
  const folder = join(base, "rotation")
  const here = await openSecrets({ folder, masterKey: "" })
  const there = await openSecrets({ folder, masterKey: "" })
  const vault = await openVault(store, here)
  const other = await openVault(store, there)
  const place = (name: string) => ({ name: `credential/${name}`, field: "secret" })
  await store.transaction((client) => vault.put(client, place("a"), "first"))
  expect(await rotateMasterKey(store, here)).toEqual({ version: 2, rewrapped: 2 })
  expect(await other.get(store, place("a"))).toBe("first")
  await store.transaction((client) => other.put(client, place("b"), "second"))
  await retireMasterKeys(store, here)
  expect(await readFile(join(folder, "master-keys"), "utf8")).not.toMatch(/^1:/m)
  const later = await openVault(store, await openSecrets({ folder, masterKey: "" }))
  expect(later.pepper).toEqual(vault.pepper)
  expect(await later.get(store, place("a"))).toBe("first")
  expect(await later.get(store, place("b"))).toBe("second")
})

test("a rotation by environment wants a new version first, and rewraps to it", async () => {
  await fresh()
  const old = await openSecrets({ masterKey: keyText(1) })
  const vault = await openVault(store, old)
  expect(await codeOf(() => rotateMasterKey(store, old))).toBe("master_key_single")
  const both = await openSecrets({ masterKey: `1:${keyText(1).slice(2)}\n${keyText(2, 2)}` })
  expect(await rotateMasterKey(store, both)).toEqual({ version: 2, rewrapped: 1 })
  const after = await openVault(store, await openSecrets({ masterKey: keyText(2, 2) }))
  expect(after.pepper).toEqual(vault.pepper)
})

test("a lost key file is noticed: the one that is made in its place does not open the store", async () => {
  await fresh()
  const folder = join(base, "lost")
  await openVault(store, await openSecrets({ folder, masterKey: "" }))
  const text = await readFile(join(folder, "master-keys"), "utf8")
  await rm(join(folder, "master-keys"))
  expect(await codeOf(async () => openVault(store, await openSecrets({ folder, masterKey: "" })))).toBe("master_key_wrong")
  await writeFile(join(folder, "master-keys"), text, { mode: 0o600 })
  await openVault(store, await openSecrets({ folder, masterKey: "" }))
})

test("the table of sealed values holds no plain text", async () => {
  await fresh()
  const vault = await openVault(store, await openSecrets({ masterKey: keyText(1) }))
  await store.transaction((client) => vault.put(client, { name: "credential/a", field: "secret" }, "sk-very-secret-value"))
  const rows = await store.query<{ wrapped_key: Buffer; content: Buffer }>("select * from fabric_secrets.sealed")
  const all = Buffer.concat(rows.flatMap((row) => [row.wrapped_key, row.content]))
  expect(all.includes("sk-very")).toBe(false)
  await store.query(`update fabric_secrets.sealed a set content = b.content, wrapped_key = b.wrapped_key
    from fabric_secrets.sealed b where a.name = 'credential/a' and b.name = 'pepper'`)
  expect(await codeOf(() => vault.get(store, { name: "credential/a", field: "secret" }))).toBe("secret_damaged")
})
