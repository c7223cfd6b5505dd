"""Runs the `bedrock` program and says how it ended."""

import dataclasses
import json
import os
import pathlib
import subprocess

#: The program under test; `run.py --bedrock` names another.
path = pathlib.Path(__file__).parents[2] / "target/debug/bedrock"

#: The AWS CLI, where `run.py --aws` names one.
aws = None

#: A run that takes longer hangs.
SECONDS = 10


@dataclasses.dataclass
class Ended:
    """What a run left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def error(self):
        """The error object that `--output json` puts into the last line of stderr."""
        last = json.loads(self.stderr.splitlines()[-1])
        if list(last) != ["error"]:
            raise ValueError(f"not one error object: {last}")
        return last["error"]

    @property
    def partial_text(self):
        """The text of the message that the error carries."""
        return text_of(self.error["partial_message"])


def run(*arguments, stdin="", environment=None):
    """Runs it to its end, in the given environment alone."""
    ended = subprocess.run(
        [path, *arguments],
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        capture_output=True,
        env=os.environ if environment is None else environment,
        timeout=SECONDS,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def start(*arguments, environment=None):
    """Starts it with pipes to both of its outputs and nothing to read."""
    return subprocess.Popen(
        [path, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ if environment is None else environment,
    )


def wait(process):
    """Waits for the end of what `start` started; output that was read before is not in the result."""
    try:
        stdout, stderr = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Ended(process.returncode, stdout.decode(), stderr.decode())


def request(model, prompt="Hello, world", **fields):
    """A Messages request as the text that `--body -` reads."""
    messages = [{"role": "user", "content": prompt}]
    return json.dumps({"model": model, "max_tokens": 256, "messages": messages, **fields})


def text_of(message):
    """The text of a message given as JSON."""
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")
