"""`bedrock chat` on a terminal: a conversation, held through a pseudo-terminal as a person would."""

import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time

import emulator
import program

PASTE = "\x1b[200~{}\x1b[201~"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
CTRL_C, CTRL_D, ALT_ENTER, UP, TAB = "\x03", "\x04", "\x1b\r", "\x1b[A", "\t"


class Terminal:
    """A running conversation, and all that it has shown."""

    def __init__(self, arguments, environment, columns=80):
        self._leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._process = subprocess.Popen(
            [program.path, "chat", *arguments],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env=environment,
            start_new_session=True,
            # So that Ctrl-C reaches it, as it does from a shell.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(follower)
        self.raw = ""
        self._seen = 0

    def expect(self, pattern):
        """Waits until something new that was shown, without its escape sequences, matches; returns the match."""
        deadline = time.monotonic() + 3 * program.SECONDS
        while True:
            shown = ESCAPES.sub("", self.raw).replace("\r", "")
            if match := re.compile(pattern).search(shown, self._seen):
                self._seen = match.end()
                return match
            if time.monotonic() > deadline or not self._read(deadline):
                raise AssertionError(f"{pattern!r} is not in {shown[self._seen:]!r}, after {shown[:self._seen]!r}")

    def type(self, keys):
        """Presses keys."""
        os.write(self._leader, keys.encode())

    def resize(self, columns):
        """Makes its window so wide."""
        fcntl.ioctl(self._leader, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def say(self, line):
        """Types a line at the prompt."""
        self.expect(r"(?m)^> ")
        self.type(line + "\r")

    def ended(self):
        """Waits for its end; returns the exit code."""
        while self._read(time.monotonic() + program.SECONDS):
            pass
        return self._process.wait(program.SECONDS)

    def close(self):
        """Ends it if it still runs."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        os.close(self._leader)

    def _read(self, deadline):
        ready, _, _ = select.select([self._leader], [], [], max(0, deadline - time.monotonic()))
        try:
            read = os.read(self._leader, 65536) if ready else b""
        except OSError:  # nobody has the terminal any more
            read = b""
        self.raw += read.decode(errors="replace")
        return bool(read)


class ChatCase(emulator.EmulatorCase):
    """Conversations with a home of their own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bedrock-chat-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)

    def chat(self, *arguments, columns=80, **changes):
        """Begins a conversation."""
        changes = {"HOME": str(self.home), "TERM": "xterm-256color", "NO_COLOR": None} | changes
        terminal = Terminal(arguments, self.emulator.environment(**changes), columns)
        self.addCleanup(terminal.close)
        return terminal

    def saved(self, terminal):
        """The conversation as `/save` writes it."""
        file = self.home / "saved.json"
        terminal.say(f"/save {file}")
        terminal.expect("saved to")
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        return json.loads(file.read_text())

    def leave(self, terminal):
        """Leaves with Ctrl-D."""
        terminal.expect(r"(?m)^> ")
        terminal.type(CTRL_D)
        self.assertEqual(terminal.ended(), 0)


class Conversation(ChatCase):
    """What can be said and done."""

    def test_two_turns_are_remembered_and_added_up(self):
        terminal = self.chat("--usage")
        terminal.say("first question")
        terminal.expect(r"first question[^>]*tokens in, [^>]*out, \$0")
        terminal.say("second question")
        terminal.expect("second question[^>]*tokens in")
        terminal.say("/usage")
        terminal.expect(r"2 answers: \d+ tokens in, \d+ out, \$0\.\d+")
        roles = [turn["role"] for turn in self.saved(terminal)["messages"]]
        self.assertEqual(roles, ["user", "assistant", "user", "assistant"])
        self.leave(terminal)

    def test_a_saved_conversation_is_a_request_and_goes_on(self):
        terminal = self.chat("-m", "haiku", "--system", "Be brief.")
        terminal.say("/save nothing.json")
        terminal.expect("nothing was said yet")
        terminal.say("first question")
        saved = self.saved(terminal)
        self.assertEqual((saved["model"], saved["system"]), ("haiku", "Be brief."))
        self.leave(terminal)

        other = self.chat("-m", "opus")
        other.say(f"/load {self.home}/saved.json")
        other.expect("2 turns with haiku")
        other.say("second question")
        self.assertEqual(self.saved(other)["messages"][:2], saved["messages"])
        self.leave(other)
        question = {"role": "user", "content": "third question"}
        again = json.loads((self.home / "saved.json").read_text())
        again["messages"].append(question)
        ended = self.bedrock("messages", "create", "--body=-", stdin=json.dumps(again))
        self.assertIn("third question", program.text_of(json.loads(ended.stdout)))

    def test_model_system_and_clear_change_what_is_sent(self):
        terminal = self.chat()
        terminal.say("/model")
        terminal.expect(r"Sonnet.* answers, as \S*anthropic\.claude-sonnet")
        terminal.say("/model haiku")
        terminal.expect("Haiku")
        terminal.say("/model opsu")
        terminal.expect("did you mean opus")
        terminal.say("/model haiku")
        terminal.say("/model ..")
        terminal.expect("error: .*\n.*hint: ")
        terminal.say("/system Be brief.")
        terminal.expect("instructions: Be brief.")
        terminal.say("forget this")
        terminal.expect(r"forget this[^>]*forget\s+this")
        terminal.say("/clear")
        terminal.say("keep this")
        terminal.expect(r"keep this[^>]*keep\s+this")
        saved = self.saved(terminal)
        self.assertEqual((saved["model"], saved["system"], len(saved["messages"])), ("haiku", "Be brief.", 2))
        terminal.say("/system -")
        terminal.expect("no instructions")
        terminal.say("/exit")
        self.assertEqual(terminal.ended(), 0)

    def test_a_file_goes_with_the_next_message_only(self):
        file = self.home / "a note.txt"
        file.write_text("what the note says")
        terminal = self.chat()
        terminal.say("/attach /nowhere")
        terminal.expect("error: /nowhere")
        terminal.say(f"/attach {file}")
        terminal.expect("1 file goes")
        terminal.say("read it")
        terminal.say("and now")
        first, _, second, _ = self.saved(terminal)["messages"]
        self.assertEqual([block["type"] for block in first["content"]], ["document", "text"])
        self.assertEqual(second["content"], "and now")
        self.leave(terminal)

    def test_stdin_is_no_file_here(self):
        terminal = self.chat()
        for command in ("/attach -", "/load -", "/save '-'"):
            terminal.say(command)
            terminal.expect("error: - is no file here")
        self.leave(terminal)

    def test_help_fits_a_narrow_window(self):
        terminal = self.chat(columns=40)
        terminal.say("/help")
        shown = terminal.expect(r"(?s)/help {11}what can be said here\n(.*?)\n> ").group(1)
        self.assertIn("/attach FILE    send a PDF, picture or\n                text with the next", shown)
        self.assertLessEqual(max(map(len, shown.splitlines())), 40)
        terminal.type(CTRL_D)
        self.assertEqual(terminal.ended(), 0)

    def test_several_lines_are_one_message(self):
        terminal = self.chat()
        terminal.expect("> ")
        terminal.type("one" + ALT_ENTER + "two\\\r")
        terminal.expect("… ")
        terminal.type("three" + PASTE.format("\nfour\n/help\nfive \\\nsix\n") + "\r")
        message = self.saved(terminal)["messages"][0]["content"]
        self.assertEqual(message, "one\ntwo\nthree\nfour\n/help\nfive \\\nsix")
        self.leave(terminal)

    def test_ctrl_c_gives_up_a_message_of_several_lines(self):
        terminal = self.chat()
        terminal.say("begun\\")
        terminal.expect("… ")
        terminal.type(CTRL_C)
        terminal.say("hello")
        self.assertEqual(self.saved(terminal)["messages"][0]["content"], "hello")
        self.leave(terminal)

    def test_an_unknown_command_names_the_nearest_and_a_path_is_a_message(self):
        terminal = self.chat()
        terminal.say("/modle opus")
        terminal.expect("did you mean /model")
        terminal.say("/help")
        terminal.expect("(?s)/attach FILE.*Alt-Enter")
        terminal.say("/etc/hosts has what?")
        self.assertEqual(self.saved(terminal)["messages"][0]["content"], "/etc/hosts has what?")
        terminal.expect("> ")
        terminal.type("/us" + TAB + "\r")
        terminal.expect("1 answer: ")
        self.leave(terminal)

    def test_ctrl_c_clears_a_line_and_leaves_at_an_empty_one(self):
        terminal = self.chat()
        terminal.expect("> ")
        terminal.type("half" + CTRL_C + "whole\r")
        self.assertEqual(self.saved(terminal)["messages"][0]["content"], "whole")
        terminal.expect("> ")
        terminal.type(CTRL_C)
        self.assertEqual(terminal.ended(), 0)

    def test_what_was_typed_is_kept_for_its_owner_unless_that_is_off(self):
        file = self.home / "state/bedrock/chat_history"
        state = {"XDG_STATE_HOME": str(self.home / "state")}
        for arguments, changes in [(("--history=off",), {}), ((), {"BEDROCK_CHAT_HISTORY": "off"})]:
            terminal = self.chat(*arguments, **state, **changes)
            terminal.say("unheard")
            self.leave(terminal)
            self.assertFalse(file.exists())
        terminal = self.chat(**state)
        terminal.say("remember this")
        self.leave(terminal)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        terminal = self.chat(**state)
        terminal.expect("> ")
        terminal.type(UP + "\r")
        self.assertEqual(self.saved(terminal)["messages"][0]["content"], "remember this")

    def test_markdown_is_styled_and_wrapped_to_the_terminal(self):
        question = "**bold** " + "and some more words " * 5
        terminal = self.chat(columns=40)
        terminal.say(question)
        self.leave(terminal)
        self.assertIn("\x1b[1mbold\x1b[0m", terminal.raw)
        answer = "Hello from" + ESCAPES.sub("", terminal.raw).replace("\r", "").split("Hello from")[1]
        self.assertGreater(answer.count("\n"), 4)
        self.assertLessEqual(max(map(len, answer.splitlines())), 40)

    def test_no_color_means_no_styles(self):
        terminal = self.chat(NO_COLOR="1")
        terminal.say("**bold**")
        self.leave(terminal)
        self.assertNotRegex(terminal.raw, r"\x1b\[[0-9;]*[1-9][0-9;]*m")
        self.assertGreater(terminal.raw.count("**bold**"), 1)

    def test_a_dumb_terminal_can_be_talked_at_too(self):
        terminal = self.chat(TERM="dumb")
        terminal.say("first \\\rsecond **line**")
        saved = self.saved(terminal)
        self.assertEqual(saved["messages"][0]["content"], "first \nsecond **line**")
        terminal.expect("> ")
        terminal.type(CTRL_C)
        self.assertEqual(terminal.ended(), 0)

    def test_thinking_is_shown_when_asked_for(self):
        terminal = self.chat("-m", "opus-4.6", "--thinking", "--show-thinking")
        terminal.say("ponder this")
        self.leave(terminal)
        self.assertRegex(terminal.raw, r"\x1b\[2m\w")
        self.assertEqual(self.bedrock("chat", "--show-thinking", "hi").code, 2)

    def test_json_is_one_message_for_each_answer(self):
        terminal = self.chat("--output=json")
        terminal.say("first question")
        message = json.loads(terminal.expect(r'\{"type":"message".*\}').group())
        self.assertIn("first question", program.text_of(message))
        self.leave(terminal)


class Stopped(ChatCase):
    """Ctrl-C during an answer."""

    options = ("--fault", "slow:150")

    def test_what_came_stays_and_retry_asks_again(self):
        terminal = self.chat("--usage")
        terminal.say("a long question " * 10)
        terminal.expect("Hello from the")
        terminal.type(CTRL_C)
        terminal.expect("stopped; what came stays")
        _, answer = self.saved(terminal)["messages"]
        text = program.text_of(answer)
        self.assertTrue(text.startswith("Hello from the") and "question" not in text, text)
        terminal.say("/usage")
        terminal.expect("1 answer: ")
        self.leave(terminal)

    def test_an_answer_follows_the_width_of_its_window(self):
        terminal = self.chat(columns=80)
        terminal.say("a long question " * 8)
        terminal.expect("Hello from the")
        terminal.resize(30)
        rest = terminal.expect(r'(?s)said:(.*)"\n> ').group(1)
        self.assertGreater(rest.count("\n"), 2)
        self.assertLessEqual(max(map(len, rest.splitlines()[1:])), 30, rest)

    def test_before_anything_came_the_question_waits(self):
        terminal = self.chat()
        terminal.say("hello")
        terminal.expect("waiting for the answer")
        terminal.type(CTRL_C)
        terminal.expect("/retry asks it again")
        self.assertEqual(self.saved(terminal)["messages"], [{"role": "user", "content": "hello"}])
        self.leave(terminal)


class Failing(ChatCase):
    """An error ends the answer, not the conversation."""

    options = ("--fault", "status:400@1", "--fault", "cut:900@3")

    def test_a_failed_question_can_be_asked_again(self):
        terminal = self.chat()
        terminal.say("hello there")
        terminal.expect("error: ")
        terminal.expect("/retry asks it again")
        terminal.say("/retry")
        terminal.say("and again")
        terminal.expect("error: ")
        saved = self.saved(terminal)["messages"]
        self.assertEqual([turn["role"] for turn in saved], ["user", "assistant", "user"])
        self.assertEqual(saved[0]["content"], "hello there")
        terminal.say(f"/load {self.home}/saved.json")
        terminal.expect("3 turns")
        terminal.say("/retry")
        saved = self.saved(terminal)["messages"]
        self.assertEqual(saved[2]["content"], "and again")
        self.assertEqual(len(saved), 4)
        self.leave(terminal)


class Piped(emulator.EmulatorCase):
    """A prompt beside a pipe."""

    def test_both_are_sent(self):
        ended = self.bedrock("chat", "--output=json", "What is this?", stdin="a piped text\n")
        alone = self.bedrock("chat", "--output=json", "What is this?")
        used = [json.loads(one.stdout)["usage"]["input_tokens"] for one in (ended, alone)]
        self.assertGreater(*used)
        self.assertIn("a piped text", ended.stdout)

    def test_a_pipe_gets_the_text_as_it_is(self):
        ended = self.bedrock("chat", "**bold** \x1b[1m " + "words " * 10)
        self.assertEqual((ended.code, ended.stderr), (0, ""))
        self.assertIn("**bold** \x1b[1m " + "words " * 9, ended.stdout)
