#!/usr/bin/python3
"""word2vec binaries as people have them: phrases, blank words, and text that is taken for one."""

import json
import random
import re
import struct
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR  # noqa: E402

WORDS = ["the", "new york", "queen", "cat"]
VECTORS = [[0.5, 0.25, -0.5, 1], [1.5, -0.75, 0.5, 0.125], [0.25, 0.125, -0.25, 0.75],
           [-1.25, 0.5, 0.75, -0.625]]


def binary(words, vectors, end=b""):
    """What gensim's save_word2vec_format(binary=True) writes, and with a line end word2vec.c."""
    rows = (word.encode() + b" " + struct.pack(f"<{len(vector)}f", *vector) + end
            for word, vector in zip(words, vectors))
    return b"%d %d\n" % (len(words), len(vectors[0])) + b"".join(rows)


class Word2vecBinary(cli.CommandTest):
    def looked_up(self, path, *words):
        result = self.run_command("lookup", "-m", path, "-f", "json", "--", *words)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return {row["word"]: row["vector"] for row in json.loads(result.stdout)}, result.stderr

    def test_phrases_are_the_rows_that_were_written(self):
        for end in (b"", b"\n"):
            self.write("phrase.bin", binary(WORDS, VECTORS, end))
            found, notes = self.looked_up("phrase.bin", *WORDS)
            self.assertEqual(found, dict(zip(WORDS, VECTORS)))
            self.assertEqual("'new york' at row 1" in notes, end == b"", notes)
            self.run_command("convert", "phrase.bin", "phrase.txt", "--to", "word2vec-text")
            self.assertEqual((self.folder / "phrase.txt").read_text(),
                             "4 4\nthe 0.5 0.25 -0.5 1\nnew york 1.5 -0.75 0.5 0.125\n"
                             "queen 0.25 0.125 -0.25 0.75\ncat -1.25 0.5 0.75 -0.625\n")

    def test_phrases_through_a_pipe(self):
        result = self.run_command("convert", "-", "out.safetensors", stdin=binary(WORDS, VECTORS))
        self.assertEqual(result.status, ALL_ANSWERED, result)
        found, _ = self.looked_up("out.safetensors", *WORDS)
        self.assertEqual(found, dict(zip(WORDS, VECTORS)))

    def test_blank_words(self):
        for blank in (" ", "", "\n", "  "):
            for end in (b"", b"\n"):
                with self.subTest(blank=blank, end=end):
                    words = ["king", blank, "queen", "cat"]
                    self.write("blank.bin", binary(words, VECTORS, end))
                    found, notes = self.looked_up("blank.bin", *words)
                    self.assertEqual(found, dict(zip(words, VECTORS)))
                    self.assertIn("the word at row 1 is empty or only white space", notes)
                    self.run_command("convert", "blank.bin", "blank.safetensors")
                    found, notes = self.looked_up("blank.safetensors", *words)
                    self.assertEqual(found, dict(zip(words, VECTORS)))
                    self.assertEqual(notes, "")
                    result = self.run_command("info", "--verify", "-m", "blank.safetensors")
                    self.assertEqual(result.status, ALL_ANSWERED, result)

    def test_an_empty_word_is_written_and_read_again(self):
        self.write("blank.bin", binary(["king", "", "cat"], VECTORS[:3]))
        self.run_command("convert", "blank.bin", "again.bin")
        self.assertEqual((self.folder / "again.bin").read_bytes(),
                         binary(["king", "", "cat"], VECTORS[:3], b"\n"))

    def test_rows_after_one_that_is_skipped_are_in_step(self):
        vectors = [list(vector) for vector in VECTORS]
        vectors[1][2] = float("nan")
        self.write("bad.bin", binary(WORDS, vectors))
        result = self.run_command("convert", "bad.bin", "out.vec", "--skip-bad")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertIn("row 1: value 3 of 'new york' is nan", result.stderr)
        self.assertEqual([line.split(" ")[0] for line in
                          (self.folder / "out.vec").read_text().splitlines()],
                         ["3", "the", "queen", "cat"])

    def test_refusals_name_all_options_that_lift_them(self):
        vectors = [list(vector) for vector in VECTORS]
        vectors[1][2] = float("nan")
        self.write("bad.bin", binary(WORDS, vectors, b"\n").replace(b"4 4", b"9 4", 1))
        result = self.run_command("convert", "bad.bin", "out.vec")
        self.assert_refused(result, FILE_ERROR, r"row 1: .* --skip-bad and --trust-rows, both,")
        result = self.run_command("convert", "bad.bin", "out.vec", "--skip-bad", "--trust-rows")
        self.assertEqual(result.status, ALL_ANSWERED, result)

    def test_text_with_a_header_and_a_mistake_is_text(self):
        for name, text, what in (
            ("ppmi.word", "2 9\nking 0:0.25 1:0.5\nqueen 0:0.125\n", r"ppmi\.word:2: value 1 is '0:0.25', expected a number; no row of the file is good"),
            ("wide.word", "400 400\n" + "".join(
                f"w{i} " + " ".join(f"{j}:{(i + j) % 9 / 7:.13f}" for j in range(0, 400, 3)) + "\n"
                for i in range(400)), r"wide\.word: is text of sparse vectors, INDEX:VALUE"),
            ("header.csv", "2 3\nking,0.1,0.2,0.3\nqueen,0.2,0.3,0.4\n", r"header\.csv: is a table with commas .*`tail -n \+2 FILE \| tr , ' '"),
            ("comma.vec", "2 3\nking 0,1 0,2 0,3\nqueen 0,2 0,3 0,4\n", r"comma\.vec: is a table whose numbers have decimal commas: `tail -n \+2"),
            ("chinese.vec", "1 3\n北京 0.1 x 0.3\n", r"chinese\.vec:2: value 2 is 'x'"),
        ):
            with self.subTest(name):
                self.write(name, text)
                result = self.run_command("info", "-m", name)
                self.assert_refused(result, FILE_ERROR, what)
                self.assertNotIn("row 0", result.stderr)
                self.assertNotIn("--skip-bad", result.stderr)

    def test_files_of_few_values_are_in_step(self):
        # Among so many values some have the byte of a space.
        order = random.Random(5)
        for dim, rows in ((1, 2000), (2, 2000), (8, 5000), (10, 10000)):
            words = [f"word{row}" for row in range(rows)]
            vectors = [[order.gauss(0, 0.5) for _ in range(dim)] for _ in words]
            for end in (b"\n", b""):
                with self.subTest(dim=dim, rows=rows, end=end):
                    self.write("few.bin", binary(words, vectors, end))
                    result = self.run_command("convert", "few.bin", "few.vec")
                    self.assertEqual(result.status, ALL_ANSWERED, result)
                    lines = (self.folder / "few.vec").read_text().splitlines()[1:]
                    self.assertEqual([line.split(" ")[0] for line in lines], words)
                    found = [float(value) for line in lines for value in line.split(" ")[1:]]
                    expected = struct.unpack(
                        f"<{dim * rows}f",
                        b"".join(struct.pack(f"<{dim}f", *vector) for vector in vectors))
                    self.assertEqual(struct.pack(f"<{dim * rows}f", *found),
                                     struct.pack(f"<{dim * rows}f", *expected))

    def test_a_row_of_another_length_is_told(self):
        order = random.Random(6)
        words = [f"word{row}" for row in range(40)]
        vectors = [[order.gauss(0, 0.5) for _ in range(50)] for _ in words]
        rows = binary(words, vectors)
        longer = binary(words, vectors[:20] + [vectors[20] + vectors[21][:20]] + vectors[21:])
        self.write("longer.bin", rows[:6] + longer[6:])
        for options in ((), ("--skip-bad",), ("--skip-bad", "--trust-rows")):
            result = self.run_command("convert", "longer.bin", "out.vec", *options)
            self.assert_refused(result, FILE_ERROR, "row 20: found 70 values, expected 50 as ",
                                "--limit 20 takes")
            self.assertNotIn("out.vec", self.files())
        result = self.run_command("convert", "longer.bin", "out.vec", "--limit", "20")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(len((self.folder / "out.vec").read_text().splitlines()), 21)

    def test_a_header_of_another_dimension_is_told_and_mended_as_the_message_says(self):
        order = random.Random(7)
        words = [f"word{row}" for row in range(9)]
        vectors = [[order.gauss(0, 0.5) for _ in range(5)] for _ in words]
        self.write("right.bin", binary(words, vectors))
        self.write("wrong.bin", b"9 4" + binary(words, vectors)[3:])
        result = self.run_command("convert", "wrong.bin", "out.bin")
        self.assert_refused(result, FILE_ERROR, "the header gives the dimension 4, and all 9 rows "
                                                "have 5 values")
        command = re.search("use `(.*) \\| wordvec convert - OUT`", result.stderr)[1]
        mended = subprocess.run(["/bin/sh", "-c", command.replace("FILE", "wrong.bin")],
                                cwd=self.folder, check=True, capture_output=True).stdout
        self.assertEqual(mended, (self.folder / "right.bin").read_bytes())

    def test_a_word_of_text_may_hold_control_bytes(self):
        self.write("control.vec", b"2 3\na\x00b 1 2 3\nc\x01 4 5 6\n")
        found, _ = self.looked_up("control.vec", "c\x01")
        self.assertEqual(found, {"c\x01": [4, 5, 6]})


if __name__ == "__main__":
    cli.main()
