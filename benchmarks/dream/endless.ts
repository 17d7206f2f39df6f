/** A dream that never ends, for measuring long sessions: four people in four rooms, forty facts, a story at rest. */
import { hashFiles, requireDream } from "@daydream/dream/bundle"
import type { Dream, DreamFile } from "@daydream/dream/bundle"
import type { DreamSource } from "@daydream/dream/session"

const rooms = ["hall", "kitchen", "attic", "yard"]
const roomNames = ["大厅", "厨房", "阁楼", "院子"]
const people = ["mei", "lan", "hao"]
const names = ["阿梅", "阿兰", "阿浩"]

const world = `format: 1
id: endless
names: {zh: 老宅}
languages: [zh]
starts: day 1 08:00
feelings: [calm, afraid]
places:
${rooms.map((id, at) => `  ${id}: {names: {zh: ${roomNames[at]}}, description: {zh: 这里是${roomNames[at]}。}, exits: [${rooms.filter((other) => other !== id).join(", ")}]}`).join("\n")}
characters:
  guest: {names: {zh: 客人}, player: true, at: hall}
${people.map((id, at) => `  ${id}: {names: {zh: ${names[at]}}, at: ${rooms[at]}, known: everyone, feeling: calm}`).join("\n")}
facts:
${Array.from({ length: 40 }, (_, at) => `  fact_${at}: {starts: true, where: ${rooms[at % rooms.length]}, says: {zh: 第${at + 1}块砖松了。}, not: {says: {zh: 第${at + 1}块砖补好了。}}}`).join("\n")}
`

const sheet = (id: string) => `character: ${id}
minor: false
freedom: talk
persona: {zh: 你住在老宅里，话不多。}
voice: {zh: [{note: 她不想说, line: 喝茶吧。}, {note: 她累了, line: 歇会儿。}, {note: 她高兴, line: 难得有人来。}]}
topics:
${Array.from({ length: 12 }, (_, at) => `  topic_${at}:
    names: {zh: 问第${at + 1}件事}
    examples: {zh: [第${at + 1}件事是什么, 说说第${at + 1}件事, 第${at + 1}件事怎么了, 讲讲第${at + 1}件]}
    lines: [这是第${at + 1}件事。, 第${at + 1}件事我说过了。]`).join("\n")}
unclear: [我没听清。, 什么？, 你说慢点。]
off_world: [那是什么？]
nature: [我就住在这里。]
`

const files: readonly DreamFile[] = Object.entries({
  "dream.yaml": `format: 1
id: endless
names: {zh: 老宅}
summary: {zh: 一座老宅。}
languages: [zh]
rating: everyone
players: [guest]
seconds_per_turn: 30
freedom: talk
unclear: {zh: [很静。]}
`,
  "world.yaml": world,
  ...Object.fromEntries(people.map((id) => [`characters/${id}.yaml`, sheet(id)])),
  "story.ink": "-> begin\n=== begin\n# rest\n老宅很静。\n-> END\n",
}).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }))

const dream: Dream = requireDream(files)

export const endless: DreamSource = { find: async () => dream, filesOf: async ({ hash }) => (hash === hashFiles(files) ? files : null) }
