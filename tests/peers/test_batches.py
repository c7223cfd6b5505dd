"""Batch inference: boto3 runs jobs and objects of the emulator, and moto's S3 judges what the program moves."""

import json
import logging
import pathlib
import tempfile
import time

import boto3
from botocore.exceptions import ClientError
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

import emulator
import program

MODEL = "us.anthropic.claude-opus-4-6-v1"
ROLE = "arn:aws:iam::123456789012:role/batch"
BUCKET = "my-batches"


def body(prompt, **fields):
    """A body of InvokeModel."""
    messages = [{"role": "user", "content": prompt}]
    return {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 64, "messages": messages, **fields}


def lines(records):
    """JSON lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


class Fixture(emulator.EmulatorCase):
    """One emulator, asked by boto3 and the program."""

    def setUp(self):
        environment = self.exports()
        environment.start()
        self.addCleanup(environment.stop)
        self.control = boto3.Session().client("bedrock")
        self.s3 = boto3.Session().client("s3")
        folder = tempfile.TemporaryDirectory(prefix="bedrock-batches-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def create(self, name, key, **fields):
        """The ARN of a job."""
        return self.control.create_model_invocation_job(
            jobName=name,
            roleArn=ROLE,
            modelId=MODEL,
            inputDataConfig={"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/{key}"}},
            outputDataConfig={"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET}/out/"}},
            **fields,
        )["jobArn"]

    def finished(self, arn):
        """The job when it is over."""
        for _ in range(50):
            job = self.control.get_model_invocation_job(jobIdentifier=arn)
            if job["status"] in ("Completed", "Failed", "Stopped"):
                return job
            time.sleep(0.1)
        raise AssertionError(job)

    def refused(self, call, **arguments):
        """The code that a call is refused with."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        return caught.exception.response["Error"]["Code"]

    def requests(self, count, name="requests.jsonl", **fields):
        """A file with so many Messages requests."""
        path = self.folder / name
        records = [{"max_tokens": 64, "messages": [{"role": "user", "content": f"Number {n}"}], **fields} for n in range(count)]
        path.write_text(lines(records))
        return path

    def to(self, folder):
        """Where the answers go, and who writes them."""
        return "--output-uri", f"s3://{BUCKET}/{folder}", "--role-arn", ROLE


