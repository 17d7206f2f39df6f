=== dot_tin
# entry
# checkpoint: dot_tin
~ move("set hush true")
You put it on the table, among the newspaper. She doesn't touch it. She looks at the wax.
Dot: In the piano.
“Under the bass strings.”
Dot: I've polished the front of that every Friday for twenty-five years. I could have put my hand through.
* [“Frank didn't take it. You can clear his name.” # pattern: clear # pattern: didn't take # pattern: innocent # example: Frank was innocent]
  Dot: I know he didn't take it. I've known since eighty-nine. Who do you think I was looking for it for?
  “So that people would know.”
  Dot: So they wouldn't.
* [“You weren't looking so as to find it. You were looking so nobody else would.” # pattern: nobody else # pattern: hide # pattern: weren't looking # example: you wanted to hide it]
  Dot: You're sharp, for sundries.
  ~ move("relate trust dot sam +1")
* [Say nothing. Find her a chair # pattern: nothing # pattern: chair # pattern: sit # example: I say nothing]
  She sits on it as if it might be Lot something.
  ~ move("relate trust dot sam +1")
- {dial("pace") == "full": She gets the duster out and folds it in four on her knee.}
Dot: If he took it, he's a thief, and I'm a thief's wife. There's a place for that. People know what to say. They bring you soup.
Dot: If he didn't take it, then he'd no reason to go. Only he went.
* [“Where did he go?” # pattern: where # pattern: go # example: where did Frank go]
  Dot: Over a wool shop.
* [“You don't have to tell me.” # pattern: don't have to # pattern: needn't # example: it's none of my business]
  Dot: No. I've not had to for twenty-five years, I'm out of practice. Give me a minute.
  ~ move("relate trust dot sam +1")
- Dot: Maureen. In Grimsby. He'd been going over for the bowls.
Dot: The money went on the Monday and he'd gone on the Sunday. One day. I'd a stew on. And by the Tuesday the whole street had put the two together for me, and do you know, I let them. I thought, well, that's kind.
Dot: A thief's wife gets soup, love. A left wife gets advice. # move: set dot_told true
~ move("learn sam why_gone")
~ move("relate trust dot sam +2")
~ move("feel dot sad")
She pushes the tin an inch towards you with one finger.
Dot: Winnie heard them say it, and all. She'd only to open her mouth. And I'd only to open mine. We did my floors instead.
~ move("set hush false")
Dot: I'll not tell you what to do with it. But you'll load that van, and whatever's been said by then has been said. # rest
-> DONE

=== len_report
# entry
# checkpoint: len_report
~ move("set hush true")
You hold out the envelope. He takes it by one corner, and reads his own name on it as though it were somebody he'd been at school with.
Leonard: You've been to the end? Page nine?
* [“You showed it to her before your own chief.” # pattern: chief # pattern: showed # pattern: before # example: you showed her first]
  Leonard: I was fond of this street. I thought somebody in it ought to be sorry in advance.
* [“You saved Outer End.” # pattern: saved # pattern: outer end # example: you did a good thing]
  Leonard: Yes. That's what it says.
  He says it in the voice of a man reading out the small print.
* [“What's on page six?” # pattern: page six # pattern: page 6 # pattern: minus # example: I saw page six]
  He shuts his eyes.
  Leonard: You are good at this. You ought to have been an auditor. I'd have been terrified.
  ~ move("relate trust leonard sam +1")
- {dial("pace") == "full": He looks for somewhere to sit, finds a chair, turns it over to see what it says, and sits on it regardless. ‘Chair. Leonard's. Wobbles.’}
Leonard: Easter, 1974. I was putting up a shelf. I thought, if I've got the bracket the wrong way round. And I put down the screwdriver and went and got the file.
Leonard: I'd the sand going south. It goes north. It has always gone north. A wall here wouldn't have cost Outer End a bucket.
* [“And you never told anybody.” # pattern: never told # pattern: told anybody # pattern: told anyone # example: why didn't you say]
  Leonard: I drove over to tell her. That first Sunday. She'd put the good forks out. I thought, next week.
* [“It was one sign.” # pattern: one sign # pattern: mistake # pattern: small # example: it was only a mistake]
  Leonard: It was eleven houses. But it's good of you to put it in the smaller unit.
* [Wait # pattern: wait # pattern: nothing # example: I don't say anything]
  You wait. He seems to be used to people hurrying to help.
  ~ move("relate trust leonard sam +1")
- Leonard: By then number 41 had gone. Then it was 39. I came every week. I thought, if I can't give her the wall, at any rate I can carve.
Leonard: She went to her grave thinking that she lived in the one house on this coast that was lost in a good cause. I let her. I don't know if that was the kind thing or the other thing. # move: set len_told true
~ move("learn sam sums")
~ move("relate trust leonard sam +2")
~ move("feel leonard sad")
~ move("set hush false")
He squares the nine pages on his knee and gives you them back. {fact("she_knew"): You think of the label on the back of the last one. He hasn't turned it over. He was never a man for turning things over. | He hasn't looked at the back of the last one. You might.} # rest
-> DONE

=== len_knew
# entry
# checkpoint: len_knew
~ move("set hush true")
You turn page nine over and give it to him, label upwards.
He reads it standing. Then he reads it again, and his lips move at ‘for love.’
Leonard: Easter 1974.
Leonard: The same Easter.
* [“She let you off.” # pattern: let you off # pattern: forgave # example: she forgave you]
  Leonard: She did no such thing. She let me come to lunch.
* [“She thought it was only guilt. You could have told her otherwise.” # pattern: guilt # pattern: told her # pattern: otherwise # example: she didn't know you loved her]
  Leonard: I'd have had to bring it up. There was never a gap. She talked through the gravy.
  ~ move("relate trust leonard sam +1")
* [“Would you have come?” # pattern: would you # pattern: have come # example: would you have come anyway]
  Leonard: Every Sunday? No. Nobody would. Once a month, and been very dull.
  Leonard: I'd have missed all of it.
- {dial("pace") == "full": In the kitchen somebody drops a lid. He turns his head, as if he'd been called to table.}
Leonard: I'd like it noted that I can't stand cauliflower.
~ move("set len_knows_she_knew true")
~ move("relate trust leonard sam +2")
~ move("feel leonard relieved")
~ move("set hush false")
He laughs. It has a catch in it like a drawer sticking. He peels the label off, very slowly, so as not to tear it, and puts it in his wallet where other men keep a photograph. # rest
-> DONE

=== len_books
# entry
# checkpoint: len_books
~ move("set hush true")
{at("sam", "box_room"): You take one down and open it. | You've the first one under your arm. You open it.} You don't say anything. You put your thumb under the date.
Leonard: December 1971. Two hundred and twelve and a half. That's the gatepost.
Leonard: That's us.
He turns over. He turns over again. He's stopped being a man in socks and become, quite suddenly, a man who's good at something.
* [“Look at the second column.” # pattern: second column # pattern: O.E. # pattern: column # example: look at Outer End]
  Leonard: Outer End. Eighty-eight. Eighty-eight and a half. It's growing. It has been growing the whole time. We give them a foot and they take an inch of it.
* [“She wrote it all down. You never asked.” # pattern: never asked # pattern: wrote # example: she wrote it all down]
  Leonard: I held the other end of it. I said ‘jolly good.’ Every month for twenty-five years, she told me the answer out loud and I said ‘jolly good.’
* [“What would an inquiry say to that?” # pattern: inquiry # pattern: monday # pattern: prove # example: would it count on Monday]
  Leonard: An inquiry would say, who took these readings? And I'd say, I did. And so did a piano teacher. And there isn't an engineer in England who could argue with her.
- {dial("pace") == "full": He sits down on the floor, with his back against the wall and his feet out, and pulls the next year on to his knees.}
Leonard: {fact("len_told"): She was doing it properly. I did it in a week on a dining table, and she thought, that's no way to do it, and she started again from the beginning and took twenty-five years. | It goes north. I put it in print that it goes south, when I was thirty, and I've known since 1974 that it doesn't. And here she is with the working.}
Leonard: Never a word. She just got on with the practice. # move: set len_books true
{not fact("len_told"):
  ~ move("set len_told true")
  ~ move("learn sam sums")
}
~ move("relate trust leonard sam +3")
~ move("feel leonard relieved")
~ move("set hush false")
Leonard: These go on first. You'll see to that? Before the piano. Before anything with legs. # rest
-> DONE
