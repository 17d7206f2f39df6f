-> arrival

=== arrival
# checkpoint: arrival
You have walked towards a small light. Every other door is shut, and only this one stands ajar. It is {{place}}.
{{front_look}}
{dial("pace") == "full": You stand for a moment to get your breath, and to be seen before you are heard.}
Behind the counter somebody looks up. By the door sits somebody else, with a coat across the knees.
The door closes behind you by itself. # rest
-> END

=== last_hour
# entry
# checkpoint: last_hour
The lamp goes dim, and comes back.
{dial("fear") == "high": There are three knocks from inside the wall. {{keeper}} does not look up, and only lays a hand on the counter until it stops.}
{{keeper}}: It is nearly day. Who wants to go should go now. Who wants to stay should say so.
+ [Get up and leave, without a word.]
  -> left
+ [Stay a little longer.]
  {{keeper}}: Stay, then. # rest
  -> END

=== told
# entry
# checkpoint: told
{{other}} does not speak at once, and goes over the words again.
{dial("pace") == "full": The wick crackles, and nobody trims it.}
{{keeper}}: It is better said. I have kept it long enough.
{has("guest", "token"): You put {{token}} on the table. {{other}} reaches out, draws back, and takes it in the end.}
{{end_told}} # ending: What was said
-> END

=== kept
# entry
# checkpoint: kept
{{keeper}} straightens what lies on the counter, and moves the lamp across to you.
{{end_kept}} # ending: Whoever keeps the lamp
-> END

=== left
# checkpoint: left
You push the door open, and the cold is on your face.
{{end_left}} # ending: Whoever goes
-> END

=== dawn
# entry
# checkpoint: dawn
The window turns pale. {{keeper}} puts out the lamp, and the things in the room grow faint.
{{keeper}}: That is the hour.
{{end_left}} # ending: Day
-> END
