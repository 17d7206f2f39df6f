/** Python's package index through its ordinary client, pip. */
import { execFile, spawn } from "node:child_process"
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { errors } from "./errors.ts"

/** What is asked of a package index: one wheel, without what it depends on. */
export interface PackageRequest {
  readonly package: string
  readonly version: string
  /** Existing folder for the wheel and for what pip writes meanwhile. */
  readonly folder: string
  /** Called with the bytes fetched so far, as far as they can be seen. */
  readonly onBytes: (bytes: number) => void
  readonly abortSignal?: AbortSignal
}

/** A source of packages. */
export interface PackageIndex {
  /** Fetches a package and returns the path of its wheel. */
  download(request: PackageRequest): Promise<string>
}

const run = promisify(execFile)

const candidates = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["py", "-3", "-m", "pip"], ["pip3"], ["pip"]]

async function findPip(): Promise<readonly string[]> {
  for (const candidate of candidates) {
    const [command = "", ...args] = candidate
    const works = await run(command, [...args, "--version"], { timeout: 20_000 }).then(() => true, () => false)
    if (works) return candidate
  }
  throw errors.no_python({ tried: candidates.map((candidate) => candidate.join(" ")) })
}

async function bytesUnder(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    names.map((name) => stat(join(folder, name)).then((entry) => (entry.isFile() ? entry.size : 0), () => 0)),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Runs pip to its end; rejects with what it said last. */
function runPip(command: readonly string[], request: PackageRequest, temporary: string): Promise<void> {
  const [program = "", ...first] = command
  const args = ["download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--progress-bar", "off"]
  const rest = ["--disable-pip-version-check", "--dest", temporary, `${request.package}==${request.version}`]
  const child = spawn(program, [...first, ...args, ...rest], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary, PYTHONIOENCODING: "utf-8" },
    ...(request.abortSignal === undefined ? {} : { signal: request.abortSignal }),
  })
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2000)))
  return new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => {
      if (code === 0) return resolve()
      const lines = said.split("\n").map((line) => line.trim()).filter((line) => line !== "")
      reject(new Error(lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? `pip ended with ${code}`))
    })
  })
}

/** pip, found on first use as `python3`, `python`, `py` or by its own name. */
export function pipIndex(): PackageIndex {
  let pip: Promise<readonly string[]> | undefined
  return {
    download: async (request) => {
      pip ??= findPip()
      const command = await pip.catch((error: unknown) => {
        pip = undefined
        throw error
      })
      await mkdir(request.folder, { recursive: true })
      const temporary = await mkdtemp(join(request.folder, "pip-"))
      const watch = setInterval(() => void bytesUnder(temporary).then(request.onBytes), 250)
      try {
        await runPip(command, request, temporary)
      } catch (error) {
        await rm(temporary, { recursive: true, force: true })
        request.abortSignal?.throwIfAborted()
        throw errors.package_failed({ package: request.package, reason: (error as Error).message }, error)
      } finally {
        clearInterval(watch)
      }
      const wheel = (await readdir(temporary)).find((name) => name.endsWith(".whl"))
      if (wheel === undefined) throw errors.package_failed({ package: request.package, reason: "no wheel came" })
      return join(temporary, wheel)
    },
  }
}
