/** Errors of the delivery of alerts. */
import { defineErrors } from "@daydream/engine/errors"
import { refusalReasons } from "../upstream/index.ts"
import type { AddressRefusal } from "../upstream/index.ts"

export const alertErrors = defineErrors({
  webhook_address_refused: {
    en: (f: { reason: AddressRefusal }) => ({
      message: `The address of the webhook is refused: ${refusalReasons[f.reason].en}.`,
      hint: f.reason === "private"
        ? "If your receiver really stands there, name its network: daydream network set 10.0.0.0/8 (all that are to be allowed)."
        : "Write it as https://alerts.example.com/daydream; what is secret may stand in its path.",
    }),
    zh: (f) => ({
      message: `Webhook 地址被拒绝：${refusalReasons[f.reason as AddressRefusal].zh}。`,
      hint: f.reason === "private"
        ? "如果接收方确实在那里，请允许其网段：daydream network set 10.0.0.0/8（须列出全部允许的网段）。"
        : "请写成 https://alerts.example.com/daydream；需要保密的部分可放在路径中。",
    }),
  },
  webhook_secret_wrong: {
    en: () => ({
      message: "This is no secret of a webhook.", hint: "It is whsec_ with 24 to 64 bytes in base64 behind. Without one, a new one is made and shown.",
    }),
    zh: () => ({ message: "这不是有效的 Webhook 密钥。", hint: "格式为 whsec_ 加 24 到 64 字节的 base64。不提供时会生成新的密钥并显示。" }),
  },
  no_webhook: {
    en: () => ({ message: "No webhook is set.", hint: "Set one: daydream alert set <address>" }),
    zh: () => ({ message: "尚未设置 Webhook。", hint: "请设置：daydream alert set <地址>" }),
  },
})
