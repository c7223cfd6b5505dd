"""What Anthropic's package builds on its clients: `tool_runner` and `parse`, waiting and not, on both of its Bedrock clients."""

import asyncio
import functools

import anthropic
import pydantic
from anthropic import beta_async_tool, beta_tool

import emulator

#: The package sends `anthropic_version` 2026-10-21, which only Claude 4.7 and later take.
RUNTIME_MODEL = "global.anthropic.claude-opus-4-8"
MANTLE_MODEL = "anthropic.claude-opus-4-8"
MESSAGES = [{"role": "user", "content": "use get_weather, city=Paris"}]


class Weather(pydantic.BaseModel):
    """What `parse` is to give."""

    city: str
    days: int


def answered(city: str) -> str:
    """The result of the tool."""
    return f"22 degrees in {city}"


@beta_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return answered(city)


@beta_async_tool(name="get_weather")
async def get_weather_soon(city: str) -> str:
    """The weather of a city."""
    await asyncio.sleep(0)
    return answered(city)


def text_of(message):
    """The text of a message."""
    return "".join(block.text for block in message.content if block.type == "text")


def to_its_end(test):
    """A test that is a coroutine; `unittest`'s own way tells of every slow step."""

    @functools.wraps(test)
    def run(case):
        asyncio.run(test(case))

    return run


class Clients(emulator.EmulatorCase):
    """Each client as its documentation makes one; a refusal is not tried again."""

    def setUp(self):
        environment = self.exports()
        environment.start()
        self.addCleanup(environment.stop)

    def check_run(self, messages):
        """The model called the tool, and its answer has the result."""
        called, *others = messages
        self.assertEqual(["tool_use", *["end_turn"] * len(others)], [message.stop_reason for message in messages])
        self.assertEqual([{"city": "Paris"}], [block.input for block in called.content if block.type == "tool_use"])
        self.assertIn("22 degrees in Paris", text_of(others[-1]))


class Helpers(Clients):
    """Those that wait."""

    def test_a_tool_is_run(self):
        for client, model in [
            (anthropic.AnthropicBedrock(max_retries=0), RUNTIME_MODEL),
            (anthropic.AnthropicBedrockMantle(max_retries=0), MANTLE_MODEL),
        ]:
            asked = {"model": model, "max_tokens": 500, "tools": [get_weather], "messages": MESSAGES}
            with self.subTest(client):
                self.check_run(list(client.beta.messages.tool_runner(**asked)))
                streams = client.beta.messages.tool_runner(**asked, stream=True)
                self.check_run([stream.get_final_message() for stream in streams])

    def test_json_is_parsed(self):
        client = anthropic.AnthropicBedrock(max_retries=0)
        asked = {"model": RUNTIME_MODEL, "max_tokens": 500, "output_format": Weather}
        asked |= {"messages": [{"role": "user", "content": "city=Paris, days=2"}]}
        for messages in (client.messages, client.beta.messages):
            self.assertEqual(Weather(city="Paris", days=2), messages.parse(**asked).parsed_output)
        with client.messages.stream(**asked) as stream:
            self.assertEqual(Weather(city="Paris", days=2), stream.get_final_message().parsed_output)


class AsyncHelpers(Clients):
    """Those that do not."""

    @to_its_end
    async def test_a_tool_is_run(self):
        for make, model in [
            (anthropic.AsyncAnthropicBedrock, RUNTIME_MODEL),
            (anthropic.AsyncAnthropicBedrockMantle, MANTLE_MODEL),
        ]:
            asked = {"model": model, "max_tokens": 500, "tools": [get_weather_soon], "messages": MESSAGES}
            async with make(max_retries=0) as client:
                with self.subTest(client):
                    self.check_run([message async for message in client.beta.messages.tool_runner(**asked)])
                    streams = client.beta.messages.tool_runner(**asked, stream=True)
                    self.check_run([await stream.get_final_message() async for stream in streams])

    @to_its_end
    async def test_json_is_parsed(self):
        asked = {"model": RUNTIME_MODEL, "max_tokens": 500, "output_format": Weather}
        asked |= {"messages": [{"role": "user", "content": "city=Paris, days=2"}]}
        async with anthropic.AsyncAnthropicBedrock(max_retries=0) as client:
            self.assertEqual(Weather(city="Paris", days=2), (await client.messages.parse(**asked)).parsed_output)

    @to_its_end
    async def test_a_stream_is_read_and_a_refusal_has_its_class(self):
        for make, model, refusal in [
            (anthropic.AsyncAnthropicBedrock, RUNTIME_MODEL, anthropic.BadRequestError),
            (anthropic.AsyncAnthropicBedrockMantle, MANTLE_MODEL, anthropic.NotFoundError),
        ]:
            asked = {"max_tokens": 256, "messages": [{"role": "user", "content": "Grüße, 世界 🦀"}]}
            async with make(max_retries=0) as client:
                with self.subTest(client):
                    created = await client.messages.create(model=model, **asked)
                    async with client.messages.stream(model=model, **asked) as stream:
                        pieces = [piece async for piece in stream.text_stream]
                    self.assertEqual(text_of(created), "".join(pieces))
                    self.assertGreater(len(pieces), 1)
                    with self.assertRaises(refusal):
                        await client.messages.create(model="anthropic.claude-of-tomorrow", **asked)
