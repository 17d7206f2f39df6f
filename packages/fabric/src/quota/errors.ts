/** Errors of waiting for a pool. */
import { defineErrors } from "@daydream/engine/errors"

export const quotaErrors = defineErrors({
  overloaded: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { retryAfterMs: number }) => ({
      message: "The service is full at the moment.", hint: `Try again in about ${Math.ceil(f.retryAfterMs / 1000)} s.`,
    }),
    zh: (f) => ({ message: "服务当前已满载。", hint: `请在约 ${Math.ceil(f.retryAfterMs / 1000)} 秒后重试。` }),
  },
})
