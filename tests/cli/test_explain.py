#!/usr/bin/python3
"""`wordvec explain`: what is behind a look-up, an analogy, a search and a position."""

import csv
import json
import math
import re
import sys
import xml.etree.ElementTree

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, SAMPLE, WRONG_USAGE, numpy  # noqa: E402

TOPICS = ["onehot", "positions", "analogy", "nearest"]
ROWS, DIM = 10_001, 300
# NumPy on the bundled sample, in float64: u = rows / their lengths, s = u[king] - u[man] + u[woman];
# before: u[x] @ u[y]; after: s @ u[x] / norm(s).
BEFORE = {("king", "man"): 0.4050849, ("king", "woman"): 0.3480253, ("king", "queen"): 0.6976756,
          ("man", "woman"): 0.7188646, ("man", "queen"): 0.2541800, ("woman", "queen"): 0.4439373}
AFTER = {"king": 0.7835690, "man": 0.1030002, "woman": 0.5228229, "queen": 0.7374432}
SUM_LENGTH, STEP_COSINE = 1.2033917, 0.7079193
INCLUDED = ["king", "queen", "princess", "woman", "elizabeth"]


class ExplainTest(cli.CommandTest):
    def explain(self, *arguments, **options):
        return self.ask("explain", *arguments, **options)

    def json(self, *arguments, **options):
        result = self.explain(*arguments, "-f", "json", **options)
        self.assertIn(result.status, (ALL_ANSWERED, NOT_FOUND), result)
        return json.loads(result.stdout)

    def text(self, *arguments, **options):
        """The explanation, with its lines joined where they were wrapped."""
        result = self.explain(*arguments, **options)
        self.assert_answered(result)
        return " ".join(result.stdout.decode().split())

    def ngrams_model(self, ngrams=((1, 0, 2), (0, 1, -1), (2, 2, 1), (0.5, -1, 0), (1, 1, 1))):
        """A model of four words that builds the vectors of others from their n-grams."""
        text = "king 1 2 3\nqueen 2 2 1\nman -1 1 0.5\nwoman 0.5 -1 2\n"
        self.run_command("convert", self.write("m.txt", text), "m.safetensors")
        cli.add_ngrams(
            self.folder / "m.safetensors", self.folder / "n.safetensors",
            {"subwords_scheme": "fasttext", "subwords_min_length": "3", "subwords_max_length": "6",
             "subwords_begin": "<", "subwords_end": ">",
             "subwords_buckets": str(len(ngrams)), "subwords_vector": "mean"},
            ngrams,
        )
        return self.folder / "n.safetensors"


class Topics(ExplainTest):
    def test_are_listed(self):
        listed = self.run_command("explain")
        self.assert_answered(listed)
        for arguments in (("explain", "--help"), ("help", "explain"), ("explain", "-q", "-h"),
                          ("explain", "-q")):
            self.assertEqual(self.run_command(*arguments).stdout, listed.stdout)
        for topic in TOPICS:
            self.assertRegex(listed.stdout.decode(), rf"(?m)^  {topic} +[A-Z]")

    def test_have_help_of_their_own_that_starts_with_examples(self):
        for topic in TOPICS:
            result = self.run_command("explain", topic, "--help")
            self.assert_answered(result)
            lines = result.stdout.decode().splitlines()
            self.assertEqual(lines[1:3], ["", "Examples:"])
            self.assertRegex(lines[3], rf"\A  wordvec explain {topic}\b")
            self.assertTrue(any(l.startswith(f"Usage: wordvec explain {topic} ") for l in lines))
            self.assertTrue(all(len(line) <= 100 for line in lines))
            self.assertEqual(self.run_command("help", "explain", topic).stdout, result.stdout)

    def test_that_are_misspelt_get_the_nearest_right_one(self):
        for asked, meant in (("onehto", "onehot"), ("neerest", "nearest"), ("pos", "positions")):
            result = self.run_command("explain", asked, "king")
            self.assert_refused(result, WRONG_USAGE, f"no topic '{asked}'", f"'{meant}'")
        for arguments in (("--format", "json"), ("-q", "--nonsense")):
            self.assert_refused(
                self.run_command("explain", *arguments), WRONG_USAGE, "expected a topic"
            )
        self.assert_refused(
            self.run_command("explain", "onehot", "--frmat", "x"), WRONG_USAGE, "'--format'"
        )

    def test_take_common_flags_before_them(self):
        model = self.write("m.txt", "a 1 2\n")  # of which a note says how long its reading took
        result = self.run_command("explain", "-q", "onehot", "a", "--model", model)
        self.assert_answered(result)

    def test_need_words(self):
        for topic in ("onehot", "nearest", "analogy"):
            self.assert_refused(self.explain(topic), WRONG_USAGE, "expected")

    def test_take_words_as_arguments_only(self):
        model = self.write("m.txt", "a 1 2\nb 2 1\n")
        for topic in ("onehot", "nearest", "analogy"):
            result = self.run_command("explain", topic, "-", "-m", model, "-q", stdin=b"a\n")
            self.assert_refused(result, WRONG_USAGE, "words as arguments only")
        # A word that is "-".
        model = self.write("m.txt", "- 1 2\nb 2 1\n")
        (row,) = self.json("onehot", "-", model=model)
        self.assertEqual((row["word"], row["row"]), ("-", 0))


