import { defineErrors } from "../errors/index.ts"

/** Errors of opening and using a store. */
export const errors = defineErrors({
  database_unreachable: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { at: string; reason: string }) => ({
      message: `The database at ${f.at} cannot be reached: ${f.reason}.`,
      hint: "Check that PostgreSQL runs there and that DATABASE_URL names the right host, port and database. Without DATABASE_URL, Daydream uses its own.",
    }),
    zh: (f) => ({
      message: `无法连接数据库 ${f.at}：${f.reason}。`,
      hint: "请确认 PostgreSQL 正在运行，并检查 DATABASE_URL 中的主机、端口和库名。不设置 DATABASE_URL 时，Daydream 会使用自带的数据库。",
    }),
  },
  database_password_wrong: {
    en: (f: { at: string; user: string }) => ({
      message: `The database at ${f.at} does not accept the password of user "${f.user}".`,
      hint: "Correct user and password in DATABASE_URL (postgres://user:password@host:port/database; special characters percent-encoded).",
    }),
    zh: (f) => ({
      message: `数据库 ${f.at} 不接受用户“${f.user}”的密码。`,
      hint: "请更正 DATABASE_URL 里的用户名和密码（postgres://用户:密码@主机:端口/库名，特殊字符需做百分号编码）。",
    }),
  },
  database_missing: {
    en: (f: { at: string; database: string }) => ({
      message: `There is no database "${f.database}" at ${f.at}.`,
      hint: `Create it (createdb ${f.database}), or name another one in DATABASE_URL.`,
    }),
    zh: (f) => ({
      message: `${f.at} 上没有数据库“${f.database}”。`,
      hint: `请先创建它（createdb ${f.database}），或在 DATABASE_URL 中换一个库名。`,
    }),
  },
  database_url_invalid: {
    en: (f: { reason: string }) => ({
      message: `The database address is not valid: ${f.reason}.`,
      hint: "Write it as postgres://user:password@host:port/database.",
    }),
    zh: (f) => ({
      message: `数据库地址无效：${f.reason}。`,
      hint: "正确写法：postgres://用户:密码@主机:端口/库名。",
    }),
  },
  database_disk_full: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { at: string }) => ({
      message: `The disk of the database at ${f.at} is full. What was committed before is safe.`,
      hint: "Make room on that disk, then start again: work continues where it stopped.",
    }),
    zh: (f) => ({
      message: `数据库 ${f.at} 所在的磁盘已满。此前已提交的数据是安全的。`,
      hint: "请在该磁盘上腾出空间后重新运行，会从中断处继续。",
    }),
  },
  store_other_version: {
    en: (f: { folder: string; found: string; needed: string }) => ({
      message: `The store in ${f.folder} was made by PostgreSQL ${f.found}; this Daydream brings PostgreSQL ${f.needed}.`,
      hint: "Use the Daydream that made it to export the data, or move the folder away to begin with an empty store.",
    }),
    zh: (f) => ({
      message: `${f.folder} 中的存储由 PostgreSQL ${f.found} 创建，而当前 Daydream 自带 PostgreSQL ${f.needed}。`,
      hint: "请用创建它的 Daydream 版本导出数据，或把该文件夹移走，以空存储重新开始。",
    }),
  },
  store_busy: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { folder: string; pid: number | undefined }) => ({
      message: `Another process${f.pid === undefined ? "" : ` (${f.pid})`} has been starting or stopping the store in ${f.folder} for too long.`,
      hint: "Wait for it, or end that process; its lock is released when it ends.",
    }),
    zh: (f) => ({
      message: `另一个进程${f.pid === undefined ? "" : `（${f.pid}）`}长时间占用着 ${f.folder} 中存储的启停锁。`,
      hint: "请等待它完成，或结束该进程；进程结束后锁会自动释放。",
    }),
  },
  store_in_use: {
    exitCode: 1,
    en: (f: { name: string }) => ({
      message: `Another process is already at work on "${f.name}" in this store.`,
      hint: "Let it finish or stop it (Ctrl-C); then start again.",
    }),
    zh: (f) => ({
      message: `另一个进程正在处理此存储中的“${f.name}”。`,
      hint: "请等它完成，或用 Ctrl-C 停止它，然后重新运行。",
    }),
  },
  store_start_failed: {
    exitCode: 1,
    en: (f: { folder: string; reason: string }) => ({
      message: `The embedded database in ${f.folder} did not start: ${f.reason}`,
      hint: `The whole log is ${f.folder}/server.log. A database of your own can be used instead: set DATABASE_URL.`,
    }),
    zh: (f) => ({
      message: `${f.folder} 中的内置数据库未能启动：${f.reason}`,
      hint: `完整日志见 ${f.folder}/server.log。也可以设置 DATABASE_URL，改用自己的数据库。`,
    }),
  },
  store_password_lost: {
    en: (f: { folder: string }) => ({
      message: `The password file of the embedded database in ${f.folder} is missing or not the right one.`,
      hint: `Put the file ${f.folder}/password back, or move the folder away to begin with an empty store.`,
    }),
    zh: (f) => ({
      message: `${f.folder} 中内置数据库的密码文件缺失或不匹配。`,
      hint: `请放回 ${f.folder}/password 文件，或把该文件夹移走，以空存储重新开始。`,
    }),
  },
  store_unsupported: {
    en: (f: { platform: string }) => ({
      message: `The embedded database is not to be had for ${f.platform}.`,
      hint: "Run npm ci again without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.",
    }),
    zh: (f) => ({
      message: `内置数据库没有适用于 ${f.platform} 的版本。`,
      hint: "请重新运行 npm ci（不要带 --omit=optional），或设置 DATABASE_URL 使用自己的 PostgreSQL。",
    }),
  },
  store_newer: {
    en: (f: { schema: string; found: number; known: number }) => ({
      message: `The store's "${f.schema}" part is at version ${f.found}; this Daydream knows only up to ${f.known}.`,
      hint: "Update Daydream to the version that last used this store.",
    }),
    zh: (f) => ({
      message: `存储中“${f.schema}”部分的版本是 ${f.found}，当前 Daydream 只支持到 ${f.known}。`,
      hint: "请把 Daydream 更新到最近使用过该存储的版本。",
    }),
  },
  store_migration_changed: {
    exitCode: 1,
    en: (f: { schema: string; number: number }) => ({
      message: `Migration ${f.number} of "${f.schema}" differs from the one that was applied to this store.`,
      hint: "This store was made by an unreleased build. Use that build, or begin with an empty store.",
    }),
    zh: (f) => ({
      message: `“${f.schema}”的第 ${f.number} 号迁移与该存储上已执行的不一致。`,
      hint: "该存储由未发布的版本创建。请使用那个版本，或以空存储重新开始。",
    }),
  },
})
