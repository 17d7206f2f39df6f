// 场景与选择。写法见 docs/guides/stories.zh.md。
-> opening

=== opening
# checkpoint: opening
雨从午后下到现在，整条街只有失物招领处还亮着灯。
{dial("pace") == "calm": 你在门口跺了跺脚，水从鞋边淌到木地板上。}
口袋里是一张取物单，整理父亲遗物时找到的，日期是二十年前。
云姨：领什么？六点半关门。
* [说你来领一样旧东西。]
  云姨：多旧？
  她没有抬头，笔却停在登记簿上。
* [先站一会儿，听听雨。]
  你听了一会儿雨。她也没有催。
  云姨：不急。东西比人有耐心。
- 台灯的光只够照亮柜台，后面的铁架一排排没入暗处。 # rest
-> DONE

=== letter
# entry
# checkpoint: letter
她从颈上摘下一把很小的钥匙。抽屉只响了一声。 # move: reveal letter
信封没有拆过的痕迹，却被摸得起了毛边。 # move: learn visitor kept_letter clerk
云姨：是你母亲写给他的。那年他们闹着要分开。
云姨：我没有拆过，可我猜得到。那时候我年轻，也盼着他来问第二次。
* [拆开信，就在这里读。] -> read
* [把信收进衣袋，不拆。] -> unread
* [把信推回给她。] -> left

=== read
你读得很慢。信里只有一件事，是请他回家。 # move: put letter visitor
云姨：……他后来回家了吗？
* [“回了。没有这封信，也回了。”]
  她把套袖褪下来，叠好，放在登记簿上。 # move: feel clerk 轻松
* [“没有。”]
  她点点头，在登记簿上写下今天的日期，写了很久。
- 雨停的时候，你们谁都没有说话。 # ending: letter_read
-> END

=== unread
信很轻，贴着你的胸口。有些话是写给他的，就让它替他等着。 # move: put letter visitor
云姨：领走了，就在这里签个名。
你签了父亲的名字。她看了一眼，没有更正。 # ending: letter_unread
-> END

=== left
你说，这东西的主人不在了，按规矩该由她保管。
云姨：规矩是一年。
可她还是把它放回了抽屉，这一次没有上锁。 # ending: letter_left
-> END

=== leaving
# entry
你撑开伞。木柄上有一道磨出来的凹痕，正好容下一根拇指。
回头看，灯还亮着，有人坐在灯下，像在等谁问第二句。 # ending: umbrella_only
-> END

=== closing
# entry
云姨合上登记簿，台灯一拧，屋里只剩下雨声。 # move: feel clerk 平静
云姨：六点半了。明天再来吧，东西不会走。
{has("visitor", "umbrella"): 你握着那把伞走到门外。 | 你空着手走到门外，取物单还在口袋里。}
门在身后轻轻带上。 # ending: closed
-> END