class Onehot(ExplainTest):
    def test_product_is_the_row(self):
        (row,) = self.json("onehot", "ok")
        self.assertEqual((row["word"], row["row"]), ("ok", 10_000))
        self.assertEqual((row["rows"], row["dim"]), (ROWS, DIM))
        self.assertEqual(row["same_bits"], DIM)
        self.assertEqual(row["product_multiplications"], ROWS * DIM)
        self.assertEqual(row["product_bytes"], 4 * (ROWS * DIM + ROWS))
        self.assertEqual((row["lookup_multiplications"], row["lookup_bytes"]), (0, 4 * DIM))
        self.assertGreater(row["product_seconds"], row["lookup_seconds"])

    def test_has_records_of_errors_in_their_places(self):
        model = self.write("m.txt", "a 1 2\nb 2 1\n")
        asked = ["x1", "a", "x2", "x3", "b", "x4"]
        for words in (asked, asked[1:-1], ["x1", "x2"]):
            result = self.run_command(
                "explain", "onehot", *words, "-m", model, "-q", "-f", "ndjson"
            )
            self.assertEqual(result.status, NOT_FOUND, result)
            rows = [json.loads(line) for line in result.stdout.splitlines()]
            self.assertEqual([row["query"] for row in rows], words)
            self.assertEqual([row.get("row") for row in rows], [{"a": 0, "b": 1}.get(w) for w in words])

    def test_of_words_is_a_matrix(self):
        rows = self.json("onehot", "are", "you", "ok", "?")
        self.assertEqual([row["row"] for row in rows], [46, 14, 10_000, 34])
        for row in rows:
            self.assertEqual(row["product_multiplications"], 4 * ROWS * DIM)
            self.assertEqual(row["product_bytes"], 4 * (ROWS * DIM + 4 * ROWS))
            self.assertEqual(row["lookup_bytes"], 4 * 4 * DIM)
            self.assertEqual(row["same_bits"], DIM)

    def test_explains_in_words(self):
        text = self.text("onehot", "ok")
        self.assertIn("'ok' is row 10000 of 10,001.", text)
        self.assertIn("one-hot [1, 10001] × matrix [10001, 300] = [1, 300]", text)
        self.assertRegex(text, r"the product 3,000,300 12,041,204 [\d.]+ (ms|µs)")
        self.assertRegex(text, r"the look-up 0 1,200 [\d.]+ (µs|ns)")
        self.assertIn("All 300 values are the same, bit for bit", text)
        self.assertRegex(text, r"The product took [\d,]+ times as long")
        self.assertIn("4 words of 10,001", self.text("onehot", "are", "you", "ok", "?"))

    def test_says_which_zeros_lose_their_sign(self):
        model = self.write("zeros.txt", "a 1 -0.0 2\nb 3 0 -0.0\n")
        first, second = self.json("onehot", "a", "b", model=model)
        self.assertEqual((first["same_bits"], first["lost_zero_signs"]), (2, 1))
        self.assertEqual((second["same_bits"], second["lost_zero_signs"]), (2, 1))
        text = self.explain("onehot", "a", model=model).stdout.decode()
        self.assertIn("2 of 3 values are the same", text)
        self.assertIn("-0 in the matrix, 0 in the product", " ".join(text.split()))

    def test_says_where_nans_come_from(self):
        self.run_command("convert", self.write("m.txt", "fine 1 2 3\nbad 4 5 6\nalso 7 8 9\n"), "m.st",
                         "--to", "wordvec")
        data = (self.folder / "m.st").read_bytes()
        old, new = cli.float32(4, 5, 6), cli.float32(4, "inf", "nan")
        self.assertEqual(data.count(old), 1)
        model = self.write("bad.safetensors", data.replace(old, new))
        (row,) = self.json("onehot", "fine", model=model)
        self.assertEqual((row["same_bits"], row["not_a_number"]), (1, 2))
        text = self.text("onehot", "fine", model=model)
        self.assertIn("2: NaN in the product", text)
        self.assertIn("row 1 ('bad') has one", text)
        self.assertNotIn("All", text)

    def test_names_unknown_words_and_answers_the_others(self):
        result = self.explain("onehot", "qeen", "King", "-f", "tsv")
        self.assert_says(result, NOT_FOUND, "'qeen' is not in the vocabulary; closest: queen",
                         "'King' is not in the vocabulary, 'king' is used")
        self.assertEqual([row[:2] for row in result.fields], [["King", "king"]])
        result = self.explain("onehot", "qeen", "King", "--exact-case")
        self.assertEqual((result.status, result.stdout), (NOT_FOUND, b""))

    def test_of_a_word_that_is_built_is_none(self):
        result = self.explain("onehot", "kings", model=self.ngrams_model())
        self.assert_says(result, NOT_FOUND, "'kings' is not in the vocabulary", "has no row")

    def test_does_not_take_a_matrix_that_is_too_large(self):
        many = ["the"] * 30_000  # × 10,001 × 4 bytes: 1.2 GB
        self.assert_refused(self.explain("onehot", *many), WRONG_USAGE, "give fewer words")


