#!/usr/bin/python3
"""Each system call that touches files fails once, and once the run is killed at it (strace).

After a failure the old or the new file is there, whole, and nothing else; and either nothing was
lost, or a message names the reason. After a kill what is left besides is removed by the next run.
Not with AddressSanitizer, whose LeakSanitizer does not work where another process traces."""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import cli  # noqa: E402
from cli import ALL_ANSWERED, BINARY, FILE_ERROR, TIMEOUT_SECONDS  # noqa: E402
from model_server import File, ModelServer  # noqa: E402

STRACE = shutil.which("strace")
FETCH = Path(BINARY).with_name("wordvec-fetch")

CHANGING = (
    "open openat write pwrite64 writev pwritev pwritev2 ftruncate fallocate sync_file_range fsync "
    "fdatasync rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat flock "
    "fchmod fchmodat fchown fchownat mkdir mkdirat close"
).split()
LOOKING = (
    "read pread64 mmap mremap fstat newfstatat stat lstat statx lseek access faccessat faccessat2 "
    "readlink readlinkat getdents64 fcntl dup"
).split()
# Those that name no file.
OTHERS = "getrandom clone clone3 fork vfork wait4".split()

ERRORS = {"mmap": "ENOMEM", "mremap": "ENOMEM", "clone": "EAGAIN", "clone3": "EAGAIN",
          "fork": "EAGAIN", "vfork": "EAGAIN", "write": "ENOSPC", "pwrite64": "ENOSPC",
          "ftruncate": "ENOSPC", "linkat": "ENOSPC"}
TEXTS = {"EIO": "Input/output error", "ENOSPC": "No space left on device",
         "ENOMEM": "Cannot allocate memory|out of memory",
         "EAGAIN": "Resource temporarily unavailable"}

UNFINISHED = re.compile(r"\.wordvec-[0-9a-f]{8}\.partial\.[0-9a-f]{16}\Z")
TEXT = "".join(f"w{i} {i % 7 - 3} {i % 5 - 2} {i % 11}.5\n" for i in range(60))


