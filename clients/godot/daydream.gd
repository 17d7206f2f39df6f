## Plays dreams of a Daydream server from Godot 4 (version 1 of the play protocol).
##
## Add this node to a scene, set [member address] and [member token] (a player's token, made by
## your own server with POST /v1/players; never ship an API key in a game), then call
## [method open_session] and [method begin]. What happens comes as signals, [signal did] and
## [signal felt] before the words that go with them. A connection that breaks is opened again
## and goes on where it was; a turn that was asked for is played once.
class_name Daydream
extends Node

## Dreams that can be played: an array of dictionaries with id, name, summary and more.
signal dreams_listed(dreams: Array)
## Sessions of this player, the one played last first.
signal sessions_listed(sessions: Array)
## A session was opened or found again; [param state] is what the player sees.
signal opened(state: Dictionary)
## A turn began. [param text] is null for turns of other players.
signal turn_began(player: String, text: Variant)
## Somebody speaks. The event has character, text, language, origin and label.
signal said(event: Dictionary)
## Somebody does something. The event has character, move, arguments and text.
signal did(event: Dictionary)
## Somebody shows a feeling. The event has character and feeling.
signal felt(event: Dictionary)
## The story tells. The event has text, language, origin and label.
signal narrated(event: Dictionary)
## The player is somewhere else, or sees others. The event has place, characters and things.
signal scene_changed(event: Dictionary)
## From the interface, outside the fiction. Always show it.
signal noticed(event: Dictionary)
## What the player wanted cannot be done in the world.
signal refused(event: Dictionary)
## The dream has ended.
signal ended(ending: Variant)
## Everything of the turn is durable now.
signal committed(state: Dictionary)
## The session stands elsewhere: show the state anew.
signal changed(state: Dictionary)
## A save was made. The slot has name and turn.
signal saved(slot: Dictionary)
## A request was refused or could not be sent.
signal failed(code: String, message: String, hint: String)
## The socket is open and everything that was missed has been sent.
signal connected
## The socket broke; it is opened again.
signal disconnected

const PROTOCOL := "daydream.play.v1"
const FIRST_WAIT := 0.25
const LONGEST_WAIT := 8.0
const PACKET_BYTES := 4 * 1024 * 1024
## Closed by these, a socket that is opened again would be closed again.
const FINAL_CODES: Array[int] = [1008, 1009]

## Where the server is, for example http://127.0.0.1:7777
@export var address := "http://127.0.0.1:7777"
## A player's token.
@export var token := ""
## Of errors and of the dreams' names: en or zh.
@export var language := "en"

## The session that is played; empty where there is none.
var session := ""
## What the player sees, as it was seen last.
var state := {}

var _socket: WebSocketPeer = null
var _is_wanted := false
var _is_ready := false
var _was_open := false
var _cursor := -1
var _wait := FIRST_WAIT
var _time_left := 0.0
var _asked := {}
var _seen := {}
var _random := RandomNumberGenerator.new()


func _ready() -> void:
	_random.randomize()


func _process(delta: float) -> void:
	if not _is_wanted:
		return
	if _socket == null:
		_time_left -= delta
		if _time_left <= 0.0:
			_connect_socket()
		return
	_socket.poll()
	match _socket.get_ready_state():
		WebSocketPeer.STATE_OPEN:
			_was_open = true
			while _socket != null and _socket.get_available_packet_count() > 0:
				_receive(_socket.get_packet().get_string_from_utf8())
		WebSocketPeer.STATE_CLOSED:
			_lose_socket(_socket.get_close_code())


## Asks for the dreams; [signal dreams_listed] answers.
func list_dreams() -> void:
	var answer: Variant = await _ask(HTTPClient.METHOD_GET, "/v1/dreams")
	if answer != null:
		dreams_listed.emit(answer["dreams"])


## Asks for the sessions of this player; [signal sessions_listed] answers.
func list_sessions() -> void:
	var answer: Variant = await _ask(HTTPClient.METHOD_GET, "/v1/sessions")
	if answer != null:
		sessions_listed.emit(answer["sessions"])


## Opens a session of a dream. [param options]: language, seed, dials, without, character, rules.
func open_session(dream: String, options := {}) -> void:
	var body: Dictionary = options.duplicate()
	body["dream"] = dream
	_enter(await _ask(HTTPClient.METHOD_POST, "/v1/sessions", body))