class Positions(ExplainTest):
    def positions(self, *arguments, **options):
        return self.run_command("explain", "positions", *arguments, **options)

    def assert_encoding(self, values, rows, dim):
        """Vaswani et al. 2017, section 3.5, in Python's float64."""
        self.assertEqual([len(row) for row in values], [dim] * rows)
        for position, row in enumerate(values):
            for d, value in enumerate(row):
                angle = position / 10000 ** ((d - d % 2) / dim)
                expected = math.cos(angle) if d % 2 else math.sin(angle)
                self.assertAlmostEqual(float(value), expected, delta=1e-6)

    def test_are_rows_in_a_pipe(self):
        result = self.positions()
        self.assert_answered(result)
        self.assertEqual(result.lines[0].split("\t")[:3], ["position", "v1", "v2"])
        self.assertEqual([row[0] for row in result.fields], [str(p) for p in range(32)])
        self.assert_encoding([row[1:] for row in result.fields], 32, 64)
        self.assert_encoding([row[1:] for row in self.positions("--rows", 3, "--dim", 5).fields], 3, 5)

    def test_are_written_in_the_format_of_the_extension(self):
        size = ("--rows", 20, "--dim", 6)
        self.assert_answered(self.positions(*size, "--out", "p.csv"))
        with (self.folder / "p.csv").open() as file:
            self.assert_encoding([row[1:] for row in list(csv.reader(file))[1:]], 20, 6)
        self.assert_answered(self.positions(*size, "-o", "p.json"))
        rows = json.loads((self.folder / "p.json").read_text())
        self.assert_encoding([row["vector"] for row in rows], 20, 6)
        self.assert_answered(self.positions(*size, "-o", "p.tsv"))
        self.assertEqual((self.folder / "p.tsv").read_bytes(), self.positions(*size).stdout)
        self.assertEqual(self.positions(*size, "-o", "-", "-f", "csv").stdout,
                         (self.folder / "p.csv").read_bytes())

    @cli.needs_numpy
    def test_are_an_array(self):
        self.assert_answered(self.positions("--rows", 50, "--dim", 9, "--out", "p.npy"))
        array = numpy.load(self.folder / "p.npy")
        self.assertEqual((array.shape, array.dtype), ((50, 9), numpy.float32))
        self.assert_encoding(array.tolist(), 50, 9)

    def test_are_a_picture(self):
        self.assert_answered(self.positions("--rows", 10, "--dim", 8, "--out", "p.svg"))
        svg = xml.etree.ElementTree.parse(self.folder / "p.svg").getroot()
        name = "{http://www.w3.org/2000/svg}"
        self.assertEqual(svg.tag, name + "svg")
        cells = {p.get("fill"): p.get("d").count("M") for p in svg.iter(name + "path")}
        self.assertEqual(sum(cells.values()), 80)
        # Position 0: four sines of 0 (white), four cosines of 0 (red); cosines stay near 1 there.
        self.assertGreaterEqual(cells["#f7f7f7"], 4)
        self.assertGreaterEqual(cells["#b2182b"], 4)
        words = {t.text for t in svg.iter(name + "text")}
        self.assertLessEqual({"position", "dimension", "−1", "0", "1"}, words)
        again = (self.folder / "p.svg").read_bytes()
        self.positions("--rows", 10, "--dim", 8, "--out", "p.svg")
        self.assertEqual((self.folder / "p.svg").read_bytes(), again)

    def test_are_a_heat_map_on_a_terminal(self):
        for env, sign in (({"COLORTERM": "truecolor"}, b"\x1b[38;2;178;24;43m"),
                          ({"COLORTERM": None}, b"\x1b[38;5;"), ({"NO_COLOR": "1"}, b"\xe2\x96\x93")):
            with self.on_terminal("explain", "positions", "--dim", 128, env=env) as run:
                pass
            shown = run.result.stdout
            self.assertEqual(run.result.status, ALL_ANSWERED)
            self.assertIn(sign, shown)
            self.assertIn("PE(pos, 2i)     = sin(pos / 10000^(2i / dim))", shown.decode())
            self.assertEqual(b"\x1b" in shown, "NO_COLOR" not in env)
            for line in shown.decode().splitlines():
                self.assertLessEqual(len(re.sub(r"\x1b\[[\d;]*m", "", line)), 80)
        with self.on_terminal("explain", "positions", "-f", "csv", "--rows", 1, "--dim", 2) as run:
            pass
        self.assertEqual(run.result.lines, ["position,v1,v2", "0,0,1"])

    def test_that_cannot_be_are_refused(self):
        for arguments, sign in (
            (("--rows", 0), "'0'"), (("--dim", -1), "'-1'"), (("--dim", "x"), "'x'"),
            (("--dim", 65_537), "65536"), (("--out", "p.bmp"), "expected an extension"),
            (("--out", "p.npy", "-f", "csv"), "--format has no meaning"),
            (("--out", "p.svg", "--rows", 100_000), "too large"),
        ):
            self.assert_refused(self.positions(*arguments), WRONG_USAGE, sign)
        self.assertEqual(self.files(), [])
        result = self.positions("--out", "no/such/p.npy")
        self.assert_refused(result, FILE_ERROR, "no/such/p.npy")
        if os_has_full():
            with open("/dev/full", "wb") as full:
                result = self.positions(stdout=full)
            self.assertEqual(result.status, FILE_ERROR, result)


