/** Errors of the schedule. */
import { defineErrors } from "@daydream/engine/errors"
import { formatTime } from "../world/index.ts"

export const scheduleErrors = defineErrors({
  schedule_too_late: {
    en: (f: { time: number; now: number }) => ({
      message: `Nothing can happen at ${formatTime(f.time)} any more: the world is already at ${formatTime(f.now)}.`,
      hint: "Give the input a time that is not before the world's own.",
    }),
    zh: (f) => ({
      message: `${formatTime(f.time)} 已经过去，不能再发生任何事：世界的时间已到 ${formatTime(f.now)}。`,
      hint: "请让输入的时间不早于世界当前的时间。",
    }),
  },
})
