/**
 * What people in the generated conversations talk about. The first statement of a topic says it in the plain words
 * that a question may use, the others paraphrase; "elsewhere" speaks of people who are not asked about. Half of the topics are
 * for tuning, the other half is reported.
 */
import type { Language } from "@daydream/engine/language"

export interface Topic {
  readonly set: "tune" | "report"
  /** "changing": a later statement replaces the earlier; "many": several hold at once; else one. */
  readonly kind?: "changing" | "many"
  readonly values: readonly string[]
  readonly statements: readonly string[]
  readonly questions: readonly string[]
  readonly elsewhere: readonly string[]
}

export interface Talk {
  readonly names: readonly string[]
  readonly topics: readonly Topic[]
  readonly small: readonly string[]
  readonly fillers: readonly string[]
  /** Asks for who said a thing, with its words. */
  readonly content: readonly string[]
  /** Separates the speaker from what is said. */
  readonly colon: string
}

const en: Talk = {
  names: ["Anna", "Jonas", "Priya", "Mateo", "Ingrid", "Kwame"],
  colon: ": ",
  content: ["Who mentioned {v}?", "Who was it that talked about {v}?"],
  small: ["the weather", "the new bakery", "that long film", "the broken lift", "the late bus", "Sunday's match", "the noisy street", "the old radio"],
  fillers: [
    "Did you hear about {s}?", "I keep thinking about {s}.", "Honestly, {s} was not what I expected.", "Let us not start on {s} again.",
    "I slept badly, how about you?", "Same as always, nothing to complain about.", "Ha, you always say that.", "Wait, someone is at the door.",
    "I will tell you more when we meet.", "You should have seen my face when I saw {s}.", "What do you make of {s}?", "I am so tired today.",
    "That is kind of you to ask.", "We talked about {s} for an hour.", "Give my best to everybody.", "I had to laugh about {s}.",
    "Sorry, I was busy all afternoon.", "My phone nearly died while I read about {s}.", "Let me know when you are free.", "{s} again, can you believe it?",
  ],
  topics: [
    { set: "tune", values: ["a beagle called Pixel", "two goldfish", "a grey cat called Ash", "a parrot that swears", "a tortoise called Hektor", "a rabbit called Clover"],
      statements: ["We have {v} as a pet now.", "We took home {v} last week.", "I had to clean up after {v} again.", "The children adore {v}."],
      questions: ["What pet does {name} have?", "Which animal lives with {name}?", "Whom does {name} feed every morning?"],
      elsewhere: ["My neighbour got {v}.", "There was a film about {v}."] },
    { set: "tune", kind: "changing", values: ["Bergen", "Lisbon", "Krakow", "Osaka", "Porto", "Ghent"],
      statements: ["I live in {v} now.", "I finally got the keys to my flat in {v}.", "All my boxes have arrived in {v}.", "Everything here in {v} is still new to me."],
      questions: ["Where does {name} live now?", "In which city is {name}'s home these days?", "What is {name}'s current place of residence?"],
      elsewhere: ["My cousin moved to {v}.", "The train to {v} was cancelled."] },
    { set: "tune", values: ["peanuts", "shellfish", "penicillin", "bee stings", "strawberries", "latex"],
      statements: ["I am allergic to {v}, the test was clear.", "One contact with {v} and I am in hospital.", "My throat closes up when I come near {v}.", "I have to carry an injector because of {v}."],
      questions: ["What is {name} allergic to?", "Which thing could be dangerous to {name}'s health?", "What must {name} never touch?"],
      elsewhere: ["The shop was out of {v}.", "The doctor wrote a column on {v}."] },
    { set: "tune", values: ["the cello", "the drums", "the accordion", "the harp", "the trumpet", "the banjo"],
      statements: ["My instrument is {v}.", "I practise {v} until the neighbours knock.", "My fingers hurt from {v}.", "I played {v} at the school feast."],
      questions: ["What instrument does {name} play?", "Which kind of music does {name} make?", "With what would {name} join a band?"],
      elsewhere: ["Somebody sold {v} at the market.", "I heard {v} through the wall."] },
    { set: "tune", kind: "changing", values: ["a school", "a shipyard", "the town library", "a hospital", "a newspaper", "a bank"],
      statements: ["My job is at {v} now.", "They hired me, I start at {v} on Monday.", "My new colleagues at {v} seem friendly.", "I signed the contract with {v}."],
      questions: ["Where does {name} work at present?", "Who is {name}'s employer now?", "What is {name}'s job these days?"],
      elsewhere: ["My uncle retired from {v}.", "They are building {v} next door."] },
    { set: "tune", kind: "many", values: ["Iceland", "the Atlas mountains", "Vietnam", "the Black Forest", "Patagonia", "Crete"],
      statements: ["For the holiday we travelled to {v}.", "Two weeks in {v} were not enough.", "I came back from {v} with sunburn.", "We hiked all over {v}."],
      questions: ["Which places has {name} travelled to?", "Where did {name} go on holiday?", "What journeys has {name} made?"],
      elsewhere: ["There was a book on {v} in the window.", "My boss wants to see {v}."] },
    { set: "tune", values: ["spiders", "heights", "thunder", "deep water", "the dark", "lifts"],
      statements: ["I am terribly afraid of {v}.", "My knees go weak because of {v}.", "I still scream like a child, all because of {v}.", "I cannot breathe when it comes to {v}."],
      questions: ["What is {name} afraid of?", "Which phobia does {name} have?", "What frightens {name} most?"],
      elsewhere: ["The poem was about {v}.", "She painted {v} for the exhibition."] },
    { set: "report", values: ["a boy called Elias", "twin girls", "a daughter called Noor", "triplets", "a son called Ravi", "a little girl called Juno"],
      statements: ["We have a baby: {v}!", "We were up all night with {v}.", "The midwife handed me {v} and I wept.", "The cot is ready for {v}."],
      questions: ["Which child was born to {name}?", "What baby does {name} have?", "Of whom did {name} become a parent?"],
      elsewhere: ["The papers wrote about {v}.", "My dentist has {v}."] },
    { set: "report", kind: "changing", values: ["an old Volvo", "a cargo bike", "a red scooter", "an electric van", "a horse cart", "a second-hand Fiat"],
      statements: ["I drive {v} now.", "I get about with {v} from today on.", "I parked {v} under your window.", "I sold the last one and bought {v}."],
      questions: ["What vehicle does {name} drive now?", "How does {name} commute at the moment?", "What is {name}'s present means of transport?"],
      elsewhere: ["Somebody scratched {v} in our street.", "There was {v} on the bridge."] },
    { set: "report", values: ["lentil soup", "plum dumplings", "fried noodles", "fish stew", "apple strudel", "jollof rice"],
      statements: ["My favourite dish is {v}.", "I could eat {v} every single day.", "Nothing beats {v} when I am sad.", "My grandmother's {v} is heaven."],
      questions: ["What is {name}'s favourite dish?", "Which food does {name} love most?", "What should I cook to please {name}?"],
      elsewhere: ["They served {v} in the canteen.", "The recipe for {v} was wrong."] },
    { set: "report", values: ["a broken ankle", "pneumonia", "a bad back", "a migraine for weeks", "a torn shoulder", "measles"],
      statements: ["I am ill, I have {v}.", "The doctor says it is {v}.", "I lie on the sofa with {v}.", "Because of {v} I cannot come."],
      questions: ["What illness did {name} have?", "Why was {name} unwell?", "What was wrong with {name}'s health?"],
      elsewhere: ["The goalkeeper is out with {v}.", "The hero of the novel gets {v}."] },
    { set: "report", kind: "many", values: ["a silver ring", "a signed novel", "a kite", "a chess set", "a fountain pen", "a wool scarf"],
      statements: ["For my birthday I received {v}.", "I unwrapped it and there was {v}!", "You should not have spent so much on {v} for me.", "From my sister I got {v}."],
      questions: ["Which presents did {name} receive?", "What was {name} given for the birthday?", "What gifts has {name} got?"],
      elsewhere: ["Somebody lost {v} on the bus.", "The museum shows {v}."] },
    { set: "report", values: ["a lighthouse keeper", "a pilot", "a judge", "a beekeeper", "a clown", "a ship's cook"],
      statements: ["My childhood dream was to become {v}.", "When I was six I told everyone that I would be {v}.", "I wanted nothing more than to grow up as {v}.", "My mother still laughs that I meant to be {v}."],
      questions: ["What was {name}'s childhood dream?", "Which career did {name} wish for as a kid?", "What did young {name} hope to become?"],
      elsewhere: ["The main role is {v}.", "Our landlord used to be {v}."] },
    { set: "report", kind: "changing", values: ["Clara", "Samir", "Yuki", "Tobias", "Leila", "Henrik"],
      statements: ["{v} is my partner now.", "{v} kissed me and I forgot my own name.", "I said yes to {v}.", "{v} and I hold hands in public now."],
      questions: ["Who is {name}'s partner at present?", "With whom is {name} in love now?", "Who is {name} dating these days?"],
      elsewhere: ["I owe {v} some money.", "{v} fixed the boiler."] },
  ],
}

