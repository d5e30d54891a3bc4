#!/usr/bin/python3
"""A run that is killed or finds the disk full leaves the old file or the new one, and no other.

Run a second time without O_TMPFILE, and a third time on FUSE (CMakeLists.txt): there a file that is
not finished has a name, under which a kill leaves it, and which the next run removes."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR  # noqa: E402

RUNS = 8 if cli.SANITIZED else 30


class AtomicTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.write("in.txt", b"\n".join(cli.sample_lines()[:4500]) + b"\n")  # some 10 MB
        try:
            os.close(os.open(self.folder, os.O_TMPFILE | os.O_RDWR))
            self.has_tmpfile = True
        except OSError:
            self.has_tmpfile = False

    def finished_files(self):
        return [name for name in self.files() if not name.startswith(".wordvec-")]

    def start(self, *arguments):
        return subprocess.Popen(
            [cli.BINARY, "convert", "in.txt", *arguments], cwd=self.folder,
            env=self.environment(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


class Killed(AtomicTest):
    def seconds_of_a_run(self, out):
        times = []
        for _ in range(3):
            start = time.monotonic()
            self.assertEqual(self.start(out).wait(), ALL_ANSWERED)
            times.append(time.monotonic() - start)
        self.new = (self.folder / out).read_bytes()
        return min(times)

    def kill_all_along(self, out, old, runs=RUNS):
        """Kills runs at moments spread over their length; checks what each leaves behind."""
        path = self.folder / out
        seconds = self.seconds_of_a_run(out)
        source = random.Random(7)
        left = {"old": 0, "new": 0}
        for run in range(runs):
            path.unlink(missing_ok=True)
            if old is not None:
                path.write_bytes(old)
            process = self.start(out)
            time.sleep(seconds * (run + source.random()) / runs * 1.15)
            process.kill()
            status = process.wait()
            self.assertIn(status, (-signal.SIGKILL, ALL_ANSWERED))
            found = path.read_bytes() if path.exists() else None
            self.check_unfinished(may_replace=old is not None)
            expected_files = ["in.txt"] if found is None else ["in.txt", out]
            self.assertEqual(self.finished_files(), expected_files, f"run {run}")
            if found == old:
                left["old"] += 1
                self.assertNotEqual(status, ALL_ANSWERED)
            else:
                left["new"] += 1
                self.assertTrue(found == self.new, f"run {run}: neither the old nor the new file")
                if out.endswith(".safetensors"):
                    self.assert_answered(
                        self.run_command("info", "--verify", "-q", "--model", out)
                    )
        self.assertGreater(left["old"], 0, "no run was killed early enough to tell")
        self.check_next_run(out)
        return left

    def check_unfinished(self, may_replace):
        """What a kill leaves: of a file without a name nothing, but for the instant in which it
        replaces another, whole, and has a name; else one file, since each run removes it."""
        left = [name for name in self.files() if name.startswith(".wordvec-")]
        self.assertLessEqual(len(left), 0 if self.has_tmpfile and not may_replace else 1)
        for name in left:
            self.assertRegex(name, r"\A\.wordvec-[0-9a-f]{8}\.partial\.[0-9a-f]{16}\Z")
            if self.has_tmpfile:
                self.assertEqual((self.folder / name).read_bytes(), self.new)

    def check_next_run(self, out):
        self.assertEqual(self.start(out).wait(), ALL_ANSWERED)
        self.assertEqual(self.files(), ["in.txt", out])
        self.assertTrue((self.folder / out).read_bytes() == self.new)

    def test_with_a_fresh_container(self):
        self.kill_all_along("out.safetensors", None)

    def test_over_an_existing_container(self):
        self.run_command("convert", "in.txt", "out.safetensors", "--limit", 100)
        old = (self.folder / "out.safetensors").read_bytes()
        self.kill_all_along("out.safetensors", old)

    def test_other_formats(self):
        for out in ("out.vec", "out.bin"):
            with self.subTest(out):
                self.kill_all_along(out, b"old", runs=RUNS // 3)
                (self.folder / out).unlink(missing_ok=True)

    def test_by_a_request_to_end(self):
        self.seconds_of_a_run("out.safetensors")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            self.write("out.safetensors", "old")
            process = self.start("out.safetensors", "--threads", "1")
            time.sleep(0.01)
            process.send_signal(number)
            self.assertIn(process.wait(), (-number, ALL_ANSWERED))
            if process.returncode != ALL_ANSWERED:
                # The new file, when the request came between its publication and the end.
                found = (self.folder / "out.safetensors").read_bytes()
                self.assertTrue(found in (b"old", self.new))
            self.check_unfinished(may_replace=True)
            self.assertEqual(self.finished_files(), ["in.txt", "out.safetensors"])
        self.check_next_run("out.safetensors")

    def test_while_the_rows_come_slowly(self):
        # Half of the input is there, and the run waits for the rest.
        self.seconds_of_a_run("out.safetensors")
        self.write("out.safetensors", "old")
        process = subprocess.Popen(
            [cli.BINARY, "convert", "-", "out.safetensors"], cwd=self.folder,
            env=self.environment(), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        process.stdin.write((self.folder / "in.txt").read_bytes()[:8_000_000])
        process.stdin.flush()
        self.assertEqual(self.finished_files(), ["in.txt", "out.safetensors"])
        if self.has_tmpfile:
            self.assertEqual(self.files(), self.finished_files(), "no file is in sight")
        process.kill()
        process.wait()
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
        self.assertEqual((self.folder / "out.safetensors").read_bytes(), b"old")
        self.check_unfinished(may_replace=False)
        self.check_next_run("out.safetensors")


class Failed(AtomicTest):
    def test_on_a_full_disk(self):
        size = 40_000
        for limit in (0, 1, size, 1_000_000, 5_000_000):
            for out in ("out.safetensors", "out.txt", "out.vec", "out.bin"):
                for old in (None, b"old" * 1000):
                    with self.subTest(limit=limit, out=out, old=old and len(old)):
                        path = self.folder / out
                        path.unlink(missing_ok=True)
                        if old is not None:
                            path.write_bytes(old)
                        result = self.run_command(
                            "convert", "in.txt", out,
                            preexec_fn=lambda: resource.setrlimit(
                                resource.RLIMIT_FSIZE, (limit, limit)
                            ),
                        )
                        self.assert_refused(result, FILE_ERROR, f"{out}: .*File too large")
                        if old is None:
                            self.assertEqual(self.files(), ["in.txt"])
                        else:
                            self.assertEqual(path.read_bytes(), old)
                            self.assertEqual(self.files(), ["in.txt", out])
                            path.unlink()

    def test_in_the_last_row(self):
        with open(self.folder / "in.txt", "ab") as file:
            file.write(b"last 1 2 3\n")
        for out in ("out.safetensors", "out.txt", "out.vec", "out.bin"):
            with self.subTest(out):
                self.write(out, "old")
                result = self.run_command("convert", "in.txt", out)
                self.assert_refused(result, FILE_ERROR, r"in\.txt:4501: found 3 values")
                self.assertEqual((self.folder / out).read_bytes(), b"old")
                (self.folder / out).unlink()
                self.run_command("convert", "in.txt", out)
                self.assertEqual(self.files(), ["in.txt"])

    @unittest.skipIf(os.geteuid() == 0, "nothing is forbidden to this user")
    def test_in_a_folder_that_cannot_be_written(self):
        (self.folder / "locked").mkdir(mode=0o500)
        result = self.run_command("convert", "in.txt", "locked/out.safetensors")
        self.assert_refused(result, FILE_ERROR, "locked/out.safetensors: .*Permission denied")


class AtTheSameTime(AtomicTest):
    def test_two_runs_with_one_output_leave_one_whole_file(self):
        for out in ("out.safetensors", "out.bin"):
            with self.subTest(out):
                self.assertEqual(self.start(out).wait(), ALL_ANSWERED)
                expected = (self.folder / out).read_bytes()
                for process in [self.start(out) for _ in range(4)]:
                    self.assertEqual(process.wait(), ALL_ANSWERED)
                self.assertTrue((self.folder / out).read_bytes() == expected)
                self.assertEqual(self.files(), ["in.txt", out])
                (self.folder / out).unlink()

    @unittest.skipIf("WORDVEC_ON_FUSE" in os.environ,
                     "libfuse takes a file that is open away before another is renamed to its name")
    def test_a_reader_sees_the_old_or_the_new_file_and_nothing_between(self):
        self.run_command("convert", "in.txt", "out.safetensors", "--limit", 100)
        process = self.start("out.safetensors")
        sizes = set()
        while process.poll() is None:
            result = self.run_command("info", "-q", "-f", "json", "-m", "out.safetensors")
            self.assert_answered(result)
            sizes.add(json.loads(result.stdout)["rows"])
        self.assertLessEqual(sizes, {100, 4500})
        self.assertEqual(process.wait(), ALL_ANSWERED)


if __name__ == "__main__":
    cli.main()