def os_has_full():
    return cli.Path("/dev/full").exists()


class Analogy(ExplainTest):
    def test_of_king_man_woman(self):
        rows = self.json("analogy", "king", "man", "woman")
        parts = {}
        for row in rows:
            self.assertEqual(row["query"], "king - man + woman")
            parts.setdefault(row["part"], []).append(row)
        self.assertEqual({(r["first"], r["second"]) for r in parts["before"]}, set(BEFORE))
        for row in parts["before"]:
            self.assertAlmostEqual(row["value"], BEFORE[row["first"], row["second"]], delta=1e-6)
        self.assertEqual([row["second"] for row in parts["after"]], list(AFTER))
        for row in parts["after"]:
            self.assertAlmostEqual(row["value"], AFTER[row["second"]], delta=1e-6)
        self.assertAlmostEqual(parts["length"][0]["value"], SUM_LENGTH, delta=1e-6)
        self.assertEqual(parts["steps"][0]["first"], "king - man")
        self.assertEqual(parts["steps"][0]["second"], "queen - woman")
        self.assertAlmostEqual(parts["steps"][0]["value"], STEP_COSINE, delta=1e-6)
        included = parts["inputs included"]
        self.assertEqual([row["second"] for row in included], INCLUDED)
        self.assertEqual([row["rank"] for row in included], [1, 2, 3, 4, 5])
        excluded = [row["second"] for row in parts["inputs excluded"]]
        self.assertEqual(excluded[:3], ["queen", "princess", "elizabeth"])

    def test_says_which_input_would_win(self):
        text = self.text("analogy", "king", "man", "woman")
        self.assertIn("The sum is 1.2034 long", text)
        self.assertIn("'king' scores 0.7836, more than 'queen' with 0.7374: were it allowed, "
                      "'king' would be the answer", text)
        self.assertIn("have the cosine 0.7079", text)
        lines = self.explain("analogy", "king", "man", "woman").lines
        self.assertIn("  queen  0.6977  0.2542  0.4439  1.0000", lines)

    def test_says_when_no_input_would(self):
        # Unit vectors at the corners of a square on the sphere: d is a - b + c.
        model = self.write("square.txt", "b 0.6 0 0.8\na 0 0.6 0.8\nc 0 -0.6 0.8\nd -0.6 0 0.8\n")
        result = self.explain("analogy", "a", "b", "c", model=model)
        text = " ".join(result.stdout.decode().split())
        self.assertIn("change nothing: 'd' scores 1.0000", text)
        self.assertIn("have the cosine 1.0000", text)

    def test_takes_words_that_are_built(self):
        result = self.explain("analogy", "kings", "man", "woman", model=self.ngrams_model())
        self.assert_says(result, ALL_ANSWERED, "'kings' is not in the vocabulary: its vector is built")
        self.assertIn("kings - man + woman", result.stdout.decode())

    def test_that_has_no_answer(self):
        model = self.write("three.txt", "a 1 0\nb 0 1\nc 1 1\n")
        self.assert_says(self.explain("analogy", "a", "b", "c", model=model), NOT_FOUND, "no answer")
        model = self.write("zero.txt", "a 1 0\nb 0 0\nc 1 1\n")
        result = self.explain("analogy", "a", "b", "c", model=model)
        self.assert_says(result, WRONG_USAGE, "'b' is all zeros")

    def test_of_words_that_are_unknown_or_too_few(self):
        result = self.explain("analogy", "king", "mna", "woman")
        self.assert_refused(result, NOT_FOUND, "'mna' is not in the vocabulary", "man")
        result = self.explain("analogy", "king", "man")
        self.assert_refused(result, WRONG_USAGE, "found 2 words, expected three")


