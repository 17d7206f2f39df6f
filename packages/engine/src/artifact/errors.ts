/** Errors of files that Daydream keeps. */
import { defineErrors } from "../errors/index.ts"

export const artifactErrors = defineErrors({
  disk_full: {
    exitCode: 1,
    en: (f: { path: string }) => ({
      message: `The disk is full: ${f.path} could not be written.`,
      hint: "Free some space and run the same command again; what was finished before is kept.",
    }),
    zh: (f) => ({
      message: `磁盘已满，无法写入 ${f.path}。`,
      hint: "请腾出一些空间后重新运行同一条命令；此前完成的部分都已保留。",
    }),
  },
  artifact_damaged: {
    exitCode: 1,
    en: (f: { path: string; expected: string; found: string }) => ({
      message: `The file ${f.path} is damaged: its SHA-256 is ${f.found.slice(0, 16)}…, not ${f.expected.slice(0, 16)}….`,
      hint: "Delete the file; it will be made or downloaded again. If it happens again, check the disk.",
    }),
    zh: (f) => ({
      message: `文件 ${f.path} 已损坏：其 SHA-256 为 ${f.found.slice(0, 16)}…，应为 ${f.expected.slice(0, 16)}…。`,
      hint: "请删除该文件，系统会重新生成或下载。若再次发生，请检查磁盘。",
    }),
  },
})

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined)

/** True for a failed system call with this code, e.g. "ENOENT". */
export const isSystemError = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes(String(codeOf(error)))

/** `disk_full` in place of the operating system's ENOSPC or EDQUOT; any other error as it is. */
export const asDiskError = (error: unknown, path: string): unknown =>
  isSystemError(error, "ENOSPC", "EDQUOT") ? artifactErrors.disk_full({ path }, error) : error
