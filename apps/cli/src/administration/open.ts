/** Opens the administration: of the server that is named, of the one that runs on the state folder, or of the store itself. */
import { join } from "node:path"
import type { CommandContext } from "../frame/index.ts"
import { administrationOver } from "./administration.ts"
import type { Administration, Carry } from "./administration.ts"
import { administrationErrors } from "./errors.ts"

export interface AdministrationChoice {
  readonly state: string
  readonly server?: string
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error)
}

/** The network's own errors, told with the server's address. */
const overHttp = (server: string): Carry => async (request) => {
  try {
    return await fetch(request)
  } catch (error) {
    if (request.signal.aborted) throw error
    throw administrationErrors.server_unreachable({ server, reason: reasonOf(error) }, error)
  }
}

export async function openAdministration(context: CommandContext, choice: AdministrationChoice): Promise<Administration> {
  const key = context.environment["DAYDREAM_ADMIN_KEY"]?.trim() || null
  if (choice.server !== undefined) {
    const base = baseOf(choice.server)
    if (key === null) throw administrationErrors.admin_key_needed({ server: base })
    return remote(context, base, key)
  }
  const { readPlace, readLocalKey } = await import("@daydream/server")
  const place = readPlace(choice.state)
  if (place !== undefined && await answers(place.address, context.abortSignal)) {
    try {
      return remote(context, place.address, readLocalKey(choice.state))
    } catch (error) {
      if (key !== null) return remote(context, place.address, key)
      throw administrationErrors.local_key_unreadable({ file: join(choice.state, "admin.key") }, error)
    }
  }
  return direct(context, choice.state)
}

function baseOf(server: string): string {
  const address = server.includes("://") ? server : `http://${server}`
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) throw administrationErrors.server_address_wrong({ server })
  return new URL(address).href.replace(/\/+$/, "")
}

/** The file of a server that was killed outlives it; whoever has its port now does not answer so. */
async function answers(address: string, abortSignal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${address}/healthz`, { signal: AbortSignal.any([abortSignal, AbortSignal.timeout(3_000)]), redirect: "error" })
    return response.ok && parsedStatus(await response.text()) === "ok"
  } catch {
    abortSignal.throwIfAborted()
    return false
  }
}

const parsedStatus = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && "status" in value ? value.status : undefined
  } catch {
    return undefined
  }
}

const remote = ({ language, abortSignal }: CommandContext, base: string, key: string): Administration =>
  administrationOver(overHttp(base), { base, server: base, key, language, abortSignal, close: async () => undefined })

/** The same API in this process, over the store, which no other process serves meanwhile. */
async function direct(context: CommandContext, state: string): Promise<Administration> {
  const [{ openState }, { createAdminApp, openAdminParts }, { silentLog }, { ensureRoot, machineActor }] = await Promise.all([
    import("@daydream/server"), import("@daydream/fabric/admin"), import("@daydream/fabric/observability"), import("@daydream/fabric/tenancy"),
  ])
  const opened = await openState({ state, environment: context.environment, connections: 4 })
  try {
    const { adminSecret } = await ensureRoot(opened.store, opened.secrets)
    if (adminSecret !== null) noteFirstKey(context, adminSecret)
    let mistake: unknown
    const app = createAdminApp(await openAdminParts(opened.store, opened.secrets), {
      // What went wrong in this process belongs into its own report.
      log: { ...silentLog, error: (facts) => void (mistake = "err" in facts ? facts.err : facts) },
      now: Date.now, actorOf: () => Promise.reject(new Error("acts in this process carry their actor")),
    })
    const carry: Carry = async (request) => {
      const response = await app.fetch(request, { actor: machineActor("cli") })
      if (response.status === 500 && mistake !== undefined) throw mistake as Error
      return response
    }
    return administrationOver(carry, {
      base: "http://localhost", server: null, key: null, language: context.language, abortSignal: context.abortSignal,
      close: async () => opened[Symbol.asyncDispose](),
    })
  } catch (error) {
    await opened[Symbol.asyncDispose]()
    throw error
  }
}

/** The first administrator's key, which can be shown this once: also where notes are not wanted. */
export function noteFirstKey(context: CommandContext, secret: string): void {
  const line = {
    en: `The first administrator's key, shown this once: ${secret}`,
    zh: `首个管理员密钥（仅显示这一次）：${secret}`,
  }
  if (context.quiet && !context.json) context.print(line)
  else context.note(line)
}
