/** `daydream key`: API keys of tenants. */
import type { KeyDocument } from "@daydream/fabric/admin"
import { administer, administrationErrors, part, whereOptions, type Administration, type WhereOptions } from "../administration/index.ts"
import { defineCommand } from "../frame/index.ts"

const tenantArgument = { name: "<tenant>", description: { en: "the tenant's id", zh: "租户编号" } }
const keyArgument = { name: "<key>", description: { en: "the key's id, or its title", zh: "密钥的编号或名称" } }

interface CreateOptions extends WhereOptions {
  readonly title?: string
  readonly scope?: readonly string[]
  readonly models?: readonly string[]
  readonly quota?: readonly string[]
  readonly expires?: string
  readonly batch?: boolean
}

/** A day is meant whole: the key works through it. */
const instantOf = (text: string | undefined) => (text !== undefined && /^\d{4}-\d\d-\d\d$/u.test(text) ? `${text}T23:59:59Z` : text)

const create = defineCommand<CreateOptions>({
  name: "create",
  description: { en: "make a key for a tenant; it is shown this once", zh: "为租户创建密钥，仅显示这一次" },
  arguments: [tenantArgument],
  options: [
    { flags: "--title <text>", description: { en: "what it is for", zh: "用途名称" } },
    { flags: "--scope <scopes>", kind: "list", description: { en: "inference, usage, admin, play (default: inference)", zh: "inference（调用）、usage（查看用量）、admin（管理）、play（游玩），默认 inference" } },
    { flags: "--models <names>", kind: "list", description: { en: "models that it may use (default: those of the tenant)", zh: "可用的模型（默认与租户相同）" } },
    { flags: "--quota <quotas>", kind: "list", description: { en: "quotas of this key alone, for example 10-requests/min", zh: "该密钥自身的配额，例如 10-requests/min" } },
    { flags: "--expires <date>", description: { en: "last day on which it works, for example 2027-01-31", zh: "有效期的最后一天，例如 2027-01-31" } },
    { flags: "--batch", description: { en: "its calls yield to interactive ones", zh: "批处理：其调用让位于交互调用" } },
    ...whereOptions,
  ],
  async run(context, [tenant = ""], options) {
    const made = await administer(context, options, (one) => one.ask<{ key: KeyDocument; secret: string }>("POST", `/tenants/${part(tenant)}/keys`, {
      title: options.title, scopes: options.scope, models: options.models, quotas: options.quota, expiresAt: instantOf(options.expires),
      requestClass: options.batch === true ? "batch" : undefined,
    }))
    context.print(made.secret)
    context.note({
      en: "This is the whole key, and it is shown this once. Clients send it as their API key.",
      zh: "这是完整的密钥，仅显示这一次。客户端以它作为 API 密钥。",
    })
    return made
  },
})

const list = defineCommand<WhereOptions>({
  name: "list",
  description: { en: "list the keys of a tenant", zh: "列出租户的密钥" },
  arguments: [tenantArgument],
  options: whereOptions,
  async run(context, [tenant = ""], options) {
    const { showKeys } = await import("../fabric-view/index.ts")
    const answer = await administer(context, options, (one) => one.ask<{ keys: KeyDocument[] }>("GET", `/tenants/${part(tenant)}/keys`))
    showKeys(context, answer.keys)
    return answer
  },
})

/** The id of a key of the tenant that is named by id or by title. */
async function idOf(administration: Administration, tenant: string, name: string): Promise<string> {
  const { keys } = await administration.ask<{ keys: KeyDocument[] }>("GET", `/tenants/${part(tenant)}/keys`)
  const byId = keys.find((key) => key.id === name || name.startsWith(`dd-${key.id}-`))
  if (byId !== undefined) return byId.id
  const titled = keys.filter((key) => key.title === name && key.revokedAt === null)
  if (titled.length > 1) throw administrationErrors.key_ambiguous({ name, ids: titled.map((key) => key.id) })
  // One that is not there: the API says so.
  return titled[0]?.id ?? name
}

const revoke = defineCommand<WhereOptions>({
  name: "revoke",
  description: { en: "revoke a key: it works nowhere any more, within a second", zh: "吊销密钥：一秒之内全部失效" },
  arguments: [tenantArgument, keyArgument],
  options: whereOptions,
  async run(context, [tenant = "", name = ""], options) {
    const id = await administer(context, options, async (administration) => {
      const found = await idOf(administration, tenant, name)
      await administration.ask("DELETE", `/keys/${part(found)}`)
      return found
    })
    context.print({ en: `Key ${id} is revoked.`, zh: `密钥 ${id} 已吊销。` })
    return { tenant, key: id }
  },
})

const rotate = defineCommand<WhereOptions & { readonly overlap: number }>({
  name: "rotate",
  description: { en: "give a key a new secret; the old one works on for a while", zh: "更换密钥内容，旧的在一段时间内仍有效" },
  arguments: [tenantArgument, keyArgument],
  options: [{ flags: "--overlap <time>", kind: "duration", default: 3_600, description: { en: "how long the old one still works, for example 10m or 24h", zh: "旧密钥继续有效的时间，例如 10m、24h" } }, ...whereOptions],
  async run(context, [tenant = "", name = ""], options) {
    return administer(context, options, async (administration) => {
      const id = await idOf(administration, tenant, name)
      const { secret } = await administration.ask<{ secret: string }>("POST", `/keys/${part(id)}/rotate`, { overlapSeconds: Math.round(options.overlap) })
      context.print(secret)
      context.note({ en: `The old secret works for ${options.overlap} s more.`, zh: `旧密钥在 ${options.overlap} 秒内仍然有效。` })
      return { tenant, key: id, secret }
    })
  },
})

export const key = defineCommand({
  name: "key",
  description: { en: "API keys: create, list, rotate, revoke", zh: "API 密钥：创建、列出、更换、吊销" },
  subcommands: [create, list, rotate, revoke],
})
