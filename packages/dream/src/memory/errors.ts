/** Errors of memory. */
import { defineErrors } from "@daydream/engine/errors"

export const errors = defineErrors({
  memory_invalid: {
    en: (f: { id: string; field: string }) => ({
      message: `The memory "${f.id}" cannot be kept: its "${f.field}" is not valid.`,
      hint: "id and text must not be empty, at must be a number, importance lies between 0 and 1, journalIndex is a whole number from 0, "
        + "a reflection needs a basis that does not name itself, and only facts and relations have a value.",
    }),
    zh: (f) => ({
      message: `无法保存记忆“${f.id}”：字段“${f.field}”无效。`,
      hint: "id 和 text 不能为空；at 须为数字；importance 须在 0 到 1 之间；journalIndex 须为非负整数；"
        + "感想必须有依据，且不能以自身为依据；只有事实和关系才有 value。",
    }),
  },
  memory_not_found: {
    en: (f: { holder: string; id: string }) => ({
      message: `"${f.holder}" has no memory "${f.id}"; it may have been forgotten.`,
      hint: "List the memories again and choose one of them.",
    }),
    zh: (f) => ({
      message: `“${f.holder}”没有记忆“${f.id}”，它可能已被遗忘。`,
      hint: "请重新列出记忆，再从中选择。",
    }),
  },
  memory_space_differs: {
    exitCode: 1,
    en: (f: { expected: string; found: string }) => ({
      message: `The vectors of these memories are of "${f.expected}"; one of "${f.found}" cannot be compared with them.`,
      hint: "Use one embedding model for a store. When it is replaced, the vectors are made anew in the background.",
    }),
    zh: (f) => ({
      message: `这些记忆的向量来自“${f.expected}”，无法与“${f.found}”的向量比较。`,
      hint: "同一存储请使用同一个向量模型。更换模型后，向量会在后台重新计算。",
    }),
  },
  memory_damaged: {
    exitCode: 1,
    en: (f: { what: string }) => ({
      message: `Kept memory is damaged or was changed from outside: ${f.what}.`,
      hint: "Restore the store and its key vault from backups of the same moment.",
    }),
    zh: (f) => ({
      message: `保存的记忆已损坏或被外部修改：${f.what}。`,
      hint: "请用同一时刻的备份恢复存储和密钥库。",
    }),
  },
  memory_vault_in_use: {
    en: (f: { folder: string; process: number | undefined }) => ({
      message: `The key vault in ${f.folder} is in use by ${f.process === undefined ? "another process" : `process ${f.process}`}.`,
      hint: "Stop that process, or keep the keys in PostgreSQL, which several processes may share.",
    }),
    zh: (f) => ({
      message: `${f.folder} 中的密钥库正被${f.process === undefined ? "另一个进程" : `进程 ${f.process} `}使用。`,
      hint: "请停止该进程，或改用 PostgreSQL 保存密钥，后者可由多个进程共用。",
    }),
  },
})
