"""The Python openai package, unmodified, against a running server: address and key come from the environment."""
import json
import os

import openai

client = openai.OpenAI(base_url=os.environ["BASE"], api_key=os.environ["KEY"], max_retries=0)
messages = [{"role": "user", "content": "hello there"}]
told = {}

told["chat"] = client.chat.completions.create(model="chat", messages=messages).choices[0].message.content
told["stream"] = "".join(
    chunk.choices[0].delta.content or "" for chunk in client.chat.completions.create(model="chat", messages=messages, stream=True) if chunk.choices
)
tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}
called = client.chat.completions.create(model="chat", messages=messages, tools=[tool]).choices[0].message.tool_calls[0]
told["tool"] = [called.function.name, json.loads(called.function.arguments)]
schema = {"type": "object", "properties": {"answer": {"type": "number"}}, "required": ["answer"], "additionalProperties": False}
told["structured"] = json.loads(
    client.chat.completions.create(
        model="chat", messages=messages, response_format={"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
    ).choices[0].message.content
)
told["response"] = client.responses.create(model="chat", input="hello there", store=False).output_text
with client.responses.stream(model="chat", input="hello there", store=False) as stream:
    told["response stream"] = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
told["embedding"] = client.embeddings.create(model="embed", input=["one"]).data[0].embedding
told["models"] = sorted(model.id for model in client.models.list() if "/" not in model.id)
try:
    client.chat.completions.create(model="none", messages=messages)
except openai.NotFoundError as error:
    told["unknown"] = error.code
print(json.dumps(told))
