/** Errors of the master key and of what is sealed under it. */
import { defineErrors } from "@daydream/engine/errors"

export const secretErrors = defineErrors({
  master_key_invalid: {
    en: (f: { where: string; reason: string }) => ({
      message: `The master key in ${f.where} cannot be read: ${f.reason}.`,
      hint: "Write one or more keys as <version>:<32 bytes in base64>, separated by commas or lines, for example 1:… ; `openssl rand -base64 32` makes one.",
    }),
    zh: (f) => ({
      message: `无法读取 ${f.where} 中的主密钥：${zhReason(f.reason)}。`,
      hint: "请写成 <版本号>:<32 字节的 base64>，多个密钥用逗号或换行分隔，例如 1:…；可用 `openssl rand -base64 32` 生成。",
    }),
  },
  master_key_exposed: {
    en: (f: { file: string; mode: string }) => ({
      message: `Other users of this machine can read the master key file ${f.file} (mode ${f.mode}).`,
      hint: `Run: chmod 600 ${f.file}. Where others may have read it, rotate the master key as well.`,
    }),
    zh: (f) => ({
      message: `本机其他用户可以读取主密钥文件 ${f.file}（权限 ${f.mode}）。`,
      hint: `请执行 chmod 600 ${f.file}。如果可能已被他人读取，请同时轮换主密钥。`,
    }),
  },
  master_key_wrong: {
    en: (f: { where: string; version: number }) => ({
      message: `The master key in ${f.where} is not the one that this store was sealed with (version ${f.version}).`,
      hint: "Put the right key back: the file master-keys of the state folder from your backup, or the variable DAYDREAM_MASTER_KEY. All replicas on one store need the same keys.",
    }),
    zh: (f) => ({
      message: `${f.where} 中的主密钥与加密此存储时使用的密钥不一致（版本 ${f.version}）。`,
      hint: "请恢复正确的密钥：从备份中取回状态文件夹里的 master-keys 文件，或正确设置 DAYDREAM_MASTER_KEY。共用同一存储的所有副本必须使用相同的密钥。",
    }),
  },
  master_key_missing: {
    en: (f: { where: string; version: number }) => ({
      message: `This store needs version ${f.version} of the master key, and ${f.where} does not hold it.`,
      hint: "Put that version back beside the newer ones; it can be left out again after `rotateMasterKey` has run.",
    }),
    zh: (f) => ({
      message: `此存储需要主密钥的版本 ${f.version}，但 ${f.where} 中没有该版本。`,
      hint: "请把该版本放回，与新版本并列；完成主密钥轮换之后才可以移除它。",
    }),
  },
  master_key_single: {
    en: (f: { version: number }) => ({
      message: `DAYDREAM_MASTER_KEY holds only version ${f.version}, under which everything is sealed already.`,
      hint: `Add a new version on all replicas first (${f.version + 1}:<new key>,${f.version}:<old key>), then rotate.`,
    }),
    zh: (f) => ({
      message: `DAYDREAM_MASTER_KEY 中只有版本 ${f.version}，而所有内容已由该版本加密。`,
      hint: `请先在所有副本上加入新版本（${f.version + 1}:<新密钥>,${f.version}:<旧密钥>），然后再轮换。`,
    }),
  },
  master_key_busy: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { file: string }) => ({
      message: `Another process has been changing the master key file ${f.file} for too long.`,
      hint: "Wait for it or end it, then try again.",
    }),
    zh: (f) => ({
      message: `另一个进程长时间占用着主密钥文件 ${f.file}。`,
      hint: "请等待它完成或结束该进程，然后重试。",
    }),
  },
  secret_damaged: {
    exitCode: 1,
    en: (f: { name: string }) => ({
      message: `The sealed secret "${f.name}" is damaged, or was copied from another row: it does not open.`,
      hint: "Set the secret again, or restore the database from a backup.",
    }),
    zh: (f) => ({
      message: `已加密的“${f.name}”已损坏，或是从其他行复制而来，无法解密。`,
      hint: "请重新设置该密钥，或从备份恢复数据库。",
    }),
  },
})

const reasons: Readonly<Record<string, string>> = {
  "it is empty": "内容为空",
  "a version is not a whole number from 1 to 1000000": "版本号不是 1 到 1000000 之间的整数",
  "a key is not 32 bytes in base64": "密钥不是 32 字节的 base64",
  "a version stands there twice": "同一个版本号出现了两次",
}

const zhReason = (reason: string) => reasons[reason] ?? reason
