#!/usr/bin/env python3
"""Runs every test beside it against one `bedrock` program; the last line counts them.

python tests/peers/run.py [--bedrock target/debug/bedrock] [--aws target/awscli-venv/bin/aws] [-k PATTERN]
"""

import argparse
import os
import pathlib
import sys
import tempfile
import unittest

import program

FOLDER = pathlib.Path(__file__).parent
#: Of the environment: BEDROCK_RECORDED names a folder with test cases.
KEPT = ("BEDROCK_RECORDED", "PATH", "TMPDIR", "LANG", "LC_ALL", "RUST_BACKTRACE")


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
    with tempfile.TemporaryDirectory(prefix="bedrock-peers-") as home:
        forget_the_caller(home)
        result = unittest.TextTestRunner(verbosity=2, resultclass=CountingResult).run(tests(arguments.k))
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    sys.stderr.flush()
    skipped = f", {len(result.skipped)} skipped" if result.skipped else ""
    print(f"peers: {result.passed} passed, {failed} failed{skipped}")
    return 0 if result.passed and not failed else 1


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


def tests(pattern):
    """The tests of all modules beside this one."""
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{pattern}*"] if pattern else None
    return loader.discover(str(FOLDER), pattern="test_*.py")


if __name__ == "__main__":
    sys.exit(main())
