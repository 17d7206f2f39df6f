-> arrival

=== arrival
# checkpoint: arrival
In the very middle of {{place}} is {{middle}}. One way lies {{left}}, the other way {{right}}, and both doors are shut.
{{middle_look}}
{dial("pace") == "full": Somebody coughs on the one side, and on the other a radio is turned up. A little later there are two radios.}
{dial("fear") == "high": {{chill}}}
Today {{occasion}}. Whoever sent for you said one thing only: let them speak to each other, if it is one sentence. # rest
-> END

=== evening
# entry
# checkpoint: evening
It grows dark, and the lamps on both sides go on at nearly the same time.
{dial("fear") == "high": There it is again, nearer than before, and then nothing.}
If it does not happen soon, today is over.
+ [Leave them to it, and go.]
  -> apart
+ [Walk across once more.]
  {dial("pace") == "full": You rub your ankles, and feel like a shuttle in a loom.}
  You stand between the two doors again. # rest
  -> END

=== together
# entry
# checkpoint: together
{{first}} comes out of {{left}}, very slowly. The other door opens by a hand, and there is {{second}}.
{dial("pace") == "full": They stop with all of {{middle}} between them, and each looks at the other's shoes.}
{has("guest", "keepsake"): You hold out {{keepsake}}. Two hands reach for it at once, and stop at once.}
{{first}}: {{first_words}}
{{second}}: {{second_words}}
{{end_together}} # ending: One sentence, and then another
-> END

=== note
# entry
# checkpoint: note
{{second}} does not come out. A folded paper is put into your hand through the gap of the door.
{dial("pace") == "full": You carry it across {{middle}}. It weighs nothing, and you use both hands.}
{{end_note}} # ending: A piece of paper
-> END

=== apart
# checkpoint: apart
{{end_apart}} # ending: Two doors
-> END

=== close
# entry
# checkpoint: close
The lamps go out, first on one side and then on the other.
{{end_apart}} # ending: Two doors
-> END
