// Scenes and choices. See docs/guides/stories.md.
-> opening

=== opening
# checkpoint: opening
It has rained since noon, and the lost property office is the only window with a light in it.
{dial("pace") == "calm": You stamp your feet at the door. Water runs from your shoes onto the boards.}
In your pocket is a claim ticket. You found it among your father's things; it is twenty years old.
Mrs Hale: What are you here for? We close at half past six.
* [Say that you have come for something old.]
  Mrs Hale: How old?
  She does not look up, but the pen stops on the ledger.
* [Stand for a moment and listen to the rain.]
  You listen to the rain for a while. She does not hurry you.
  Mrs Hale: No rush. Things are more patient than people.
- The lamp lights the counter and no more; behind it the shelves go back into the dark. # rest
-> DONE

=== letter
# entry
# checkpoint: letter
She takes a very small key from around her neck. The drawer makes a single sound. # move: reveal letter
The envelope has never been opened, and its edges are soft with handling. # move: learn visitor kept_letter clerk
Mrs Hale: Your mother wrote it to him. They were about to part, that year.
Mrs Hale: I never read it, but I could guess. I was young, and I hoped that he would ask a second time.
* [Open it, and read it here.] -> read
* [Put it into your coat, unopened.] -> unread
* [Push it back to her.] -> left

=== read
You read slowly. There is only one thing in it: it asks him to come home. # move: put letter visitor
Mrs Hale: And did he? Come home?
* ["He did. Without this, he did."]
  She slips off her sleeve guards, folds them, and lays them on the ledger. # move: feel clerk relieved
* ["No."]
  She nods, and enters the date in the ledger. It takes her a long time.
- When the rain stops, neither of you is speaking. # ending: letter_read
-> END

=== unread
It weighs nothing against your chest. Some words were meant for him; let them go on waiting for him. # move: put letter visitor
Mrs Hale: If you are taking it, sign here.
You sign your father's name. She looks at it and does not correct you. # ending: letter_unread
-> END

=== left
You tell her that its owner is gone, and that by the rules it stays with her.
Mrs Hale: The rule is a year.
But she lays it back in the drawer, and this time she does not turn the key. # ending: letter_left
-> END

=== leaving
# entry
You open the umbrella. There is a hollow worn into the handle, just wide enough for a thumb.
When you look back the lamp is still lit, and somebody sits beneath it as if waiting to be asked a second time. # ending: umbrella_only
-> END

=== closing
# entry
Mrs Hale shuts the ledger and turns the lamp down, and only the rain is left. # move: feel clerk calm
Mrs Hale: Half past six. Come tomorrow. Nothing here is going anywhere.
{has("visitor", "umbrella"): You carry the umbrella out into the wet. | You go out with empty hands, the ticket still in your pocket.}
Behind you the door closes softly. # ending: closed
-> END