class Batches(Fixture):
    """Everything in the emulator."""

    def test_boto3_runs_a_job_from_objects_to_objects(self):
        records = [{"recordId": "good", "modelInput": body("Hi")}, {"recordId": "bad", "modelInput": body("Hi", max_tokens=0)}]
        self.s3.put_object(Bucket=BUCKET, Key="in/boto3.jsonl", Body=lines(records).encode())
        arn = self.create("boto3", "in/boto3.jsonl", tags=[{"key": "team", "value": "search"}])
        self.assertRegex(arn, r"^arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/[a-z0-9]{12}$")
        job = self.finished(arn)
        self.assertEqual(("Completed", 2, 1), (job["status"], job["totalRecordCount"], job["errorRecordCount"]))
        self.assertLess(job["submitTime"], job["endTime"])
        folder = f"out/{arn[-12:]}/"
        keys = [found["Key"] for found in self.s3.list_objects_v2(Bucket=BUCKET, Prefix=folder)["Contents"]]
        self.assertEqual([f"{folder}boto3.jsonl.out", f"{folder}manifest.json.out"], keys)
        text = self.s3.get_object(Bucket=BUCKET, Key=keys[0])["Body"].read().decode()
        answers = {record["recordId"]: record for record in map(json.loads, text.splitlines())}
        self.assertEqual(400, answers["bad"]["error"]["errorCode"])
        self.assertEqual("message", answers["good"]["modelOutput"]["type"])
        manifest = json.load(self.s3.get_object(Bucket=BUCKET, Key=keys[1])["Body"])
        self.assertEqual((2, 1), (manifest["processedRecordCount"], manifest["successRecordCount"]))

    def test_boto3_lists_stops_and_is_refused(self):
        self.s3.put_object(Bucket=BUCKET, Key="in/list.jsonl", Body=lines([{"modelInput": body("Hi")}]).encode())
        arns = [self.create(f"listed-{n}", "in/list.jsonl") for n in range(5)]
        pages = list(
            self.control.get_paginator("list_model_invocation_jobs").paginate(
                nameContains="listed", sortBy="CreationTime", sortOrder="Ascending", PaginationConfig={"PageSize": 2}
            )
        )
        self.assertEqual([2, 2, 1], [len(page["invocationJobSummaries"]) for page in pages])
        self.assertEqual(arns, [job["jobArn"] for page in pages for job in page["invocationJobSummaries"]])
        self.control.stop_model_invocation_job(jobIdentifier=arns[4])
        self.assertEqual("Stopped", self.finished(arns[4])["status"])
        self.assertEqual("ConflictException", self.refused(self.control.stop_model_invocation_job, jobIdentifier=arns[4]))
        unknown = {"jobIdentifier": "nothing12345"}
        self.assertEqual("ResourceNotFoundException", self.refused(self.control.get_model_invocation_job, **unknown))
        self.assertEqual("ConflictException", self.refused(self.create, name="listed-0", key="in/list.jsonl"))
        token = {"clientRequestToken": "once"}
        first = self.create("token", "in/list.jsonl", **token)
        self.assertEqual(first, self.create("token", "in/list.jsonl", **token))
        self.assertEqual("ConflictException", self.refused(self.create, name="other", key="in/list.jsonl", **token))

    def test_boto3_uploads_in_parts_and_downloads_in_ranges(self):
        path = self.folder / "large"
        path.write_bytes(bytes(range(256)) * 80_000)
        self.s3.upload_file(str(path), BUCKET, "large file!'()")
        self.assertEqual(path.stat().st_size, self.s3.head_object(Bucket=BUCKET, Key="large file!'()")["ContentLength"])
        back = self.folder / "back"
        self.s3.download_file(BUCKET, "large file!'()", str(back))
        self.assertEqual(path.read_bytes(), back.read_bytes())
        self.s3.delete_object(Bucket=BUCKET, Key="large file!'()")
        self.assertEqual("404", self.refused(self.s3.head_object, Bucket=BUCKET, Key="large file!'()"))

    def test_the_program_sends_a_file_and_brings_the_answers_back(self):
        path = self.requests(3)
        path.write_text(path.read_text() + lines([{"custom_id": "mine", "params": {"messages": []}}]))
        refused = self.bedrock("batch", "create", *self.to("out/"), "--input", path, "-m", MODEL, "--output", "json")
        self.assertEqual((2, "config"), (refused.code, refused.error["kind"]))
        self.assertIn("line 4", refused.error["message"])

        path = self.requests(12)
        created = self.bedrock("batch", "create", *self.to("out/"), "--input", path, "-m", MODEL, "--name", "program")
        self.assertEqual(0, created.code, created)
        self.assertIn("12 records: Bedrock's quota is at least 100", created.stderr)
        arn = created.stdout.strip()
        results = self.bedrock("batch", "results", arn, "--wait")
        self.assertEqual(0, results.code, results)
        answers = [json.loads(line) for line in results.stdout.splitlines()]
        self.assertEqual([f"LINE{n:07}" for n in range(1, 13)], [answer["recordId"] for answer in answers])
        self.assertIn("Number 4", answers[4]["modelOutput"]["content"][0]["text"])
        self.assertIn("12 answers, 0 of them errors", results.stderr)
        shown = json.loads(self.bedrock("batch", "show", arn[-12:], "--output", "json").stdout)
        self.assertEqual(("Completed", 12), (shown["status"], shown["successRecordCount"]))
        self.assertIn("12 in all, 12 done, 12 answered, 0 failed", self.bedrock("batch", "show", arn).stdout)
        listed = self.bedrock("batch", "list", "--name", "program").stdout
        self.assertRegex(listed, rf"{arn[-12:]}  Completed  .* 12 +0 +{MODEL}  program")
        stopped = self.bedrock("batch", "stop", arn, "--output", "json")
        self.assertEqual((1, "ConflictException"), (stopped.code, stopped.error["code"]))

    def test_what_failed_and_what_is_missing_is_told(self):
        records = [{"recordId": name, "modelInput": body("Hi")} for name in ("a", "b", "c")]
        records[1]["modelInput"]["max_tokens"] = 0
        self.s3.put_object(Bucket=BUCKET, Key="in/partial.jsonl", Body=lines(records).encode())
        uri = f"s3://{BUCKET}/in/partial.jsonl"
        created = self.bedrock("batch", "create", *self.to("out"), "--input", uri, "-m", MODEL, "--wait", "--output", "json")
        self.assertEqual((1, "api"), (created.code, created.error["kind"]))
        self.assertEqual("1 of 3 requests have no answer", created.error["message"])
        made, job = map(json.loads, created.stdout.splitlines())
        self.assertEqual((made["jobArn"], "Completed"), (job["jobArn"], job["status"]))
        key = f"out/{made['jobArn'][-12:]}/partial.jsonl.out"
        text = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
        kept = [line for line in text.splitlines() if json.loads(line)["recordId"] != "c"]
        self.s3.put_object(Bucket=BUCKET, Key=key, Body="\n".join(kept).encode())
        results = self.bedrock("batch", "results", made["jobArn"], "--output-dir", self.folder / "results")
        self.assertEqual(1, results.code, results)
        for told in ("failed:\n  b: 400", "no answer:\n  c", "Bedrock counted 3 records as processed, but 2"):
            self.assertIn(told, results.stderr)
        written = (self.folder / "results" / "results.jsonl").read_text()
        self.assertEqual(["a", "b"], [json.loads(line)["recordId"] for line in written.splitlines()])

    def test_a_job_that_failed_and_one_that_is_not_over_have_no_results(self):
        self.s3.put_object(Bucket=BUCKET, Key="in/bad.jsonl", Body=b"{}\n")
        failed = self.bedrock("batch", "results", self.create("bad", "in/bad.jsonl"), "--wait", "--output", "json")
        self.assertEqual((1, "api"), (failed.code, failed.error["kind"]))
        self.assertIn("no record", failed.error["message"])
        early = self.bedrock("batch", "results", self.create("early", "in/bad.jsonl"), "--output", "json")
        self.assertEqual((2, "config"), (early.code, early.error["kind"]))
        self.assertIn("--wait", early.error["hint"])

    def test_the_emulator_within_the_program_does_all_of_it(self):
        path = self.requests(2)
        arguments = ("--local", "batch", "create", *self.to("out/"), "--input", path, "-m", "opus-4.6")
        ended = program.run(*arguments, "--output-dir", "-", environment={"PATH": "", "HOME": str(self.folder)})
        self.assertEqual(0, ended.code, ended)
        arn, *answers = ended.stdout.splitlines()
        self.assertIn(":model-invocation-job/", arn)
        self.assertEqual(["LINE0000001", "LINE0000002"], [json.loads(line)["recordId"] for line in answers])


