/** Starts and stops the server process of an embedded database. */
import { execFile, spawn } from "node:child_process"
import { open, readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify } from "node:util"
import { errors } from "./errors.ts"
import type { Owner } from "./owner.ts"
import type { Programs } from "./place.ts"
import { runningServer } from "./postmaster.ts"
import type { Postmaster } from "./postmaster.ts"

const startLimitMs = 60_000
const stopLimitMs = 60_000

const freePort = (wanted: number) =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once("error", reject)
    probe.listen(wanted, "127.0.0.1", () => {
      const address = probe.address()
      probe.close(() => resolve(address !== null && typeof address === "object" ? address.port : 0))
    })
  })

// fsync and full_page_writes stay on: a store survives a power cut. Only this machine can connect.
const settings = (port: number) => ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=",
  "fsync=on", "max_connections=200", "timezone=UTC", "log_timezone=UTC", "log_checkpoints=off"]

const portFile = (place: string) => join(place, "port")

/** The port of the last server here where it is free: whoever still holds its address reaches the new server, too. */
async function choosePort(place: string): Promise<number> {
  const last = Number(await readFile(portFile(place), "utf8").catch(() => ""))
  const wanted = Number.isInteger(last) && last > 0 && last < 65_536 ? last : 0
  const port = await freePort(wanted).catch(() => freePort(0))
  await writeFile(portFile(place), String(port), { mode: 0o600 })
  return port
}

/** Starts the server on `data` and waits until it takes connections. It outlives this process unless it is stopped. */
export async function startServer(
  place: string, data: string, programs: Programs, owner: Owner | undefined,
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const failure = await launch(place, data, programs, owner)
    if (typeof failure !== "string") return failure
    // A port can be taken between our probe and the start; children of a killed server need a moment to leave.
    const mayPass = /Address already in use|shared memory block .* still in use|could not bind/.test(failure)
    if (!mayPass || attempt === 20) throw failureOf(place, failure)
    await sleep(250)
  }
}

const failureOf = (place: string, reason: string) =>
  /No space left on device/.test(reason)
    ? errors.database_disk_full({ at: place })
    : errors.store_start_failed({ folder: place, reason })

async function launch(
  place: string, data: string, programs: Programs, owner: Owner | undefined,
): Promise<Postmaster | string> {
  const logPath = join(place, "server.log")
  const log = await open(logPath, "a", 0o600)
  const logStart = (await log.stat()).size
  const flags = settings(await choosePort(place)).flatMap((setting) => ["-c", setting])
  const child = spawn(programs.postgres, ["-D", data, ...flags], {
    ...owner,
    cwd: data,
    // A session of its own: Ctrl-C in the terminal must not stop a server that others use.
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC" },
    windowsHide: true,
  })
  const state: { ended?: string } = {}
  child.once("error", (error) => (state.ended = error.message))
  child.once("exit", (code, signal) => (state.ended ??= `it ended with ${signal ?? `code ${code}`}`))
  child.unref()
  await log.close()
  const end = Date.now() + startLimitMs
  while (state.ended === undefined && Date.now() < end) {
    const server = await runningServer(data)
    if (server?.isReady && server.pid === child.pid) return server
    await sleep(10)
  }
  const text = (await readFile(logPath)).subarray(logStart).toString("utf8").trim()
  return text === "" ? (state.ended ?? "no answer in time") : text.split("\n").slice(-5).join("\n")
}

/** Stops the server on `data`: clients are cut off, everything committed is kept. */
export async function stopServer(data: string, programs: Programs): Promise<void> {
  const server = await runningServer(data)
  if (server === undefined) return
  // pg_ctl refuses to run as root; on Windows there are no signals.
  if (process.platform === "win32") await promisify(execFile)(programs.pgCtl, ["stop", "-D", data, "-m", "fast"])
  else process.kill(server.pid, "SIGINT")
  const end = Date.now() + stopLimitMs
  while ((await runningServer(data)) !== undefined && Date.now() < end) await sleep(10)
}
