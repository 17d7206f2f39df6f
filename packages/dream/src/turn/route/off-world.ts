/** What is not of the dream's world: instructions to a program, and things that its author never speaks of. */
import type { Language } from "@daydream/engine/language"
import type { Dream } from "../../bundle/index.ts"

/** Nobody in a story says this to anybody in it. */
const injections: Readonly<Record<Language, readonly RegExp[]>> = {
  en: [
    /\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:previous|prior|above|earlier|all|your|these|the|any)\b.{0,20}\b(?:instructions?|prompts?|rules|guidelines|directives|programming|constraints)\b/u,
    /\b(?:system|hidden|initial|secret|original) (?:prompt|instructions?|message)\b/u,
    /\b(?:print|show|reveal|repeat|output|reveal|tell me|give me|what (?:is|are)) (?:me )?(?:your (?:prompt|instructions|rules|guidelines|configuration|source code)|the (?:prompt|source code))\b/u,
    /\brepeat (?:the |all |every(?:thing)? )*(?:words?|text|everything) (?:above|before)\b/u,
    /\byou are now (?:an? |the )?(?:ai|assistant|chatbot|dan|language model|unrestricted|jailbroken|different)\b/u,
    /\b(?:act|behave|respond|answer|pretend) (?:as|like|to be) (?:if you (?:were|are) )?(?:an? |the )?(?:ai|assistant|chatbot|dan|language model|linux terminal|terminal|translator|python interpreter)\b/u,
    /\b(?:jailbreak|developer mode|dev mode|god mode|debug mode|admin mode|sudo|root access)\b/u,
    /\bas an? (?:ai|language model|assistant)\b/u,
    /\b(?:stop|quit|drop|break|stay out of|step out of) (?:the )?(?:role ?play(?:ing)?|character|acting)\b/u,
    /\bwrite (?:me )?(?:an? |some |the )?(?:python|javascript|java|html|sql|code|script|program|essay|resume|email|haiku|article|homework)\b/u,
    /\b(?:translate|summari[sz]e) (?:this|the following|that|it)\b.{0,20}\b(?:into|in|to)\b/u,
    /\bend (?:of )?(?:prompt|instructions|system)\b/u,
  ],
  zh: [
    /(?:忽略|无视|忘(?:记|掉)|不要管|绕过|覆盖|跳过)(?:掉)?(?:你)?(?:以上|之前|前面|上面|先前|此前|所有|一切|你的|这些|全部)?的?(?:所有|全部|一切)?的?(?:指令|提示词?|设定|规则|要求|命令|约束|系统|指示)/u,
    /(?:系统|隐藏|初始|原始)(?:的)?(?:提示词?|指令|消息|设定)/u,
    /(?:输出|打印|显示|告诉我|复述|重复|给我看|说出|泄露|展示)(?:一下|出)?(?:你)?(?:的)?(?:系统)?(?:提示词|提示语|指令|设定集|规则|配置|源代码|上下文)/u,
    /(?:重复|复述|输出)(?:一遍)?(?:以上|上面|前面|之前)(?:的)?(?:所有|全部)?(?:内容|文字|话|对话)/u,
    /(?:你现在|从现在(?:起|开始)|接下来)(?:，)?(?:你)?(?:就)?(?:是|扮演|作为|变成|成为)(?:一个|一名|一位|个)?(?:没有限制|不受限制|无限制|ai|人工智能|助手|翻译|聊天机器人|程序员|终端|语言模型|dan)/u,
    /(?:扮演|假装(?:你)?是|模拟)(?:一个|一名|一位|成)?(?:ai|人工智能|助手|聊天机器人|程序员|终端|语言模型|翻译器|dan)/u,
    /(?:开发者|调试|管理员|上帝|越狱)模式|越狱提示|root权限/u,
    /作为(?:一个|一名)?(?:ai|人工智能|语言模型|助手)/u,
    /(?:停止|结束|退出|跳出|别再|不要再)(?:你的|这个|这场)?(?:角色扮演|扮演)/u,
    /(?:帮我|给我|请|替我)?写(?:一段|一个|一篇|个|段|篇|点)?(?:python|代码|程序|脚本|网页|作文|论文|简历|邮件|周报|文案|作业|小说|html|sql)/u,
    /(?:翻译|总结|概括)(?:一下)?(?:成|为|以下|下面|这段|上文|这篇)/u,
  ],
}

