=== arrival
# checkpoint: arrival
~ move("set hush true")
{dial("fear") == "high":
  ~ move("set eerie true")
}
Cable Street stops at number 21. It used to go on to number 41, and a bandstand.
Bryn turns the van round before he stops it, so that it points inland.
Bryn: There's your house, Sam. What's left behind it I wouldn't like to say.
* [“How long have we got?” # pattern: how long # pattern: time # example: when do we have to leave]
  Bryn: High water's ten to eight. I'll load at half past. If it comes to a choice between you and the sideboard, I've not decided.
* [“Whose house was it?” # pattern: whose house # pattern: who lived # pattern: who was # example: who lived here]
  Bryn: Miss Tull. Piano teacher, eighty-four. Buried Tuesday. They say that she corrected the vicar from inside the box.
* [“Is that a pork pie?” # pattern: pie # example: what's that on the dashboard]
  Bryn: It is. It's for after. You can look at it.
- He passes down your clipboard. Pargeter and Daughter, Auctioneers, Valuations for All Purposes. Forty lots, typed, with a line at the bottom for you to sign.
{dial("pace") == "full": Your job is short enough to say in one breath. See that the forty things are there, write down what they are, sign, and be gone before the council's men come on Thursday with the tape and the machine. Anything not on the list isn't yours to worry about.}
The door of number 21 is on the latch. On the underside of the knocker, where you would only see it if you were rather short or had dropped something, there is a gummed label in brown ink.
‘Knocker. Brass. They will all knock and none of them will say what for. W. Tull.’
* [Turn it back over and go in # pattern: go in # pattern: turn it back # example: I go inside]
  You wipe your feet. It seems to be that sort of house.
* [Check what number the knocker is on your list # pattern: list # pattern: number # example: look at the list]
  Lot 1, door furniture, sundry. You cross out ‘sundry’ and write ‘brass’.
* [“Bryn, did you write this?” # pattern: bryn # pattern: did you write # example: is this a joke]
  Bryn: I can't reach my own knees, Sam.
- ~ move("send sam hall")
~ move("set hush false")
The hall smells of polish. Somebody is clattering plates in the kitchen, on your left. Somebody in the front room, on your right, says sorry to a chair.
{dial("fear") == "high":
  Upstairs, somebody walks to the top of the stairs and waits to see who you are. There's nobody on the stairs. # content: fear
}
A clock, a telephone, a barometer. Every one of them, you notice now, has a little brown edge of paper showing underneath. # rest
-> DONE

=== meet_dot
# entry
~ move("set met_dot true")
{
- at("sam", "kitchen"):
  A woman in an apron is rolling a dinner plate in the Hull Daily Mail. Her other hand is behind the tins, feeling along the wall.
- else:
  A woman in an apron is down on one knee with her arm under something, up to the shoulder.
}
Dot: You'll be Pargeter's. I'm Dorothy Maddox, I did for her. I'm dusting.
{dial("pace") == "full": She brings the hand out. There's no dust on it. She looks at it as if it had let her down.}
Dot: There's forty things on your list and I've washed all of them. If you want to know anything about this house, ask me, and I'll tell you if it's your business. # rest
-> DONE

=== meet_leonard
# entry
~ move("set met_leonard true")
He is a long man in a good raincoat and socks. He has a book held upside down by its covers, and he's shaking it.
Leonard: Ah. Leonard Tull. I'm the executor. I was just seeing whether it was, ah. Dry.
{dial("pace") == "full": He puts it back on the shelf, squares it with its neighbours, and then squares the neighbours.}
Leonard: You'll find it's all there. I shouldn't trouble to look inside things. There's nothing inside things. # rest
-> DONE

=== meet_kit
# entry
~ move("set met_kit true")
A girl in a coat two sizes too big looks you over from the feet up, moving her lips.
Kit: Thirty-one.
“Thirty-one what?”
Kit: Steps you've done since the front door. I'm Kit. It's my lesson.
{dial("pace") == "full":
  Nobody seems to have told her that lessons are over. Or somebody has, and she came anyway, with her music case, and one hand pushed well down in her coat pocket.
}
Kit: Are you the one who decides who gets what? # rest
-> DONE
