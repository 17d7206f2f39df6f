import { defineErrors } from "@daydream/engine/errors"

/** Why an address is not called, for people. */
export const reasons = {
  "not-an-address": { en: "it is not a web address", zh: "它不是网址" },
  scheme: { en: "only http and https are allowed", zh: "只允许 http 和 https" },
  credentials: { en: "it holds a user name or password", zh: "其中含有用户名或密码" },
  query: { en: "it holds a query or a fragment", zh: "其中含有查询参数或片段" },
  metadata: { en: "it belongs to a cloud's metadata service", zh: "它属于云平台的元数据服务" },
  private: { en: "it lies in a private or special network that is not allowed", zh: "它位于未获允许的私有网络或特殊网络中" },
} as const

/** Why an address is not called. */
export type AddressRefusal = keyof typeof reasons

export const errors = defineErrors({
  upstream_address_refused: {
    en: (f: { address: string; reason: AddressRefusal }) => ({
      message: `The upstream address "${f.address}" is refused: ${reasons[f.reason].en}.`,
      hint: f.reason === "private"
        ? "If a model server of yours really stands there, add its network to `allowedNetworks` (for example `10.0.0.0/8`)."
        : "Give the address up to and including the version, such as `https://api.example.com/v1`; keys go into a credential.",
    }),
    zh: (f) => ({
      message: `上游地址“${f.address}”被拒绝：${reasons[f.reason as AddressRefusal].zh}。`,
      hint: f.reason === "private"
        ? "如果您的模型服务器确实在那里，请将其网段加入 `allowedNetworks`（例如 `10.0.0.0/8`）。"
        : "请填写到版本号为止的地址，例如 `https://api.example.com/v1`；密钥请放入凭据。",
    }),
  },
  bad_network: {
    en: (f: { network: string }) => ({
      message: `"${f.network}" is not a network.`,
      hint: "Write networks as CIDR: `10.0.0.0/8`, `127.0.0.1/32`, `fd00::/8`.",
    }),
    zh: (f) => ({
      message: `“${f.network}”不是有效的网段。`,
      hint: "请用 CIDR 形式书写网段：`10.0.0.0/8`、`127.0.0.1/32`、`fd00::/8`。",
    }),
  },
})
