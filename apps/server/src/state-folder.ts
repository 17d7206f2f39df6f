/** What a running server leaves in its state folder for programs on the same machine: where it is, and a key to it. */
import { randomBytes, timingSafeEqual } from "node:crypto"
import { mkdirSync, readFileSync, rmSync } from "node:fs"
import { mkdir, open, rename } from "node:fs/promises"
import { join } from "node:path"

/** Where a running server is. */
export interface ServerPlace {
  /** Base address, for example http://127.0.0.1:7777 */
  readonly address: string
  readonly pid: number
}

const placeFile = (state: string) => join(state, "server.json")
const keyFile = (state: string) => join(state, "admin.key")

/** Written aside with its mode from the first moment, then renamed: nobody ever reads it half, or before it is guarded. */
async function writeGuarded(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`
  const file = await open(draft, "wx", 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

/**
 * Writes `server.json` and `admin.key`. The key is new at each start, is good for connections from this machine alone,
 * and acts as the machine itself.
 */
export async function announce(state: string, place: ServerPlace, localKey: string): Promise<void> {
  await mkdir(state, { recursive: true })
  await writeGuarded(keyFile(state), `${localKey}\n`)
  await writeGuarded(placeFile(state), `${JSON.stringify(place)}\n`)
}

/** Takes the files away again, unless another server has written its own meanwhile. */
export function withdraw(state: string, place: ServerPlace): void {
  if (readPlace(state)?.pid !== place.pid) return
  rmSync(placeFile(state), { force: true })
  rmSync(keyFile(state), { force: true })
}

const isPlace = (value: unknown): value is ServerPlace =>
  typeof value === "object" && value !== null && "address" in value && typeof value.address === "string" &&
  "pid" in value && typeof value.pid === "number"

/** What `server.json` says; undefined where there is none. */
export function readPlace(state: string): ServerPlace | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(placeFile(state), "utf8"))
    return isPlace(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The local key of the server that runs on this state folder. Throws where this user may not read it. */
export const readLocalKey = (state: string): string => readFileSync(keyFile(state), "utf8").trim()

/** Prefix that no tenant's key has. */
const localKeyPrefix = "dd-local-"

export const newLocalKey = (): string => `${localKeyPrefix}${randomBytes(32).toString("base64url")}`

/** Compares in constant time. */
export function isLocalKey(presented: string, localKey: string): boolean {
  const [one, other] = [Buffer.from(presented), Buffer.from(localKey)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** The folder, made so that the embedded database's own user may pass through it. */
export function prepareState(state: string): void {
  mkdirSync(state, { recursive: true })
}
