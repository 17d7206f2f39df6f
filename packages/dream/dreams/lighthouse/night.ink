=== fog_falls
# entry
{
- at("xu", "tower"):
  雾是从脚底下上来的。先没了码头，再没了石阶，最后连窗台外面那只海鸥也没了，只剩它在骂。
- at("xu", "causeway") or at("xu", "bell"):
  雾合拢的时候没有声音。水还在响，水面没有了。
- at("xu", "pier"):
  雾从海上走过来，不快，像一个来收账的人，先把船头收走，再把桩子收走。
- else:
  门缝底下爬进来一缕白。再往外看，门外已经没有外面了。
}
{dial("fear") == "high":
  雾里有人喊了你一声，喊的是全名。岛上没有人知道你的全名。 # content: fear
}
山上的雾笛该响，没有响。 # rest
-> DONE

=== causeway_first
# entry
{dial("pace") == "full": 一头拴着牛，一头穿着牛鼻子，所以叫牛绳。堤的左边水是活的，右边是死的，一股一股往上拱。}
{fact("tide") == "rising": 水已经舔着堤沿，走过的地方脚印一会儿就没了。}
{fact("fog") == "thick": 雾里头有一点黄。| 尽头那间石屋里，有一点黄的。}
{dial("fear") == "high":
  你总觉得身后有人，步子跟你的一样，只慢半拍。你停下，它多走了一步。 # content: fear
}
堤头的木牌写着：潮上堤面，人莫过堤。底下有一行小字，粉笔的：八点二十。 # rest
-> DONE

=== bell_first
# entry
门没有锁，合页上了油。
{dial("fear") == "high":
  屋里没有人。钟舌在晃，晃得很小，刚刚才有人松手的那种晃法。 # content: fear
}
钟一人抱不过来，绿得像从水里捞上来的。窗台上那盏马灯亮着：玻璃罩刚擦过，灯芯剪得平平的，油加到八分。
窗台下垫着一只肥皂箱。你站上去，头顶着了房梁。这箱子是给比你矮得多的人垫的。
墙上用粉笔写着“正”字，你数了数，九个半。 # rest
-> DONE

=== backroom_first
# entry
帘子后面比外头冷。书桌上摆着作业本、一排玻璃浮球，还有一根磨得发亮、火柴棍粗细的铁签，剪灯芯用的。
店里点的是电灯。这屋里没有要剪的灯芯。 # rest
-> DONE

=== link_lighter
# entry
垫脚的箱子。小号的八字结。{knows("xu", "bricked"): 书桌上那根剪灯芯的铁签。}
你把这几样摆在一起，不用怎么想。岛的南边今晚一共五个人，除掉你自己，三个大人都用不着垫箱子。剩下那一个，下船的时候接过你的缆绳，在桩子上绕了三圈。
十来岁的人，每逢下雾就一个人走三百步过堤，去给一间海图上写着“停用”的屋子点灯。 # move: set found_lighter true
这件事，你可以告诉她母亲，告诉老梁，或者先去问她自己。 # rest
-> DONE

=== link_time
# entry
八点五十分复明。表停在九点三十五分。
{dial("pace") == "full": 你在手册的背面列了个竖式。减法没有别的算法，你还是列了。四十五。}
~ move("set insight_time true")
船撞上去的时候，灯已经亮了四十五分钟。 # move: learn xu insight_time
老梁不知道。他是第二天早上才看见船的，他手里没有那块表。秋嫂有表，没有那一页。这两样东西隔着一道石阶，放了十一年，没有人把它们搁到一张桌子上。
{not fact("blind"): 可是灯既然亮着，船为什么还会撞上去？ | 灯亮着，船还是撞了。你想起站在堤头回头看的那一眼。} # rest
-> DONE

=== link_blind
# entry
云压在第一百二十级。灯在第二百一十七级。
你刚才站在堤头，回头数过三个十秒。
~ move("set insight_blind true")
那天夜里的云，跟今天夜里的云，是一样高的。塔灯亮着，照的是云；灭了，云里黑一块。水面上的人，哪一种也看不见。 # move: learn xu insight_blind
{knows("xu", "insight_time"): 所以那四十五分钟和那四十分钟，是一样的。}
{dial("pace") == "full": 你想起三年前交上去的那份论证报告，第一句是“该灯位置优越”。报告是你写的，写的时候你没有上过岛。}
这灯装得太高了。它应该在人看得见的地方。 # rest
-> DONE

