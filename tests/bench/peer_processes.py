"""The processes that tests/bench/peers asks, and the judge of their answers."""

import json
import os
import pathlib
import subprocess
import sys

from harness import BIN

K = 10  # neighbours to each question
# Scores of float32 arithmetic that differ by less stand for the same neighbour.
ROUNDING = 2e-6
WORKER = pathlib.Path(__file__).resolve().parent / "peer_worker.py"


def peer_environment(threads):
    """What a library chooses by itself, and as many threads as we have."""
    environment = dict(os.environ)
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        environment.pop(name, None)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environment[name] = str(threads)
    return environment


class Process:
    """A process that answers a line with a line of JSON."""

    def __init__(self, command, threads):
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         text=True, env=peer_environment(threads))

    def read(self):
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"ended early: {' '.join(map(str, self._process.args))}")
        return json.loads(line)

    def send(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self.read()

    def close(self):
        self._process.stdin.close()
        self._process.wait()


class Peer(Process):
    def __init__(self, name, model, threads, file=None):
        command = [sys.executable, WORKER, name, model.path, str(threads)]
        super().__init__(command + ([file] if file else []), threads)
        about = self.read()
        self.version, self.blas = about["version"], about["blas"]

    def ask(self, what, **arguments):
        return self.send(json.dumps({"do": what, **arguments}))


class Ours(Process):
    def __init__(self, model, threads):
        super().__init__([BIN / "ask", model.path], threads)

    def nearest(self, words, threads):
        return self.send("\t".join(["nearest", str(threads), str(K), *words]))

    def analogies(self, file, threads):
        return self.send(f"analogies\t{threads}\t{file}")

    def pca(self, file, threads, components=2):
        return self.send(f"pca\t{threads}\t{file}\t{components}")

    def peak_resident_bytes(self):
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024


class Judge:
    """Whether two answers agree, by scores computed in double."""

    def __init__(self, model):
        import numpy  # not above: a Python without it gets as far as naming the package
        self._numpy = numpy
        self._matrix = numpy.memmap(model.path, "<f4", "r", model.begin("embeddings"),
                                    (model.rows, model.dim))
        self._rows = {word: row for row, word in enumerate(model.words())}

    def _cosine(self, a, b):
        u, v = (self._matrix[row].astype("f8") for row in (a, b))
        return float(u @ v / self._numpy.sqrt((u @ u) * (v @ v)))

    def compare(self, words, ours, theirs):
        """Counts words with a rank at which rows differ by more than float32 rounds."""
        different = 0
        for word, a, b in zip(words, ours, theirs):
            row = self._rows[word]
            different += len(a) != len(b) or any(
                x != y and abs(self._cosine(row, x) - self._cosine(row, y)) > ROUNDING
                for x, y in zip(a, b))
        return different
