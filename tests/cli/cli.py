"""What the tests of the command share: running it in a fresh folder, on pipes and on terminals.

WORDVEC_BIN names the command and WORDVEC_SAMPLE the bundled sample as a container. With
WORDVEC_SANITIZE=1 the command is slow and uses much memory.
"""

import functools
import gzip
import json
import os
import pty
import re
import select
import struct
import subprocess
import tempfile
import termios
import time
import unittest
from pathlib import Path

try:
    import numpy
except ImportError:
    numpy = None

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WORDVEC_BUILD_DIR", ROOT / "build" / "release"))
BINARY = os.environ.get("WORDVEC_BIN", str(BUILD / "bin" / "wordvec"))
SAMPLE = os.environ.get("WORDVEC_SAMPLE", str(BUILD / "share/wordvec/sample.safetensors"))
SAMPLE_TEXT = ROOT / "data" / "sample.10k.300d.txt.gz"
SANITIZED = os.environ.get("WORDVEC_SANITIZE", "").lower() in ("1", "on", "true")
TIMEOUT_SECONDS = 300 if SANITIZED else 60

ALL_ANSWERED, NOT_FOUND, WRONG_USAGE, FILE_ERROR = range(4)

needs_numpy = unittest.skipIf(numpy is None, "NumPy is not there")


class Result:
    """What a run left: its exit status, stdout as bytes, stderr as text."""

    def __init__(self, arguments, status, stdout, stderr):
        self.arguments = arguments
        self.status = status
        self.stdout = stdout
        self.stderr = stderr.decode("utf-8", "backslashreplace")

    @property
    def lines(self):
        return self.stdout.decode().splitlines()

    @property
    def fields(self):
        """The fields of TSV, the header line left out."""
        return [line.split("\t") for line in self.lines[1:]]

    def __repr__(self):
        shown = [argument[:200] for argument in self.arguments]
        return f"{shown} exited with {self.status}\n{self.stdout[:2000]!r}\n{self.stderr[:2000]}"


class CommandTest(unittest.TestCase):
    """A test with a folder of its own, which is the current folder of every run."""

    maxDiff = 4000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cli.", dir=os.environ.get("TMPDIR"))
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "work"
        self.home = Path(folder.name) / "home"
        self.data_home = Path(folder.name) / "data"
        for path in (self.folder, self.home, self.data_home):
            path.mkdir()

    def environment(self, **more):
        """Nothing of the person's own; None takes a variable away."""
        variables = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.data_home),
            "TERM": "xterm",
            "LANG": "C.UTF-8",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                variables[name] = os.environ[name]
        variables.update(more)
        return {name: str(value) for name, value in variables.items() if value is not None}

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())

    def run_command(self, *arguments, stdin=b"", env=None, **options):
        """Runs with pipes. `stdin` is bytes, or a file object."""
        arguments = list(map(os.fsdecode, map(os.fspath, map(as_argument, arguments))))
        feed = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
        options.setdefault("stdout", subprocess.PIPE)
        done = subprocess.run(
            [BINARY, *arguments], stderr=subprocess.PIPE, cwd=self.folder,
            env=self.environment(**(env or {})), timeout=TIMEOUT_SECONDS, **feed, **options,
        )
        result = Result(arguments, done.returncode, done.stdout or b"", done.stderr)
        self.check_sane(result)
        return result

    def ask(self, *arguments, model=SAMPLE, **options):
        """run_command() with the sample named as the model, so that no note speaks of it."""
        return self.run_command(*arguments, "--model", model, **options)

    def check_sane(self, result):
        self.assertIn(result.status, range(4), f"no exit status of ours: {result}")
        for sign in ("Sanitizer", "runtime error:", "unexpected:"):
            self.assertNotIn(sign, result.stderr, result)

    def assert_answered(self, result):
        """All went well, and nobody had to be told anything."""
        self.assertEqual((result.status, result.stderr), (ALL_ANSWERED, ""), result)

    def assert_says(self, result, status, *patterns):
        """The exit status, and regular expressions that stderr matches, in any order."""
        self.assertEqual(result.status, status, result)
        for pattern in patterns:
            self.assertRegex(result.stderr, pattern, result)

    def assert_refused(self, result, status, *patterns):
        """assert_says(), in one line of stderr that is an error, with nothing on stdout."""
        self.assert_says(result, status, *patterns)
        self.assertRegex(result.stderr, r"\Awordvec: error: [^\n]+\n\Z", result)
        self.assertEqual(result.stdout, b"", result)

    def assert_scores(self, result, query, expected, delta=1e-6):
        """TSV rows of `query` start with the (word, score) of `expected`."""
        rows = [fields for fields in result.fields if fields[0] == query]
        self.assertEqual([int(row[1]) for row in rows], list(range(1, len(rows) + 1)), result)
        self.assertEqual([row[2] for row in rows[: len(expected)]], [word for word, _ in expected])
        for row, (_, score) in zip(rows, expected):
            self.assertAlmostEqual(float(row[3]), score, delta=delta, msg=str(row))

    def on_terminal(self, *arguments, **options):
        return Terminal(self, arguments, **options)


