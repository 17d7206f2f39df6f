## A dream as a page of text: what is said, what can be done, and a line to speak.
extends Control

@onready var daydream: Daydream = $Daydream
@onready var page: RichTextLabel = $Page/Text
@onready var options: HFlowContainer = $Page/Options
@onready var line: LineEdit = $Page/Line
@onready var notice: Label = $Page/Notice


func _ready() -> void:
	# In a page, give the theme a font that has your players' scripts: browsers lend Godot none.
	# Your game's own server gives each player a token; here it comes from the environment.
	daydream.token = OS.get_environment("DAYDREAM_TOKEN")
	daydream.language = OS.get_locale_language()
	daydream.dreams_listed.connect(_on_dreams)
	daydream.opened.connect(_on_opened)
	daydream.narrated.connect(func(event: Dictionary) -> void: _write(event["text"], "%s", event))
	daydream.said.connect(_on_said)
	daydream.did.connect(func(event: Dictionary) -> void: _write(event["text"], "[i]%s[/i]"))
	daydream.noticed.connect(func(event: Dictionary) -> void: _write(event["text"], "[b]%s[/b]"))
	daydream.refused.connect(func(event: Dictionary) -> void: _write(event["text"], "[i]%s[/i]"))
	daydream.committed.connect(_show_state)
	daydream.changed.connect(_show_state)
	daydream.ended.connect(func(_ending: Variant) -> void: line.editable = false)
	daydream.failed.connect(_on_failed)
	line.text_submitted.connect(_on_line)
	daydream.list_dreams()


func _on_dreams(dreams: Array) -> void:
	for dream: Dictionary in dreams:
		if dream["isOpen"]:
			var id: String = dream["id"]
			_add_option(dream["name"], func() -> void: daydream.open_session(id))


func _on_opened(state: Dictionary) -> void:
	page.clear()
	_show_state(state)
	if int(state["turns"]) == 0:
		daydream.begin()


func _on_said(event: Dictionary) -> void:
	_write("%s: %s" % [_name_of(event["character"]), event["text"]], "%s", event)


func _on_line(text: String) -> void:
	line.clear()
	if text.strip_edges() != "":
		daydream.say(text)


func _on_failed(_code: String, message: String, hint: String) -> void:
	_write("%s %s" % [message, hint], "[color=orange]%s[/color]")


func _show_state(state: Dictionary) -> void:
	notice.text = state["notice"]
	for child in options.get_children():
		child.queue_free()
	for suggestion: Dictionary in state["suggestions"]:
		var option: String = suggestion["option"]
		_add_option(suggestion["text"], func() -> void: daydream.take(option))
	if state["canContinue"]:
		_add_option("…", daydream.continue_story)


func _add_option(text: String, action: Callable) -> void:
	var button := Button.new()
	button.text = text
	button.pressed.connect(action)
	options.add_child(button)


## With the label of a text that a model made. Brackets of a text are no markup.
func _write(text: String, form := "%s", event := {}) -> void:
	var label: Dictionary = event.get("label", {})
	var mark := ""
	if label.get("isGenerated", false):
		mark = " [color=gray][font_size=11]%s[/font_size][/color]" % label["text"]
	page.append_text(form % text.replace("[", "[lb]") + mark + "\n")


func _name_of(id: String) -> String:
	var state := daydream.state
	if state["player"]["id"] == id:
		return state["player"]["name"]
	for character: Dictionary in state["characters"]:
		if character["id"] == id:
			return character["name"]
	return id
