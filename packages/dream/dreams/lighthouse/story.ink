INCLUDE arrival.ink
INCLUDE night.ink
INCLUDE talks.ink
INCLUDE call.ink
INCLUDE endings.ink
VAR refusal = ""
VAR waited = 0
VAR speaker = ""
VAR promised = false
VAR sheltered = ""
-> arrival
