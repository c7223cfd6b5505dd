"""Waiting for a job: on a terminal a bar that tells how far it is, in a pipe lines alone; a look that fails is not the end of it."""

import json
import os
import pty
import subprocess
import unittest

import faulty
import program
from faulty import refusal, whole

ARN = "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefghij12"


def job(status, **counts):
    """The answer of GetModelInvocationJob."""
    s3 = {"s3Uri": "s3://bucket/out/"}
    answer = {
        "jobArn": ARN,
        "jobName": "job",
        "modelId": "anthropic.claude-opus-4-6-v1",
        "roleArn": "arn:aws:iam::123456789012:role/batch",
        "status": status,
        "submitTime": "2026-11-22T00:00:00Z",
        "inputDataConfig": {"s3InputDataConfig": s3},
        "outputDataConfig": {"s3OutputDataConfig": s3},
        **counts,
    }
    return [whole(json.dumps(answer).encode())]


ANSWERS = [
    job("InProgress", totalRecordCount=10, processedRecordCount=3),
    [refusal(503, "ServiceUnavailableException", "Not now.")],
    job("Failed", message="no role"),
]


class Waiting(unittest.TestCase):
    """A job that is three of ten far, then nowhere to be seen, then over."""

    command = ("--max-retries=0", "batch", "results", "abcdefghij12", "--wait")

    def test_a_pipe_gets_lines(self):
        with faulty.Faulty(*ANSWERS) as server:
            ended = program.run(*self.command, environment=server.environment())
        self.assertEqual((ended.code, ended.stdout), (1, ""), ended)
        waiting, still, *why = ended.stderr.splitlines()
        self.assertTrue(waiting.startswith("waiting for abcdefghij12; Ctrl-C ends the waiting, not the job"), waiting)
        self.assertTrue(still.startswith("still waiting, although: ServiceUnavailableException"), still)
        self.assertEqual(why[0], "error: the job abcdefghij12 is Failed: no role")

    def test_a_terminal_gets_a_bar_above_which_lines_stand(self):
        code, seen = self.on_a_terminal(*self.command, answers=ANSWERS)
        self.assertEqual(code, 1)
        self.assertRegex(seen, r"InProgress [^\r\n]* 3/10 records")
        self.assertNotRegex(seen, r" 0/0|records[^\x1b\r\n]*still waiting")
        self.assertIn("still waiting, although", seen)
        # Filled with blanks, a line would break in two when the window gets narrower.
        self.assertNotIn("     ", seen)

    def test_a_warning_stands_above_the_spinner(self):
        slow = [[0.4, refusal(404, "ResourceNotFoundException", "It is over.")]]
        code, seen = self.on_a_terminal("chat", "-m", "claude-sonnet-4", "hi", answers=slow)
        self.assertEqual(code, 1)
        self.assertRegex(seen, r"waiting for the answer")
        self.assertRegex(seen, r"WARN\S* Claude Sonnet 4 has reached its end of life")
        self.assertNotRegex(seen, r" 0/0|answer[^\x1b\r\n]*WARN")

    def on_a_terminal(self, *arguments, answers):
        """The exit code of a run, and everything that came to its stderr, which is a terminal."""
        ours, theirs = pty.openpty()
        with faulty.Faulty(*answers) as server, os.fdopen(ours, "rb", buffering=0) as terminal:
            process = subprocess.Popen(
                [program.path, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=theirs,
                env=server.environment() | {"TERM": "xterm"},
            )
            os.close(theirs)
            seen = self.read(terminal)
            process.stdout.close()
            return process.wait(program.SECONDS), seen

    @staticmethod
    def read(terminal):
        """Everything until the program hangs up."""
        seen = b""
        try:
            while piece := terminal.read(4096):
                seen += piece
        except OSError:  # which is how Linux says it
            pass
        return seen.decode()


if __name__ == "__main__":
    unittest.main()