def can_trace():
    try:
        return subprocess.run([STRACE, "-f", "-qq", "-e", "trace=none", "true"],
                              capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


class Point:
    """The n-th call of a name by a thread, as the log of a run without failures shows it."""

    def __init__(self, call, n, line):
        self.call = call
        self.n = n
        self.line = line

    def is_seen(self):
        """False: it changes nothing that outlives the process. A kill before such a call is one
        before the next."""
        unseen = ("close", "flock", "fchmod", "fchown", "fsync", "fdatasync", "sync_file_range")
        if self.call in ("open", "openat"):
            return "O_CREAT" in self.line or "O_TMPFILE" in self.line
        return self.call in CHANGING and self.call not in unseen or self.call == "wait4"

    def __str__(self):
        return f"{self.call} {self.n}: {self.line[:300]}"


@unittest.skipIf(cli.SANITIZED, "LeakSanitizer does not work under strace")
@unittest.skipUnless(STRACE and can_trace(), "strace is not there, or may not trace")
class FaultTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.log = self.home / "log"

    def restore(self, files):
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.symlink_to(content)

    def snapshot(self):
        """The bytes of each file, the target of each link (str), by their paths."""
        return {
            str(path.relative_to(self.folder)):
                os.readlink(path) if path.is_symlink() else path.read_bytes()
            for path in sorted(self.folder.rglob("*")) if path.is_symlink() or path.is_file()
        }

    def run_traced(self, calls, arguments, inject=None):
        """`calls`: which to log. Returns the result, whose status is below 0 after a kill."""
        # "?": not every machine has all of them.
        options = ["-f", "-qq", "-y", "-o", str(self.log),
                   "-e", "trace=" + ",".join("?" + call for call in calls)]
        if inject:
            options += ["-e", "inject=" + inject]
        # Not in the folder, so that only what is about its files names it.
        done = subprocess.run(
            [STRACE, *options, BINARY, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
            cwd=self.home, env=self.traced_environment(), timeout=TIMEOUT_SECONDS,
        )
        return cli.Result(arguments, done.returncode, done.stdout, done.stderr)

    def traced_environment(self):
        return self.environment(XDG_DATA_HOME=self.folder, TMPDIR=self.folder)

    def points(self, arguments, calls):
        """Runs the command and returns the calls that are about the folder's files, or, from the
        first of these on, about nothing that has a name."""
        result = self.run_traced(calls, arguments)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        counts = {}
        points = []
        for line in self.log.read_text(errors="replace").splitlines():
            match = re.match(r"(\d+) +(\w+)\(", line)
            if match is None:
                continue
            key = match.groups()
            counts[key] = counts.get(key, 0) + 1
            is_ours = str(self.folder) in line
            is_memory = key[1] in ("mmap", "mremap") and "MAP_ANONYMOUS" in line
            if (is_ours or (points and (is_memory or key[1] in OTHERS))) and key[1] in calls:
                points.append(Point(key[1], counts[key], line))
        return points

    def check(self, *arguments, calls=None, may_be_left=(), check_state=None):
        """Lets each call of the command fail, and kills it at each that changes something."""
        arguments = [os.fspath(a) for a in arguments]
        old = self.snapshot()
        points = self.points(arguments, calls or CHANGING + LOOKING + OTHERS)
        new = self.snapshot()
        self.assertNotEqual(old, new)
        self.assertGreater(len(points), 0)
        self.check_state = check_state
        for point in points:
            with self.subTest(f"fails at {point}"):
                self.restore(old)
                self.check_failure(point, arguments, old, new)
        for point in [*filter(Point.is_seen, points), Point("exit_group", 1, "the end")]:
            with self.subTest(f"killed at {point}"):
                self.restore(old)
                self.check_kill(point, arguments, old, new, may_be_left)

    def check_failure(self, point, arguments, old, new):
        error = ERRORS.get(point.call, "EIO")
        result = self.run_traced([point.call], arguments,
                                 f"{point.call}:error={error}:when={point.n}")
        self.assertIn("(INJECTED)", self.log.read_text(errors="replace"))
        self.check_sane(result)
        found = self.snapshot()
        if result.status == ALL_ANSWERED:
            self.assertNotIn("error:", result.stderr, result)
            self.assert_same(found, new, result)
            return
        self.assertEqual(result.status, FILE_ERROR, result)
        self.assertRegex(result.stderr, rf"wordvec: error: [^\n]*({TEXTS[error]})", result)
        if point.call in ("unlink", "unlinkat") and "cannot remove" in result.stderr:
            return  # what could not be removed is there
        self.assert_old_or_new(found, old, new, result)

    def check_kill(self, point, arguments, old, new, may_be_left):
        result = self.run_traced([point.call], arguments,
                                 f"{point.call}:signal=KILL:when={point.n}")
        found = self.snapshot()
        left = [name for name in found
                if UNFINISHED.match(Path(name).name) or Path(name).name in may_be_left]
        self.assert_old_or_new({k: v for k, v in found.items() if k not in left}, old, new, result)
        # The next run finds what it needs and leaves what the first would have left.
        result = self.run_command(*arguments, env=self.traced_environment())
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assert_same(self.snapshot(), new, result)

    def assert_same(self, found, expected, result):
        self.assertEqual(sorted(found), sorted(expected), result)
        for name, content in expected.items():
            self.assertTrue(found[name] == content, f"{name} is another: {result}")

    def assert_old_or_new(self, found, old, new, result):
        """Each file by itself; `check_state` looks at what must go together."""
        for name in {*found, *old, *new}:
            self.assertTrue(found.get(name) in (old.get(name), new.get(name)),
                            f"{name} is neither the old nor the new one: {result}")
        if self.check_state:
            self.check_state(found, old, new, result)


class Convert(FaultTest):
    def setUp(self):
        super().setUp()
        self.write("in.txt", TEXT)

    def check_convert(self, out, old=None, *options, **checks):
        if old is not None:
            self.write(out, old)
        self.check("convert", self.folder / "in.txt", self.folder / out, "--threads", "1", *options,
                   **checks)

    def test_makes_a_container(self):
        self.check_convert("out.safetensors")

    def test_replaces_a_container(self):
        self.check_convert("out.safetensors", "old")

    def test_replaces_other_formats(self):
        self.check_convert("out.vec.gz", "old", calls=CHANGING)

    def test_follows_a_link(self):
        (self.folder / "to").mkdir()
        (self.folder / "to" / "kept").write_text("")
        (self.folder / "link.bin").symlink_to("to/out.bin")
        self.check_convert("link.bin")

    def test_replaces_numbers_and_words_together(self):
        def check_pair(found, old, new, result):
            rows, words = found["out.npy"], found.get("out.vocab.txt")
            if words is None:
                # Only a kill, or the failure of what comes after the rows, leaves no words.
                if result.status == FILE_ERROR:
                    self.assertIn("is written, and has no words now", result.stderr, result)
            else:
                expected = new if rows == new["out.npy"] else old
                self.assertTrue(words == expected["out.vocab.txt"], f"words of others: {result}")

        (self.folder / "old.txt").write_text("a 1 2\nb 3 4\n")
        self.run_command("convert", "old.txt", "out.npy")
        (self.folder / "old.txt").unlink()
        self.check_words_may_lack(check_pair)

    def check_words_may_lack(self, check_pair):
        # Without words is a state of its own, which assert_old_or_new() does not know.
        old_or_new = self.assert_old_or_new

        def with_words(found, old, new, result):
            filled = {"out.vocab.txt": new["out.vocab.txt"], **found}
            self.check_state = None
            old_or_new(filled, old, new, result)
            check_pair(found, old, new, result)
            self.check_state = check_pair

        self.assert_old_or_new = with_words
        self.check_convert("out.npy", check_state=check_pair)

    def test_starts_fewer_threads_where_there_are_no_more(self):
        text = "".join(f"w{i} {i} {i + 1}\n" for i in range(20000))
        self.write("in.txt", text)
        for out in ("out.safetensors", "out.vec.gz"):
            self.restore({"in.txt": text.encode()})
            arguments = ["convert", str(self.folder / "in.txt"), str(self.folder / out),
                         "--threads", "3"]
            self.assertEqual(self.run_command(*arguments).status, ALL_ANSWERED)
            expected = self.snapshot()
            for when in ("1", "2", "1+"):
                self.restore({"in.txt": text.encode()})
                result = self.run_traced(["clone3", "clone"], arguments,
                                         f"clone3,clone:error=EAGAIN:when={when}")
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.assertIn("(INJECTED)", self.log.read_text())
                self.assert_same(self.snapshot(), expected, result)


class Others(FaultTest):
    def install(self, *names):
        (self.folder / "wordvec").mkdir()
        for name in names:
            self.write("m.txt", TEXT.replace("w", name))
            self.assert_answered(self.run_command(
                "convert", "m.txt", f"wordvec/{name}.safetensors", "-q", "--no-index"))
        (self.folder / "m.txt").unlink()

    def test_index_replaces_the_container(self):
        self.install("a")
        self.check("index", self.folder / "wordvec" / "a.safetensors", "--threads", "1")

    def test_models_makes_the_default(self):
        self.install("a")
        self.check("models", "--default", "a")

    def test_models_changes_the_default_and_a_kill_leaves_nothing(self):
        self.install("a", "b")
        (self.folder / "wordvec" / "default.safetensors").symlink_to("a.safetensors")
        self.check("models", "--default", "b")

    def test_embed_writes_a_file(self):
        self.install("a")
        self.check("embed", "a1 a2", "a3", "-m", "a", "--out", self.folder / "out.tsv")

    def test_embed_with_a_temporary_file_replaces_a_file(self):
        self.install("a")
        self.write("out.npy", "old")
        self.check("embed", "a1 a2", "a3", "a4 a9", "-m", "a", "--pool", "sif", "--out",
                   self.folder / "out.npy", "-q")

    def test_a_large_file_asks_for_room_ahead(self):
        self.check("explain", "positions", "--rows", "70000", "--dim", "64", "--out",
                   self.folder / "out.npy",
                   calls=["fallocate", "sync_file_range", "ftruncate", "fsync"])


@unittest.skipUnless(FETCH.exists(), "wordvec-fetch is not built")
class Fetch(FaultTest):
    def setUp(self):
        super().setUp()
        self.server = self.enterContext(ModelServer())
        self.server.files["/v.txt"] = File(TEXT.encode())
        self.arguments = ["fetch", "--url", self.server.url("/v.txt"), "--threads", "1",
                          "--retry-delay", "0.002"]
        self.left = ["v.part", "v.part.json", "v.part.json.new"]

    # A failure may keep the download for the next run, and says so.
    def assert_old_or_new(self, found, old, new, result):
        if "are kept" in result.stderr:
            found = {k: v for k, v in found.items() if Path(k).name not in self.left}
        super().assert_old_or_new(found, old, new, result)

    def test_makes_a_model_and_the_default(self):
        self.check(*self.arguments, may_be_left=self.left)

    def test_replaces_a_model(self):
        self.assertEqual(self.run_command(*self.arguments, "--no-index",
                                          env=self.traced_environment()).status, ALL_ANSWERED)
        # Killed behind the conversion, the run is repeated: the same again.
        self.check(*self.arguments, "--again", calls=CHANGING, may_be_left=self.left)


if __name__ == "__main__":
    cli.main()
