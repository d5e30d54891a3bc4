#!/usr/bin/python3
"""Texts as people bring them: marks, phrases, blank words, tabs, and numbers alone."""

import gzip
import io
import sys
import unittest
import zipfile

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, WRONG_USAGE, needs_numpy, numpy  # noqa: E402

try:
    from gensim.models import KeyedVectors
except ImportError:
    KeyedVectors = None

needs_gensim = unittest.skipIf(KeyedVectors is None, "gensim is not there")
MARK = b"\xef\xbb\xbf"


class Texts(cli.CommandTest):
    def convert(self, *arguments, **more):
        return self.run_command("convert", *arguments, **more)

    def rows(self, name, *options):
        """Words and values as word2vec text would have them."""
        result = self.convert(name, "out.txt", *options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return (self.folder / "out.txt").read_text(), result.stderr

    def assert_error(self, result, status, *parts):
        self.assertEqual(result.status, status, result)
        for part in parts:
            self.assertIn(part, result.stderr)


class ByteOrderMarks(Texts):
    def test_are_no_part_of_vectors(self):
        expected = "king 1 2 3\nqueen 4 5 6\n"
        glove = MARK + b"king 1 2 3\nqueen 4 5 6\n"
        vec = MARK + b"2 3\r\nking 1 2 3\r\nqueen 4 5 6\r\n"
        self.write("a.txt", glove)
        self.write("a.vec", vec)
        self.write("a.txt.gz", gzip.compress(glove))
        with zipfile.ZipFile(self.folder / "a.zip", "w") as archive:
            archive.writestr("a.vec", vec)
        for name in ("a.txt", "a.vec", "a.txt.gz", "a.zip"):
            with self.subTest(name):
                self.assertEqual(self.rows(name)[0], expected)
                result = self.run_command("lookup", "-m", name, "king")
                self.assertEqual(result.stdout, b"king 1 2 3\n", result)
        result = self.convert("-", "piped.txt", stdin=glove)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual((self.folder / "piped.txt").read_text(), expected)

    def test_are_no_part_of_projector_files(self):
        self.write("vectors.tsv", MARK + b"1\t2\t3\n4\t5\t6\n\n")
        self.write("metadata.tsv", MARK + b"king\nqueen\n\n")
        self.assertEqual(self.rows("vectors.tsv")[0], "king 1 2 3\nqueen 4 5 6\n")

    def test_are_no_part_of_queries_and_lists(self):
        self.write("a.txt", b"king 1 2 3\nqueen 4 5 6\n")
        result = self.run_command("lookup", "-m", "a.txt", stdin=MARK + b"king\n")
        self.assertEqual(result.stdout, b"king 1 2 3\n", result)
        self.write("words", MARK + b"queen\r\n")
        self.assertEqual(self.rows("a.txt", "--words", "words")[0], "queen 4 5 6\n")


class NumbersAlone(Texts):
    VALUES = b"0.1 0.2 0.3 0.4\n0.5 -0.6 0.7 0.8\n-0.9 1 1.1 1.2\n"
    ROWS = "king 0.1 0.2 0.3 0.4\nnew york 0.5 -0.6 0.7 0.8\ncat -0.9 1 1.1 1.2\n"

    def setUp(self):
        super().setUp()
        self.write("words.lst", b"king\nnew york\ncat\n")

    def test_ask_for_their_words(self):
        self.write("values.txt", self.VALUES)
        for command in (("convert", "values.txt", "o.safetensors"), ("info", "-m", "values.txt")):
            self.assert_error(self.run_command(*command), WRONG_USAGE, "holds no words",
                              "every field of its lines is a number", "--vocab FILE",
                              "--from glove")
        self.assertEqual(self.rows("values.txt", "--vocab", "words.lst")[0], self.ROWS)
        text, _ = self.rows("values.txt", "--from", "glove")
        self.assertEqual(text.splitlines()[0], "0.1 0.2 0.3 0.4")

    def test_may_have_a_header_and_tabs_and_a_mark(self):
        tabs = self.VALUES.replace(b" ", b"\t").replace(b"\n", b"\r\n")
        for content in (b"3 4\n" + self.VALUES, MARK + tabs, b"3 4 \n" + tabs + b"\r\n"):
            self.write("values", content)
            self.assertEqual(self.rows("values", "--vocab", "words.lst")[0], self.ROWS)

    @needs_numpy
    def test_are_what_numpy_saves(self):
        matrix = numpy.array([[0.1, -0.2], [3, 4e-5], [-5, 6]], dtype="f4")
        for options in ({}, {"fmt": "% .9e"}, {"delimiter": "\t"}):
            file = io.BytesIO()
            numpy.savetxt(file, matrix, **options)
            self.write("values", file.getvalue())
            result = self.convert("values", "o.npy", "--vocab", "words.lst")
            self.assertEqual(result.status, ALL_ANSWERED, result)
            self.assertTrue(numpy.array_equal(numpy.load(self.folder / "o.npy"), matrix))

    def test_are_told_from_words_that_are_numbers(self):
        for content in (b"0.5 0.1 0.2\n1990 0.3 0.4\n, 0.5 0.6\n", b"17 0.1 0.2\n4 0.3 0.4\n",
                        b"2 2\n17 1 2\n4 3 4\n"):
            self.write("numbers", content)
            text, _ = self.rows("numbers")
            first = content.decode().splitlines()[1 if content.startswith(b"2 2") else 0]
            self.assertEqual(text.splitlines()[0], first)

    def test_are_named_where_the_words_are_no_use(self):
        self.write("ids.txt", b"17 0.1 0.2\n4 0.3 0.4\n9 0.5 0.6\n")
        result = self.convert("ids.txt", "o.txt", "--vocab", "words.lst")
        self.assert_error(result, WRONG_USAGE, "this is glove", "--from values")
        text, _ = self.rows("ids.txt", "--vocab", "words.lst", "--from", "values")
        self.assertEqual(text.splitlines()[0], "king 17 0.1 0.2")


class Words(Texts):
    def test_may_be_phrases_from_the_first_line_on(self):
        self.write("a", b"new york 0.1 0.2 0.3\nking 0.4 0.5 0.6\n")
        result = self.run_command("lookup", "-m", "a", "new york", "king")
        self.assertEqual(result.stdout, b"new york 0.1 0.2 0.3\nking 0.4 0.5 0.6\n", result)
        self.write("two", b"new york 0.1 0.2 0.3\nlos angeles 0.4 0.5 0.6\n")
        result = self.convert("two", "o.vec")
        self.assertIn("the last 3 of 5 fields", result.stderr)
        self.assertEqual((self.folder / "o.vec").read_text(),
                         "2 3\nnew york 0.1 0.2 0.3\nlos angeles 0.4 0.5 0.6\n")

    def test_end_at_a_tab(self):
        rows = ("ENTITY/Web 2.0\t0.1 0.7 0.2\nthe\t0.123 -0.2 0.3\n"
                "ENTITY/Barack Obama\t0.5 0.25 -0.125\nENTITY/24 (2001)\t1 2 3\n")
        for content in (rows, "4 3\n" + rows, rows.replace(" 0.7 ", "\t0.7\t")):
            self.write("wiki", content.encode())
            result = self.convert("wiki", "o.safetensors")
            self.assertEqual(result.status, ALL_ANSWERED, result)
            result = self.run_command("lookup", "-m", "o.safetensors", "ENTITY/Web 2.0", "-f",
                                      "tsv")
            self.assertIn(b"ENTITY/Web 2.0", result.stdout)
            self.assertIn(b"0.1", result.stdout)

    def test_may_be_blank(self):
        self.write("a.vec", b"5 3\nking 1 0 0\n  0.5 0.5 0\n 0 0 0 \n\n 0.25 0 0\nqueen 0 1 0\n\n")
        result = self.convert("a.vec", "o.safetensors")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertIn("3 words are empty or only white space, the first at line 3", result.stderr)
        self.assertIn("5 rows of 3", result.stderr)
        result = self.run_command("lookup", "-m", "o.safetensors", " ", "\n", "", "-f", "json")
        self.assertEqual(result.status, ALL_ANSWERED, result)

    @needs_gensim
    @needs_numpy
    def test_are_those_that_gensim_wrote(self):
        model = KeyedVectors(vector_size=3)
        words = ["new york", "king", " ", "a\x00b", "\x85", "\u2028", "x\u00a0y", "in_the_city"]
        matrix = numpy.array([[i, i + 0.5, -i - 0.25] for i in range(len(words))], dtype="f4")
        model.add_vectors(words, matrix)
        for header in (True, False):
            path = str(self.folder / "gensim.txt")
            model.save_word2vec_format(path, write_header=header)
            result = self.convert("gensim.txt", "o.npy")
            self.assertEqual(result.status, ALL_ANSWERED, result)
            self.assertTrue(numpy.array_equal(numpy.load(self.folder / "o.npy"), matrix))
            vocab = (self.folder / "o.vocab.txt").read_text().split("\n")[:-1]
            self.assertEqual(vocab, words)


class Refusals(Texts):
    def test_name_all_that_lifts_them(self):
        self.write("a.vec", b"5 3\nking 1 0 0\nbad 1\nqueen 0 1 0\n")
        for command in (("convert", "a.vec", "o.txt"), ("info", "-m", "a.vec")):
            self.assert_error(self.run_command(*command), FILE_ERROR,
                              "a.vec:3: found 1 value, expected 3 (as on line 1)",
                              "the header promises 5 rows, while there are 3",
                              "--skip-bad", "--trust-rows")
        text, errors = self.rows("a.vec", "--skip-bad", "--trust-rows")
        self.assertEqual(text, "king 1 0 0\nqueen 0 1 0\n")
        self.assertIn("1 bad row was skipped", errors)

    def test_are_of_the_first_line_where_the_others_agree(self):
        self.write("a.txt", b"king 1 2\nqueen 1 2 3\ncat 4 5 6\n")
        self.assert_error(self.convert("a.txt", "o.txt"), FILE_ERROR,
                          "a.txt:1: found 2 values, expected 3 (as on line 2)", "--skip-bad")
        self.assertEqual(self.rows("a.txt", "--skip-bad")[0], "queen 1 2 3\ncat 4 5 6\n")

    def test_are_not_skipped_with_the_whole_file(self):
        self.write("a.vec", b"2 1\nking 1 2 3\nqueen 4 5 6\n")
        self.assert_error(self.convert("a.vec", "o.txt", "--skip-bad"), FILE_ERROR,
                          "the header gives the dimension 1", "have 3 values")
        self.write("b.txt", b"king 1 2\nx\ny\nz\n")
        _, errors = self.rows("b.txt", "--skip-bad")
        self.assertIn("most rows are bad, 3 of 4", errors)
        self.write("c.txt", b"king nan 2\nqueen 2 inf\n")
        self.assert_error(self.convert("c.txt", "o.txt", "--skip-bad"), FILE_ERROR,
                          "c.txt: has no good rows: all 2 are bad, the first on line 1: value 1")

    def test_do_not_come_of_blank_lines_at_the_end(self):
        self.write("words", b"queen\n\n \r\n\n")
        for name, content in (("a.txt", b""), ("a.vec", b"2 3\n"), ("b.vec", b"\n2 3\n")):
            self.write(name, content + b"king 1 2 3\nqueen 4 5 6\n\n \n\t\r\n\n")
            self.assertEqual(self.rows(name)[0], "king 1 2 3\nqueen 4 5 6\n")
        self.assertEqual(self.rows("a.txt", "--words", "words")[0], "queen 4 5 6\n")


if __name__ == "__main__":
    unittest.main()
