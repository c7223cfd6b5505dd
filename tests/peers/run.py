#!/usr/bin/env python3
"""Runs every test beside it against one `bedrock` program; the last line counts them.

python tests/peers/run.py [--bedrock target/debug/bedrock] [--aws target/awscli-venv/bin/aws] [-k PATTERN]

Without a pattern the tests of the AWS CLI, each run of which takes a second, go beside the others in a process of their own.
"""

import argparse
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import program

FOLDER = pathlib.Path(__file__).parent
#: Of the environment: BEDROCK_RECORDED names a folder with test cases.
KEPT = ("BEDROCK_RECORDED", "PATH", "TMPDIR", "LANG", "LC_ALL", "RUST_BACKTRACE")
#: The module of the AWS CLI.
AWS_CLI = "test_awscli"


class CountingResult(unittest.TextTestResult):
    """A result that knows how many tests passed."""

    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def main():
    """Runs the tests; returns the exit code."""
    arguments = parse(sys.argv[1:])
    program.path = arguments.bedrock.absolute()
    program.aws = arguments.aws and arguments.aws.absolute()
    with contextlib.ExitStack() as stack:
        beside = None
        if arguments.aws and not arguments.k:
            beside = stack.enter_context(Beside([*sys.argv[1:], "-k", AWS_CLI]))
        forget_the_caller(stack.enter_context(tempfile.TemporaryDirectory(prefix="bedrock-peers-")))
        runner = unittest.TextTestRunner(verbosity=2, resultclass=CountingResult)
        result = runner.run(tests(arguments.k, without=AWS_CLI if beside else None))
        passed, failed = beside.counts() if beside else (0, 0)
    passed += result.passed
    failed += len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    sys.stderr.flush()
    skipped = f", {len(result.skipped)} skipped" if result.skipped else ""
    print(f"peers: {passed} passed, {failed} failed{skipped}")
    return 0 if passed and not failed else 1


class Beside:
    """The same program with other arguments, as long as a `with` lasts; what it prints is kept for the end."""

    def __init__(self, arguments):
        self._command = [sys.executable, __file__, *arguments]

    def __enter__(self):
        self._output = tempfile.TemporaryFile()
        self._process = subprocess.Popen(self._command, stdout=self._output, stderr=subprocess.STDOUT)
        return self

    def counts(self):
        """Waits for its end, prints what it said, and tells how many tests passed and how many failed."""
        code = self._process.wait()
        self._output.seek(0)
        said = self._output.read().decode()
        sys.stderr.write(said)
        counted = re.search(r"^peers: (\d+) passed, (\d+) failed", said, re.MULTILINE)
        passed, failed = map(int, counted.groups()) if counted else (0, 0)
        return passed, failed if code == 0 else max(failed, 1)

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._output.close()


def parse(arguments):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bedrock", type=pathlib.Path, default=program.path, help="the program to test")
    parser.add_argument("--aws", type=pathlib.Path, metavar="AWS", help="the AWS CLI; its tests are skipped without")
    parser.add_argument("-k", metavar="PATTERN", help="only tests whose name contains this")
    return parser.parse_args(arguments)


def forget_the_caller(home):
    """Leaves nothing in the environment that AWS, Anthropic or proxy code could read, and an empty home."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, HOME=home, AWS_EC2_METADATA_DISABLED="true")


def tests(pattern, without=None):
    """The tests of all modules beside this one, but for one of them."""
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{pattern}*"] if pattern else None
    modules = sorted(path.name for path in FOLDER.glob("test_*.py") if path.stem != without)
    return unittest.TestSuite(loader.discover(str(FOLDER), pattern=module) for module in modules)


if __name__ == "__main__":
    sys.exit(main())
