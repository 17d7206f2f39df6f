=== end_listed
# checkpoint: end_listed
The house went on the Thursday, as advertised. The council had sent a man with a clipboard, and he missed it. He was having his sandwiches.
The sale was at Withern, on the second Saturday. Forty lots. The china made eight pounds and the barometer four. The mugs, mixed, went for fifty pence.
{fact("found_tin"): The piano went to a pub near Aldsea. You've been in. It's a good piano, and the landlord says there's one dead note, right at the bottom, and they've all got used to it. | The piano went to a pub near Aldsea as a Challen. There's one dead note, right at the bottom. They've got used to it.}
Lot 38, stationery, used, didn't make its reserve, which was nothing. The porter put it in the skip. It rained.
At the Methodist hall there was a slide. Leonard Tull, introduced as the author of the ratio, said that he'd nothing to add to the figures. {fact("len_told"): You were at the back. He got as far as ‘I'm afraid,’ and then he looked at the front row, and said he was afraid that was all. | He said it twice.}
There was no case for a wall. There were biscuits.
Dot was in the front row. She had her good coat on. {fact("dot_told"): Someone from the chapel pressed her arm going out, and said that it was a shame, and after all she'd been through. She caught your eye over their shoulder. She looked exactly like a woman being given soup. | Someone from the chapel said it was a shame, after all that Frank had put her through.}
She's got one winter left at number 19, perhaps two. She still scrubs the step.
{fact("kit_safe"): Kit's mother found out about the wash-house. There was a row. There are no more lessons for there to be rows about. | Kit wrote to Pargeter's to ask who'd bought the metronome. You looked it up for her. It was a dealer. He'd thrown it out, because it had no pendulum.}
{has("sam", "pendulum"): There's a steel rod in your pencil jar, with a sliding weight. You'd meant to give it back.}
You turned the sheet over before you filed it. You don't know what you expected. It was blank.
Nobody had labelled you. # ending: as_listed
-> END

=== end_open
# checkpoint: end_open
By Saturday it was all over Skelby. By Sunday it had been round twice and come back wearing a hat.
The Gazette printed an apology to Frank Maddox on page five, next to the tide tables. A reporter went over to find him. He was behind the counter, holding wool. He said he'd always wondered why nobody wrote.
Mrs Pargeter sent the tin to the Bank of England, which will change any note it ever issued, if you fill in the form and wait. Four thousand three hundred and twelve pounds. It took nine weeks, and the form wanted to know where the money had been. You wrote ‘in a piano.’
{waited == 9:
  At the Methodist hall Leonard stood up with no slide. He said the ratio was wrong, that it had his name on it, and that both of these had been true for some time. It was very quiet. Then somebody at the front broke a ginger biscuit in half, and held out the other half behind her, without turning round.
  They've to do the figures over again from nothing. It'll be three years. They say number 19 has got two. But there's to be a wall, if the sums come out, and the first four thousand of it is paid for.
  He doesn't get asked to dinners. On Sundays he takes a cauliflower to number 19. She's told him that she can't abide them either.
- else:
  At the Methodist hall it made no odds. The figures were the figures. There was a slide, and there was no case for a wall, and four thousand pounds would do about twelve feet.
  {has("sam", "report"): You've still got an envelope in the drawer of your desk. You take it out sometimes and look at page nine. It'll keep, you tell yourself. It's kept this long. | Leonard read it all out very carefully. He didn't once look up.}
  They spent it on a bench. It's at the end of Cable Street, facing out. They move it back a yard every spring.
}
For a week people crossed the road to give Dot advice. She ought to get out more. She ought to get a cat. She took it all standing on her clean step with her arms folded, and at the end of the week she hung something on the good hook in the passage. You've seen it. It isn't Frank.
It's a label. It says ‘Hook. Dorothy's. She hangs things on it with great force.’
{spoke == "none": She's civil to you. She calls you ‘Pargeter's.’ | The last time you passed, she called across. She said you could have asked her first. Then she asked if you'd eaten.} # ending: in_the_open
-> END

=== end_over
# checkpoint: end_over
The house went on the Thursday, in the night, with nobody there. Dot heard it from her bed. She says that it was quite polite.
The sale made three hundred and ninety pounds. You'd put the piano down as a Broadwood, and a school bought it. They rang to say that one note was dead when they tried it in the saleroom and it's perfect now, and had you done something? You said that it must have been damp.
There was an inquiry. There was a slide. There was no case for a wall. {fact("len_told"): Leonard Tull sent his apologies. He'd a cold, it said, from getting his feet wet.}
So it was Frank, in 1971, with the tin under his arm, on the last bus, and you can ask anybody.
You see Dot sometimes, in Withern, by the bus station. She's always carrying something for someone. People stop her, and touch her sleeve.
Dot: I'm very well, thank you. I've just had a lovely soup.
She winks at you. It's so quick that you aren't sure, and you've never been sure since.
In March a lad found a pound note on the beach at Aldsea, an old green one, stiff as a leaf. He took it in to school. They said there'd been a boat once, probably. The north beach, that was. Well north. If anybody had thought to ask which way things go.
{has("sam", "report"): You've an envelope in your desk that could tell them. It's addressed to nobody. You've looked. | Nobody did.} # ending: over_edge
-> END

=== end_own_hand
# checkpoint: end_own_hand
On Monday he was at the hall by twenty to ten, in the front row, in his shoes.
He'd brought the envelope and no slide. He'd asked the clerk for five minutes and he took three and a half. He said ‘I'm afraid,’ and then he said the rest of it. He said which page. He said since when.
{fact("len_knows_she_knew"): He said that it had been found by another person before him, a piano teacher, who had been too polite to mention it, or not polite enough. | He said he'd have liked to say it sooner, to one person in particular, and that she'd been very fond of accuracy.}
The chairman asked if he understood what he was saying. He said that he was afraid so. It was the first time he'd ever said it, Dot told you, and sounded as if he wasn't.
{spoke == "over":
  Nobody asked about the money. Nobody asked why there'd been none. There was only one person in the room who could have said, and she had her mouth full.
- else:
  {fact("found_tin"): The tin's in a bank in Withern, in a box, in the name of D. Maddox. She's got the key on a hook. She says she'll see. | The piano went to a school. They had the bottom note seen to, and the tuner found a tin, and the school rang Pargeter's, and Pargeter's rang you. You drove it over to number 19 after dark. That's another story, and it isn't yours.}
}
They gave him a year to help put it right, unpaid. They're surveying from the gatepost at number 19. He bought a new tape. It has two ends, and he asked Kit Sowerby if she'd mind taking the other.
Kit: You've got to say it out loud before you write it down.
Leonard: Eight feet and a quarter.
Kit: Jolly good.
There's a peg in the grass in front of number 19 with a ribbon on it. That's where the wall's to start.
Dot calls it his garden. She's stopped calling him ‘him’. She calls him ‘that Leonard’, and he's told at least three people. # ending: own_hand
-> END

=== end_sundays
# checkpoint: end_sundays
The house sat down on the Thursday at ten past four, which was when the lessons were. A few of them went to see it off. {fact("dot_coat"): Dot wore the black coat, and no mothballs.} The front step stayed where it was, for some reason, with nothing behind it. Kit wiped her feet on it.
By then the books were in the county record office, in a room with a dial on the wall. The lady there put on white gloves. She asked who'd kept the series, and Leonard spelled it for her. Then he spelled Maddox, for the housekeeping.
On the Monday he'd put down twenty-five exercise books in front of the inquiry, one at a time. He said that his own figures could be withdrawn, since there were now some good ones. Someone asked if the observer had been qualified.
Leonard: She was a Licentiate of the Royal Academy. She never let a wrong note pass in her life. {fact("len_knows_she_knew"): Except one, and she had her reasons.}
It goes north. They've redrawn the slide. The wall starts in the spring, in front of number 19.
Nobody had to say what they'd done. It had been got past, somehow, like a hard bar. {spoke == "over": There's a tin of crackers on Dot's shelf, square, and the dust doesn't show where it was.}{spoke == "dot": In June Dot had her tea, and put on her coat, and asked you to drive her to the Gazette. She'd a tin on her knee. She said that she was tired of soup.}
They call it the Tull series now. He's been introduced by it. He says, ‘No, no, that's my aunt.’
The metronome's at Outer End, on top of a piano that came out of a sale at Withern, marked Broadwood, sold to a Mrs Sowerby for the price of a Challen. That was your error. You'd signed it.
You went over once to hear it. Kit played the slow bit of the Moonlight, all the way down. {fact("found_tin"): The bottom A rang like a bell in a well. | At the bottom A she stopped, got a screwdriver out of her sock, and said that there was something she'd been meaning to do.}
Afterwards you turned over the music. It was on the back, in brown ink.
‘Again.’ # ending: sundays
-> END
