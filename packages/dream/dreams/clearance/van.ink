=== van
# entry
# checkpoint: van
~ move("set hush true")
~ move("send sam hall")
~ move("send dot hall")
~ move("send leonard hall")
~ move("send kit hall")
~ move("send bryn hall")
{at("sam", "hall"): Bryn fills the front door with a blanket over each shoulder.}
Bryn: Right. There's a crack in your kitchen floor that was not there when I was a boy. We've one go at this. What's first?
They've all come out into the hall to be in the way. Dot with her coat on. Leonard in his socks. Kit on the bottom stair with her music case on her knees.
{dial("pace") == "full": Nobody looks at anybody. It's like a waiting room when the dentist has come to the door.}
{dial("fear") == "high":
  There are five of you in the hall. You count the shadows on the wall, twice, and stop counting. # content: fear
}
You have the sheet, and a pencil. Forty lots. Sign at the foot.
-> choose

=== choose
* {fact("len_books")} [“Box room first. Lot 38. All twenty-five of them.” # pattern: box room # pattern: books # pattern: lot 38 # pattern: practice # example: take the practice books first]
  -> box_room_first
* {fact("found_tin")} [Put the cracker tin on the shelf under the clock, where all of them can see it # pattern: put the tin # pattern: show # pattern: the truth # pattern: on the shelf # example: show everyone the tin]
  -> open_tin
* {fact("found_tin") and fact("dot_told")} [Hand the tin to Dot and turn your back # pattern: hand ... dot # pattern: give dot # pattern: turn my back # example: give Dot the tin]
  -> give_dot
* {fact("len_told") and has("sam", "report")} [Give Leonard his envelope # pattern: give leonard # pattern: envelope # pattern: the report # example: give the report to Leonard]
  -> give_len
+ [Sign it, forty lots, as listed # pattern: sign # pattern: as listed # pattern: forty # example: I sign the list]
  -> sign
+ [Wait a moment longer # pattern: wait # pattern: moment # pattern: not yet # pattern: think # example: let me think]
  -> dither

=== dither
~ waited = waited + 1
{
- waited == 1:
  You look at the pencil. It's been chewed. The clock says twenty to nine, so it's twenty-seven minutes to, and nobody will ever be hot for dinner again.
  Bryn: Only, it's a question of whether we have the conversation in here or down there.
  -> choose
- else:
  The house decides for you. There's a noise in the kitchen like a sack of coal.
  Bryn: Piano. Sideboard. Out. Sign it in the cab.
  -> sign
}

=== sign
# checkpoint: sign
You sign. It's quite a good signature. Pargeter's have always liked it.
{fact("found_tin"):
  The tin you've put back where you got it. It's not on the sheet. It goes up the ramp inside the piano, and the bottom A says thud at every step.
}
{has("sam", "report"):
  The envelope goes in the glove box with the parking tickets.
}
Bryn and you carry, and the rest of them hold doors. Dot counts the plates up the ramp. Leonard apologises to the sideboard. # pause
-> end_listed

=== open_tin
# checkpoint: open_tin
It makes a square sound. Everyone in the hall knows what it is, though two of them had never seen it and one wasn't born.
You break the wax and read out what she wrote. You do it in the voice you use for lot numbers. ‘The Cliff Fund, entire. I took it and let another name be put to it.’
~ move("set tin_open true")
Kit: So Frank didn't do it.
{fact("dot_told"):
  Dot looks at you. She told you, over the newspaper, and you had said nothing to that, and she'd taken it for an answer.
- else:
  Dot hasn't moved. She's looking at the tin the way you'd look at a dog that had found its way home.
}
Bryn: But then what did he go for?
It's a fair question. It was always going to be somebody's.
* [“That's Mrs Maddox's business.” # pattern: business # pattern: leave her # pattern: not ours # example: that is none of our business]
  ~ spoke = "dot"
  Dot: It is. So I'll say it.
  ~ move("relate trust dot sam +1")
* {fact("dot_told")} [Tell them, so that she needn't # pattern: tell them # pattern: grimsby # pattern: maureen # example: he left her for another woman]
  ~ spoke = "sam"
  You get as far as ‘He.’
  Dot: You'll not. I've carried that since before you could walk. I'll put it down myself.
* [Look at the barometer # pattern: barometer # pattern: nothing # pattern: look away # example: I say nothing]
  ~ spoke = "none"
  Nobody says anything. You can hear the clock being seven minutes fast.
- ~ move("set dot_told true")
~ move("learn sam why_gone")
Dot: He'd a woman over at Grimsby. With a wool shop. There. He never took a penny and he went just the same.
Nobody offers her soup. It's a while before anyone offers anything. Then Kit gets up from the bottom stair.
Kit: Again.
Dot: You what?
Kit: It's what you say. When it's gone wrong. You don't say sorry, you say ‘again.’
Dot looks at her for some time.
Dot: He left me. For Maureen.
Dot: ... It's easier second time. I'll give her that.
{has("sam", "report"):
  * [Lay the envelope next to the tin # pattern: envelope # pattern: report # example: show the report too]
    ~ waited = 9
    Leonard sees it come out of your coat. He could reach it. He doesn't.
    {fact("len_told"):
      Leonard: No, quite right. I was wondering how long I'd let her stand there by herself.
    - else:
      Leonard: Ah. Yes. I was rather hoping that was the gas bill.
    }
    Leonard: She took the money because of that. I wrote it. It's wrong, it's on page six, and I've known for twenty-two years. Mrs Maddox, I owe you a wall.
    Dot: You owe me a bag of flour and all. Sit down before you fall down. # pause
    -> end_open
  * [Leave it where it is # pattern: leave # pattern: keep # example: I keep the report]
    You leave it in your coat. It's one thing at a time, in this house. # pause
    -> end_open
- else:
  Bryn: Well. There we are. Who's got the other end of this sideboard? # pause
  -> end_open
}

=== give_dot
# checkpoint: give_dot
~ spoke = "over"
You hold it out, low, like passing a plate. She has it under her coat before Bryn's got his blankets straight.
Dot: I've left my duster on that bolt. I'll just be a minute.
You turn round and take an interest in where the barometer was. You hear the bolt at the top, and the bolt at the bottom, and the wind come in. You hear her say something. It's quite short.
Then you hear four thousand three hundred and twelve pounds go to build a sea wall.
It doesn't make any more of a splash than you'd think.
She comes back with the duster and shuts both bolts behind her.
Dot: What are you all stood there for? It's only a draught.
{fact("len_told") and has("sam", "report"):
  -> give_len_after
}
Bryn: Sideboard, then. # pause
-> end_over

=== give_len_after
That leaves the envelope.
* [Give it to Leonard # pattern: leonard # pattern: give # example: give Leonard the report]
  -> give_len
* [“I think there's something on that bolt for you too, Leonard.” # pattern: bolt # pattern: over # pattern: throw # example: throw it in the sea too]
  Leonard looks at the kitchen door for a long time.
  Leonard: You're very kind. I've been let off once, you know. It went on for twenty-two years.
  ~ move("put report leonard")
  But he takes the envelope and he goes. When he comes back his socks are wet and his hands are empty, and he says sorry to the door. # pause
  -> end_over

=== give_len
# checkpoint: give_len
You give it to him the right way round, so that he can read it. # move: put report leonard
{
- relation("trust", "leonard", "sam") >= 6:
  He looks at it. He looks at his shoes, by the door, pointing out. And he goes over, and sits on the bottom stair next to Kit, and puts them on.
  Leonard: Mrs Maddox. What time do you get to the Methodist hall, as a rule?
  Dot: Quarter to. For the ginger ones.
  Leonard: I wonder if I might sit with you. I've to stand up at some point and say something, and I'd like to start from near the front.
  {dial("pace") == "full": Dot looks him up and down, socks to collar. He's got the laces in a double bow, like a boy.}
  Dot: What is it you've to say?
  Leonard: That I'm afraid there's been an error of sign.
  He gets past ‘afraid’. You see him notice. # pause
  -> end_own_hand
- else:
  He looks at it, and at you, and you can see him try to think of you as somebody he knows.
  Leonard: That's good of you. I'll see that it gets to the right place.
  He puts it in his inside pocket, and buttons the pocket. You think he means it. He meant it at Easter 1974. # pause
  {spoke == "over": -> end_over}
  -> end_listed
}

=== box_room_first
# checkpoint: box_room_first
Bryn: That's copybooks. That's nil value, it says here.
“It says wrong.”
Leonard's halfway up the stairs already, two at a time, missing the seventh. Kit's in front of him.
Kit: In order! You've got to keep them in order!
Dot: What's in them?
* [“Twenty-five years of your Sundays, while you did the gravy.” # pattern: sundays # pattern: gravy # example: her measurements]
* [“A reason to build a wall.” # pattern: wall # pattern: reason # example: they prove the wall would work]
* [“Ask Kit.” # pattern: kit # pattern: ask # example: let Kit tell you]
  Kit tells her, over the banister, in one breath, with figures.
- Dot sits down on the bottom stair. She doesn't look under it first.
Dot: So that's what she was paying me for. To keep it dry upstairs.
You make a chain. Leonard to Kit, Kit to you, you to Dot, Dot to Bryn, one year at a time. Each of them goes by with its label showing. Practice. Practice. Practice.
{dial("fear") == "high":
  You count them through your hands, and there are twenty-six pairs of hands' worth of passing, and one more person in the chain than you can see. It goes very smoothly. # content: fear
}
{fact("found_tin"): -> chain_tin}
-> chain_end

=== chain_tin
Somewhere round 1980, Dot stops in front of you with her arms out.
Dot: That tin. If them books do it, does anybody need the tin?
* [“Nobody does.” # pattern: nobody # pattern: no # example: no one needs it]
  ~ spoke = "over"
  Dot: Then I'll take it home. It'll do for crackers.
* [“Only if you want it told.” # pattern: told # pattern: want # pattern: up to you # example: it's up to you]
  ~ spoke = "dot"
  Dot: I might. I might want it told. I'd like to be asked on a day when I've had my tea.
- She passes 1980.
-> chain_end

=== chain_end
The piano goes on last. Kit walks beside it up the ramp with one hand on the lid. # pause
-> end_sundays
