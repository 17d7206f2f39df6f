/** Errors of backup and restore. */
import { defineErrors } from "@daydream/engine/errors"

export const backupErrors = defineErrors({
  backup_damaged: {
    en: (f: { file: string; part: string }) => ({
      message: `The backup ${f.file} is damaged or incomplete (at ${f.part}). Nothing was restored.`, hint: "Use another copy of it.",
    }),
    zh: (f) => ({ message: `备份 ${f.file} 已损坏或不完整（位于 ${f.part}）。未恢复任何内容。`, hint: "请使用另一份副本。" }),
  },
  backup_newer: {
    en: (f: { schema: string }) => ({
      message: `The backup was made by a newer version of Daydream: it knows more of "${f.schema}". Nothing was restored.`,
      hint: "Update Daydream, then restore it.",
    }),
    zh: (f) => ({ message: `该备份由更新版本的 Daydream 创建：其中“${f.schema}”的版本更新。未恢复任何内容。`, hint: "请先升级 Daydream，再恢复。" }),
  },
  backup_other_version: {
    en: (f: { schema: string }) => ({
      message: `The backup was made by an unreleased build of Daydream: "${f.schema}" differs. Nothing was restored.`,
      hint: "Restore it with the build that made it.",
    }),
    zh: (f) => ({
      message: `该备份由未发布的 Daydream 版本创建：“${f.schema}”不一致。未恢复任何内容。`, hint: "请用创建它的版本恢复。",
    }),
  },
  store_not_empty: {
    en: (f: { tenants: number; requests: number; other: string | null }) => ({
      message: `The store is in use already (${f.other ?? `${f.tenants} tenants, ${f.requests} requests`}): a backup is restored into an empty one only.`,
      hint: "Name a new state folder with --state, or an empty database in DATABASE_URL.",
    }),
    zh: (f) => ({
      message: `该存储已在使用中（${f.other ?? `${f.tenants} 个租户，${f.requests} 次请求`}），备份只能恢复到空的存储。`,
      hint: "请用 --state 指定新的状态文件夹，或在 DATABASE_URL 中指定空数据库。",
    }),
  },
})