=== deng_bell
# entry
# checkpoint: deng_bell
~ move("set hush true")
马灯后面有个人，正踮着脚往灯里添油，一滴没有洒。
阿灯：你踩了第七块石头。第七块是松的，会响。
她添完油，盖好盖，才从肥皂箱上下来。
~ move("set found_lighter true")
~ move("learn xu lighter")
-> ask
= ask
* [“灯是你点的。” # pattern: 你点的 # example: 原来是你在点灯]
  阿灯：嗯。
  阿灯：雾天点。不是天天。天天点油不够。
  -> ask
* [“为什么要点这盏灯？” # pattern: 为什么 # pattern: 干什么 # pattern: 干嘛 # example: 你点它做什么]
  阿灯：塔上那盏，雾一来就瞎了。这盏低，看得见。
  阿灯：你站在堤上没回头看？
  -> ask
* {has("xu", "egg")} [把红鸡蛋给她 # pattern: 鸡蛋 # pattern: 红蛋 # example: 这个给你]
  她接过去，在钟沿上轻轻一磕。钟嗡了一声，很小。
  阿灯：老梁煮的。他每年今天都煮，都说鸡下多了。
  阿灯：岛上没有鸡。
  ~ move("put egg deng")
  -> ask
* [“这么晚一个人出来，你妈知道吗？” # pattern: 你妈 # pattern: 知道吗 # example: 你妈妈知不知道]
  阿灯：不知道。她当是老梁，老梁当是她。
  阿灯：他们两个都觉得自己替对方瞒着，还挺高兴的。
  ~ move("relate trust deng xu +1")
  -> ask
* -> promise
= promise
阿灯：你会跟他们讲吗？
* [“不讲。我答应你。” # pattern: 不讲 # pattern: 不说 # pattern: 答应 # example: 我替你保密]
  阿灯：拉钩不算数，你写下来。
  你在工作手册上写：不讲。签名，日期。她把那一页看了一遍，点点头。
  ~ promised = true
  ~ move("set kept_word true")
  ~ move("set deng_open true")
  ~ move("relate trust deng xu +3")
  -> page
* [“我不能保证。要是出了事，我得讲。” # pattern: 不能保证 # pattern: 不能答应 # pattern: 没法答应 # pattern: 不答应 # pattern: 保证不了 # pattern: 出事 # example: 我没法答应你]
  她想了好一会儿。
  阿灯：你是老实人。老实人可以看，不能拿。
  ~ move("set deng_open true")
  ~ move("relate trust deng xu +1")
  -> page
* [“这盏灯不在海图上，得灭掉。” # pattern: 得灭 # pattern: 必须灭 # pattern: 要灭掉 # pattern: 不能点 # example: 你不能点这盏灯]
  阿灯：海图错了。
  她把肥皂箱往自己身后挪了挪。
  阿灯：你灭。你灭了我再点。我有火柴，两盒。
  ~ move("relate trust deng xu -1")
  -> leave
= page
她解开棉袄最里面一颗扣子，掏出一张纸，叠成四折，折痕快断了。
阿灯：钟座底下的。八岁捡的。认得一半，剩下的查字典，查了一个冬天。
纸上是老梁的字：
“一九七七年九月十四日。十九时，云脚压至第一百二十级。二十时十分，塔灯熄。原因：守灯人离岗。” # move: set has_read_page true
“二十时三十一分，林秋妹产下女婴，六斤一两，哭声响亮。”
“二十时五十分，塔灯复明。” # move: learn xu relit
~ move("learn xu cloud_then")
~ move("learn xu why_dark")
~ move("learn xu birth")
再往下，墨变了颜色，是第二天早晨补的：“吉顺号触牛虻礁。陈海生、老水根，未归。”
阿灯：“熄”字查了两遍。我不信。
* [“所以，今天是……” # pattern: 今天 # pattern: 生日 # example: 今天是你生日]
  阿灯：嗯，今天满十一。我妈给我报的是十月二十，那天办户口的船才来。
  阿灯：他们怕我知道。你别跟他们讲我知道，他们要难受的。
* [“他们都以为你不知道。” # pattern: 不知道 # pattern: 以为 # example: 你早就知道了]
  阿灯：大人嘛。
  阿灯：他们难受的时候就来送东西。我收着。
* [什么也不说，把纸照原样叠好 # pattern: 叠 # pattern: 不说话 # example: 我把它叠回去]
  你照着旧折痕叠回去，叠了两次才叠对。她在旁边看着，没有催。
  ~ move("relate trust deng xu +1")
- 阿灯：我没有怪谁。我就是想，那天要是这儿有一盏灯，我爸就看得见牛鼻子了。
阿灯：往后再有人来，看得见，就行了。
{not knows("xu", "watch_stopped"):
  阿灯：我妈抽屉最里头有只表，我爸的。你去看看它几点，回来自己减。小孩减的，大人不信。
}
{promised:
  阿灯：给你。你是管灯的，放你那儿。要还的。
  ~ move("put log_page xu")
  ~ move("reveal log_page")
}
-> leave
= leave
阿灯：还想学吗？手电，一长是看见了，两短是回家，三短是敲钟。老梁跟我打着玩的，打了四年。
~ move("set code_known true")
~ move("set hush false")
阿灯：潮八点二十上堤。大人走得慢，你先走。 # rest
-> DONE

=== tide_turns
# entry
{at("xu", "bell"):
  阿灯把你推出门。
  阿灯：快走，水上来了。我锁了门就来，我走得快。
  你蹚着水往回跑，跑过第七块石头，回头喊她。雾里那点黄光没有动。
  阿灯的声音隔着水传过来，不慌不忙：“油不够烧到天亮！我添一点！”
  等你再回头，牛绳已经没有了，只剩两条水并成一条水。
  ~ move("send xu pier")
- else:
  水漫过堤面，先是薄薄一层，像有人泼的；再一浪，木牌就剩一半。你退上码头，鞋里都是沙。
  对面那点黄光还在。有个矮矮的影子在光前面过了一下。
  ~ move("set found_lighter true")
  ~ move("send xu pier")
}
{not at("deng", "bell"):
  ~ move("send deng bell")
}
要到后半夜两点，这条路才会再露出来。 # rest
-> DONE