class Moto(Fixture):
    """The same emulator's jobs, with the files in moto's S3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        cls.moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        cls.moto.start()
        host, port = cls.moto.get_host_and_port()
        cls.url = f"http://{host}:{port}"

    @classmethod
    def tearDownClass(cls):
        cls.moto.stop()
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.moto_s3 = boto3.Session().client("s3", endpoint_url=self.url)
        self.moto_s3.create_bucket(Bucket=BUCKET)

    def program(self, *arguments):
        """Runs the program with moto as its S3."""
        return self.bedrock("batch", *arguments, AWS_ENDPOINT_URL_S3=self.url)

    def test_uploads_whole_and_in_parts_and_downloads_are_those_of_s3(self):
        for name, count, size in (("small", 2, 10), ("large", 18, 500_000)):
            with self.subTest(name):
                path = self.requests(count, f"{name}.jsonl", system="x" * size)
                created = self.program("create", *self.to("out"), "--input", path, "-m", MODEL, "--name", name)
                self.assertEqual(0, created.code, created)
                arn = created.stdout.strip()
                uploaded = self.moto_s3.get_object(Bucket=BUCKET, Key=f"out/{name}.jsonl")
                # The tag of an object that came in parts ends in their number.
                parts = uploaded["ETag"].strip('"').partition("-")[2]
                self.assertEqual("2" if name == "large" else "", parts)
                text = uploaded["Body"].read()
                records = [json.loads(line) for line in text.splitlines()]
                self.assertEqual([f"LINE{n:07}" for n in range(1, count + 1)], [record["recordId"] for record in records])
                self.assertEqual({"x" * size}, {record["modelInput"]["system"] for record in records})

                # The emulator's job has its files in the emulator; moto gets what the job writes.
                self.assertEqual("Failed", self.finished(arn)["status"])
                self.s3.upload_file(str(self.written(text)), BUCKET, f"out/{name}.jsonl")
                done = self.create(f"{name}-again", f"out/{name}.jsonl")
                self.assertEqual("Completed", self.finished(done)["status"])
                for found in self.s3.list_objects_v2(Bucket=BUCKET, Prefix=f"out/{done[-12:]}/")["Contents"]:
                    copied = self.s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read()
                    self.moto_s3.put_object(Bucket=BUCKET, Key=found["Key"], Body=copied)
                    self.s3.delete_object(Bucket=BUCKET, Key=found["Key"])
                results = self.program("results", done)
                self.assertEqual(0, results.code, results.stderr)
                answers = [json.loads(line) for line in results.stdout.splitlines()]
                self.assertEqual([record["recordId"] for record in records], [answer["recordId"] for answer in answers])

    def written(self, text):
        """A file with this text."""
        path = self.folder / "written"
        path.write_bytes(text)
        return path

    def test_refusals_of_s3_are_told_with_what_to_do(self):
        path = self.requests(1)
        missing = ("--output-uri", "s3://not-there/out", "--role-arn", ROLE)
        refused = self.program("create", *missing, "--input", path, "-m", MODEL, "--output", "json")
        self.assertEqual((1, "api"), (refused.code, refused.error["kind"]))
        self.assertIn("NoSuchBucket", refused.error["message"])
        unreached = self.bedrock(
            "batch", "create", *self.to("out"), "--input", path, "-m", MODEL, "--output", "json", AWS_ENDPOINT_URL_S3="http://127.0.0.1:9"
        )
        self.assertEqual((4, "connect"), (unreached.code, unreached.error["kind"]))