## Goes on with a session. [param from]: the first event that is wanted; -1: what comes from now on.
func resume_session(id: String, from := -1) -> void:
	_enter(await _ask(HTTPClient.METHOD_GET, _path(id, "")), from)


## Joins another player's session by an invitation.
func join_session(id: String, invitation: String) -> void:
	var body := {"invitation": invitation}
	_enter(await _ask(HTTPClient.METHOD_POST, _path(id, "/players"), body))


## Leaves the session; it is kept.
func close() -> void:
	_is_wanted = false
	_is_ready = false
	_asked = {}
	if _socket != null:
		_socket.close()
		_socket = null


## Plays the opening.
func begin() -> void:
	play({"kind": "begin"})


## Says something; [param to]: a character's id, or empty.
func say(text: String, to := "") -> void:
	var input := {"kind": "say", "text": text}
	if to != "":
		input["to"] = to
	play(input)


## Takes a suggestion of the state, by its option.
func take(option: String) -> void:
	play({"kind": "take", "option": option})


## Makes a move of the world.
func do_move(move: String, arguments := {}) -> void:
	play({"kind": "do", "move": move, "arguments": arguments})


## Goes on where the story paused.
func continue_story() -> void:
	play({"kind": "continue"})


## Lets time pass.
func wait(seconds := 60) -> void:
	play({"kind": "wait", "seconds": seconds})


## Plays a turn. It is sent again with the same key where the connection breaks, and played once.
func play(input: Dictionary) -> void:
	var key := _new_key()
	_demand({"type": "play", "request": key, "key": key, "input": input})


## Takes the last turn back and plays it again, or another input in its place.
func retry(input := {}) -> void:
	var key := _new_key()
	var message := {"type": "retry", "request": key, "key": key}
	if not input.is_empty():
		message["input"] = input
	_demand(message)


## Stops the turn that is being played: it has not happened.
func interrupt() -> void:
	_send({"type": "interrupt"})


## Goes back so that so many turns are kept; [signal changed] answers.
func rewind(turn: int) -> void:
	await _ask(HTTPClient.METHOD_POST, _path(session, "/rewind"), {"turn": turn})


## Saves under a name; [signal saved] answers.
func save(slot: String) -> void:
	var answer: Variant = await _ask(
		HTTPClient.METHOD_POST, _path(session, "/saves"), {"name": slot}
	)
	if answer != null:
		saved.emit(answer)


## Goes on from a save; [signal changed] answers.
func load_save(slot: String) -> void:
	await _ask(HTTPClient.METHOD_POST, _path(session, "/load"), {"name": slot})


## Reports a text to the operator of the server, by its event.
func report(event: Dictionary, reason: String) -> void:
	var body := {"event": int(event["cursor"]), "reason": reason}
	await _ask(HTTPClient.METHOD_POST, _path(session, "/reports"), body)


func _enter(answer: Variant, from := -1) -> void:
	if answer == null:
		return
	close()
	state = answer
	session = state["session"]
	_cursor = int(state["cursor"]) if from < 0 else from
	_seen = {}
	_wait = FIRST_WAIT
	_time_left = 0.0
	_is_wanted = true
	opened.emit(state)


func _path(id: String, rest: String) -> String:
	return "/v1/sessions/%s%s" % [id.uri_encode(), rest]


func _new_key() -> String:
	return Crypto.new().generate_random_bytes(16).hex_encode()


## The answer as a dictionary; null where it was refused, which is told by [signal failed].
func _ask(method: HTTPClient.Method, path: String, body := {}) -> Variant:
	var request := HTTPRequest.new()
	add_child(request)
	var headers := PackedStringArray(
		[
			"Authorization: Bearer " + token,
			"Accept-Language: " + language,
			"Daydream-Protocol: 1",
		]
	)
	var text := ""
	if method == HTTPClient.METHOD_POST:
		headers.append("Content-Type: application/json")
		text = JSON.stringify(body)
	if request.request(address + path, headers, method, text) != OK:
		request.queue_free()
		failed.emit("network", "The request could not be sent.", "")
		return null
	var done: Array = await request.request_completed
	request.queue_free()
	if done[0] != HTTPRequest.RESULT_SUCCESS:
		failed.emit("network", "The server cannot be reached.", "")
		return null
	var bytes: PackedByteArray = done[3]
	if bytes.is_empty():
		return {}
	var answer: Variant = JSON.parse_string(bytes.get_string_from_utf8())
	if not answer is Dictionary:
		failed.emit("not_a_daydream_server", "The answer is not of a Daydream server.", "")
		return null
	if int(done[1]) >= 400:
		_tell(answer.get("error", {}))
		return null
	return answer


