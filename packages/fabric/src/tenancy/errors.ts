/** Errors of keys, tenants and rights. */
import { defineErrors } from "@daydream/engine/errors"
import type { Localized } from "@daydream/engine/language"

export const tenancyErrors = defineErrors({
  // One message for unknown, wrong, revoked and expired keys: it must not tell which.
  invalid_api_key: {
    en: () => ({
      message: "The API key is not valid.",
      hint: "Send a current key as `Authorization: Bearer dd-…` or `x-api-key: dd-…`. Your administrator can make a new one.",
    }),
    zh: () => ({
      message: "API 密钥无效。",
      hint: "请用 `Authorization: Bearer dd-…` 或 `x-api-key: dd-…` 发送有效的密钥；管理员可以创建新的密钥。",
    }),
  },
  tenant_suspended: {
    en: (f: { tenant: string }) => ({
      message: `The account "${f.tenant}" is suspended.`,
      hint: "Ask whoever administers the account above it to lift the suspension.",
    }),
    zh: (f) => ({
      message: `账户“${f.tenant}”已被停用。`,
      hint: "请联系其上级账户的管理员解除停用。",
    }),
  },
  not_allowed: {
    en: (f: { act: string; needs: string }) => ({
      message: `This key may not do "${f.act}": it needs ${f.needs}.`,
      hint: "Use a key that has it, or ask an administrator of the account above.",
    }),
    zh: (f) => ({
      message: `该密钥无权执行“${f.act}”：需要${zhNeeds(f.needs)}。`,
      hint: "请使用具备该权限的密钥，或联系上级账户的管理员。",
    }),
  },
  more_than_creator: {
    en: (f: { field: string; problem: Localized }) => ({
      message: `Nobody can give more than they have: ${f.field}: ${f.problem.en}.`,
      hint: "Narrow it, or have it set by an administrator of the account above.",
    }),
    zh: (f) => ({
      message: `授予的权限不能超过授予者自身的权限：${f.field}：${f.problem.zh}。`,
      hint: "请缩小范围，或由上级账户的管理员设置。",
    }),
  },
  no_such_tenant: {
    en: (f: { tenant: string }) => ({
      message: `There is no tenant "${f.tenant}" at or below yours.`,
      hint: "List the tenants to see their ids.",
    }),
    zh: (f) => ({
      message: `在您的账户及其下级中没有租户“${f.tenant}”。`,
      hint: "请列出租户以查看其编号。",
    }),
  },
  tenant_exists: {
    en: (f: { tenant: string }) => ({
      message: `The tenant id "${f.tenant}" is taken.`,
      hint: "Choose another id; an id is never given twice.",
    }),
    zh: (f) => ({
      message: `租户编号“${f.tenant}”已被占用。`,
      hint: "请换一个编号；编号不会重复使用。",
    }),
  },
  tenants_too_deep: {
    en: (f: { most: number }) => ({
      message: `Tenants can stand at most ${f.most} deep.`,
      hint: "Put the new tenant further up.",
    }),
    zh: (f) => ({
      message: `租户最多可嵌套 ${f.most} 层。`,
      hint: "请把新租户放在更高的层级。",
    }),
  },
  no_such_key: {
    en: (f: { key: string }) => ({
      message: `There is no key "${f.key}" at or below your tenant.`,
      hint: "List the keys of the tenant to see their ids (the middle part of dd-<id>-<secret>).",
    }),
    zh: (f) => ({
      message: `在您的租户及其下级中没有密钥“${f.key}”。`,
      hint: "请列出该租户的密钥以查看编号（即 dd-<编号>-<密文> 的中间部分）。",
    }),
  },
  key_ended: {
    en: (f: { key: string }) => ({
      message: `The key "${f.key}" is revoked or expired; that is for ever.`,
      hint: "Create a new key.",
    }),
    zh: (f) => ({
      message: `密钥“${f.key}”已吊销或过期，无法恢复。`,
      hint: "请创建新的密钥。",
    }),
  },
  bad_tenancy_input: {
    en: (f: { field: string; problem: Localized }) => ({
      message: `${f.field || "The input"}: ${f.problem.en}.`,
      hint: "Correct this field and try again.",
    }),
    zh: (f) => ({
      message: `${f.field === "" ? "输入" : `字段 ${f.field} `}有误：${f.problem.zh}。`,
      hint: "请更正该字段后重试。",
    }),
  },
  bad_quota: {
    en: (f: { text: string }) => ({
      message: `"${f.text}" is not a quota.`,
      hint: "Write for example 100k-tokens/min, 600-requests/min, 5m-tokens/day or 20-concurrent; @model at the end limits one model.",
    }),
    zh: (f) => ({
      message: `“${f.text}”不是有效的配额。`,
      hint: "写法示例：100k-tokens/min、600-requests/min、5m-tokens/day、20-concurrent；在末尾加 @模型名 表示仅限该模型。",
    }),
  },
})

const needs: Readonly<Record<string, string>> = {
  "the scope admin": "admin 权限范围",
  "an administrator of root": "根账户管理员的身份",
  "an administrator of an account above": "上级账户管理员的身份",
}

const zhNeeds = (text: string) => needs[text] ?? text
