"""The shell of `docs/guide` and of a few other pages runs with the program, and shows what the pages show.

The Rust of the guide is run by `tests/workspace`.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import emulator
import program

FOLDER = pathlib.Path(__file__).parents[2] / "docs/guide"
#: Pages beside the guide that are run too.
OTHERS = ("recording.md", "upstream.md")
FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: A link to another file of the project.
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")

#: What stands between fences: `sh` runs here and `rust` in `tests/workspace`; `text` behind one of them is its output.
LANGUAGES = {"rust", "sh", "sh no-run", "text", "ini", "json", "toml"}


class Guide(emulator.EmulatorCase):
    """One test for each page; `load_tests` makes them."""

    def __init__(self, page):
        super().__init__("run_page")
        self.page = page

    def __str__(self):
        return f"{self.page.name} (test_guide)"

    def run_page(self):
        """Runs the commands of a page in order, in a folder and a home of the page's own."""
        text = self.page.read_text()
        for link in LINK.findall(text):
            self.assertTrue((self.page.parent / link).exists(), f"{link} leads nowhere")
        blocks = FENCED.findall(text)
        with tempfile.TemporaryDirectory(prefix="bedrock-guide-") as folder:
            home = pathlib.Path(folder)
            shutil.copy(FOLDER / "report.pdf", home)
            write_files(home, blocks)
            for (language, text), (following, shown) in zip(blocks, blocks[1:] + [("", "")]):
                self.assertIn(language, LANGUAGES, text)
                if language == "sh no-run":
                    self.assertNotRegex(text, r"(?m)^bedrock ", "the program can be run")
                if language == "sh":
                    with self.subTest(text):
                        self.run_block(home, text, shown if following == "text" else None)

    def run_block(self, home, text, shown):
        """Runs the commands of a block; the page may show what a terminal would."""
        path = f"{home / 'bin'}:{os.environ['PATH']}"
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=home,
            env=self.emulator.environment(HOME=str(home), PATH=path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=4 * program.SECONDS,
        )
        output = ended.stdout.decode()
        self.assertEqual(ended.returncode, 0, output)
        if shown is not None:
            self.assertRegex(output.rstrip(), as_shown(shown))


def write_files(home, blocks):
    """Puts the program on the path, and writes the files that a page shows: blocks whose first line is like `# ~/.aws/config`."""
    (home / "bin").mkdir()
    (home / "bin/bedrock").symlink_to(program.path)
    for _, text in blocks:
        first, _, rest = text.partition("\n")
        if first.startswith("# ~/"):
            path = home / first.removeprefix("# ~/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(rest)
            path.chmod(0o600)


def as_shown(shown):
    """The expression for an output in which `…` stands for any text."""
    return "(?s)^" + ".*".join(map(re.escape, shown.rstrip().split("…"))) + "$"


def load_tests(loader, tests, pattern):
    """A test for each page; `run.py -k` chooses among them by name."""
    patterns = loader.testNamePatterns
    others = [FOLDER.parent / name for name in OTHERS]
    pages = [Guide(page) for page in sorted(FOLDER.glob("*.md")) + others]
    wanted = [page for page in pages if not patterns or any(pathlib.PurePath(str(page)).match(one) for one in patterns)]
    if not pages:
        raise RuntimeError(f"no pages in {FOLDER}")
    return unittest.TestSuite(wanted)