func _tell(error: Dictionary) -> void:
	var hint: Variant = error.get("hint")
	(
		failed
		. emit(
			str(error.get("code", "unknown")),
			str(error.get("message", "")),
			"" if hint == null else str(hint),
		)
	)


func _connect_socket() -> void:
	_socket = WebSocketPeer.new()
	_socket.inbound_buffer_size = PACKET_BYTES
	# Browsers send no headers of their own: the token stands among the protocols.
	_socket.supported_protocols = PackedStringArray([PROTOCOL, "daydream.bearer." + token])
	_was_open = false
	_is_ready = false
	var place := address.replace("http://", "ws://").replace("https://", "wss://")
	var query := "?cursor=%d" % _cursor
	if language in ["en", "zh"]:
		query += "&language=" + language
	var url := place + _path(session, "/socket") + query
	if _socket.connect_to_url(url) != OK:
		_lose_socket(-1)


func _lose_socket(code: int) -> void:
	_socket = null
	_is_ready = false
	if _was_open and FINAL_CODES.has(code):
		_is_wanted = false
		disconnected.emit()
		return
	if _was_open:
		_wait = FIRST_WAIT
	else:
		_look_why()
	# A part by chance, so that not all players come back at once.
	_time_left = _wait * _random.randf_range(0.5, 1.0)
	_wait = minf(_wait * 2.0, LONGEST_WAIT)
	disconnected.emit()


## A refused socket does not say why: the state does.
func _look_why() -> void:
	var id := session
	var answer: Variant = await _ask(HTTPClient.METHOD_GET, _path(id, ""))
	if answer == null or id != session:
		return
	if int(answer["cursor"]) < _cursor:
		_stand(answer)
		changed.emit(state)


func _demand(message: Dictionary) -> void:
	_asked = message
	if _is_ready:
		_send(message)


func _send(message: Dictionary) -> void:
	if _socket != null and _socket.get_ready_state() == WebSocketPeer.STATE_OPEN:
		_socket.send_text(JSON.stringify(message))


func _stand(now: Dictionary) -> void:
	state = now
	_cursor = int(now["cursor"])
	_seen = {}


func _receive(text: String) -> void:
	var message: Variant = JSON.parse_string(text)
	if not message is Dictionary:
		return
	# Newer servers send fields and types that are not known here: they are passed over.
	match message.get("type"):
		"welcome", "state":
			state = message["state"]
		"resumed":
			_cursor = int(message["cursor"])
			_is_ready = true
			_wait = FIRST_WAIT
			connected.emit()
			# Only now, so that what was kept comes before what is played.
			if not _asked.is_empty():
				_send(_asked)
		"committed":
			_asked = {}
			_stand(message["state"])
			committed.emit(state)
		"changed":
			_asked = {}
			_stand(message["state"])
			changed.emit(state)
		"error":
			if message.get("request", _asked.get("request")) == _asked.get("request"):
				_asked = {}
			_tell(message)
		"interrupted", "pong":
			pass
		_:
			if _is_new(message):
				_give(message)


## False for what was given before the connection broke.
func _is_new(event: Dictionary) -> bool:
	var cursor: Variant = event.get("cursor")
	var place := JSON.stringify(event) if cursor == null else str(int(cursor))
	if not _seen.has(place):
		_seen[place] = JSON.stringify(event)
		return true
	if _seen[place] == JSON.stringify(event):
		return false
	# The turn was played anew: what was given of it has not happened.
	_seen = {place: JSON.stringify(event)}
	changed.emit(state)
	return true


func _give(event: Dictionary) -> void:
	match event["type"]:
		"turn":
			turn_began.emit(event["player"], event["text"])
		"say":
			said.emit(event)
		"do":
			did.emit(event)
		"feel":
			felt.emit(event)
		"narrate":
			narrated.emit(event)
		"scene":
			scene_changed.emit(event)
		"notice":
			noticed.emit(event)
		"refused":
			refused.emit(event)
		"end":
			ended.emit(event["ending"])
