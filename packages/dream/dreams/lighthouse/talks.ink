=== tell_time
# entry
# checkpoint: tell_time
~ move("set hush true")
你把手册翻到背面，竖式朝着他，放在桌上。
“九点三十五，是海生表上的。八点五十，是您自己写的。”
老梁没有看竖式。他看着那两个数，像看两个不认识的人坐在自家床沿上。
老梁：表会停，也会跳。
* [“您擦了三十一年的灯，您信表，还是信自己写的字？” # pattern: 信哪个 # pattern: 信表 # example: 您自己写的字还不信吗]
  老梁：我写的字，我信。
  老梁：……表呢，在谁那里？
  “在秋嫂那里。没人问过她。”
* [“船撞上去的时候，灯亮着。” # pattern: 亮着 # example: 那时候灯已经亮了]
  老梁：那他们怎么会撞？
  他问得很快，快得不像是第一回问。
* [把本子留在桌上，等他 # pattern: 等 # pattern: 不说 # example: 我不说话]
  你等着。柴油机在隔壁转了大约两百转。
- {dial("pace") == "full": 他站起来，去灶前把火封了，又打开，又封上。}
老梁：四十五分钟。
老梁：我在上头擦灯罩呢。我跟自己说，亮了就好，亮了就没事了。
{dial("pace") == "full": 他说完，把你的铅笔拿起来，在竖式底下把那个“45”描了一遍，描得很黑。}
~ move("set told_liang_time true")
~ move("relate trust liang xu +2")
~ move("feel liang 难过")
老梁：照这么算，不是我。
~ move("set hush false")
老梁：照这么算，我这十一年的鸡蛋，送的是个什么名目？ # rest
-> DONE

=== tell_blind
# entry
# checkpoint: tell_blind
~ move("set hush true")
你说云，说第一百二十级，说你站在堤头回头数的那三个十秒。
老梁一直听到完。
老梁：你说的这个，我写在日志里了。两回。
老梁：红漆也是我画的。我会不知道？
* [“那您为什么不说？” # pattern: 为什么 # pattern: 不说 # example: 您早就知道]
  老梁：说什么？说灯亮不亮一个样？
  老梁：那我守的是什么？
* [“那您就不用背这件事了。” # pattern: 不用背 # pattern: 不怪您 # pattern: 不是您 # example: 这不是您的错]
  老梁：不背，就轻了。
  老梁：轻了，海生就是白死的。有个人背着，好歹算是有个缘故。
* [“灯没有错，是装得太高。” # pattern: 太高 # pattern: 装高 # example: 这灯装错了地方]
  老梁：清朝人装的。他们在山上，觉得越高越远。
  老梁：你呢？你那份论证报告，也是在山上写的？
  你没有答。报告的事，他看过。
- {dial("pace") == "full": 窗户外头一片白，光一下一下撞在上面。}
老梁：二百一十七级，我擦了三十一年，擦给云看的。
他这句话说得不重。说完，他看了看墙角的木箱。
老梁：……你那只猴子，站在低的地方，站得住吗？
“站得住。三颗膨胀螺丝。”
~ move("set told_liang_blind true")
~ move("relate trust liang xu +3")
~ move("set hush false")
老梁没有再说话。过了一会儿，他把扳手擦干净，放到了木箱上。 # rest
-> DONE

=== tell_other_liang
# entry
~ move("set hush true")
“秋嫂以为那盏灯是您点的。”
老梁手里的火钳停住了。
老梁：……她以为是我？
“她谁也没说过。替您瞒着。”
老梁：我也没说过。我替她瞒着。
他把火钳放下，坐了一会儿，忽然哼了一声。你过了一会儿才明白，那是他在笑。
老梁：三年。雾天我绕着堤走，怕撞见她难为情。
老梁：那是谁点的？ # move: set liang_knows_other true
~ move("relate trust liang xu +2")
~ move("feel liang 轻松")
~ move("set hush false")
{fact("found_lighter"): 你没有马上答。老梁看了看你，又看了看窗台上那支红铅笔。 | 你也不知道。你们两个一起想了想，谁都没往下说。} # rest
-> DONE

=== tell_other_qiu
# entry
~ move("set hush true")
“老梁以为牛鼻那盏灯是你点的。”
算盘响了半声。
秋嫂：放屁。那灯是他点的，他心里过不去，我一个寡妇家，我说破了叫他往哪儿站？
“他也是这么说的。怕说破了，你难为情。”
秋嫂张了张嘴。你认识她一个晚上，头一回见她没有下一句。
秋嫂：……三年。他来偷油，我都替他记成“耗”。 # move: set qiu_knows_other true
秋嫂：那油他都喝了？
~ move("relate trust qiu xu +2")
~ move("feel qiu 警觉")
~ move("set hush false")
{fact("found_lighter"): 她自己先停住了，回头看了一眼后屋的帘子。 | 这句是笑话，可她没有笑。} # rest
-> DONE

=== confess
# entry
# checkpoint: confess
~ move("set hush true")
{dial("pace") == "full": 阿贵把花生壳一个一个丢进水里。丢完了，手还在口袋里掏。}
阿贵：你去过后屋了。
“去过。”
阿贵：砌得好吧。贝壳灰，三筛的。
* [“那面墙背风。” # pattern: 背风 # pattern: 风 # example: 那儿根本没有风]
  阿贵：背风。
  阿贵：她都没问过我挡的什么风。
* [“你为什么从来不走南面？” # pattern: 南面 # pattern: 绕 # example: 你为什么老是绕路]
  阿贵：费油不说。一走南面，我就要往那面墙上看。
* [递给他一把花生 # pattern: 花生 # example: 吃点花生]
  他接过去，没有剥。
  ~ move("relate trust gui xu +1")
- 阿贵：那天收网早，是海生要早回。他老婆快生了，他算着日子。
阿贵：舵在我手里。雾里头出来一点亮，海生高兴得直拍船板，说看，老梁的灯。
阿贵：我看它低。
他停了停。
阿贵：我心里想，低了。灯塔哪有这么低的。可他那么高兴，我就没讲。
阿贵：一句话的事。我就没讲。
* [“那是后屋的窗。” # pattern: 后屋 # pattern: 窗 # example: 那是秋嫂家的窗户]
- 阿贵：她在屋里生孩子。屋里点了四盏灯。
阿贵：我这个人，嘴上没有把门的，你问岛上谁都知道。就这一件。我要是说了，秋妹后半辈子怎么看自己家的窗？
阿贵：老梁那边……老梁反正已经背上了。我就让他背着。我往岛上送东西，十一年，没收过他一回运费。 # move: set gui_confessed true
~ move("learn xu window")
~ move("learn xu birth")
~ move("feel gui 难过")
~ move("relate trust gui xu +2")
浪把花生壳又推了回来，围着船转。
~ move("set hush false")
阿贵：你要跟他们讲，你讲。别当着我的面。 # rest
-> DONE

=== mother_knows
# entry
# checkpoint: mother_knows
~ move("set hush true")
{fact("kept_word"):
  你说这句话的时候，手册在口袋里硌了你一下。
  ~ move("set broke_word true")
}
秋嫂没有问你是怎么知道的。她走到帘子前面，手已经抓住了帘子边。
秋嫂：她够不着那个窗台。
“她垫了一只肥皂箱。”
* [“现在去，还追得上。” # pattern: 追 # pattern: 现在去 # example: 你快去找她]
  秋嫂：追到牛绳上，雾里头，我一喊，她一回头，脚底下就滑。
* [“她走得很稳。第七块石头她都认得。” # pattern: 稳 # pattern: 认得 # example: 她不会有事的]
  秋嫂：我年轻的时候也认得。认得是一回事。
* [什么也不说 # pattern: 不说 # pattern: 沉默 # example: 我陪她等着]
  你没有说话。后屋的门缝里，风一下一下地吹那个帘子，像有人在里头喘气。
- 帘子她到底没有掀。
秋嫂：掀开来要是个枕头，我就站不住了。
秋嫂：哪回她都赶在潮前回来的。四十七回，我账上都记着，我还当是记别人的。
~ move("set qiu_knows_deng true")
~ move("set qiu_knows_other true")
~ move("learn qiu lighter")
~ move("feel qiu 害怕")
~ move("set hush false")
她坐回柜台后面，踮起脚，把挂钟慢的那两分拨准了。 # rest
-> DONE

=== window_qiu
# entry
# checkpoint: window_qiu
~ move("set hush true")
你把阿贵的话，捡能说的说了。没有说花生壳。
{dial("pace") == "full": 秋嫂听着，把柜台上的秤砣从大到小排了一遍。}
秋嫂：那窗，他砌了两天。砌完了我给他下了碗面，他吃得满头汗，说嫂子，这下不透风了。
秋嫂：我那时候嫁过来五年了。那面墙透不透风，我会不知道？
* [“你早就知道。” # pattern: 知道 # example: 原来你一直知道]
  秋嫂：十年前就知道了。他砌得那么认真，我能说什么？
* [“那你怎么不问他？” # pattern: 不问 # pattern: 怎么不 # example: 你没问过他吗]
  秋嫂：问了，他就得说。说了，他就不敢来了。他不来，阿灯连个伯都没有。
- 秋嫂：是我喊的老梁。是我叫人多点几盏灯，我说我怕黑。
秋嫂：要算账，头一笔是我的。所以我不算。
她把最大的那个秤砣又放回最前面。
~ move("set qiu_window true")
~ move("relate trust qiu xu +2")
~ move("feel qiu 轻松")
~ move("set hush false")
秋嫂：你看，这岛上的人，一人背一块，谁也不肯放下来，怕放下来砸着别人的脚。 # rest
-> DONE
