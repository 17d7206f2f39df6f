/** Errors of sessions. */
import { defineErrors } from "@daydream/engine/errors"
import { closedNotice } from "../safety/index.ts"

export const errors = defineErrors({
  session_unknown: {
    en: (f: { session: string }) => ({ message: `There is no session "${f.session}".`, hint: "It may have been removed. List the sessions, or open a new one." }),
    zh: (f) => ({ message: `没有会话“${f.session}”。`, hint: "它可能已被删除。请列出会话，或新开一个。" }),
  },
  dream_closed: {
    en: (f: { dream: string; rating: string }) => ({ message: closedNotice.en, hint: `"${f.dream}" is rated ${f.rating}. Choose another dream.` }),
    zh: (f) => ({ message: closedNotice.zh, hint: `“${f.dream}”的分级是 ${f.rating}，请选择其他梦境。` }),
  },
  dream_version_lost: {
    exitCode: 1,
    en: (f: { session: string; dream: string; reason: string }) => ({
      message: `The version of "${f.dream}" in which the session "${f.session}" began cannot be read: ${f.reason}.`,
      hint: "Nothing is lost: the transcript can be read, and `upgrade` goes on in the dream as it is now, at the nearest checkpoint.",
    }),
    zh: (f) => ({
      message: `无法读取会话“${f.session}”开始时所用的“${f.dream}”版本：${f.reason}。`,
      hint: "内容没有丢失：文字记录仍可查看，也可以用 upgrade 在当前版本中从最近的检查点继续。",
    }),
  },
  dial_unknown: {
    en: (f: { dial: string; value: string; dials: readonly string[] }) => ({
      message: `The dream has no dial "${f.dial}" that can stand at "${f.value}".`,
      hint: f.dials.length === 0 ? "This dream has no dials." : `The dials: ${f.dials.join("; ")}.`,
    }),
    zh: (f) => ({
      message: `这个梦境没有可设为“${f.value}”的旋钮“${f.dial}”。`,
      hint: f.dials.length === 0 ? "这个梦境没有旋钮。" : `可用的旋钮：${f.dials.join("；")}。`,
    }),
  },
  dream_language_unknown: {
    en: (f: { language: string; languages: readonly string[] }) => ({ message: `The dream is not written in "${f.language}".`, hint: `Its languages: ${f.languages.join(", ")}.` }),
    zh: (f) => ({ message: `这个梦境没有“${f.language}”版本。`, hint: `可用的语言：${f.languages.join("、")}。` }),
  },
  session_value_invalid: {
    en: (f: { field: string; most: number }) => ({ message: `"${f.field}" is empty, too long, or not text.`, hint: `Write 1 to ${f.most} characters.` }),
    zh: (f) => ({ message: `“${f.field}”为空、过长或不是文本。`, hint: `请填写 1 到 ${f.most} 个字符。` }),
  },
  not_in_session: {
    en: (f: { session: string; player: string }) => ({ message: `"${f.player}" does not play in the session "${f.session}".`, hint: "Join the session first." }),
    zh: (f) => ({ message: `“${f.player}”不在会话“${f.session}”中。`, hint: "请先加入会话。" }),
  },
  only_the_owner: {
    en: (f: { session: string; what: string }) => ({ message: `Only the player who opened the session "${f.session}" may do this: ${f.what}.`, hint: "Ask that player, or branch off a session of your own." }),
    zh: (f) => ({ message: `只有开启会话“${f.session}”的玩家才能执行：${f.what}。`, hint: "请联系该玩家，或另开一条分支。" }),
  },
  character_not_free: {
    en: (f: { character: string; free: readonly string[] }) => ({
      message: f.character === "" ? "Nobody is left to be played in this session." : `The character "${f.character}" cannot be played here, or somebody plays it already.`,
      hint: f.free.length === 0 ? "All its characters are taken: open a session of your own." : `Still free: ${f.free.join(", ")}.`,
    }),
    zh: (f) => ({
      message: f.character === "" ? "这个会话里没有可以扮演的角色了。" : `角色“${f.character}”不能扮演，或已有人扮演。`,
      hint: f.free.length === 0 ? "所有角色都已有人，请另开会话。" : `可选的角色：${f.free.join("、")}。`,
    }),
  },
  session_moved: {
    isRetryable: true,
    en: (f: { expected: number; turns: number }) => ({ message: `The session has moved on: it has ${f.turns} turns, not ${f.expected}.`, hint: "Read its state and decide again." }),
    zh: (f) => ({ message: `会话已有变化：现在是 ${f.turns} 轮，而不是 ${f.expected} 轮。`, hint: "请读取最新状态后再操作。" }),
  },
  not_your_turn: {
    isRetryable: true,
    en: (f: { next: string }) => ({ message: `It is the turn of "${f.next}".`, hint: "Wait for the others; the state says whose turn it is." }),
    zh: (f) => ({ message: `现在轮到“${f.next}”。`, hint: "请等其他玩家行动；状态里会显示轮到谁。" }),
  },
  nothing_to_retry: {
    en: () => ({ message: "There is no turn to take back yet.", hint: "Play a turn first." }),
    zh: () => ({ message: "还没有可以重来的一轮。", hint: "请先进行一轮。" }),
  },
  turn_unknown: {
    en: (f: { turn: number; turns: number }) => ({ message: `The session has no turn ${f.turn} to go back to.`, hint: `Name a number from 0 to ${f.turns}: so many turns are kept.` }),
    zh: (f) => ({ message: `会话中没有第 ${f.turn} 轮可以返回。`, hint: `请填写 0 到 ${f.turns} 之间的数字，表示保留多少轮。` }),
  },
  agreement_missing: {
    isRetryable: true,
    en: (f: { missing: readonly string[] }) => ({ message: "All players must agree to this; your vote is kept.", hint: `Still to agree: ${f.missing.join(", ")}.` }),
    zh: (f) => ({ message: "需要所有玩家同意；你的同意已记下。", hint: `尚未同意：${f.missing.join("、")}。` }),
  },
  save_unknown: {
    en: (f: { name: string; saves: readonly string[] }) => ({ message: `There is no save "${f.name}".`, hint: f.saves.length === 0 ? "Nothing has been saved yet." : `The saves: ${f.saves.join(", ")}.` }),
    zh: (f) => ({ message: `没有名为“${f.name}”的存档。`, hint: f.saves.length === 0 ? "还没有存档。" : `现有存档：${f.saves.join("、")}。` }),
  },
  key_reused: {
    en: (f: { key: string }) => ({ message: `The key "${f.key}" was used for another input.`, hint: "Make a new key for every input; repeat a key only with the same input." }),
    zh: (f) => ({ message: `键“${f.key}”已用于另一个输入。`, hint: "每个输入请使用新的键；只有重复同一输入时才可重复使用。" }),
  },
  turn_taken_back: {
    en: (f: { key: string }) => ({ message: `The turn of the key "${f.key}" was played and then taken back.`, hint: "Read the state; make a new key to play again." }),
    zh: (f) => ({ message: `键“${f.key}”对应的一轮已进行，后来被撤回。`, hint: "请读取最新状态；要再次进行请使用新的键。" }),
  },
  event_unknown: {
    en: (f: { event: number }) => ({ message: `There is no text with the cursor ${f.event}.`, hint: "Report an event that carries a text, by its cursor." }),
    zh: (f) => ({ message: `没有游标为 ${f.event} 的文本。`, hint: "请用文本事件的游标来举报。" }),
  },
  turn_interrupted: {
    isRetryable: true,
    en: () => ({ message: "The turn was stopped; it has not happened.", hint: "Send the input again, or another one." }),
    zh: () => ({ message: "这一轮已停止，没有发生。", hint: "可以重新发送，或换一个输入。" }),
  },
  turn_failed: {
    isRetryable: true, exitCode: 1,
    en: (f: { reason: string }) => ({ message: `The turn failed and has not happened: ${f.reason}.`, hint: "Send it again. If it fails again, look into the server's log." }),
    zh: (f) => ({ message: `这一轮失败，没有发生：${f.reason}。`, hint: "请重新发送；若再次失败，请查看服务器日志。" }),
  },
  session_file_invalid: {
    en: (f: { line: number; reason: string }) => ({ message: `The session file cannot be taken: line ${f.line}: ${f.reason}.`, hint: "Export the session again and do not change the file." }),
    zh: (f) => ({ message: `无法导入会话文件：第 ${f.line} 行：${f.reason}。`, hint: "请重新导出会话，且不要改动文件。" }),
  },
  session_file_of_other_version: {
    en: (f: { dream: string; version: string }) => ({ message: `The session file belongs to another version of the dream "${f.dream}" (${f.version.slice(0, 12)}).`, hint: "Bring that version of the dream here, then import the file again." }),
    zh: (f) => ({ message: `会话文件属于梦境“${f.dream}”的另一个版本（${f.version.slice(0, 12)}）。`, hint: "请先放入该版本的梦境，再重新导入。" }),
  },
})
