"""A running `bedrock serve`, and the environment it asks its clients to take."""

import os
import shlex
import signal
import threading
import unittest
from unittest import mock

import program

#: The API key that the emulator takes, as `bedrock_emulator`'s documentation lists it.
API_KEY = "bedrock-emulator-token-that-opens-nothing"


class Emulator:
    """Runs from `start` to `stop`."""

    def __init__(self, *options):
        self.options = options

    def start(self):
        """Returns when the variables are there."""
        self._process = program.start("serve", "--port", "0", *self.options)
        guard = threading.Timer(program.SECONDS, self._process.kill)
        guard.start()
        self.lines = self._read_lines()
        guard.cancel()
        self.exported, self.unset = understood(self.lines)
        return self

    def stop(self):
        """Asks it to end, as a service manager would; returns how it ended."""
        self._process.send_signal(signal.SIGTERM)
        return program.wait(self._process)

    @property
    def url(self):
        """Where it listens."""
        return self.exported["AWS_ENDPOINT_URL"]

    def environment(self, **changes):
        """The caller's environment after the exports; a change to None takes a variable away."""
        variables = {name: value for name, value in os.environ.items() if name not in self.unset}
        variables |= self.exported | changes
        return {name: value for name, value in variables.items() if value is not None}

    def _read_lines(self):
        lines = []
        for line in self._process.stdout:
            lines.append(line.decode())
            if lines[-1].startswith("unset "):
                return lines
        raise RuntimeError(f"it ended before it served: {program.wait(self._process)}")


def understood(lines):
    """The exported variables and the names to unset, read as a shell would."""
    exported, unset = {}, set()
    for line in lines:
        command, *words = shlex.split(line)
        if command == "export":
            exported.update(word.split("=", 1) for word in words)
        elif command == "unset":
            unset.update(words)
        else:
            raise ValueError(f"neither export nor unset: {line}")
    return exported, unset


class EmulatorCase(unittest.TestCase):
    """Tests that share one emulator, which must end well when they are done."""

    options = ()

    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator(*cls.options).start()

    @classmethod
    def tearDownClass(cls):
        ended = cls.emulator.stop()
        if ended.code != 0 or ended.stdout:
            raise AssertionError(f"bedrock serve did not end well: {ended}")

    def exports(self, **changes):
        """Sets this process's environment to the emulator's, with changes, as long as a `with` lasts."""
        return mock.patch.dict(os.environ, self.emulator.environment(**changes), clear=True)

    def bedrock(self, *arguments, stdin="", **changes):
        """Runs the program with the emulator's environment."""
        return program.run(*arguments, stdin=stdin, environment=self.emulator.environment(**changes))