const zh: Talk = {
  names: ["小雨", "阿强", "林琳", "老周", "思远", "佳佳"],
  colon: "：",
  content: ["是谁提到过{v}？", "谁说起过{v}来着？"],
  small: ["天气", "新开的面包店", "那部长电影", "坏掉的电梯", "晚点的公交", "周日的球赛", "吵闹的街道", "那台旧收音机"],
  fillers: [
    "你听说{s}的事了吗？", "我一直在想{s}。", "说真的，{s}和我想的不一样。", "咱们别再提{s}了。", "昨晚没睡好，你呢？",
    "老样子，没什么可抱怨的。", "哈哈，你总这么说。", "等一下，有人敲门。", "见面再细说吧。", "你真该看看我见到{s}时的表情。",
    "你怎么看{s}？", "今天好累啊。", "谢谢你还惦记着。", "我们聊{s}聊了一个小时。", "替我向大家问好。",
    "想到{s}我就想笑。", "抱歉，下午一直在忙。", "看{s}的新闻看到手机没电。", "有空了告诉我。", "又是{s}，你敢信？",
  ],
  topics: [
    { set: "tune", values: ["一只叫豆豆的柯基", "两条金鱼", "一只叫煤球的黑猫", "一只会骂人的鹦鹉", "一只叫慢慢的乌龟", "一只叫团子的兔子"],
      statements: ["我们家现在养了{v}当宠物。", "上周我们把{v}接回了家。", "我又得给{v}收拾烂摊子。", "孩子们可喜欢{v}了。"],
      questions: ["{name}养了什么宠物？", "{name}家里有什么动物？", "{name}每天早上要喂谁？"],
      elsewhere: ["我邻居弄来了{v}。", "有部片子讲的是{v}。"] },
    { set: "tune", kind: "changing", values: ["大理", "厦门", "哈尔滨", "成都", "青岛", "拉萨"],
      statements: ["我现在住在{v}。", "我终于拿到{v}那套房子的钥匙了。", "行李全都寄到{v}了。", "{v}的一切对我来说都还很新鲜。"],
      questions: ["{name}现在住在哪里？", "{name}如今在哪座城市安家？", "{name}目前的住址在哪儿？"],
      elsewhere: ["我表哥搬去了{v}。", "去{v}的火车取消了。"] },
    { set: "tune", values: ["花生", "虾蟹", "青霉素", "蜂蜇", "芒果", "乳胶"],
      statements: ["我对{v}过敏，检查确认了。", "只要一碰{v}，我就得进医院。", "一接触{v}我就喘不上气。", "因为{v}，我随身带着急救针。"],
      questions: ["{name}对什么过敏？", "什么东西会危及{name}的健康？", "{name}绝对不能碰什么？"],
      elsewhere: ["店里的{v}卖完了。", "报上有一篇讲{v}的文章。"] },
    { set: "tune", values: ["大提琴", "架子鼓", "手风琴", "古筝", "小号", "二胡"],
      statements: ["我的乐器是{v}。", "我练{v}练到邻居来敲门。", "练{v}练得手指都疼。", "校庆上我表演了{v}。"],
      questions: ["{name}会什么乐器？", "{name}玩哪种音乐？", "{name}要是组乐队能干什么？"],
      elsewhere: ["集市上有人卖{v}。", "隔壁传来{v}的声音。"] },
    { set: "tune", kind: "changing", values: ["中学", "造船厂", "市图书馆", "医院", "报社", "银行"],
      statements: ["我现在的工作在{v}。", "他们录用我了，周一去{v}报到。", "{v}的新同事都挺和气。", "我和{v}签了合同。"],
      questions: ["{name}现在在哪儿上班？", "{name}目前的工作单位是哪里？", "{name}如今做什么工作？"],
      elsewhere: ["我叔叔从{v}退休了。", "隔壁要盖{v}。"] },
    { set: "tune", kind: "many", values: ["冰岛", "敦煌", "越南", "黑森林", "喀纳斯", "西双版纳"],
      statements: ["这次旅行我们去了{v}。", "在{v}待两个星期根本不够。", "从{v}回来，人都晒黑了。", "我们把{v}走了个遍。"],
      questions: ["{name}去过哪些地方旅行？", "{name}度假去了哪儿？", "{name}有过哪些旅程？"],
      elsewhere: ["橱窗里有本讲{v}的书。", "我老板想去看看{v}。"] },
    { set: "tune", values: ["蜘蛛", "高处", "打雷", "深水", "黑暗", "坐电梯"],
      statements: ["我特别害怕{v}。", "一遇到{v}我就腿软。", "都是因为{v}，我叫得像个小孩。", "碰上{v}我就喘不过气。"],
      questions: ["{name}害怕什么？", "{name}有什么恐惧症？", "最让{name}恐慌的是什么？"],
      elsewhere: ["那首诗写的是{v}。", "她为画展画了{v}。"] },
    { set: "report", values: ["一个叫安安的男孩", "一对双胞胎女儿", "女儿小诺", "三胞胎", "儿子大宝", "一个叫朵朵的小姑娘"],
      statements: ["我们生孩子了：{v}！", "我们为了{v}整夜没合眼。", "助产士把{v}抱给我，我哭了。", "小床已经给{v}备好了。"],
      questions: ["{name}生了什么样的孩子？", "{name}家的宝宝是谁？", "{name}当了谁的家长？"],
      elsewhere: ["报纸上登了{v}。", "我的牙医有{v}。"] },
    { set: "report", kind: "changing", values: ["一辆老桑塔纳", "一辆货运自行车", "一辆红色电动车", "一辆面包车", "一辆马车", "一辆二手吉普"],
      statements: ["我现在开{v}。", "从今天起我就靠{v}出门了。", "我把{v}停在你家窗下。", "旧的卖了，换了{v}。"],
      questions: ["{name}现在开什么车？", "{name}目前怎么通勤？", "{name}如今的交通工具是什么？"],
      elsewhere: ["我们街上有人划了{v}。", "桥上有{v}。"] },
    { set: "report", values: ["扁豆汤", "李子饺", "炒粉", "鱼头煲", "苹果卷", "腊味饭"],
      statements: ["我最喜欢的菜是{v}。", "{v}我天天吃都行。", "难过的时候没有什么比得上{v}。", "我外婆做的{v}，人间美味。"],
      questions: ["{name}最喜欢的菜是什么？", "{name}最爱吃哪种食物？", "做什么饭能让{name}高兴？"],
      elsewhere: ["食堂里供应{v}。", "{v}的菜谱写错了。"] },
    { set: "report", values: ["脚踝骨折", "肺炎", "腰伤", "好几周的偏头痛", "肩膀拉伤", "麻疹"],
      statements: ["我病了，得了{v}。", "大夫说是{v}。", "我躺在沙发上养{v}。", "因为{v}我来不了。"],
      questions: ["{name}得了什么病？", "{name}为什么身体不舒服？", "{name}的健康出了什么问题？"],
      elsewhere: ["守门员因为{v}缺阵。", "小说主人公得了{v}。"] },
    { set: "report", kind: "many", values: ["一枚银戒指", "一本签名小说", "一只风筝", "一副象棋", "一支钢笔", "一条羊毛围巾"],
      statements: ["生日我收到的礼物是{v}。", "我拆开一看，是{v}！", "你不该花那么多钱给我买{v}。", "姐姐送了我{v}。"],
      questions: ["{name}收到了哪些礼物？", "{name}生日得到了什么？", "别人给过{name}什么礼品？"],
      elsewhere: ["有人把{v}落在公交上了。", "博物馆展出{v}。"] },
    { set: "report", values: ["灯塔看守人", "飞行员", "法官", "养蜂人", "小丑", "船上的厨子"],
      statements: ["我小时候的梦想是当{v}。", "六岁时我逢人就说要当{v}。", "那会儿我一心想做{v}。", "我妈到现在还笑我说过要当{v}。"],
      questions: ["{name}儿时的梦想是什么？", "{name}小时候希望从事什么职业？", "年少的{name}盼望成为什么人？"],
      elsewhere: ["主角是{v}。", "我们房东以前是{v}。"] },
    { set: "report", kind: "changing", values: ["小兰", "萨米尔", "由纪", "大伟", "蕾拉", "阿瑞"],
      statements: ["{v}现在是我的恋人。", "{v}吻了我，我连自己叫什么都忘了。", "我答应{v}了。", "我和{v}现在大大方方牵着手。"],
      questions: ["{name}现在的恋人是谁？", "{name}如今爱着谁？", "{name}目前在和谁交往？"],
      elsewhere: ["我欠{v}一点钱。", "{v}修好了锅炉。"] },
  ],
}

export const talks: Readonly<Record<Language, Talk>> = { en, zh }
