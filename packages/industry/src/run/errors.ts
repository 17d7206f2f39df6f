import { defineErrors } from "@daydream/engine/errors"

/** Errors of running a plan over a table. */
export const runErrors = defineErrors({
  run_input_changed: {
    en: (f: { path: string; parts: string }) => ({
      message: `${f.path} has changed since this run began, so the rows labelled so far (${f.parts}) no longer fit it.`,
      hint: "Bring the former file back to continue, or add --restart to throw the labelled rows away and begin again.",
    }),
    zh: (f) => ({
      message: `${f.path} 在本次运行开始后被改动过，已标注的行（${f.parts}）与它不再对应。`,
      hint: "恢复原文件即可继续；或加上 --restart，放弃已标注的行并重新开始。",
    }),
  },
  run_plan_changed: {
    en: (f: { path: string; parts: string }) => ({
      message: `The plan ${f.path} is not the one that began this run (${f.parts}).`,
      hint: "Use the former plan to continue, or add --restart to label all rows with the new one.",
    }),
    zh: (f) => ({
      message: `方案 ${f.path} 与开始本次运行（${f.parts}）时的方案不同。`,
      hint: "请用原方案继续；或加上 --restart，用新方案重新标注所有行。",
    }),
  },
  run_output_busy: {
    exitCode: 1,
    en: (f: { path: string; pid: number | undefined }) => ({
      message: `Another run${f.pid === undefined ? "" : ` (process ${f.pid})`} is writing ${f.path}.`,
      hint: "Let it finish, stop it with Ctrl-C, or choose another --out.",
    }),
    zh: (f) => ({
      message: `另一个运行${f.pid === undefined ? "" : `（进程 ${f.pid}）`}正在写入 ${f.path}。`,
      hint: "请等它完成、用 Ctrl-C 停止它，或换一个 --out。",
    }),
  },
  run_output_is_input: {
    en: (f: { path: string }) => ({
      message: `Input and output are the same file: ${f.path}.`,
      hint: "Choose another --out; the input is never overwritten.",
    }),
    zh: (f) => ({ message: `输入与输出是同一个文件：${f.path}。`, hint: "请换一个 --out；输入文件不会被覆盖。" }),
  },
  run_columns_missing: {
    en: (f: { path: string; missing: readonly string[]; columns: readonly string[] }) => ({
      message: `${f.path} has no column ${f.missing.map((name) => `"${name}"`).join(", ")}, which the plan reads.`,
      hint: `Its columns are: ${f.columns.join(", ")}. Rename the columns in the file as they were when the plan was compiled.`,
    }),
    zh: (f) => ({
      message: `${f.path} 中没有方案所需的列${f.missing.map((name: string) => `“${name}”`).join("、")}。`,
      hint: `现有的列：${f.columns.join("、")}。请把列名改成编译方案时的名称。`,
    }),
  },
  run_disk_full: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { path: string }) => ({
      message: `The disk is full: ${f.path} could not be written. The rows labelled so far are kept.`,
      hint: "Make room, then start the same command again: it continues where it stopped.",
    }),
    zh: (f) => ({
      message: `磁盘已满，无法写入 ${f.path}。已标注的行都已保存。`,
      hint: "请腾出空间后重新执行同一条命令，会从中断处继续。",
    }),
  },
  run_interrupted: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { rows: number; parts: string }) => ({
      message: `Stopped. ${f.rows} rows are labelled and kept in ${f.parts}.`,
      hint: "Start the same command again to continue, or add --restart to begin again.",
    }),
    zh: (f) => ({
      message: `已停止。${f.rows} 行已标注，保存在 ${f.parts} 中。`,
      hint: "重新执行同一条命令即可继续；加上 --restart 则重新开始。",
    }),
  },
  run_parts_damaged: {
    exitCode: 1,
    en: (f: { path: string }) => ({
      message: `${f.path} does not match its checksum: the labelled rows kept on this disk were damaged.`,
      hint: "Add --restart to label all rows again, and check the disk.",
    }),
    zh: (f) => ({
      message: `${f.path} 与校验和不符：磁盘上保存的已标注行已损坏。`,
      hint: "请加上 --restart 重新标注所有行，并检查磁盘。",
    }),
  },
  run_parts_unknown: {
    en: (f: { folder: string }) => ({
      message: `${f.folder} exists and was not made by a run of this version.`,
      hint: "Move it away, choose another --out, or add --restart to remove it.",
    }),
    zh: (f) => ({
      message: `${f.folder} 已存在，且不是由当前版本的运行创建的。`,
      hint: "请移走它、换一个 --out，或加上 --restart 删除它。",
    }),
  },
  run_outcomes_misplaced: {
    exitCode: 1,
    en: (f: { row: string; got: string }) => ({
      message: `The plan answered row ${f.got} where row ${f.row} was asked.`,
      hint: "Nothing was written for it. This is a fault of the plan's variant; please report it.",
    }),
    zh: (f) => ({
      message: `本应回答第 ${f.row} 行，方案却给出了第 ${f.got} 行的结果。`,
      hint: "该结果未写入。这是方案实现的缺陷，请反馈。",
    }),
  },
  run_chunk_failed: {
    exitCode: 1,
    en: (f: { firstRow: number; lastRow: number; reason: string }) => ({
      message: `Rows ${f.firstRow} to ${f.lastRow} failed with every worker that tried: ${f.reason}`,
      hint: "Mend what the message names and start the same command again; without --workers the run shows more.",
    }),
    zh: (f) => ({
      message: `第 ${f.firstRow} 到 ${f.lastRow} 行在每个尝试的工作进程中都失败了：${f.reason}`,
      hint: "请按提示修复后重新执行同一条命令；去掉 --workers 可看到更多信息。",
    }),
  },
  run_workers_dead: {
    exitCode: 1,
    en: (f: { reason: string; deaths: number }) => ({
      message: `Worker processes ended ${f.deaths} times before their time; the last one with ${f.reason}.`,
      hint: "Often memory is short: use fewer --workers. Start the same command again to continue.",
    }),
    zh: (f) => ({
      message: `工作进程已提前结束 ${f.deaths} 次，最后一次：${f.reason}。`,
      hint: "通常是内存不足，请减小 --workers。重新执行同一条命令即可继续。",
    }),
  },
  run_not_open: {
    en: (f: { run: string }) => ({
      message: `There is no run "${f.run}" in progress in this store.`,
      hint: "Leave --run out to help with whatever run is in progress.",
    }),
    zh: (f) => ({ message: `此存储中没有正在进行的运行“${f.run}”。`, hint: "不带 --run 时，会协助任何正在进行的运行。" }),
  },
})

const noSpace = new Set(["ENOSPC", "EDQUOT"])

/** Whether `error`, or what caused it, says that a disk is full. */
export function isDiskFull(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if (("code" in at && typeof at.code === "string" && noSpace.has(at.code)) || /No space left on device/.test(at.message)) return true
  return false
}
