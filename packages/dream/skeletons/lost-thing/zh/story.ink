-> arrival

=== arrival
# checkpoint: arrival
{{owner}}在{{home}}门口拦住了你。抽屉全拉开着，床底下也翻过了。
{{home_look}}
{{owner}}：{{owner_plea}}
{dial("pace") == "full": 外面的日头已经偏西。这样的下午，东西不会自己长脚，可也不会自己回来。}
{{owner}}：从这里出去就是{{way}}，{{witness}}整天守在那儿，什么都看在眼里。天黑以前，拜托了。 # rest
-> END

=== dusk
# entry
# checkpoint: dusk
影子拉得很长，有几扇窗已经亮了灯。
{dial("pace") == "full": 你数了数今天问过的人，又数了数还没问出口的话。}
找东西的时间不多了。
+ [算了，天晚了，回自己家去。]
  -> empty
+ [再找一找。]
  你把外套的领子立起来，趁着还看得见。 # rest
  -> END

=== returned
# entry
# checkpoint: returned
{{owner}}先摸了摸，又翻过来看了看，才敢相信是真的。
{dial("pace") == "full": 屋里的抽屉一只一只推了回去，谁也没说话。}
{{owner}}：{{owner_thanks}}
{{end_returned}} # ending: 物归原主
-> END

=== let_go
# entry
# checkpoint: let_go
{{owner}}听你说完，半天没有动。
{has("guest", "thing"): 你把{{thing}}放在桌上。{{owner}}看了很久，又轻轻推回到你面前：送回去吧。}
{{owner}}：原来是这样。那就让它留在那里。
{{end_let_go}} # ending: 留给更需要的人
-> END

=== empty
# checkpoint: empty
{has("guest", "thing"): {{thing}}还在你的口袋里，你到底没有想好该给谁。}
{{end_empty}} # ending: 空着手
-> END

=== night
# entry
# checkpoint: night
天完全黑了，再找也只能摸着找。
{has("guest", "thing"): {{thing}}还在你的口袋里，你到底没有想好该给谁。}
{{end_empty}} # ending: 空着手
-> END
