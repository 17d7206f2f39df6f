-> arrival

=== arrival
# checkpoint: arrival
你是顺着一点灯光走过来的。别的门都关着，只有{{place}}的门虚掩着。
{{front_look}}
{dial("pace") == "full": 你在门口站了一会儿，等自己的气喘匀，也等屋里有人先看见你。}
柜台后面的人抬起头。靠门的地方还坐着一个人，膝上放着外套。
你的背后，门自己合上了。 # rest
-> END

=== last_hour
# entry
# checkpoint: last_hour
灯暗了一下，又亮起来。
{dial("fear") == "high": 墙里传来三下敲击声，不轻不重。{{keeper}}没有抬头，只把手按在柜台上，等它停。}
{{keeper}}：快天亮了。要走的，这会儿走；要留的，这会儿说。
+ [起身离开，什么也不说。]
  -> left
+ [再坐一会儿。]
  {{keeper}}：那就再坐一会儿。 # rest
  -> END

=== told
# entry
# checkpoint: told
{{other}}没有马上说话，把那几个字在心里又念了一遍。
{dial("pace") == "full": 灯芯爆了一下，谁也没有去拨。}
{{keeper}}：说了也好。我守得够久了。
{has("guest", "token"): 你把{{token}}放在桌上。{{other}}伸出手，又收回去，最后才握住。}
{{end_told}} # ending: 说出来的话
-> END

=== kept
# entry
# checkpoint: kept
{{keeper}}把柜台上的东西一样一样摆正，最后把灯推到你面前。
{{end_kept}} # ending: 接灯的人
-> END

=== left
# checkpoint: left
你推开门，冷气扑在脸上。
{{end_left}} # ending: 走开的人
-> END

=== dawn
# entry
# checkpoint: dawn
窗纸发白了。{{keeper}}把灯吹灭，屋里的东西一样一样淡下去。
{{keeper}}：到点了。
{{end_left}} # ending: 天亮
-> END
