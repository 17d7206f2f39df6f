import { defineErrors } from "@daydream/engine/errors"

/** Errors of calls that carry an `Idempotency-Key`. */
export const repliesErrors = defineErrors({
  idempotency_conflict: {
    en: () => ({
      message: "This Idempotency-Key was used for a call with another body.",
      hint: "Send a new Idempotency-Key with each new call, and the same one only when you repeat a call unchanged.",
    }),
    zh: () => ({
      message: "该 Idempotency-Key 已用于另一个内容不同的请求。",
      hint: "每个新请求都应使用新的 Idempotency-Key；只有原样重发时才沿用同一个。",
    }),
  },
  idempotency_in_progress: {
    isRetryable: true,
    en: () => ({
      message: "The first call with this Idempotency-Key is still being answered.",
      hint: "Wait, then send the same call with the same key again: you get the one answer.",
    }),
    zh: () => ({
      message: "使用该 Idempotency-Key 的首个请求仍在处理中。",
      hint: "请稍候，再用同一个键原样重发，即可得到那一份回答。",
    }),
  },
  idempotency_answer_not_kept: {
    en: (f: { mostBytes: number }) => ({
      message: `The call with this Idempotency-Key was answered, but its answer was larger than the ${f.mostBytes} bytes that are kept.`,
      hint: "The call was carried out and charged once. To have it answered anew, send it with a new Idempotency-Key.",
    }),
    zh: (f) => ({
      message: `使用该 Idempotency-Key 的请求已经完成，但回答超过了可保存的 ${f.mostBytes} 字节。`,
      hint: "该请求已执行并只计费一次。如需重新获得回答，请换一个新的 Idempotency-Key。",
    }),
  },
  bad_idempotency_key: {
    en: () => ({
      message: "The Idempotency-Key is empty, longer than 255 characters, or holds characters other than visible ASCII.",
      hint: "Use a random text such as a UUID.",
    }),
    zh: () => ({
      message: "Idempotency-Key 为空、超过 255 个字符，或含有可见 ASCII 以外的字符。",
      hint: "请使用随机文本，例如 UUID。",
    }),
  },
})