class Nearest(ExplainTest):
    def test_stages_hand_on_what_they_did_not_rule_out(self):
        stages = {row["stage"]: row for row in self.json("nearest", "king")}
        self.assertEqual(list(stages), ["clusters", "codes4", "codes8", "exact", "search", "full scan"])
        blocks = cli.container_header(SAMPLE)[0]["scan.rows"]["shape"][0]
        codes4, codes8, exact = stages["codes4"], stages["codes8"], stages["exact"]
        self.assertEqual(stages["clusters"]["skipped"] + codes4["read"], 16 * blocks)
        self.assertEqual(codes4["read"] - codes4["skipped"], codes8["read"])
        self.assertEqual(codes8["read"] - codes8["skipped"], exact["read"])
        self.assertEqual(exact["read"] - exact["skipped"], 10)
        # FORMAT.md: 300 values of 16 rows in 4 bits, in groups of 8, with 32 float32; a row in 8
        # bits with 2 float32, padded to 64 bytes; a row in float32.
        self.assertEqual(codes4["bytes"], codes4["read"] // 16 * (38 * 64 + 128))
        self.assertEqual(codes8["bytes"], codes8["read"] * 320)
        self.assertEqual(exact["bytes"], exact["read"] * 4 * DIM)
        self.assertEqual(stages["full scan"]["bytes"], 4 * ROWS * (DIM + 1))
        self.assertEqual(
            stages["search"]["bytes"],
            sum(stages[s]["bytes"] for s in ("clusters", "codes4", "codes8", "exact")),
        )
        self.assertLess(codes8["read"], ROWS // 4)
        self.assertLess(stages["search"]["bytes"], stages["full scan"]["bytes"] // 3)

    def test_says_that_the_answers_are_the_same(self):
        text = self.text("nearest", "king", "-k", 3)
        self.assertIn("The 3 of 10,001 rows nearest to 'king'.", text)
        self.assertIn("same 3 answers, bit for bit: queen 0.6977, majesty 0.6220, prince 0.6138.", text)
        self.assertRegex(text, r"every row 12,041,204 [\d.]+ (ms|µs)")

    def test_takes_sums_and_many_queries(self):
        rows = self.json("nearest", "king", "-", "man", "+", "woman")
        self.assertEqual({row["query"] for row in rows}, {"king - man + woman"})
        rows = self.json("nearest", "king", "cat")
        self.assertEqual([row["query"] for row in rows], ["king"] * 6 + ["cat"] * 6)

    def test_without_codes_reads_the_whole_matrix(self):
        model = self.write("m.txt", "a 1 0\nb 0 1\nc 1 1\n")
        result = self.explain("nearest", "a", model=model)
        self.assertEqual(result.status, ALL_ANSWERED)
        self.assertIn("has no search codes, so the whole matrix is read",
                      " ".join(result.stdout.decode().split()))
        (row,) = self.json("nearest", "a", model=model)
        self.assertEqual((row["stage"], row["read"], row["bytes"]), ("full scan", 3, 36))
        self.assertIn("codes would not pay", self.text("nearest", "king", "-k", 5000))

    def test_of_unknown_words_and_empty_queries(self):
        result = self.explain("nearest", "qeen", "king", "-f", "tsv")
        self.assert_says(result, NOT_FOUND, "'qeen' is not in the vocabulary; closest: queen")
        self.assertEqual({row[0] for row in result.fields}, {"king"})
        self.assert_says(self.explain("nearest", "king", "-"), WRONG_USAGE, "no word after")
        self.assert_says(self.explain("nearest", "king - king"), WRONG_USAGE, "zero")

    def test_of_a_word_that_is_built(self):
        result = self.explain("nearest", "kings", "-k", 1, model=self.ngrams_model())
        self.assert_says(result, ALL_ANSWERED, "its vector is built")


class Subwords(ExplainTest):
    def test_name_what_was_asked(self):
        model = self.ngrams_model()
        for form in ("csv", "ndjson"):
            # Of the word without characters no n-gram is three long.
            result = self.explain("subwords", "King", "", "kings", "-f", form, model=model)
            self.assert_says(result, NOT_FOUND, "'King' is not .* 'king' is used",
                             "'' is not in the vocabulary")
            if form == "csv":
                self.assertEqual(result.lines[0], "query,word,ngram,bucket,row,norm,v1,v2,v3")
                found = [line.split(",")[:3] for line in result.lines[1:]]
            else:
                records = [json.loads(line) for line in result.lines]
                self.assertEqual([record["query"] for record in records if "error" in record], [""])
                found = [[record["query"], record["word"], record["ngram"]] for record in records
                         if "error" not in record]
            self.assertEqual(found[0], ["King", "king", "<ki"])
            self.assertEqual({(row[0], row[1]) for row in found},
                             {("King", "king"), ("kings", "kings")})
        for form, separator in (("csv", ","), ("tsv", "\t")):
            result = self.explain("subwords", "", "-f", form, model=model)
            self.assertEqual(result.lines, [separator.join(
                ["query", "word", "ngram", "bucket", "row", "norm", "v1", "v2", "v3"])])

    def test_beyond_float32_have_a_record(self):
        model = self.ngrams_model(ngrams=((3e38, 3e38, 3e38),))
        result = self.explain("subwords", "king", "queen", "-f", "ndjson", model=model)
        self.assert_says(result, WRONG_USAGE, "the vector of the n-gram '<ki', or its length, is")
        self.assertEqual([(json.loads(line)["query"], json.loads(line)["error"])
                          for line in result.lines], [("king", "overflow"), ("queen", "overflow")])


if __name__ == "__main__":
    cli.main()
