#!/usr/bin/python3
"""What a start touches: `lookup` in a large model reads no more of it than in a small one, and
`nearest` does not read the matrix.

Facts are counted, not time: page faults of the process, and whether damage that only a look at
other words could see is seen.
"""

import json
import os
import struct
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED  # noqa: E402

SMALL = 1000
LARGE = 1_000_000
DIM = 8
# What the two words' parts of a large file may add to those of a small one: their slots, offsets,
# text and rows lie in pages of their own. A loop over all words, or over the matrix, reads 8 MB or
# more: a hundred faults, each of which maps at most 64 kB.
MOST_MORE_FAULTS = 16


def write_in_small_pages(path):
    """The system keeps a file in pages as large as what was written at once; then a single fault
    may map two megabytes, and hide a loop."""
    content = path.read_bytes()
    path.unlink()
    with path.open("wb", buffering=0) as file:
        for at in range(0, len(content), 4096):
            file.write(content[at : at + 4096])


def text_of(rows):
    tails = [" ".join(f"{(i * j) % 7 - 3}.5" for j in range(DIM)) for i in range(1, 12)]
    return "".join(f"word{row} {tails[row % 11]}\n" for row in range(rows))


@unittest.skipIf(cli.SANITIZED, "a sanitizer touches memory of its own")
class ColdStart(cli.CommandTest):
    def model_of(self, rows):
        self.write("words.txt", text_of(rows))
        name = f"{rows}.safetensors"
        result = self.run_command("convert", "words.txt", name, "-q")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return self.folder / name

    def page_faults(self, *arguments):
        """The fewest of some runs: the first may find less in the page cache."""
        fewest = None
        for _ in range(5):
            with subprocess.Popen(
                [cli.BINARY, *map(str, arguments)], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, env=self.environment(),
            ) as process:
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, ALL_ANSWERED, arguments)
            faults = usage.ru_minflt + usage.ru_majflt
            fewest = faults if fewest is None else min(fewest, faults)
        return fewest

    def test_touches_as_few_pages_of_a_large_model_as_of_a_small_one(self):
        small, large = self.model_of(SMALL), self.model_of(LARGE)
        for model in (small, large):
            write_in_small_pages(model)
        words = ("word7", f"word{SMALL - 1}")
        for command in (("lookup", *words), ("lookup", "--rows", *words), ("info",)):
            with self.subTest(command):
                more = self.page_faults(*command, "-m", large) - self.page_faults(
                    *command, "-m", small
                )
                self.assertLessEqual(more, MOST_MORE_FAULTS)

    def test_searches_the_codes_and_leaves_the_matrix_alone(self):
        """The sample's matrix is 12 MB, of which a search needs the few rows that codes leave; a
        search without codes reads all of it."""
        self.write("words.txt", b"\n".join(cli.sample_lines()) + b"\n")
        faults = {}
        for name, option in (("with", []), ("without", ["--no-index"])):
            model = self.folder / f"{name}.safetensors"
            self.assertEqual(
                self.run_command("convert", "words.txt", model, "-q", *option).status, ALL_ANSWERED
            )
            write_in_small_pages(model)
            start = self.page_faults("lookup", "king", "-m", model)
            faults[name] = self.page_faults("nearest", "king", "-m", model) - start
        # 12 MB in faults of at most 64 kB.
        self.assertGreater(faults["without"], 150)
        self.assertLess(faults["with"], faults["without"] / 2)

    def test_looks_at_no_other_words(self):
        """Every word but one is given an impossible place; who looks at another fails."""
        model = self.model_of(SMALL)
        intact = model.read_bytes()
        header_bytes = struct.unpack_from("<Q", intact)[0]
        header = json.loads(intact[8 : 8 + header_bytes])
        begin = 8 + header_bytes + header["words.offsets"]["data_offsets"][0]
        answered = 0
        tried = range(0, SMALL, 50)
        for row in tried:
            damaged = bytearray(intact)
            for other in range(SMALL + 1):
                if other not in (row, row + 1):
                    struct.pack_into("<Q", damaged, begin + 8 * other, 2**63)
            model.write_bytes(damaged)
            result = self.run_command("lookup", "--rows", f"word{row}", "-m", model)
            answered += result.stdout == b"%d\n" % row
        # A word whose slot in the hash table is another's has to look at that one first.
        self.assertGreater(answered, len(tried) / 2)


if __name__ == "__main__":
    cli.main()
