/**
 * The check of keys on every call. What was proved once is remembered under a digest of the presented text (SHA-256
 * with a random beginning of this process, so that neither secrets nor anything made of them alone stay in memory).
 */
import { hash, randomBytes, timingSafeEqual } from "node:crypto"
import type { Store } from "@daydream/engine/storage"
import { follow } from "../follow/index.ts"
import type { Secrets } from "../secrets/index.ts"
import { createBoundedMap } from "./bounded-map.ts"
import { changesSince } from "./change-feed.ts"
import { openKeyMaker } from "./create.ts"
import { tenancyErrors } from "./errors.ts"
import { readRecord } from "./key-record.ts"
import type { KeyRecord } from "./key-record.ts"
import { isKeyId, parseKey } from "./key-text.ts"
import type { KeyMaker } from "./key-text.ts"
import { tenancyChannel } from "./migrations.ts"
import type { Authenticator, Principal } from "./tenancy.ts"

export interface AuthenticatorOptions {
  /** Keys that are remembered; 20,000 unless set. */
  readonly mostKeys?: number
  /** Milliseconds between looks for changes of which no notice came; 2,000 unless set. */
  readonly pollMs?: number
  /** False: no notifications, only looks. For a pooler between. */
  readonly listens?: boolean
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** Milliseconds for which it is remembered that there is no such key. */
const absenceMs = 5_000

interface Proof {
  readonly record: KeyRecord
  /** Until when this secret is good. */
  readonly until: number
  /** Undefined where the tenant is suspended. */
  readonly answer: Promise<Principal> | undefined
}

/** The check of keys for one process. Needs only what `store` holds; close it before the store. */
export async function createAuthenticator(
  store: Store, secrets: Secrets, options: AuthenticatorOptions = {},
): Promise<Authenticator> {
  const maker = await openKeyMaker(store, secrets)
  const records = createRecords(store, options)
  const follower = await follow(store, {
    channel: tenancyChannel, refresh: records.refresh,
    ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
    ...(options.listens === undefined ? {} : { listens: options.listens }),
  })
  return {
    authenticate: createCheck(maker, records.find, options), principalOf: createLookUp(maker, records.find, options),
    close: () => follower.close(),
  }
}

type Find = (id: string) => KeyRecord | undefined | Promise<KeyRecord | undefined>

function createCheck(maker: KeyMaker, find: Find, options: AuthenticatorOptions): Authenticator["authenticate"] {
  const { mostKeys = 20_000, now = Date.now } = options
  const proofs = createBoundedMap<Proof>(mostKeys)
  const beginning = randomBytes(32).toString("base64url")
  const nobody = randomBytes(32)

  const check = async (presented: string, digest: string): Promise<Principal> => {
    const parts = parseKey(presented)
    if (parts === undefined) throw tenancyErrors.invalid_api_key({})
    const record = maker.isOurs(parts.id) ? await find(parts.id) : undefined
    // The same work for a key that there is not: a hash and a comparison.
    const hashed = maker.hash(parts.id, parts.secret)
    const time = now()
    let until = 0
    for (const held of record?.secrets ?? [{ hash: nobody, until: 0 }])
      if (timingSafeEqual(hashed, held.hash)) until = held.until
    if (record === undefined || until <= time) throw tenancyErrors.invalid_api_key({})
    const answer = record.suspended === undefined ? Promise.resolve(record.principal) : undefined
    proofs.set(digest, { record, until, answer })
    return answer ?? refuse(record)
  }
  return (presented) => {
    // Nothing long is worth a digest.
    if (typeof presented !== "string" || presented.length > 100) return Promise.reject(tenancyErrors.invalid_api_key({}))
    const digest = hash("sha256", beginning + presented, "base64url")
    const proof = proofs.get(digest)
    if (proof === undefined) return check(presented, digest)
    if (!proof.record.isStale && proof.until > now()) return proof.answer ?? refuse(proof.record)
    proofs.delete(digest)
    return check(presented, digest)
  }
}

function createLookUp(maker: KeyMaker, find: Find, { now = Date.now }: AuthenticatorOptions): Authenticator["principalOf"] {
  return async (keyId) => {
    const record = isKeyId(keyId) && maker.isOurs(keyId) ? await find(keyId) : undefined
    if (record === undefined || record.secrets.every(({ until }) => until <= now())) throw tenancyErrors.invalid_api_key({})
    return record.suspended === undefined ? record.principal : refuse(record)
  }
}

const refuse = (record: KeyRecord): Promise<never> =>
  Promise.reject(tenancyErrors.tenant_suspended({ tenant: record.suspended ?? record.principal.tenant.id }))

/** Records of keys by id, kept new; also that there is no such key, for a short while. */
function createRecords(store: Store, options: AuthenticatorOptions) {
  const { mostKeys = 20_000, now = Date.now } = options
  // A record that is no longer held would not hear of changes: what was proved by it must be proved anew.
  const held = createBoundedMap<KeyRecord>(mostKeys, (record) => {
    record.isStale = true
  })
  const absent = createBoundedMap<number>(mostKeys)
  const loading = new Map<string, Promise<KeyRecord | undefined>>()
  let known = -1

  const drop = (isConcerned: (record: KeyRecord) => boolean) => {
    for (const record of [...held.values()].filter(isConcerned)) {
      record.isStale = true
      held.delete(record.principal.keyId)
    }
  }
  const refresh = async () => {
    const { version, changes } = await changesSince(store, known)
    if (version === known) return
    known = version
    absent.clear()
    if (changes === null) return drop(() => true)
    const keys = new Set(changes.map((change) => change.keyId))
    const tenants = new Set(changes.filter((change) => change.keyId === null).map((change) => change.tenantId))
    drop(({ principal }) => keys.has(principal.keyId) || principal.tenantPath.some((tenant) => tenants.has(tenant)))
  }
  const load = async (id: string): Promise<KeyRecord | undefined> => {
    for (;;) {
      const { version, record } = await readRecord(store, id)
      // Read before a change whose notice has come meanwhile: what that notice dropped must not come back.
      if (version < known) continue
      if (record === undefined) absent.set(id, now() + absenceMs)
      else held.set(id, record)
      return record
    }
  }
  const find: Find = (id) => {
    const record = held.get(id)
    if (record !== undefined) return record
    if ((absent.get(id) ?? 0) > now()) return undefined
    const under = loading.get(id)
    if (under !== undefined) return under
    const started = load(id).finally(() => loading.delete(id))
    loading.set(id, started)
    return started
  }
  return { find, refresh }
}