class Terminal:
    """A run on terminals: `stdin`, `stdout`, `stderr` are each a terminal of its own, or a pipe.

    with self.on_terminal("nearest") as run:
        run.wait_for("stderr", b"> ")
        run.send(b"king\\n")
    run.result  # once it has ended
    """

    def __init__(self, test, arguments, stdin="pipe", stdout="terminal", stderr="terminal",
                 env=None, columns=80):
        self.test = test
        self.columns = columns
        self.arguments = [os.fsdecode(os.fspath(as_argument(a))) for a in arguments]
        self.kinds = {"stdin": stdin, "stdout": stdout, "stderr": stderr}
        self.env = env or {}
        self.read = {"stdout": b"", "stderr": b""}
        self.result = None

    def __enter__(self):
        ours, theirs = {}, {}
        for name, kind in self.kinds.items():
            if kind == "terminal":
                ours[name], theirs[name] = pty.openpty()
                mode = termios.tcgetattr(theirs[name])
                mode[1] &= ~termios.OPOST
                mode[3] &= ~termios.ECHO
                termios.tcsetattr(theirs[name], termios.TCSANOW, mode)
                termios.tcsetwinsize(theirs[name], (24, self.columns))
            elif name == "stdin":
                theirs[name], ours[name] = os.pipe()
            else:
                ours[name], theirs[name] = os.pipe()
        self.ours = ours
        self.process = subprocess.Popen(
            [BINARY, *self.arguments], cwd=self.test.folder,
            env=self.test.environment(**self.env), start_new_session=True, **theirs,
        )
        for descriptor in theirs.values():
            os.close(descriptor)
        return self

    def send(self, data):
        os.write(self.ours["stdin"], data)

    def end_input(self):
        if self.kinds["stdin"] == "terminal":
            self.send(b"\x04")  # Ctrl-D
        else:
            os.close(self.ours.pop("stdin"))

    def pump(self, until=lambda: False, seconds=TIMEOUT_SECONDS):
        """Reads until the condition holds or both outputs have ended."""
        deadline = time.monotonic() + seconds
        while not until():
            waiting = {fd: name for name, fd in self.ours.items() if name != "stdin"}
            if not waiting:
                return
            left = deadline - time.monotonic()
            ready = select.select(list(waiting), [], [], max(0, left))[0]
            if not ready:
                raise AssertionError(f"nothing more within {seconds} s, so far {self.read}")
            for descriptor in ready:
                try:
                    data = os.read(descriptor, 65536)
                except OSError:  # a terminal whose other side is closed
                    data = b""
                if not data:
                    os.close(self.ours.pop(waiting[descriptor]))
                self.read[waiting[descriptor]] += data

    def wait_for(self, name, text):
        self.pump(lambda: text in self.read[name])
        self.test.assertIn(text, self.read[name])

    def __exit__(self, error_type, *_):
        try:
            if error_type is None:
                if "stdin" in self.ours and self.kinds["stdin"] == "pipe":
                    self.end_input()
                self.pump()
                status = self.process.wait(TIMEOUT_SECONDS)
                self.result = Result(
                    self.arguments, status, self.read["stdout"], self.read["stderr"]
                )
                self.test.check_sane(self.result)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            for descriptor in self.ours.values():
                os.close(descriptor)


