/** A model takes part in play: called through the gateway, as the tenant whose key or whose player's token plays. */
import { createDreamClient } from "@daydream/client"
import type { SessionEvent } from "@daydream/client"
import { startMockUpstream } from "@daydream/fabric/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { addDreamOfTwo } from "./play-dreams.ts"
import { startSetting } from "./fabric-setting.ts"
import type { Setting } from "./fabric-setting.ts"

let upstream: Awaited<ReturnType<typeof startMockUpstream>>
let setting: Setting

beforeAll(async () => {
  upstream = await startMockUpstream()
  setting = await startSetting(upstream.url)
  addDreamOfTwo(setting.folder)
  await setting.admin("POST", "/tenants", { id: "games" })
})

afterAll(async () => {
  await setting[Symbol.asyncDispose]()
  await upstream.close()
})

const keyWith = async (fields: object) =>
  await setting.admin<{ secret: string; key: { id: string } }>("POST", "/tenants/games/keys", {
    scopes: ["play"],
    ...fields,
  })

interface UsageRow {
  readonly group: { readonly key: string; readonly model: string }
  readonly requests: number
}
const usage = async (tenant: string) =>
  (await setting.admin<{ rows: UsageRow[] }>("GET", `/tenants/${tenant}/usage?groupBy=key,model`)).rows

const play = async (turn: AsyncIterable<SessionEvent>) => {
  const events: SessionEvent[] = []
  for await (const event of turn) events.push(event)
  return events
}

test("a guest's turns are metered under the key that made the guest, and labelled before they are known", async () => {
  const { secret, key } = await keyWith({})
  const { address } = setting.server
  const { token } = await createDreamClient({ address, token: secret }).makePlayer({ player: "anna", age: "adult" })
  const client = createDreamClient({ address, token })
  expect((await client.dreams()).model).toBe("chat")
  const session = await client.open({ dream: "lost_property", seed: "metered" })
  await play(session.begin())
  // Nothing that a rule knows: what it means is asked of the model.
  const response = await fetch(`${address}/v1/sessions/${session.id}/turns`, {
    method: "POST",
    body: JSON.stringify({ input: { kind: "say", text: "屋子里的灯光让人安心" } }),
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "text/event-stream" },
  })
  expect([response.status, response.headers.get("ai-disclosure")]).toEqual([200, "mode=machine-generated"])
  expect(JSON.parse(response.headers.get("aigc") ?? "{}")).toMatchObject({ Label: "2", ContentProducer: "Daydream" })
  expect(await response.text()).toContain("event: committed")
  await expect
    .poll(async () => (await usage("games")).find(({ group }) => group.key === key.id)?.requests ?? 0, {
      timeout: 20_000,
    })
    .toBeGreaterThan(0)
  expect((await usage("games")).map(({ group }) => group)).toContainEqual({ key: key.id, model: "chat" })
  expect(await usage("root")).toEqual(
    expect.not.arrayContaining([expect.objectContaining({ group: { key: "cli", model: "chat" } })])
  )
})

test("a key that may not use the model plays with the authors' lines alone", async () => {
  const { secret } = await keyWith({ models: ["embed"] })
  const client = createDreamClient({ address: setting.server.address, token: secret })
  expect((await client.dreams()).model).toBeNull()
  const before = upstream.attempts.length
  const session = await client.open({ dream: "lost_property" })
  await play(session.begin())
  await play(session.say("屋子里的灯光让人安心"))
  expect(session.state?.turns).toBe(2)
  expect(upstream.attempts.length).toBe(before)
})
