=== front_first
# entry
The piano still has its candle brackets, and wax on them. The metronome's little door is shut.
{dial("pace") == "full": Eleven dining chairs along the wall, none of them matching. Lot 9, chairs, set of eleven. Under the nearest it says ‘Mothers, for the use of. Not a set.’}
{dial("fear") == "high":
  The lid of the piano is up. You are nearly sure that when you looked in from the hall it was down. # content: fear
}
You could read what she wrote on things, or sit down and play a few notes. It's usual to test them. # rest
-> DONE

=== wash_first
# entry
You go down a brick path that used to be longer. The wash-house leans out over its own back step.
{at("kit", "wash_house"): Kit is inside, on tiptoe on an upturned bucket.}
A line of pegs runs the length of it. {at("tape", "wash_house"): On a nail, in a leather case, a surveyor's tape, much too good for a wash-house.}
{dial("fear") == "high":
  The mangle's handle is going round, slowly, the way it would if somebody had just let go. # content: fear
}
Every so often the whole floor breathes in. # rest
-> DONE

=== box_first
# entry
The exercise books are all of one make, and in order, and there's nothing else on the shelf at all.
{dial("pace") == "full": Lot 38, according to your sheet. Stationery, used, nil value.}
It's bone dry in here. Somebody has stuffed the window frame with felt, and stitched it. # rest
-> DONE

=== bedroom_first
# entry
In front of the window there's a chair with one flat cushion. The photograph is turned so that you'd see it from the bed.
{dial("fear") == "high":
  There's a warm place on the cushion. You take your hand away. # content: fear
}
On the sill, in pencil on the white paint, a row of fives, four strokes and a bar. Someone has been counting something at night. # rest
-> DONE

=== low_note
# entry
From the front room, through the wall, somebody plays the bottom A. It rings. It's a beautiful note, very deep, and it goes on longer than it should. # content: fear
Then you remember that the bottom A doesn't ring. # rest
-> DONE

=== link_sundays
# entry
# checkpoint: link_sundays
First Sundays. A gatepost, a tape with two ends, a music book. Two hundred and twelve and a half feet, going down.
{dial("pace") == "full": You look at the column again, and it stops being scales.}
It's the garden. It's every foot of garden this house has lost since December 1971, month by month, taken with a proper tape, written down before lunch. O.E. is Outer End, three miles south. And Outer End goes up.
~ move("set insight_sundays true")
~ move("learn sam insight_sundays")
Lot 38, stationery, used. You draw a line through ‘nil value’ and can't think what to write instead.
There's somebody in this house who would know. He held the other end. # rest
-> DONE

=== link_tin
# entry
You put two things side by side. In the piano, four thousand pounds that Frank Maddox is supposed to have run off with. In the stool, three pounds a week, for twenty-five years, to Frank Maddox's wife.
{dial("pace") == "full": It's what an honest woman does when she's stolen something. She sets up a payment plan.}
What it doesn't tell you is why he went, if he hadn't got the money. # rest
-> DONE

=== slip
# entry
# checkpoint: slip
~ move("set hush true")
{
- at("sam", "kitchen"):
  The tins on the shelf begin to talk to each other.
- at("sam", "wash_house"):
  The floor breathes in, and this time it doesn't breathe out. You are back up the brick path before you've decided to be.
- at("sam", "street"):
  Bryn's pie slides the whole length of the dashboard. You run for the house, which is the wrong way to run, and through it.
- else:
  Every label in the house seems to rustle at once. Then the kitchen door bangs open and Dot shouts. It isn't a word. You run.
}
~ move("send sam kitchen")
~ move("send dot kitchen")
{
- at("tape", "wash_house"):
  ~ move("send kit wash_house")
  The back door's open. Down the garden, in the light of it, the wash-house has begun to sit down. And on the path in front of it is a small figure in a coat bought for thirteen, with a leather case held in both arms.
  Dot: She went for the tape.
  The path has a step in it that wasn't there before. On the far side of the step is Kit.
  -> slip_kit
- else:
  Through the open back door you watch the wash-house go. It doesn't crash. It leans out, like somebody looking for a bus, and then there's just the pegs, on their line, and then not.
  {at("kit", "kitchen"): | Kit comes and stands on the sill between you, and Dot takes hold of her hood without looking.}
  Kit: Three and a half seconds.
  ~ move("send kit front_room")
  Dot: That was my Mondays.
  -> slip_end
}

=== slip_kit
* [Go out and get hold of her # pattern: go out # pattern: get her # pattern: get hold # pattern: grab # pattern: run # example: I run out to her]
  ~ fetched = "sam"
  You go down the path on your stomach, because that's what your feet suggest. The bricks are cold and one of them is moving. You get a sleeve, and then an arm inside it.
  Kit: I've got it. I've got both ends.
  {dial("fear") == "high":
    Something behind her lets go with a long wet sigh, and the dark comes up to where her heels were. # content: fear
  }
  You come in backwards, together, over the sill.
  ~ move("put tape sam")
  ~ move("set tape_read true")
  ~ move("relate trust kit sam +2")
  She won't let go of the tape until you've read it. There are two labels, one at each end. ‘My end,’ says hers. Yours says ‘Leonard's end. He has never asked what for.’
* [“Kit! Lie down flat and throw me the tape!” # pattern: lie down # pattern: flat # pattern: throw # pattern: shout # example: tell her to lie down]
  ~ fetched = "shout"
  She looks at you, and does it, all in one go, as if it were a bar she'd been asked to repeat. The leather case comes sliding up the bricks. The ring on the tape is still in her fist.
  You pull. It's good linen, a hundred feet of it. It holds.
  ~ move("put tape sam")
  ~ move("set tape_read true")
  ~ move("relate trust kit sam +1")
  Kit comes in over the step at the end of it like something being measured. The label on her end says ‘My end.’ The one on yours says ‘Leonard's end. He has never asked what for.’
* [Hold the door, and let Dot go. She knows the path # pattern: let dot # pattern: hold the door # pattern: dot knows # example: let Dot get her]
  ~ fetched = "dot"
  Dot doesn't run. She walks down it the way she's walked down it six and a half thousand times, and steps over the step, and takes the child by the hood, and walks back.
  Halfway, the wash-house goes. She doesn't turn round.
  Dot: Feet.
  ~ move("relate trust dot sam +2")
  Kit wipes her feet. Her arms are empty. The tape went over with the nail.
- ~ move("send kit front_room")
~ move("set kit_safe true")
{fetched != "dot": Dot puts a towel on her, from above, like somebody covering a parrot.}
-> slip_end

=== slip_end
~ move("send leonard hall")
Leonard is in the doorway, in his socks. He has seen how many feet there are. You watch him see it.
Leonard: Nine. Nobody goes out of that door again. I'm so sorry. Would everybody mind.
{dial("pace") == "full": Dot bolts it, top and bottom, and hangs her duster on the bolt.}
~ move("send dot kitchen")
~ move("feel dot sad")
~ move("feel leonard afraid")
~ move("set hush false")
High water. The worst of it, he says, is past. Bryn will load at half past eight, or as soon as you go out and tell him. # rest
-> DONE
