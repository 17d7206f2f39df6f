/** Small stories of our own, for the tests. */
import { plainWorld } from "./plain-world.ts"
import type { StoryNames, StorySpeaker } from "./port.ts"

export const names: StoryNames = {
  facts: ["lamp_lit", "tide", "secret"],
  characters: ["mara", "player"],
  places: ["quay", "tower"],
  things: ["key", "oil"],
  relations: ["trust"],
  moves: ["wave"],
  feelings: ["calm", "afraid"],
  dials: ["tone", "language"],
}

export const speakers: readonly StorySpeaker[] = [
  { id: "mara", names: ["Mara", "玛拉"] },
  { id: "player", names: ["You", "你"] },
]

/** The lamp that nobody lights: two endings, a hub, a refusal, dice and a tunnel. */
export const ferry = [
  { name: "story.ink", text: `INCLUDE tower.ink
VAR refusal = ""
VAR courage = 1
LIST bag = (rope), bread
-> quay
=== quay
# checkpoint: quay
{The last boat is in.|The quay is empty.}
Mara: {~Cold night.|Colder than the last.} # id: mara-cold
- (ask)
* [Ask about the lamp.]
  Mara: It has been dark since {fact("tide")} tides.
  ~ courage = courage + RANDOM(1, 2)
  -> ask
+ [Take the key.]
  ~ temp done = move("put key player")
  {done: The key is heavy. | Mara: {refusal == "held": Not yours. | Leave it.}}
  -> ask
+ {has("player", "key")} [Climb.] -> tower
+ [Go home.] -> home
=== home
~ bag += bread
You walk home. # ending: home
-> END
` },
  { name: "tower.ink", text: `=== tower
# checkpoint: tower
~ courage = courage / 2.0
The stairs are wet. # move: send player tower
-> breathe ->
{at("player", "tower"): You are up there. | You are still below.}
* [Light the lamp.] -> light
* [Wait.]
  Nothing comes.
  -> light
=== breathe
You breathe {TURNS_SINCE(-> breathe) == -1: once | again}.
->->
=== light
# checkpoint: light
~ move("set lamp_lit true")
{fact("lamp_lit"): The light goes out over the water. | The wick stays black.}
{dial("tone") == "warm": Somebody cheers.}
Mara: You did it. # ending: light
-> END
` },
]

/** Threads, nested tunnels, sequences, lists, labels, glue and logic in choices: what ink's saves find hardest. */
export const market = [{ name: "story.ink", text: `VAR coins = 3
VAR price = 1.5
LIST goods = apples, salt, (rope)
-> square
=== square
# checkpoint: square
{&Morning|Noon|Evening} on the square, <>
{shuffle:
  - gulls above.
  - rain to come.
}
<- stall("fish", 1)
<- stall("bread", 2)
+ {goods ? salt} [Show the salt ({LIST_COUNT(goods)} goods).]
  -> haggle(-> square) ->
  The salt is {once: white|grey|gone}.
  -> square
* (sit) [Sit down.]
  You sit {stopping: for a while|again}.
  ~ price = price * 2 + RANDOM(0, 1)
  -> square
+ {TURNS_SINCE(-> sit) > 1} [Leave.]
  {coins} coins, {price / 2} owed. # ending: left
  -> END
=== stall(what, cost)
+ {coins >= cost} [Buy {what} for {cost}.]
  ~ coins -= cost
  { what == "fish":
    ~ goods += salt
  - else:
    ~ goods += apples
  }
  You buy {what}{&.|!}
  -> square
=== haggle(-> back)
"How much?" says the man.
* [Nothing.] "Nothing?"
* [A lot.]
  -> laugh ->
- He nods{haggle > 1:, again}.
->->
=== laugh
He laughs.
+ [Laugh too.]
  You both laugh.
->->
` }]

/** 只在雾里开门的书店：中文，两个结局。 */
export const bookshop = [{ name: "story.ink", text: `VAR refusal = ""
VAR coins = 2
-> door
=== door
# checkpoint: 门口
雾很浓，门开着。
玛拉：请进，{dial("tone") == "warm": 外面冷。 | 书不等人。}
+ [进去。] -> shelf
+ [转身离开。] -> leave
=== shelf
# checkpoint: 书架
书架上有{~三|四|五}本没有名字的书。
{coins > 0:
  + [买一本。]
    ~ coins -= 1
    ~ move("add tide 1")
    玛拉：你会用得着的。
    -> shelf
}
+ {fact("tide") >= 4} [打开它。]
  书里写着今晚的雾。 # ending: 读者
  -> END
+ [回到门口。] -> door
=== leave
雾散了，门不见了。 # ending: 过客
-> END
` }]

export const world = (dials: Readonly<Record<string, string>> = {}) => plainWorld({
  facts: { lamp_lit: false, tide: 3, secret: null },
  positions: { key: "quay", oil: "tower", mara: "quay", player: "quay" },
  relations: { "trust/mara/player": 2 },
  dials,
})
