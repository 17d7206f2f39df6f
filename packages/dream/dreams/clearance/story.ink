INCLUDE arrival.ink
INCLUDE evening.ink
INCLUDE talks.ink
INCLUDE van.ink
INCLUDE endings.ink
VAR refusal = ""
VAR waited = 0
VAR fetched = ""
VAR spoke = ""
-> arrival