const marks = /<\|[^|]{0,40}\|>|\[\/?(?:inst|system|assistant|user)\]|<\/?(?:system|assistant|instructions?)>|^#{2,}\s*(?:system|instruction|系统|指令)|^(?:system|assistant|系统|助手)\s*[:：]|\bprompt injection\b/imu

/** Things of our time. Where the dream's own texts speak of one, it is of its world. */
const things: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "chatgpt", "openai", "gpt", "google", "wikipedia", "internet", "online", "wifi", "wi-fi", "website", "smartphone", "iphone", "cell phone",
    "mobile phone", "cellphone", "my phone", "your phone", "laptop", "computer", "email", "e-mail", "facebook", "instagram", "tiktok", "twitter", "youtube",
    "netflix", "spotify", "uber", "bitcoin", "crypto", "stock market", "elon musk", "donald trump", "joe biden", "python", "javascript",
    "video game", "playstation", "minecraft", "world cup", "covid", "selfie", "hashtag", "podcast", "drone", "television", "tv show", "credit card",
    "app store", "software", "download", "server", "token", "whatsapp", "discord", "reddit", "amazon", "tesla", "super bowl", "taylor swift",
  ],
  zh: [
    "手机", "微信", "抖音", "快手", "微博", "支付宝", "淘宝", "京东", "拼多多", "上网", "网上", "网络", "互联网", "无线网", "wifi", "网站", "网页", "电脑", "笔记本电脑",
    "平板", "自拍", "直播", "短视频", "朋友圈", "小红书", "b站", "知乎", "百度", "谷歌", "chatgpt", "gpt", "deepseek", "豆包", "文心一言", "通义千问", "比特币", "炒股",
    "股票", "基金", "外卖", "快递", "网约车", "滴滴", "高铁", "地铁", "特朗普", "拜登", "马斯克", "世界杯", "王者荣耀", "原神", "电子游戏", "网购", "二维码", "信用卡",
    "电视剧", "电视", "视频会议", "编程", "代码", "python", "软件", "下载", "新冠", "疫情", "无人机", "人工智能", "苹果手机", "英伟达", "服务器",
  ],
}

const kept = new WeakMap<Dream, string>()

/** All that the dream's author wrote, in one text. */
function textsOf(dream: Dream): string {
  const known = kept.get(dream)
  if (known !== undefined) return known
  const plain = (value: unknown): unknown => (value instanceof Map ? [...value].flat() : value)
  const cast = JSON.stringify([...dream.cast.values()])
  const world = JSON.stringify(dream.world, (_key, value: unknown) => plain(value))
  const stories = Object.values(dream.stories).flatMap(({ lines }) => lines.map(({ source }) => source)).join("\n")
  const text = [cast, world, stories, JSON.stringify(dream.lore), JSON.stringify([dream.names, dream.summary])].join("\n").toLowerCase()
  kept.set(dream, text)
  return text
}

const latin = /^[a-z0-9 '-]+$/u
const names = (text: string, thing: string): boolean =>
  latin.test(thing) ? new RegExp(`(?<![a-z0-9])${thing}(?:s|es)?(?![a-z0-9])`, "u").test(text) : text.includes(thing)

/** True where `text` gives instructions to a program. */
export function isInjection(text: string): boolean {
  const plain = text.normalize("NFKC").toLowerCase().replaceAll(/\p{Cf}/gu, "")
  if (marks.test(plain)) return true
  const squeezed = plain.replaceAll(/\s+/gu, " ").replaceAll(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, "")
  return Object.values(injections).flat().some((pattern) => pattern.test(squeezed))
}

/** True where `text` speaks of something of our time of which the dream never speaks. */
export function isOffWorld(dream: Dream, text: string): boolean {
  const plain = text.normalize("NFKC").toLowerCase()
  const own = textsOf(dream)
  return Object.values(things).flat().some((thing) => names(plain, thing) && !names(own, thing))
}
