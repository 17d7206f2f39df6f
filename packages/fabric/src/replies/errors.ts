import { defineErrors } from "@daydream/engine/errors"

/** Errors of calls that carry an `Idempotency-Key`, beside those of the wire. */
export const repliesErrors = defineErrors({
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
