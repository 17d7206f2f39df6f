/** `daydream alert`: thresholds of budgets that were passed, and the webhook that hears of them. */
import type { AlertsDocument, WebhookDocument, WebhookSetDocument, WebhookTestDocument } from "@daydream/fabric/admin"
import { administer, part, readSecret, whereOptions, type WhereOptions } from "../administration/index.ts"
import { defineCommand } from "../frame/index.ts"

const list = defineCommand<WhereOptions & { readonly limit?: number }>({
  name: "list",
  description: { en: "list thresholds of budgets that were passed, the newest first", zh: "列出已达到的预算阈值，最新的在前" },
  arguments: [{ name: "[tenant]", description: { en: "of this tenant and all below (default: root)", zh: "该租户及其下级（默认 root）" } }],
  options: [
    { flags: "--limit <count>", kind: "integer", description: { en: "alerts at most (default 500, at most 1000)", zh: "最多条数（默认 500，最多 1000）" } },
    ...whereOptions,
  ],
  async run(context, [tenant = "root"], options) {
    const { showAlerts } = await import("../fabric-view/index.ts")
    const query = options.limit === undefined ? "" : `?limit=${options.limit}`
    const answer = await administer(context, options, (one) => one.ask<AlertsDocument>("GET", `/tenants/${part(tenant)}/alerts${query}`))
    showAlerts(context, answer)
    return answer
  },
})

const set = defineCommand<WhereOptions & { readonly fromEnv?: string; readonly newSecret?: boolean }>({
  name: "set",
  description: { en: "deliver alerts to an address from now on", zh: "从现在起把提醒发送到指定地址" },
  details: {
    en: "Alerts come as POST, signed as Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature), at least once each.\nPrivate addresses must lie in a network of `daydream network set`. Set again, it also tries anew what could not be delivered.",
    zh: "提醒以 POST 发送，按 Standard Webhooks 签名（webhook-id、webhook-timestamp、webhook-signature），每条至少送达一次。\n私有地址须位于 `daydream network set` 允许的网段内。再次设置时，会重新发送未送达的提醒。",
  },
  arguments: [{ name: "<address>", description: { en: "for example https://alerts.example.com/daydream", zh: "例如 https://alerts.example.com/daydream" } }],
  options: [
    { flags: "--from-env <variable>", description: { en: "a secret of your own from this variable, whsec_ and base64", zh: "从该环境变量读取自备密钥，格式为 whsec_ 加 base64" } },
    { flags: "--new-secret", description: { en: "make a new secret in place of the old one", zh: "生成新密钥替换旧密钥" } },
    ...whereOptions,
  ],
  async run(context, [address = ""], options) {
    const secret = options.fromEnv === undefined ? undefined : await readSecret(context, options.fromEnv)
    const answer = await administer(context, options, (one) => one.ask<WebhookSetDocument>("PUT", "/alert-webhook", { address, secret, newSecret: options.newSecret }))
    context.print({ en: `Alerts are delivered to ${answer.webhook.address}.`, zh: `提醒将发送到 ${answer.webhook.address}。` })
    if (answer.secret !== null) context.print({ en: `Secret to check the signatures with, shown this once: ${answer.secret}`, zh: `验证签名的密钥（仅显示这一次）：${answer.secret}` })
    context.note({ en: "Next: daydream alert test", zh: "下一步：daydream alert test" })
    return answer
  },
})

const show = defineCommand<WhereOptions>({
  name: "show",
  description: { en: "show where alerts are delivered, and what could not be", zh: "查看提醒发送到哪里，以及未送达的数量" },
  options: whereOptions,
  async run(context, _args, options) {
    const answer = await administer(context, options, (one) => one.ask<WebhookDocument>("GET", "/alert-webhook"))
    const { webhook } = answer
    if (webhook === null) context.print({ en: "Alerts are delivered nowhere. Set an address: daydream alert set <address>", zh: "提醒尚未发送到任何地方。请设置地址：daydream alert set <地址>" })
    else {
      context.print({ en: `Alerts since ${webhook.since.slice(0, 16).replace("T", " ")} UTC are delivered to ${webhook.address}.`, zh: `自 ${webhook.since.slice(0, 16).replace("T", " ")}（UTC）起的提醒发送到 ${webhook.address}。` })
      context.print({ en: `Waiting: ${webhook.waiting}. Given up: ${webhook.givenUp}.`, zh: `等待发送：${webhook.waiting}。已放弃：${webhook.givenUp}。` })
    }
    return answer
  },
})

const test = defineCommand<WhereOptions>({
  name: "test",
  description: { en: "send a test event to the webhook now; exit code 1 where it is not taken", zh: "立即向 Webhook 发送测试事件；未被接收时退出码为 1" },
  options: whereOptions,
  async run(context, _args, options) {
    const answer = await administer(context, options, (one) => one.ask<WebhookTestDocument>("POST", "/alert-webhook/test", {}))
    const { isDelivered, status, problem } = answer
    if (isDelivered) context.print({ en: `It was taken (status ${status}).`, zh: `已被接收（状态 ${status}）。` })
    else {
      context.print({ en: `It was not taken: ${problem}.`, zh: `未被接收：${problem}。` })
      context.setExitCode(1)
    }
    return answer
  },
})

const remove = defineCommand<WhereOptions>({
  name: "remove",
  description: { en: "deliver alerts nowhere any more", zh: "不再发送提醒" },
  options: whereOptions,
  async run(context, _args, options) {
    await administer(context, options, (one) => one.ask("DELETE", "/alert-webhook"))
    context.print({ en: "Alerts are delivered nowhere any more.", zh: "已不再发送提醒。" })
    return { removed: true }
  },
})

export const alert = defineCommand({
  name: "alert",
  description: { en: "alerts of budgets: list them, deliver them to a webhook, test it", zh: "预算提醒：列出、发送到 Webhook、测试" },
  subcommands: [list, set, show, test, remove],
})