def as_argument(value):
    return value if isinstance(value, (str, bytes, os.PathLike)) else str(value)


def read_container(path):
    """The words (bytes) and rows (bytes of float32) of a container, by its specification alone."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])

    def tensor(name):
        begin, end = header[name]["data_offsets"]
        return data[8 + length + begin : 8 + length + end]

    rows, dim = header["embeddings"]["shape"]
    offsets = struct.unpack(f"<{rows + 1}Q", tensor("words.offsets"))
    text, values = tensor("words.text"), tensor("embeddings")
    words = [text[begin:end] for begin, end in zip(offsets, offsets[1:])]
    return words, [values[4 * dim * r : 4 * dim * (r + 1)] for r in range(rows)]


def container_header(path):
    """The header of a container, as Python's objects, and the bytes after it."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def add_ngrams(source, target, metadata, matrix, **tensors):
    """Writes the container `source` again as `target`, with n-grams as FORMAT.md has them: `matrix`
    as lists of values, `tensors` as (dtype, bytes) under the names that follow "subwords."."""
    header, data = container_header(source)
    header["__metadata__"].update(format_version="1.2", **metadata)
    tensors["embeddings"] = ("F32", float32(*(value for row in matrix for value in row)))
    sizes = {"F32": 4, "U8": 1, "U32": 4, "U64": 8}
    for name, (dtype, content) in tensors.items():
        begin = -(-len(data) // 64) * 64
        if begin > len(data):
            header[f"padding.{name}"] = {
                "dtype": "U8", "shape": [begin - len(data)], "data_offsets": [len(data), begin],
            }
        shape = [len(content) // sizes[dtype]]
        if name == "embeddings":
            shape = [len(matrix), len(matrix[0])]
        data = data.ljust(begin, b"\0") + content
        header["subwords." + name] = {
            "dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)],
        }
    text = json.dumps(header).encode()
    text = text.ljust(-(-(len(text) + 8) // 4096) * 4096 - 8)
    Path(target).write_bytes(struct.pack("<Q", len(text)) + text + data)


def float32(*values):
    """The bytes of values as a correct reader of decimal text stores them."""
    return struct.pack(f"<{len(values)}f", *map(float, values))


@functools.lru_cache(maxsize=None)
def sample_lines():
    """The lines of the sample's text, as bytes without their ends."""
    with gzip.open(SAMPLE_TEXT) as file:
        return file.read().splitlines()


@functools.lru_cache(maxsize=None)
def sample_words():
    return [line.split(b" ", 1)[0].decode() for line in sample_lines()]


@functools.lru_cache(maxsize=None)
def sample_matrix():
    """The sample's values, read by NumPy from the text: float32, as float64 for computing."""
    values = b" ".join(line.split(b" ", 1)[1] for line in sample_lines())
    flat = numpy.array(values.split(), dtype=numpy.float32)
    return flat.reshape(len(sample_lines()), -1).astype(numpy.float64)


@functools.lru_cache(maxsize=None)
def unit_matrix():
    matrix = sample_matrix()
    return matrix / numpy.linalg.norm(matrix, axis=1, keepdims=True)


def instruction_sets():
    """Those that this machine runs, as the message for an unknown one lists them."""
    done = subprocess.run(
        [BINARY, "nearest", "x", "--isa", "unknown"], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, env={"HOME": "/nonexistent"},
    )
    return re.search(r"this machine runs ([^)]*)\)", done.stderr)[1].split(", ")


def tsv_words(result, query=None):
    return [row[2] for row in result.fields if query is None or row[0] == query]


def main():
    unittest.main()
