#!/usr/bin/python3
"""`wordvec lookup`: words to row numbers and vectors."""

import csv
import io
import json
import math
import os
import struct
import sys

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, SAMPLE, WRONG_USAGE  # noqa: E402

# The rows of the sample, counted in its text (data/README.md).
ROWS = {"man": 66, "woman": 218, "king": 193, "queen": 575, "cat": 1546, "dog": 794,
        "father": 200, "mother": 248, "are": 46, "you": 14, "ok": 10000, "?": 34}


class Rows(cli.CommandTest):
    def test_of_words_are_their_places_in_the_vocabulary(self):
        result = self.ask("lookup", "--rows", *ROWS)
        self.assert_answered(result)
        self.assertEqual(result.lines, [str(row) for row in ROWS.values()])

    def test_name_their_words_in_every_named_format(self):
        result = self.ask("lookup", "--rows", "-f", "csv", *ROWS)
        self.assert_answered(result)
        self.assertEqual(
            list(csv.reader(io.StringIO(result.stdout.decode()))),
            [["query", "word", "row"]] + [[word, word, str(row)] for word, row in ROWS.items()],
        )
        result = self.ask("lookup", "--rows", "-f", "json", *ROWS)
        self.assertEqual(
            json.loads(result.stdout), [{"query": w, "word": w, "row": r} for w, r in ROWS.items()]
        )

    def test_of_a_text_a_word_a_line(self):
        result = self.ask("lookup", "--rows", stdin=b"are\nyou\nok\n?\n")
        self.assert_answered(result)
        self.assertEqual(result.stdout, b"46\n14\n10000\n34\n")


class Vectors(cli.CommandTest):
    def expected(self, *words):
        lines = cli.sample_lines()
        return [[float(x) for x in lines[ROWS[word]].split()[1:]] for word in words]

    def test_in_a_pipe_are_lines_of_glove_text_with_the_values_of_the_source(self):
        result = self.ask("lookup", "king", "?")
        self.assert_answered(result)
        self.assertEqual([line.split(" ")[0] for line in result.lines], ["king", "?"])
        found = [[float(x) for x in line.split(" ")[1:]] for line in result.lines]
        # The source has four digits, so the shortest form that reads back is the same number.
        self.assertEqual(found, self.expected("king", "?"))

    def test_read_back_to_the_same_bits(self):
        # The shortest decimals of awkward float32 values, known from IEEE 754: the smallest
        # subnormal, the smallest normal, the largest, 1 + 2^-23, 0.1, -0, 2^24, 16777217 rounded.
        values = struct.unpack("<8f", bytes.fromhex(
            "01000000" "00008000" "ffff7f7f" "0100803f" "cdcccc3d" "00000080" "0000804b" "0000804b"
        ))
        self.write("awkward.txt", "w " + " ".join(repr(value) for value in values) + "\n")
        self.assert_says(self.run_command("convert", "awkward.txt", "a.safetensors"), 0)
        self.assertEqual(cli.read_container(self.folder / "a.safetensors")[1][0],
                         struct.pack("<8f", *values))
        for form, parse in (
            ([], lambda out: out.split()[1:]),
            (["-f", "csv"], lambda out: out.split("\n")[1].split(",")[4:]),
            (["-f", "tsv"], lambda out: out.split("\n")[1].split("\t")[4:]),
            (["-f", "json"], lambda out: json.loads(out)[0]["vector"]),
        ):
            with self.subTest(form):
                result = self.ask("lookup", "w", *form, model="a.safetensors")
                found = [float(x) for x in parse(result.stdout.decode())]
                self.assertEqual(struct.pack("<8f", *found), struct.pack("<8f", *values))
        text = self.ask("lookup", "w", model="a.safetensors").stdout.decode().split()
        self.assertEqual(text[4:6], ["1.0000001", "0.1"], "the shortest form")

    def test_can_be_converted_again(self):
        text = self.ask("lookup", *ROWS).stdout
        result = self.run_command("convert", "-", "some.safetensors", stdin=text)
        self.assert_says(result, ALL_ANSWERED)
        words, rows = cli.read_container(self.folder / "some.safetensors")
        self.assertEqual(words, [word.encode() for word in ROWS])
        self.assertEqual(rows, [cli.float32(*values) for values in self.expected(*ROWS)])

    def test_come_with_row_and_length(self):
        result = self.ask("lookup", "king", "-f", "json")
        self.assert_answered(result)
        (king,) = json.loads(result.stdout)
        self.assertEqual(list(king), ["query", "word", "row", "vector_from", "norm", "vector"])
        self.assertEqual((king["word"], king["row"]), ("king", 193))
        (values,) = self.expected("king")
        self.assertEqual(king["vector"], values)
        self.assertAlmostEqual(
            king["norm"], math.sqrt(math.fsum(x * x for x in values)), delta=1e-5
        )
        result = self.ask("lookup", "king", "queen", "-f", "csv")
        rows = list(csv.DictReader(io.StringIO(result.stdout.decode())))
        self.assertEqual(list(rows[0])[:6], ["query", "word", "row", "norm", "v1", "v2"])
        self.assertEqual([row["word"] for row in rows], ["king", "queen"])
        self.assertEqual(
            [float(rows[1][f"v{i}"]) for i in range(1, 301)], self.expected("queen")[0]
        )

    def test_are_printed_as_often_as_asked_in_that_order(self):
        result = self.ask("lookup", "--rows", "king", "cat", "king", "king", "man")
        self.assertEqual(result.lines, ["193", "1546", "193", "193", "66"])
        result = self.ask("lookup", stdin=b"king\ncat\nking\n")
        self.assertEqual([line.split()[0] for line in result.lines], ["king", "cat", "king"])

    def test_on_a_terminal_are_a_table(self):
        with self.on_terminal("lookup", "king", "?", "--model", SAMPLE) as run:
            pass
        self.assert_answered(run.result)
        header, king, mark = run.result.stdout.decode().splitlines()
        self.assertRegex(header, r"word +row +norm +vector")
        (values,) = self.expected("king")
        self.assertRegex(king, rf"^king +193 +\d+\.\d+ +{values[0]:.4f} +{values[1]:.4f}")
        self.assertRegex(mark, r"^\? +34 ")
        self.assertLess(len(king), 100)


