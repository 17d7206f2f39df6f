/** Errors of waiting for a pool. */
import { defineErrors } from "@daydream/engine/errors"

export const quotaErrors = defineErrors({
  overloaded: {
    isRetryable: true,
    exitCode: 1,
    en: (_: { retryAfterMs: number }) => ({
      message: "The service is full at the moment.", hint: "Try again after the time that the Retry-After header names.",
    }),
    zh: () => ({ message: "服务当前已满载。", hint: "请在 Retry-After 响应头给出的时间之后重试。" }),
  },
})
