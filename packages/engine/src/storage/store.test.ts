import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { describeError } from "../errors/index.ts"
import { storeContract } from "../testing/store-contract.ts"
import { openStore } from "./index.ts"
import { explainFailure } from "./failure.ts"
import { isServer, parsePostmaster, runningServer } from "./postmaster.ts"

let base: string
let folder: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-store-"))
  await chmod(base, 0o755)
  folder = join(base, "shared")
})
afterAll(() => rm(base, { recursive: true, force: true }))

storeContract({ name: "embedded", open: () => openStore({ folder }) })
const externalUrl = process.env["TEST_DATABASE_URL"]
if (externalUrl !== undefined) storeContract({ name: "external", open: () => openStore({ url: externalUrl }) })

const holderSource = (at: string) => `
  const { openStore } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)})
  const store = await openStore({ folder: ${JSON.stringify(at)} })
  const [row] = await store.query("select current_setting('port') as port")
  console.log(row.port)
  process.stdin.on("data", async () => { await store.close(); process.exit(0) })`

const startHolder = async (at: string) => {
  const child = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", holderSource(at)],
    { stdio: ["pipe", "pipe", "inherit"] })
  const [line] = (await once(child.stdout, "data")) as [Buffer]
  return { child, port: line.toString().trim() }
}

const leave = async (child: ChildProcess) => {
  child.stdin?.write("leave\n")
  await once(child, "exit")
}

