/** A small dream as files, for two players: an inn, its keeper, a secret, a story with checkpoints. */
import { hashFiles, requireDream } from "../bundle/index.ts"
import type { Dream, DreamFile } from "../bundle/index.ts"
import { createWordChooser } from "../turn/index.ts"
import type { Ports, SayPort } from "../turn/index.ts"
import type { DreamSource } from "./versions.ts"

const texts: Readonly<Record<string, string>> = {
  "dream.yaml": `format: 1
id: inn
names: {zh: 雾中客栈}
summary: {zh: 渡口的一夜。}
author: Daydream
languages: [zh]
rating: everyone
contents: [death]
players: [guest, friend]
seconds_per_turn: 60
freedom: talk
dials:
  tone: {names: {zh: 语气}, values: {warm: {names: {zh: 暖}}, cold: {names: {zh: 冷}}}, starts: warm}
unclear: {zh: [雾很静。, 没有人应声。]}
`,
  "world.yaml": `format: 1
id: inn_world
names: {zh: 雾中客栈}
languages: [zh]
starts: day 1 20:00
feelings: [calm, afraid]
places:
  taproom:
    names: {zh: 堂屋}
    description: {zh: 低矮的房梁，一炉火。}
    exits: [jetty]
  jetty:
    names: {zh: 栈桥}
    description: {zh: 一根伸进雾里的缆绳。}
    exits: [taproom]
characters:
  guest: {names: {zh: 客人}, player: true, at: taproom}
  friend: {names: {zh: 同伴}, player: true, at: taproom}
  wen: {names: {zh: 文掌柜}, aliases: {zh: [老板娘]}, at: taproom, feeling: calm, known: everyone}
  luo: {names: {zh: 罗三}, aliases: {zh: [船夫]}, at: jetty}
things:
  lamp: {names: {zh: 马灯}, at: taproom}
facts:
  fog:
    starts: true
    says: {zh: 今晚雾很浓。}
    not:
      says: {zh: 今晚天很晴。}
      phrasings: {zh: [没有雾]}
  lamp_lit:
    starts: true
    where: lamp
    says: {zh: 灯亮着。}
    not: {says: {zh: 灯灭了。}}
`,
  "characters/wen.yaml": `character: wen
minor: false
freedom: talk
persona: {zh: 你是文掌柜，渡口客栈的主人。话不多。}
voice: {zh: [{note: 她不想说, line: 客人，喝茶吧。}, {note: 没油了, line: 灯快没油了。}, {note: 高兴, line: 难得有人来。}]}
topics:
  lamp:
    names: {zh: 问她灯的事}
    examples: {zh: [灯怎么了, 这盏灯是谁的, 灯里还有油吗, 为什么点着灯]}
    patterns: {zh: [灯...谁]}
    lines: [灯是给渡船留的。, 我说过了，给渡船留的。]
  brother:
    names: {zh: 问她弟弟的事}
    examples: {zh: [你弟弟呢, 你有弟弟吗, 你家里还有谁, 你弟弟去哪儿了]}
    lines: [{say: {zh: 他不在了。}, content: death}, 别问这个。]
unclear: [我没听清。, 什么？, 你说慢点。]
off_world: [那是什么东西？]
nature: [我就是个开店的。]
`,
  "story.ink": `-> opening
=== opening
# checkpoint: opening
雾里亮着一盏灯。
文掌柜：进来吧，外头冷。
* [坐到火边。]
  你坐到火边。
* [站着。]
  你站着。
- -> quiet
=== quiet
# rest
# checkpoint: quiet
夜静了下来。
-> END
`,
}

const bytes = (text: string) => new TextEncoder().encode(text)

/** The dream's files, some of them replaced. */
export const innFiles = (replaced: Readonly<Record<string, string>> = {}): DreamFile[] =>
  Object.entries({ ...texts, ...replaced }).map(([path, text]) => ({ path, bytes: bytes(text) }))

export const innText = (path: string): string => texts[path] ?? ""

/** A source of one dream whose files can be edited. */
export function innSource(files: readonly DreamFile[] = innFiles()): DreamSource & { edit(files: readonly DreamFile[]): Dream } {
  let now = { files, dream: requireDream(files) }
  return {
    find: async () => now.dream,
    filesOf: async ({ hash }) => (hashFiles(now.files) === hash ? now.files : null),
    edit: (edited) => {
      now = { files: edited, dream: requireDream(edited) }
      return now.dream
    },
  }
}

/** Only the author's lines, chosen by words. */
export const authorOnly = (): Ports => ({ choose: createWordChooser() })

/** A speaker that gives the player's words back. */
export const echo: SayPort = {
  say: async function* (_context, note) {
    yield note.kind === "talk" ? `你说“${note.hears}”，是吗？` : note.note
  },
}
