"""Answers of every shape, as others' clients read them: calls of tools, thinking, structured output, the prompt cache."""

import json

import anthropic
import boto3

import emulator

MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
#: The package sends `anthropic_version` 2026-10-21, which only Claude 4.7 and later take.
NEWER_MODEL = "global.anthropic.claude-opus-4-8"
WEATHER = {
    "name": "get_weather",
    "input_schema": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer", "minimum": 2},
            "unit": {"enum": ["celsius", "fahrenheit"]},
        },
        "required": ["city", "days"],
    },
}
INPUT = {"city": "Paris", "days": 2, "unit": "celsius"}


def invoke(**members):
    """The message that boto3 gets from InvokeModel."""
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 2000} | members
    client = boto3.Session().client("bedrock-runtime")
    return json.loads(client.invoke_model(modelId=MODEL, body=json.dumps(body))["body"].read())


def user(content):
    """A turn of the user."""
    return {"role": "user", "content": content}


class Shapes(emulator.EmulatorCase):
    """Over plain http, with keys."""

    def test_a_tool_is_called_and_its_result_read(self):
        turns = [user("use get_weather, city=Paris")]
        with self.exports():
            client = anthropic.AnthropicBedrock(max_retries=0)
            with client.messages.stream(
                model=NEWER_MODEL, max_tokens=500, messages=turns, tools=[WEATHER]
            ) as stream:
                called = stream.get_final_message()
            (call,) = called.content
            self.assertEqual((called.stop_reason, call.type, call.name), ("tool_use", "tool_use", "get_weather"))
            self.assertEqual(call.input, INPUT)
            self.assertRegex(call.id, "^toolu_bdrk_")
            result = {"type": "tool_result", "tool_use_id": call.id, "content": "22 degrees"}
            turns += [{"role": "assistant", "content": called.content}, user([result])]
            answered = client.messages.create(
                model=NEWER_MODEL, max_tokens=500, messages=turns, tools=[WEATHER]
            )
        self.assertEqual(answered.stop_reason, "end_turn")
        self.assertIn("22 degrees", answered.content[0].text)

    def test_a_forced_tool_is_called_on_converse(self):
        spec = {"name": WEATHER["name"], "inputSchema": {"json": WEATHER["input_schema"]}}
        with self.exports():
            answered = boto3.Session().client("bedrock-runtime").converse(
                modelId=MODEL,
                messages=[{"role": "user", "content": [{"text": "city=Paris"}]}],
                toolConfig={"tools": [{"toolSpec": spec}], "toolChoice": {"any": {}}},
            )
        (block,) = answered["output"]["message"]["content"]
        self.assertEqual((answered["stopReason"], block["toolUse"]["input"]), ("tool_use", INPUT))

    def test_thinking_is_streamed_and_comes_back_unchanged(self):
        thinking = {"type": "adaptive", "display": "summarized"}
        turns = [user("Think!")]
        with self.exports():
            client = anthropic.AnthropicBedrock(max_retries=0)
            with client.messages.stream(
                model=NEWER_MODEL, max_tokens=500, messages=turns, thinking=thinking
            ) as stream:
                thought = stream.get_final_message()
            block = thought.content[0]
            self.assertEqual([block.type for block in thought.content], ["thinking", "text"])
            self.assertTrue(block.thinking and block.signature)
            self.assertGreater(thought.usage.output_tokens_details.thinking_tokens, 0)
            history = [*turns, {"role": "assistant", "content": thought.content}, user("Again!")]
            client.messages.create(model=NEWER_MODEL, max_tokens=500, messages=history, thinking=thinking)
            block.thinking += "!"
            with self.assertRaises(anthropic.BadRequestError) as caught:
                client.messages.create(model=NEWER_MODEL, max_tokens=500, messages=history, thinking=thinking)
        self.assertIn("Invalid `signature` in `thinking` block", str(caught.exception))

    def test_json_has_the_form_that_was_asked_for(self):
        schema = WEATHER["input_schema"] | {"additionalProperties": False}
        form = {"format": {"type": "json_schema", "schema": schema}}
        with self.exports():
            message = invoke(messages=[user("city=Paris")], output_config=form)
        self.assertEqual(json.loads(message["content"][0]["text"]), INPUT)

    def test_a_document_is_cited_by_its_place(self):
        source = {"type": "text", "media_type": "text/plain", "data": "Grass is green. Sky is blue."}
        document = {"type": "document", "source": source, "citations": {"enabled": True}}
        with self.exports():
            message = invoke(messages=[user([document, {"type": "text", "text": "Well?"}])])
        (citation,) = [cited for block in message["content"] for cited in block.get("citations", [])]
        self.assertEqual((citation["type"], citation["cited_text"]), ("char_location", "Grass is green."))
        self.assertEqual((citation["start_char_index"], citation["end_char_index"]), (0, 15))

    def test_what_was_marked_is_read_from_the_cache(self):
        system = [{"type": "text", "text": "cached words " * 1000, "cache_control": {"type": "ephemeral"}}]
        with self.exports():
            first, again = (invoke(messages=[user("Hi")], system=system)["usage"] for _ in range(2))
        written = first["cache_creation_input_tokens"]
        self.assertGreater(written, 1024)
        self.assertEqual((again["cache_read_input_tokens"], again["cache_creation_input_tokens"]), (written, 0))
        self.assertEqual(again["input_tokens"], first["input_tokens"])
