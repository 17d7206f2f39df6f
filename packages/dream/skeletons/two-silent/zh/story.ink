-> arrival

=== arrival
# checkpoint: arrival
{{^place}}正中间是{{middle}}。往一边走是{{left}}，往另一边走是{{right}}，两边的门都关着。
{{middle_look}}
{dial("pace") == "full": 左边有人咳嗽了一声，右边立刻把收音机拧大了。再过一会儿，左边也拧大了。}
{dial("fear") == "high": {{chill}}}
今天{{occasion}}。来请你的人只说了一句：让他们说上一句话，一句就行。 # rest
-> END

=== evening
# entry
# checkpoint: evening
天色暗下来，两边的灯差不多同时亮了。
{dial("fear") == "high": 那个声音又来了一次，这回近了一些，然后什么都没有。}
再不成，今天就过去了。
+ [不管了，收拾东西走人。]
  -> apart
+ [再跑一趟。]
  {dial("pace") == "full": 你揉了揉走酸的脚，觉得自己像一把两头跑的梭子。}
  你又站到了两扇门中间。 # rest
  -> END

=== together
# entry
# checkpoint: together
{{first}}从{{left}}出来，走得很慢。{{second}}那扇门也开了一条缝。
{dial("pace") == "full": 两个人隔着{{middle}}站住，谁都在看对方的鞋。}
{has("guest", "keepsake"): 你把{{keepsake}}递到两个人中间，两只手同时伸过来，又同时停住。}
{{first}}：{{first_words}}
{{second}}：{{second_words}}
{{end_together}} # ending: 说上了话
-> END

=== note
# entry
# checkpoint: note
{{second}}没有出来，只从门缝里递出一张折好的纸，让你送过去。
{dial("pace") == "full": 你走在{{middle}}里，纸很轻，你却用两只手拿着。}
{{end_note}} # ending: 一张纸
-> END

=== apart
# checkpoint: apart
{{end_apart}} # ending: 两扇门
-> END

=== close
# entry
# checkpoint: close
两边的灯前后脚熄了，先是一边，然后是另一边。
{{end_apart}} # ending: 两扇门
-> END
