-> arrival

=== arrival
# checkpoint: arrival
{{owner}} stops you in front of {{home}}. Every drawer in there has been pulled out, and the bed has been moved.
{{home_look}}
{{owner}}: {{owner_plea}}
{dial("pace") == "full": The sun is low already. On such an afternoon things do not walk off by themselves, and they do not walk home either.}
{{owner}}: Go by {{way}}. {{witness}} sits there all day and misses nothing. Before dark, if you can. # rest
-> END

=== dusk
# entry
# checkpoint: dusk
The shadows are long, and some of the windows are lit.
{dial("pace") == "full": You count whom you have asked today, and what you have not asked yet.}
There is not much time left for looking.
+ [Give it up and go home.]
  -> empty
+ [Look a little longer.]
  You turn up your collar and go on while there is light. # rest
  -> END

=== returned
# entry
# checkpoint: returned
{{owner}} feels it all over, and turns it round, before believing it.
{dial("pace") == "full": The drawers go back in, one after the other, and nobody speaks.}
{{owner}}: {{owner_thanks}}
{{end_returned}} # ending: Back where it belongs
-> END

=== let_go
# entry
# checkpoint: let_go
{{owner}} hears you out, and for a while does not stir.
{has("guest", "thing"): You put {{thing}} on the table. {{owner}} looks at it for a long time, and pushes it back to you.}
{{owner}}: So that is how it is. Then it shall stay there.
{{end_let_go}} # ending: Where it is needed
-> END

=== empty
# checkpoint: empty
{has("guest", "thing"): You still have {{thing}} with you. You never made up your mind whose it is.}
{{end_empty}} # ending: With nothing in hand
-> END

=== night
# entry
# checkpoint: night
It is quite dark, and one could only grope for things now.
{has("guest", "thing"): You still have {{thing}} with you. You never made up your mind whose it is.}
{{end_empty}} # ending: With nothing in hand
-> END
