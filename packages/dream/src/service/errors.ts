/** Errors of the play service itself; those of sessions and dreams are told by the same shape. */
import { defineErrors } from "@daydream/engine/errors"
import type { Localized } from "@daydream/engine/language"
import { protocolVersion } from "../protocol/index.ts"

export const serviceErrors = defineErrors({
  bad_play_request: {
    en: (f: { field: string; problem: Localized }) => ({
      message: `${f.field === "" ? "The request" : f.field}: ${f.problem.en}.`,
      hint: "Correct it; nothing was played. GET /v1/play/openapi.json describes every field.",
    }),
    zh: (f) => ({
      message: `${f.field === "" ? "请求" : `字段 ${f.field} `}有误：${f.problem.zh}。`,
      hint: "请更正；未进行任何操作。各字段的说明见 GET /v1/play/openapi.json。",
    }),
  },
  play_body_not_json: {
    en: () => ({ message: "The body is not JSON in UTF-8.", hint: "Check quotes, commas, brackets and the encoding." }),
    zh: () => ({ message: "请求正文不是 UTF-8 编码的有效 JSON。", hint: "请检查引号、逗号、括号和编码。" }),
  },
  play_media_type: {
    en: (f: { wanted: string }) => ({
      message: `The body is not declared as ${f.wanted}, or is compressed.`,
      hint: `Set Content-Type: ${f.wanted} and leave Content-Encoding out.`,
    }),
    zh: (f) => ({
      message: `请求正文未声明为 ${f.wanted}，或经过压缩。`,
      hint: `请设置 Content-Type: ${f.wanted}，并去掉 Content-Encoding。`,
    }),
  },
  play_body_too_large: {
    en: (f: { most: number }) => ({ message: `More than ${f.most} bytes were sent.`, hint: "Send less at once." }),
    zh: (f) => ({ message: `发送的内容超过 ${f.most} 字节。`, hint: "请减少单次发送的内容。" }),
  },
  no_play_endpoint: {
    en: (f: { method: string; path: string }) => ({
      message: `There is no ${f.method} ${f.path}.`,
      hint: "GET /v1/play/openapi.json lists what there is.",
    }),
    zh: (f) => ({ message: `没有 ${f.method} ${f.path}。`, hint: "可用的接口见 GET /v1/play/openapi.json。" }),
  },
  play_method: {
    en: (f: { method: string; path: string; allowed: string }) => ({
      message: `${f.path} does not take ${f.method}.`,
      hint: `Use ${f.allowed}.`,
    }),
    zh: (f) => ({ message: `${f.path} 不支持 ${f.method}。`, hint: `请使用 ${f.allowed}。` }),
  },
  protocol_unsupported: {
    en: (f: { asked: string }) => ({
      message: `This server does not speak version "${f.asked}" of the play protocol.`,
      hint: `It speaks version ${protocolVersion}: send Daydream-Protocol: ${protocolVersion}, or leave the header out.`,
    }),
    zh: (f) => ({
      message: `此服务器不支持“${f.asked}”版本的游玩协议。`,
      hint: `支持的版本为 ${protocolVersion}：请发送 Daydream-Protocol: ${protocolVersion}，或去掉该请求头。`,
    }),
  },
  play_token_invalid: {
    en: () => ({
      message: "The player's token is not valid.",
      hint: "Have one made with POST /v1/players, by a key of this server.",
    }),
    zh: () => ({ message: "玩家令牌无效。", hint: "请用此服务器的密钥通过 POST /v1/players 创建令牌。" }),
  },
  play_token_expired: {
    en: () => ({
      message: "The player's token has expired.",
      hint: "Have a new one made for the same player: what was played is kept.",
    }),
    zh: () => ({ message: "玩家令牌已过期。", hint: "请为同一玩家创建新的令牌：已游玩的内容都会保留。" }),
  },
  key_needed: {
    en: () => ({ message: "A player's token may not do this.", hint: "Use an API key with the scope play." }),
    zh: () => ({ message: "玩家令牌无权执行此操作。", hint: "请使用带有 play 权限的 API 密钥。" }),
  },
  dream_not_for_player: {
    en: (f: { dream: string }) => ({
      message: `This player's token is not for the dream "${f.dream}".`,
      hint: "GET /v1/dreams lists those that it may open.",
    }),
    zh: (f) => ({ message: `此玩家令牌不能用于梦境“${f.dream}”。`, hint: "GET /v1/dreams 可列出能打开的梦境。" }),
  },
  invitation_invalid: {
    en: () => ({
      message: "The invitation is not valid here, or has expired.",
      hint: "Ask a player of the session for a new one.",
    }),
    zh: () => ({ message: "邀请无效或已过期。", hint: "请向该会话中的玩家索取新的邀请。" }),
  },
  nobody_free: {
    en: (f: { free: readonly string[] }) => ({
      message: "This character cannot be played here, or somebody plays it already.",
      hint: f.free.length === 0 ? "All characters of the session are taken." : `Still free: ${f.free.join(", ")}.`,
    }),
    zh: (f) => ({
      message: "该角色在此不能扮演，或已有人扮演。",
      hint: f.free.length === 0 ? "会话中的角色都已有人扮演。" : `可选的角色：${f.free.join("、")}。`,
    }),
  },
  origin_refused: {
    en: (f: { origin: string }) => ({
      message: `Pages of ${f.origin} may not play here.`,
      hint: "Name the page's origin in DAYDREAM_PLAY_ORIGINS of the server.",
    }),
    zh: (f) => ({
      message: `来自 ${f.origin} 的页面不能在此游玩。`,
      hint: "请把该页面的来源加入服务器的 DAYDREAM_PLAY_ORIGINS。",
    }),
  },
  turn_in_progress: {
    isRetryable: true,
    en: () => ({
      message: "A turn is being played in this session.",
      hint: "Wait for its end, stop it with interrupt, or send the same Idempotency-Key to see it.",
    }),
    zh: () => ({
      message: "此会话正在进行一个回合。",
      hint: "请等待其结束，或用 interrupt 停止，或用相同的 Idempotency-Key 查看。",
    }),
  },
  turn_of_another: {
    en: () => ({ message: "The turn that is being played is another player's.", hint: "Wait for its end." }),
    zh: () => ({ message: "正在进行的是另一位玩家的回合。", hint: "请等待其结束。" }),
  },
  cursor_gone: {
    en: (f: { cursor: number; latest: number }) => ({
      message: `There is no event ${f.cursor} in this session; the next one is ${f.latest}.`,
      hint: "The session was taken back meanwhile: show its state anew and go on from the state's cursor.",
    }),
    zh: (f) => ({
      message: `此会话中没有第 ${f.cursor} 个事件；下一个为 ${f.latest}。`,
      hint: "会话已被回退：请重新显示其状态，并从该状态的 cursor 继续。",
    }),
  },
  too_many_requests: {
    isRetryable: true,
    en: (f: { retryAfterMs: number }) => ({
      message: "This player asks too often.",
      hint: `Wait ${Math.ceil(f.retryAfterMs / 1000)} s.`,
    }),
    zh: (f) => ({ message: "该玩家的请求过于频繁。", hint: `请等待 ${Math.ceil(f.retryAfterMs / 1000)} 秒。` }),
  },
  too_many_streams: {
    isRetryable: true,
    en: (f: { most: number; retryAfterMs: number }) => ({
      message: `This player has ${f.most} streams open already.`,
      hint: "Close one.",
    }),
    zh: (f) => ({ message: `该玩家已打开 ${f.most} 个连接。`, hint: "请关闭一个。" }),
  },
  play_closing: {
    isRetryable: true,
    exitCode: 1,
    en: () => ({ message: "The server is stopping.", hint: "Connect again shortly and resume from your cursor." }),
    zh: () => ({ message: "服务器正在停止。", hint: "请稍后重新连接，并从您的 cursor 继续。" }),
  },
  play_mistake: {
    exitCode: 1,
    en: () => ({ message: "The service made a mistake. It has been recorded; please try again." }),
    zh: () => ({ message: "服务出现错误，已记录；请重试。" }),
  },
})