class Words(cli.CommandTest):
    def test_are_taken_as_they_are(self):
        # Unlike in a query, there are no operators and no weights.
        self.write("odd.txt", "- 1 0\n+ 1 1\nnew york 2 1\nking - man 3 1\n0.5 paris 4 1\n"
                              "[UNK] 5 1\n--foo 6 1\n{x} 7 1\n\" 8 1\n")
        self.assert_says(self.run_command("convert", "odd.txt", "odd.safetensors"), 0)
        result = self.run_command(
            "lookup", "--rows", "-m", "odd.safetensors", "new york", "king - man", "[UNK]", "{x}",
            '"', "0.5 paris", "+", "-", "--", "--foo", "-",
        )
        self.assert_answered(result)
        self.assertEqual(result.lines, ["2", "3", "5", "7", "8", "4", "1", "0", "6", "0"])
        result = self.run_command("lookup", "--rows", "-m", "odd.safetensors", stdin=b"-\n--foo\n")
        self.assertEqual(result.lines, ["0", "6"])

    def test_options_may_stand_between_them(self):
        result = self.run_command("lookup", "king", "--rows", "queen", "-m", SAMPLE, "man")
        self.assert_answered(result)
        self.assertEqual(result.lines, ["193", "575", "66"])

    def test_unknown_ones_are_named_and_have_no_row(self):
        result = self.ask("lookup", "--rows", "king", "quene", "man", "xqzxqz")
        self.assert_says(
            result, NOT_FOUND, "'quene' is not in the vocabulary; closest: .*queen", "'xqzxqz' is"
        )
        self.assertEqual(result.lines, ["193", "-1", "66", "-1"])
        self.assertEqual(result.stderr.count("\n"), 2)

    def test_all_unknown(self):
        result = self.ask("lookup", "xqzxqz", "-f", "json")
        (record,) = json.loads(result.stdout)
        self.assertEqual((result.status, record["query"], record["error"]),
                         (NOT_FOUND, "xqzxqz", "unknown-word"))

    def test_lower_case_is_tried(self):
        result = self.ask("lookup", "--rows", "Are", "YOU", "ok")
        self.assert_says(result, ALL_ANSWERED, "'Are' is not .* 'are' is used", "'you' is used")
        self.assertEqual(result.lines, ["46", "14", "10000"])
        result = self.ask("lookup", "--rows", "Are", "ok", "--exact-case")
        self.assert_says(result, NOT_FOUND, "error: 'Are' is not in the vocabulary")
        self.assertEqual(result.lines, ["-1", "10000"])

    def test_a_word_that_glove_text_cannot_hold(self):
        # A row of it would read back as another row.
        self.write("odd.bin", b"2 2\nok " + cli.float32(1, 2) + b"\n" + b"a\tb\n3 "
                   + cli.float32(3, 4) + b"\n")
        self.assert_says(self.run_command("convert", "odd.bin", "odd.safetensors"), 0)
        result = self.ask("lookup", stdin=b"ok\n", model="odd.safetensors")
        self.assert_answered(result)
        result = self.ask("lookup", "a\tb\n3", model="odd.safetensors")
        self.assertIn("which GloVe text files cannot hold", result.stderr)
        self.assertNotEqual(result.status, ALL_ANSWERED)
        result = self.ask("lookup", "a\tb\n3", "-f", "json", model="odd.safetensors")
        self.assertEqual(json.loads(result.stdout)[0]["vector"], [3, 4])

    def test_from_a_closed_standard_input(self):
        result = self.ask("lookup", preexec_fn=lambda: os.close(0))
        self.assertIn(result.status, (ALL_ANSWERED, FILE_ERROR))


