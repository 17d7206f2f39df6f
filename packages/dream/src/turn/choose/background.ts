/**
 * Ordinary things that people say, of every kind: what all utterances have in common is taken off before two are
 * compared. None of them belongs to a dream.
 */
import type { Language } from "@daydream/engine/language"

export const background: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "What do you mean by that?", "I don't know what to say.", "Where are we going?", "Tell me more about it.", "Who told you that?", "That is beautiful.",
    "I'm tired and I want to sleep.", "Give it to me.", "How much does it cost?", "Why did you do that?", "I agree with you.", "No, never.",
    "Look over there!", "When did this happen?", "My father was a teacher.", "I like the colour blue.", "Can you keep a secret?", "It's cold in here.",
    "Let's go home.", "Do you love him?", "I lost my ring yesterday.", "Open the window, please.", "He said he would come.", "What are you going to do now?",
    "I'm sorry, I was wrong.", "The music is too loud.", "Which way is north?", "She left without a word.", "I need some time to think.", "Are you afraid?",
    "We should work together.", "I read it in a book.", "How old are you?", "Stop right there!", "Nothing ever changes.", "What a strange day.",
  ],
  zh: [
    "你这话是什么意思？", "我不知道该说什么。", "我们要去哪里？", "再多说一点吧。", "这是谁告诉你的？", "真漂亮啊。",
    "我累了，想睡觉。", "把它给我。", "这个多少钱？", "你为什么要这么做？", "我同意你的看法。", "不，绝不。",
    "快看那边！", "这是什么时候的事？", "我父亲是个老师。", "我喜欢蓝色。", "你能保守秘密吗？", "这里好冷。",
    "我们回家吧。", "你爱他吗？", "我昨天丢了戒指。", "请把窗户打开。", "他说过他会来的。", "你接下来打算怎么办？",
    "对不起，是我错了。", "音乐太吵了。", "哪边是北？", "她一句话没说就走了。", "我需要时间想一想。", "你害怕吗？",
    "我们应该合作。", "我在书上看到过。", "你多大了？", "站住别动！", "一切都没有变。", "今天真是奇怪的一天。",
  ],
}
