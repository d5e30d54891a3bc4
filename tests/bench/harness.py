"""What tests/bench/run and tests/bench/peers share: the build, the data, and the timing."""

import json
import lzma
import mmap
import os
import pathlib
import platform
import random
import shutil
import statistics
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
BIN = BUILD / "bin"
WORDVEC = BIN / "wordvec"
DIM = 300
SEED = 20240229


def say(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def build():
    """Builds the command, the library and the programs beside this file, optimised."""
    say(f"building in {BUILD.relative_to(ROOT)}")
    for command in (
        ["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
         "-DWORDVEC_BUILD_TESTS=OFF", "-DWORDVEC_BUILD_BENCHMARKS=ON", "-DWORDVEC_UNITY=ON"],
        ["cmake", "--build", BUILD],
    ):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(f"{done.stdout}\nthis failed: {' '.join(map(str, command))}\n"
                     "It takes what `tests/run` installs.")


# The data.

def data_folder():
    """The folder with real vectors to expand, or None."""
    named = os.environ.get("WORDVEC_BENCH_DATA")
    folders = [pathlib.Path(named)] if named else [ROOT.parent / "shared" / "data" / "gutenberg"]
    needed = ("vectors.200k.300d.f16.xz", "words.txt", "expand.cpp")
    for folder in folders:
        if all((folder / name).is_file() for name in needed):
            return folder
    if named:
        sys.exit(f"WORDVEC_BENCH_DATA: {named} does not hold all of {', '.join(needed)}")
    return None


def expand(folder, rows, target):
    """Makes GloVe text of the real vectors in `folder`."""
    program = BUILD / "expand"
    subprocess.run([os.environ.get("CXX", "c++"), "-O2", "-std=c++20", "-o", program,
                    folder / "expand.cpp"], check=True)
    with target.open("wb") as out, lzma.open(folder / "vectors.200k.300d.f16.xz") as packed:
        with subprocess.Popen([program, folder / "words.txt", str(rows)],
                              stdin=subprocess.PIPE, stdout=out) as process:
            shutil.copyfileobj(packed, process.stdin, 1 << 20)
            process.stdin.close()
        if process.returncode != 0:
            sys.exit(f"{program} ended with exit status {process.returncode}")


def make_text(rows, real=True):
    """(path, what it is) of GloVe text of `rows` × 300, made once."""
    label = f"{rows // 1000}k" if rows % 1000 == 0 else str(rows)
    folder = data_folder() if real else None
    kind = "glove" if folder else "synthetic"
    text = BUILD / f"{kind}.{label}.{DIM}d.txt"
    what = (f"real vectors expanded from {folder.name}" if folder else
            "made-up vectors: no real ones were found (tests/bench/README.md says where they go)"
            if real else "made-up vectors")
    if not text.is_file():
        say(f"making {text.relative_to(ROOT)}: {what}")
        part = text.with_suffix(".part")
        if folder:
            expand(folder, rows, part)
        else:
            part = text.with_suffix(".part.txt")
            subprocess.run([BIN / "make_synthetic", part, str(rows), str(DIM)], check=True)
        part.rename(text)
    return text, what


def cut_text(text, rows):
    """The first rows of `text`, in the build folder."""
    target = BUILD / f"first.{rows}.{text.name}"
    with text.open("rb") as source, target.open("wb") as out:
        for _, line in zip(range(rows), source):
            out.write(line)
    return target


def choose_text(given, rows, quick):
    """(path, what it is): the file that was given, else one that is made."""
    if given is None:
        return make_text(rows, real=not quick)
    if not given.is_file():
        sys.exit(f"{given}: no such file")
    return (cut_text(given, rows), "its first rows") if quick else (given, "as given")


class Model:
    """A container, read without the library."""

    def __init__(self, path):
        self.path = path
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        size = struct.unpack_from("<Q", self._bytes)[0]
        self._tensors = json.loads(self._bytes[8:8 + size])
        self._base = 8 + size
        self.rows, self.dim = self._tensors["embeddings"]["shape"]

    def begin(self, tensor):
        """Where a tensor's bytes begin in the file."""
        return self._base + self._tensors[tensor]["data_offsets"][0]

    def words(self, first=0, end=None):
        end = self.rows if end is None else end
        offsets = struct.unpack_from(f"<{end - first + 1}Q", self._bytes,
                                     self.begin("words.offsets") + 8 * first)
        text = self.begin("words.text")
        return [self._bytes[text + a:text + b].decode("utf-8", "replace")
                for a, b in zip(offsets, offsets[1:])]

    def draw(self, first, end, count, seed=SEED):
        """`count` plain words of rows [first, end), drawn with a fixed seed."""
        words = [word for word in self.words(first, end) if word.isascii() and word.isalpha()]
        return random.Random(seed).sample(words, min(count, len(words)))

    def common_words(self, count):
        large = self.rows >= 20_000
        return self.draw(100 if large else 0, 10_000 if large else self.rows // 2, count)

    def rare_words(self, count):
        return self.draw(self.rows // 2, self.rows, count)


def convert(text, target, *options):
    subprocess.run([WORDVEC, "convert", text, target, "-q", *options], check=True)
    return Model(target)


def knows_option(command, option):
    text = subprocess.run([WORDVEC, command, "--help"], capture_output=True, text=True).stdout
    return option in text


# The timing.

class Job:
    """Commands that are one job: the same question about several words.

    `makes`: the file that a command makes; an old one is removed first, which is not timed.
    """

    def __init__(self, *commands, status=0, stdin="/dev/null", makes=None):
        self.commands = commands
        self.status = status
        self.stdin = stdin
        self.makes = makes
        self.seconds = []  # one a round: the median of the commands
        self.resident = 0  # bytes, the most of all runs

    @property
    def median(self):
        return statistics.median(self.seconds)


def time_jobs(jobs, rounds, environment=None):
    """Runs all jobs in turn, `rounds` times after one round that is not counted."""
    commands = []
    for job in jobs.values():
        for command in job.commands:
            if job.makes is not None:
                # To drop an old file of some hundred megabytes takes a large part of a second.
                commands.append((Job([]), [shutil.which("rm"), "-f", job.makes]))
            commands.append((job, command))
    lines = ("\t".join(map(str, (job.status, job.stdin, *command))) + "\n"
             for job, command in commands)
    done = subprocess.run([BIN / "time_processes", str(rounds)], input="".join(lines),
                          stdout=subprocess.PIPE, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(done.returncode)
    runs = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    for begin in range(0, len(runs), len(commands)):
        taken = {}
        for number, nanoseconds, resident in runs[begin:begin + len(commands)]:
            job = commands[number][0]
            if job not in jobs.values():
                continue
            taken.setdefault(job, []).append(nanoseconds / 1e9)
            job.resident = max(job.resident, resident)
        for job, seconds in taken.items():
            job.seconds.append(statistics.median(seconds))


def paired_ratio(numerators, denominators):
    """The median of the ratios of what ran in the same round."""
    return statistics.median(a / b for a, b in zip(numerators, denominators))


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def processors():
    return len(os.sched_getaffinity(0))


def duration(seconds):
    """Seconds as people read them, three digits."""
    if seconds >= 100:
        return f"{seconds:.0f} s"
    if seconds >= 1:
        return f"{seconds:.3g} s"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.3g} ms"
    if seconds >= 1e-6:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e9:.3g} ns"


def amount(number):
    """A number as people read it, three digits."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.3g}"


def print_table(header, rows):
    """A table of Markdown, its columns aligned."""
    cells = [list(map(str, row)) for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    cells.insert(1, ["-" * width for width in widths])
    for row in cells:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