class Interactive(cli.CommandTest):
    def test_a_terminal_gets_a_prompt(self):
        with self.on_terminal("lookup", "--rows", "-m", SAMPLE, stdin="terminal") as run:
            run.wait_for("stderr", b"> ")
            run.send(b"king\n")
            run.wait_for("stdout", b"193")
            run.end_input()
        self.assertEqual(run.result.status, ALL_ANSWERED)


@cli.needs_numpy
class Matrix(cli.CommandTest):
    LIST = "king\nqeen\nQUEEN\nking\nzzqqx\ncat\n"

    def setUp(self):
        super().setUp()
        self.write("list", self.LIST)

    def matrix(self, *arguments, status=NOT_FOUND, **options):
        result = self.ask("lookup", *arguments, "--out", "m.npy", **options)
        self.assertEqual(result.status, status, result)
        return cli.numpy.load(self.folder / "m.npy"), result

    def expected(self, unknown):
        sample = cli.sample_matrix()
        rows = [ROWS["king"], None, ROWS["queen"], ROWS["king"], None, ROWS["cat"]]
        return cli.numpy.array([unknown if row is None else sample[row] for row in rows])

    def test_has_a_row_for_each_word_of_the_list(self):
        found, result = self.matrix("--words", "list", "--unknown", "zero")
        self.assertEqual(found.dtype, cli.numpy.float32)
        cli.numpy.testing.assert_array_equal(found, self.expected(cli.numpy.zeros(300, "f4")))
        self.assert_says(result, NOT_FOUND, "'qeen' is not in the vocabulary; closest: queen",
                         "warning: 2 of 6 words are not in the vocabulary: zeros stand for them")
        self.assertEqual((self.folder / "m.vocab.txt").read_text(), self.LIST)
        mean = cli.sample_matrix().astype("f8").mean(0).astype("f4")
        found, result = self.matrix("--words", "list", "--unknown", "mean")
        cli.numpy.testing.assert_allclose(found, self.expected(mean), atol=1e-7)
        self.assert_says(result, NOT_FOUND, "the mean of all rows of the model stands for them")

    def test_comes_from_arguments_and_standard_input_too(self):
        expected, _ = self.matrix("--words", "list", "--unknown", "zero")
        for given in ({"stdin": self.LIST.encode()},):
            for arguments in ([], ["-"], ["--words", "-"]):
                found, _ = self.matrix(*arguments, "--unknown", "zero", **given)
                cli.numpy.testing.assert_array_equal(found, expected)
        found, _ = self.matrix(*self.LIST.split(), "--unknown", "zero")
        cli.numpy.testing.assert_array_equal(found, expected)

    def test_leaves_unknown_words_out_where_nothing_stands_for_them(self):
        for options in ([], ["--unknown", "subwords"]):
            found, result = self.matrix("--words", "list", *options)
            self.assertEqual(found.shape, (4, 300))
            self.assert_says(result, NOT_FOUND, "2 of 6 words are not in the vocabulary and left out")
            self.assertEqual((self.folder / "m.vocab.txt").read_text(), "king\nQUEEN\nking\ncat\n")
        _, result = self.matrix("king", "cat", status=ALL_ANSWERED)
        self.assertEqual(result.stderr, "")

    def test_stops_at_an_unknown_word_where_that_is_an_error(self):
        result = self.ask("lookup", "--words", "list", "--unknown", "error", "--out", "m.npy")
        self.assert_says(result, NOT_FOUND, "word 2: m.npy is not written")
        self.assertEqual(self.files(), ["list"])

    def test_is_text_too(self):
        result = self.ask("lookup", "--words", "list", "--unknown", "zero")
        rows = [line.split(" ") for line in result.lines]
        self.assertEqual([row[0] for row in rows], "king qeen queen king zzqqx cat".split())
        self.assertEqual(rows[1][1:], ["0"] * 300)
        self.ask("lookup", "--words", "list", "--unknown", "zero", "--out", "m.json")
        found = json.loads((self.folder / "m.json").read_text())
        self.assertEqual([row["row"] for row in found], [193, None, 575, 193, None, 1546])
        self.assertEqual(found[1]["norm"], 0)

    def test_tells_which_rows_are_of_unknown_words(self):
        for unknown in ("zero", "mean"):
            result = self.ask("lookup", "--words", "list", "--unknown", unknown, "-f", "ndjson")
            found = [json.loads(line) for line in result.lines]
            self.assertEqual([row["vector_from"] for row in found],
                             ["row", unknown, "row", "row", unknown, "row"])
            self.assertEqual([row["row"] for row in found], [193, None, 575, 193, None, 1546])
        # The vectors of words that are not there, built from n-grams that are.
        self.write("m.txt", "king 1 2\nman 3 4\n")
        self.run_command("convert", "m.txt", "m.safetensors")
        cli.add_ngrams(self.folder / "m.safetensors", self.folder / "n.safetensors",
                       {"subwords_scheme": "fasttext", "subwords_min_length": "3",
                        "subwords_max_length": "6", "subwords_begin": "<", "subwords_end": ">",
                        "subwords_buckets": "1", "subwords_vector": "mean"}, [[5, 6]])
        for unknown in ([], ["--unknown", "subwords"], ["--unknown", "zero"]):
            result = self.ask("lookup", "king", "kings", *unknown, "-f", "json",
                              model="n.safetensors")
            self.assertEqual(
                [(row["row"], row["vector_from"], [round(x, 5) for x in row["vector"]]) for row in
                 json.loads(result.stdout)],
                [(0, "row", [1, 2]), (None, "n-grams", [5, 6])])

    def test_goes_on_after_a_word_that_has_no_row(self):
        self.write("huge.txt", "one 1 0\nhuge 3e38 3e38\ntwo 0 2\n")
        words = ["huge", "one", "huge", "two"]
        for options in ([], ["--unknown", "zero"], ["--out", "m.csv"]):
            result = self.ask("lookup", "-f", "csv", "-q", *options, *words, model="huge.txt")
            self.assertEqual(result.status, WRONG_USAGE)
            self.assertEqual(result.stderr.count("the length of the vector of 'huge' is beyond"), 2)
            lines = result.lines or (self.folder / "m.csv").read_text().splitlines()
            self.assertEqual(lines, ["query,word,row,norm,v1,v2", "one,one,0,1,1,0",
                                     "two,two,2,2,0,2"])
        # GloVe text cannot hold a word with a line end, which --words can name; nor can m.vocab.txt,
        # and an array without its row would have those after it in the places of others.
        self.write("words.json", '["one", "a\\nb", "two"]')
        arguments = ["lookup", "--words", "words.json", "--unknown", "zero", "-q"]
        result = self.ask(*arguments, model="huge.txt")
        self.assertEqual((result.status, [line.split()[0] for line in result.lines]),
                         (WRONG_USAGE, ["one", "two"]), result)
        result = self.ask(*arguments, "--out", "m.npy", model="huge.txt")
        self.assertEqual(result.status, WRONG_USAGE)
        self.assertNotIn("m.npy", self.files())

    def test_of_a_list_of_a_hyphen_alone(self):
        self.write("m.txt", "- 1 2\n")
        self.write("hyphen", "-\n")
        result = self.ask("lookup", "--rows", "--words", "hyphen", "-q", model="m.txt")
        self.assertEqual(result.lines, ["0"])

    def test_refuses_what_does_not_go_together(self):
        result = self.ask("lookup", "--rows", "--words", "list")
        self.assertEqual(result.status, NOT_FOUND)
        for arguments, says in (
            (["--words", "list", "king"], "exclude each other"),
            (["--rows", "--out", "m.npy", "king"], "--rows and --counts print numbers"),
            (["--out", "m.npy", "-f", "json", "king"], "--format has no meaning"),
            (["--out", "m.xyz", "king"], "cannot tell the format"),
            (["--unknown", "what", "king"], "expected one of subwords, zero, mean, error"),
            (["--words", "list", "--out", "list"], ""),
        ):
            result = self.ask("lookup", *arguments)
            self.assertEqual(result.status, WRONG_USAGE, result)
            self.assertIn(says, result.stderr)


if __name__ == "__main__":
    cli.main()
