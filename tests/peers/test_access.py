"""`bedrock access` and `bedrock doctor` in an account that a script describes: what each says is missing, what mends it, and that it does."""

import json
import pathlib

import emulator

SCRIPT = pathlib.Path(__file__).parents[2] / "docs/scripts/new-account.toml"
FORM = json.dumps(
    {
        "companyName": "Example",
        "companyWebsite": "https://example.com",
        "intendedUsers": "0",
        "industryOption": "Education",
        "useCases": "Summaries of lectures",
    }
)
FABLE = "anthropic.claude-fable-5"


class NewAccount(emulator.EmulatorCase):
    """An account for each test: one model granted, one on its way, one that its contract does not have, the others never asked for."""

    def setUp(self):
        self.emulator = emulator.Emulator("--script", str(SCRIPT)).start()
        self.addCleanup(self.emulator.stop)

    @classmethod
    def setUpClass(cls):
        """Nothing is shared."""

    @classmethod
    def tearDownClass(cls):
        """Nothing is shared."""

    def doctor(self, model):
        """How it ended, and what it says of access."""
        ended = self.bedrock("doctor", "-m", model, "--output", "json")
        return ended.code, json.loads(ended.stdout)["checks"][-1]

    def request(self, model, *options, stdin=""):
        """How asking ended."""
        return self.bedrock("access", "request", model, *options, stdin=stdin)

    def test_what_is_missing_is_said_by_both_alike(self):
        for model, missing in [
            ("haiku-4.5", None),
            ("sonnet-4.6", "the agreement is being made: wait some minutes"),
            ("opus-4.8", "the account is not entitled to it: ask AWS"),
            ("opus-5", "its terms were not agreed to: `bedrock access request anthropic.claude-opus-5`"),
        ]:
            with self.subTest(model):
                shown = self.bedrock("access", "show", model)
                code, access = self.doctor(model)
                self.assertEqual((shown.code, "It can be called." in shown.stdout), (0, missing is None), shown.stdout)
                self.assertEqual((code, access["status"]), (2, "fail") if missing else (0, "ok"))
                if missing:
                    self.assertEqual(access["code"], "model_not_accessible")
                    self.assertIn(f"- {missing}\n", shown.stdout)
                    self.assertIn(missing, access["hint"])
                self.assertEqual(self.bedrock("chat", "-m", model, "hi").code, 1 if missing else 0)

    def test_what_is_asked_for_can_be_called(self):
        unanswered = self.request("opus-5", "--yes", "--output", "json")
        self.assertEqual((unanswered.code, unanswered.error["kind"]), (2, "config"))
        self.assertIn("--form FILE", unanswered.error["hint"])
        unsure = self.request("opus-5", "--form", "-", stdin=FORM)
        self.assertEqual((unsure.code, unsure.stdout), (2, ""))
        self.assertIn("the terms were not agreed to", unsure.stderr)
        agreed = self.request("opus-5", "--yes")  # the form was sent, and is asked for once
        self.assertEqual(agreed.code, 0, agreed)
        self.assertTrue(agreed.stdout.endswith("\nIt can be called.\n"), agreed.stdout)
        self.assertEqual(self.doctor("opus-5")[0], 0)
        self.assertEqual(self.bedrock("chat", "-m", "opus-5", "hi").code, 0)

    def test_what_is_on_its_way_is_not_asked_for_again(self):
        asked = self.request("sonnet-4.6", "--form", "-", "--yes", stdin=FORM)
        self.assertEqual(asked.code, 0, asked)
        self.assertIn("the agreement is being made already", asked.stderr)
        self.assertNotIn("terms:", asked.stderr)

    def test_a_model_that_wants_data_kept_is_not_called_before_the_account_does(self):
        agreed = self.request(FABLE, "--form", "-", "--yes", stdin=FORM)
        command = f"`bedrock access request {FABLE} --data-retention aws_review`"
        self.assertIn(command, agreed.stdout)
        code, access = self.doctor(FABLE)
        self.assertEqual((code, access["code"]), (2, "model_not_accessible"))
        self.assertIn(command, access["hint"])
        self.assertIn("--data-retention aws_review", self.bedrock("chat", "-m", "fable-5", "hi").stderr)

        unsure = self.request(FABLE, "--data-retention", "aws_review")
        self.assertEqual((unsure.code, unsure.stdout), (2, ""), unsure)
        self.assertIn("the data retention was not changed", unsure.stderr)
        kept = self.request(FABLE, "--data-retention", "aws_review", "--yes")
        self.assertEqual(kept.code, 0, kept)
        self.assertRegex(kept.stdout, r"(?m)^retention +aws_review$")
        self.assertTrue(kept.stdout.endswith("\nIt can be called.\n"), kept.stdout)
        self.assertEqual(self.doctor(FABLE)[0], 0)
        self.assertEqual(self.bedrock("chat", "-m", "fable-5", "hi").code, 0)
        self.assertEqual(self.request(FABLE, "--data-retention", "everything").code, 2)
