import { defineErrors } from "../errors/index.ts"

/** Errors of jobs. */
export const errors = defineErrors({
  job_claim_lost: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { queue: string; id: string }) => ({
      message: `Job ${f.id} of "${f.queue}" was cancelled or given to another worker while this one was at it.`,
      hint: "Nothing of this attempt was kept. If this happens without a cancel, the worker stalled longer than the heartbeat allows.",
    }),
    zh: (f) => ({
      message: `“${f.queue}”的任务 ${f.id} 在本进程处理期间已被取消或转交给其他工作进程。`,
      hint: "本次处理的结果未保留。若并未取消任务，则说明本进程停顿超过了心跳时限。",
    }),
  },
})
