"""The terminal sessions of the README: each is typed again, and shows what it shows."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import emulator
import program
import test_guide

ROOT = pathlib.Path(__file__).parents[2]
SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What a server writes for a shell is there a moment after it started; a person needs longer for the next line.
STARTED = "until grep -qs unset emulator.env; do sleep 0.1; done"

KEYS = """\
region=us-west-2
aws_access_key_id=AKIABEDROCKEMULATOR0
aws_secret_access_key=local/emulator/secret/that/opens/nothing
"""
FORM = """\
{"companyName": "Example", "companyWebsite": "https://example.com", "intendedUsers": "0",
 "industryOption": "Education", "otherIndustryOption": "", "useCases": "Summaries of lectures"}
"""


class Readme(emulator.EmulatorCase):
    """An account that never asked for access, and a home with no keys."""

    options = ("--no-model-access",)

    def test_sessions_show_what_a_terminal_shows(self):
        sessions = SESSION.findall((ROOT / "README.md").read_text())
        self.assertGreater(len(sessions), 1)
        for session in sessions:
            typed = steps(session)
            with self.subTest(typed[0][0]), tempfile.TemporaryDirectory(prefix="bedrock-readme-") as folder:
                shown = self.typed(pathlib.Path(folder), [command for command, _ in typed])
                self.assertEqual(len(typed), len(shown))
                for (command, expected), output in zip(typed, shown):
                    self.assertRegex(output.rstrip(), test_guide.as_shown(expected), command)

    def typed(self, home, commands):
        """What each command prints, in one shell."""
        test_guide.write_files(home, [])
        shutil.copy(test_guide.FOLDER / "report.pdf", home)
        for name, text in {"keys.txt": KEYS, "form.json": FORM}.items():
            (home / name).write_text(text)
        mark = "=====bedrock====="
        lines = [f"echo {mark}\n{command}\n{STARTED if command.endswith('&') else ''}\n" for command in commands]
        ended = subprocess.run(
            ["bash", "-c", "".join(lines) + f"echo {mark}\nkill $(jobs -p) 2> /dev/null\ntrue"],
            cwd=home,
            env={
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_ENDPOINT_URL": self.emulator.url,
                "HOME": str(home),
                "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=6 * program.SECONDS,
        )
        self.assertEqual(0, ended.returncode, ended.stdout)
        return ended.stdout.decode().split(f"{mark}\n")[1:-1]


def steps(session):
    """The commands of a session, each with what it shows."""
    typed = []
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        typed.append((command, shown))
    return typed