describe("the embedded store between processes", () => {
  test("two processes that start at once on an empty folder share one server, and the last to leave stops it", async () => {
    const at = join(base, "race")
    const [a, b] = await Promise.all([startHolder(at), startHolder(at)])
    expect(a.port).toBe(b.port)
    await leave(a.child)
    const server = await runningServer(join(at, "data"))
    expect(server).toBeDefined()
    await leave(b.child)
    expect(await runningServer(join(at, "data"))).toBeUndefined()
    expect(isServer(server?.pid ?? 0)).toBe(false)
  })

  test("a server whose only client was killed lives on, keeps what was committed, and is attached to", async () => {
    const at = join(base, "orphan")
    const { child, port } = await startHolder(at)
    child.kill("SIGKILL")
    await once(child, "exit")
    const store = await openStore({ folder: at })
    expect(new URL(store.url).port).toBe(port)
    await store.query("create table kept (id int)")
    await store.close()
    const again = await openStore({ folder: at })
    expect(await again.query("select * from kept")).toEqual([])
    expect(await again.query("show fsync")).toEqual([{ fsync: "on" }])
    await again.close()
  })

  test("a server that dies under its clients is started again for them, where they know it", async () => {
    const at = join(base, "revived")
    const store = await openStore({ folder: at })
    const other = await openStore({ folder: at })
    await store.query("create table kept as select 7 as id")
    const killed = (await runningServer(join(at, "data")))?.pid ?? 0
    process.kill(killed, "SIGKILL")
    const server = () => runningServer(join(at, "data"))
    for (let found = await server(); found?.isReady !== true || found.pid === killed; found = await server()) await sleep(20)
    expect(await store.query("select * from kept")).toEqual([{ id: 7 }])
    expect(await other.query("select * from kept")).toEqual([{ id: 7 }])
    // Both are there again: the first to come back started it, the other may take a moment longer.
    const present = "select 1 from pg_stat_activity where application_name = 'daydream-presence'"
    await expect.poll(() => other.query(present).then((rows) => rows.length), { timeout: 20_000 }).toBe(2)
    await other.close()
    expect(await runningServer(join(at, "data"))).toBeDefined()
    await store.close()
    expect(await runningServer(join(at, "data"))).toBeUndefined()
  })

  test("a killed server is started again with all that was committed", async () => {
    const at = join(base, "crash")
    const store = await openStore({ folder: at })
    await store.query("create table kept as select 7 as id")
    const server = await runningServer(join(at, "data"))
    process.kill(server?.pid ?? 0, "SIGKILL")
    await sleep(50)
    await store.close()
    const again = await openStore({ folder: at })
    expect(await again.query("select * from kept")).toEqual([{ id: 7 }])
    await again.close()
  })

  test("a claim is taken again where the server died under it, and refused to others as before", async () => {
    const at = join(base, "claimed")
    const [store, other] = [await openStore({ folder: at }), await openStore({ folder: at })]
    const release = await store.claim("work")
    const held = () => other.query("select pid from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()").then((rows) => rows.length, () => 0)
    expect(await held()).toBe(1)
    for (let round = 0; round < 2; round++) {
      const server = await runningServer(join(at, "data"))
      process.kill(server?.pid ?? 0, "SIGKILL")
      for (let found = await runningServer(join(at, "data")); found?.isReady !== true || found.pid === server?.pid; found = await runningServer(join(at, "data"))) await sleep(20)
      await expect.poll(held, { timeout: 20_000 }).toBe(1)
      await expect(other.claim("work")).rejects.toMatchObject({ code: "store_in_use" })
    }
    await release()
    const again = await other.claim("work")
    await again()
    await store.close()
    await other.close()
  })

  test("whoever waits for a claim gets it where its holder's connection ends, and the holder is told", async () => {
    const store = await openStore({ folder })
    const lost = Promise.withResolvers<void>()
    const release = await store.claim("contested", { onLost: lost.resolve })
    await store.transaction(async (client) => {
      const waiting = client.query("select pg_advisory_lock(hashtextextended('contested', 1))")
      await store.query("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()")
      await waiting
      await expect(lost.promise).resolves.toBeUndefined()
      await client.query("select pg_advisory_unlock_all()")
    })
    await release()
    await (await store.claim("contested"))()
    await store.close()
  })

  test("a state file that names a living process of another program does not stop the start", async () => {
    const at = join(base, "foreign")
    await (await openStore({ folder: at })).close()
    await writeFile(join(at, "data", "postmaster.pid"), `${process.pid}\n/data\n1\n1\n\n\n\nready\n`)
    const store = await openStore({ folder: at })
    expect(await store.query("select 1 as one")).toEqual([{ one: 1 }])
    expect(await store.query("begin; select 2 as two; select 3 as three; commit")).toEqual([{ two: 2 }, { three: 3 }])
    await store.close()
  })

  test("the password file is readable by its owner alone, and only this machine can connect", async () => {
    const store = await openStore({ folder })
    expect((await stat(join(store.folder ?? "", "password"))).mode & 0o777).toBe(0o600)
    expect(await store.query("show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }])
    await store.close()
  })

  test("a lost password file is named, and its return mends the store", async () => {
    const password = join(folder, "password")
    await rename(password, `${password}.away`)
    await expect(openStore({ folder })).rejects.toMatchObject({ code: "store_password_lost" })
    await writeFile(password, "not it\n")
    await expect(openStore({ folder })).rejects.toMatchObject({ code: "store_password_lost" })
    await rename(`${password}.away`, password)
    await (await openStore({ folder })).close()
  })

  test("a data folder of another PostgreSQL version is refused and left as it is", async () => {
    const at = join(base, "old")
    await mkdir(join(at, "data"), { recursive: true })
    await writeFile(join(at, "data", "PG_VERSION"), "15\n")
    await expect(openStore({ folder: at })).rejects.toMatchObject({
      code: "store_other_version", facts: { found: "15", needed: "18" },
    })
    expect(await readFile(join(at, "data", "PG_VERSION"), "utf8")).toBe("15\n")
  })

  const isRoot = process.getuid?.() === 0
  test.skipIf(!isRoot)("under root a path that the server's user cannot enter gets a pointer to one that it can", async () => {
    const closed = join(base, "closed")
    await mkdir(closed, { mode: 0o700 })
    const store = await openStore({ folder: join(closed, "postgres") })
    const pointer = JSON.parse(await readFile(join(closed, "postgres", "location.json"), "utf8")) as { folder: string }
    expect(store.folder).toBe(pointer.folder)
    await store.close()
    const again = await openStore({ folder: join(closed, "postgres") })
    expect(again.folder).toBe(pointer.folder)
    await again.close()
    await rm(pointer.folder, { recursive: true })
  })
})

describe("a store that cannot be opened says why", () => {
  test("nobody listens", async () => {
    const error: unknown = await openStore({ url: "postgres://me:secret@127.0.0.1:1/things" }).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: "database_unreachable", isRetryable: true })
    expect(describeError(error, "en").message).toContain("127.0.0.1:1/things")
    expect(JSON.stringify([describeError(error, "en"), describeError(error, "zh")])).not.toContain("secret")
  })

  test("the password or the database is wrong", async () => {
    const store = await openStore({ folder })
    const wrong = new URL(store.url)
    wrong.password = "wrong"
    await expect(openStore({ url: wrong.href })).rejects.toMatchObject({ code: "database_password_wrong" })
    wrong.password = ""
    await expect(openStore({ url: wrong.href })).rejects.toMatchObject({ code: "database_password_wrong" })
    const missing = new URL(store.url)
    missing.pathname = "/nowhere"
    await expect(openStore({ url: missing.href })).rejects.toMatchObject({ code: "database_missing" })
    await store.close()
  })

  test("the address is not one", async () => {
    await expect(openStore({ url: "mysql://localhost/x" })).rejects.toMatchObject({ code: "database_url_invalid" })
    await expect(openStore({ url: "not an address" })).rejects.toMatchObject({ code: "database_url_invalid" })
  })

  test("the disk of the database is full", () => {
    const full = Object.assign(new Error("could not extend file: No space left on device"), { code: "53100" })
    expect(explainFailure(full, "postgres://u:p@h/d")).toMatchObject({ code: "database_disk_full", isRetryable: true })
  })
})

test("a server's state file is read, and a half-written one is not trusted", () => {
  const text = "123\n/data\n1700000000\n54321\n\n127.0.0.1\n  0 0\nready   \n"
  expect(parsePostmaster(text)).toEqual({ pid: 123, port: 54321, isReady: true })
  expect(parsePostmaster(text.replace("ready", "starting"))?.isReady).toBe(false)
  expect(parsePostmaster("123\n/data\n")).toBeUndefined()
  expect(parsePostmaster("")).toBeUndefined()
})
