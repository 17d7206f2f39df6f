/** Sentences in which a speaker says what it is made of. Honest answers about that come from the interface. */
import type { Language } from "@daydream/engine/language"

const patterns: Readonly<Record<Language, readonly RegExp[]>> = {
  en: [
    /\b(?:as|i am|i'm|i’m|being|i was only|i am just|i'm just|i’m just)\s+(?:just |only |merely |really |actually |not )?(?:an?\s+)?(?:ai|a\.i\.|artificial intelligence|(?:large )?language model|chat ?bot|bot|virtual assistant|ai assistant|computer program|machine learning model|neural network)\b/giu,
    /\b(?:i am|i'm|i’m)\s+(?:not |really |actually |just |only )*(?:an?\s+)?(?:human(?: being)?|real (?:person|human)|living person|person of flesh)\b(?! (?:enough|error|nature))/giu,
    /\b(?:my|the) (?:training data|knowledge cut-?off|system prompt|programmers)\b/giu,
    /\bi (?:was|have been|am) (?:trained on|programmed (?:by|to))\b/giu,
    /\b(?:openai|chatgpt|anthropic|alibaba cloud|qwen|llama)\b/giu,
  ],
  zh: [
    /(?:作为|身为)(?:一个|一名|一款|一位|一种)?\s*(?:AI|人工智能|大?语言模型|聊天机器人|机器人|虚拟助手|智能助手|计算机程序)/giu,
    /我(?:其实|真的|确实|可)?(?:不?是|只是|不过是)(?:一个|一名|一款|一位|一台|个)?\s*(?:AI|人工智能|大?语言模型|聊天机器人|机器人|虚拟助手|智能助手|(?:电脑|计算机)?程序)/giu,
    /我(?:其实|真的|确实|可)?(?:不?是|只是)(?:一个|个)?(?:真人|人类|真实的人|活生生的人|大活人)/giu,
    /(?:训练数据|系统提示词?|知识截止)/giu,
    /我(?:是|被)(?:由)?.{0,12}(?:训练|编程|开发)(?:出来|而成|的)/giu,
    /(?:OpenAI|ChatGPT|Anthropic|阿里云|通义千问)/giu,
  ],
}

/** Where `text` says that its speaker is an AI or a human. Both languages are looked for: models mix them. */
export function findSelfClaims(text: string): { readonly start: number; readonly end: number }[] {
  const folded = text.replaceAll("’", "'")
  return Object.values(patterns)
    .flat()
    .flatMap((pattern) =>
      [...folded.matchAll(pattern)].map(({ index, 0: found }) => ({ start: index, end: index + found.length })),
    )
}
