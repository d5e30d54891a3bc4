#!/usr/bin/python3
"""`wordvec compare`: two models, against SciPy and NumPy."""

import csv
import json
import os
import sys
import zipfile

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, SAMPLE, WRONG_USAGE  # noqa: E402

numpy = cli.numpy
COLUMNS = ["word", "cosine", "jaccard"]


def unit(rows):
    return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


def procrustes(a, b):
    """SciPy's; where that is not there, its definition."""
    try:
        from scipy.linalg import orthogonal_procrustes
    except ImportError:
        u, _, v = numpy.linalg.svd(a.T @ b)
        return u @ v
    return orthogonal_procrustes(a, b)[0]


def neighbors(rows, k):
    """The sets of the k nearest rows of each row, but itself; `rows` are of unit length."""
    scores = rows @ rows.T
    numpy.fill_diagonal(scores, -2)
    return [set(best) for best in numpy.argsort(-scores, axis=1, kind="stable")[:, :k]]


def jaccards(a, b, k):
    return numpy.array([len(x & y) / len(x | y) for x, y in zip(neighbors(a, k), neighbors(b, k))])


@cli.needs_numpy
class CompareTest(cli.CommandTest):
    def rows(self, count=80, dim=7, seed=1):
        values = numpy.random.default_rng(seed).normal(size=(count, dim))
        return values.astype(numpy.float32).astype(numpy.float64)

    def save(self, name, rows, words=None):
        words = words or [f"w{i}" for i in range(len(rows))]
        numpy.save(self.folder / f"{name}.npy", rows.astype(numpy.float32))
        self.write(f"{name}.vocab.txt", "".join(word + "\n" for word in words))
        return f"{name}.npy"

    def compare(self, *arguments, **options):
        return self.run_command("compare", *arguments, "-q", **options)

    def summary(self, *arguments):
        result = self.compare(*arguments, "-f", "json")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return json.loads(result.stdout)

    def words(self, *arguments, status=ALL_ANSWERED):
        """Rows [word, cosine, jaccard]; a cosine that is not there is None. Those of words that
        were asked for name these first."""
        result = self.compare(*arguments, "-f", "json")
        self.assertEqual(result.status, status, result)
        rows = json.loads(result.stdout)
        for row in rows:
            if "query" in row:
                self.assertEqual(list(row)[0], "query")
                self.assertEqual(row.pop("query"), row["word"])
            self.assertEqual(list(row), COLUMNS)
        return [list(row.values()) for row in rows]


class Alignment(CompareTest):
    def setUp(self):
        super().setUp()
        # b has other words besides, in another order.
        self.a, b = self.rows(80), self.rows(100, seed=2)
        self.save("a", self.a)
        self.save("b", b, [f"w{i}" for i in range(119, 19, -1)])
        self.a, self.b = unit(self.a[20:]), unit(b[::-1][:60])  # of w20 … w79
        turned = self.a @ procrustes(self.a, self.b)
        self.cosines = (turned * self.b).sum(1)
        self.residual = numpy.linalg.norm(turned - self.b)

    def test_is_that_of_scipy(self):
        found = self.summary("a.npy", "b.npy")
        self.assertAlmostEqual(found["mean_cosine"], self.cosines.mean(), delta=1e-12)
        self.assertAlmostEqual(found["residual"], self.residual, delta=1e-10)

    def test_counts_what_is_shared(self):
        found = self.summary("a.npy", "b.npy")
        self.assertEqual(
            {key: found[key] for key in ("a_words", "b_words", "a_dim", "b_dim", "shared_words",
                                         "compared_words", "without_direction", "k")},
            {"a_words": 80, "b_words": 100, "a_dim": 7, "b_dim": 7, "shared_words": 60,
             "compared_words": 60, "without_direction": 0, "k": 10})
        self.assertAlmostEqual(found["a_coverage"], 60 / 80)
        self.assertAlmostEqual(found["b_coverage"], 60 / 100)

    def test_words_that_moved_most_come_first(self):
        order = numpy.argsort(self.cosines)
        rows = self.words("a.npy", "b.npy", "--moved", 25)
        self.assertEqual([row[0] for row in rows], [f"w{20 + i}" for i in order[:25]])
        for row, i in zip(rows, order):
            self.assertAlmostEqual(row[1], self.cosines[i], delta=1e-12)

    def test_of_words_that_are_named(self):
        rows = self.words("a.npy", "b.npy", "w70", "w20", "w70")
        self.assertEqual([row[0] for row in rows], ["w70", "w20"])
        for row, i in zip(rows, (50, 0)):
            self.assertAlmostEqual(row[1], self.cosines[i], delta=1e-12)
        self.write("list", "w70\r\nw20\r\n\r\nw70\r\n")
        self.assertEqual(self.words("a.npy", "b.npy", "--words", "list"), rows)

    def test_rows_name_what_was_asked(self):
        asked = ("W70", "w20", "nope")
        result = self.compare("a.npy", "b.npy", *asked, "-f", "ndjson")
        rows = [json.loads(line) for line in result.lines]
        self.assertEqual([list(row)[:2] for row in rows],
                         [["query", "word"], ["query", "word"], ["query", "error"]])
        self.assertEqual([row["query"] for row in rows], list(asked))
        self.assertEqual([row.get("word") for row in rows], ["w70", "w20", None])
        for name, separator in (("tsv", "\t"), ("csv", ",")):
            lines = [line.split(separator) for line in
                     self.compare("a.npy", "b.npy", *asked, "-f", name).lines]
            self.assertEqual(lines[0], ["query", *COLUMNS])
            self.assertEqual([line[:2] for line in lines[1:]], [["W70", "w70"], ["w20", "w20"]])
        lines = self.compare("a.npy", "b.npy", *asked, "-f", "table").lines
        self.assertEqual(lines[0].split(), COLUMNS)
        # What nobody asked for by name has no query.
        for options in (["--moved", 2], ["--moved", 2, "-f", "csv"]):
            self.assertNotIn("query", self.compare("a.npy", "b.npy", *options).lines[0])

    def test_of_the_first_words_only(self):
        for rows in (9, 40):
            a, b = self.a[:rows], self.b[:rows]
            cosines = (a @ procrustes(a, b) * b).sum(1)
            found = self.summary("a.npy", "b.npy", "--top-rows", rows)
            self.assertEqual((found["compared_words"], found["shared_words"]), (rows, 60))
            self.assertAlmostEqual(found["mean_cosine"], cosines.mean(), delta=1e-12)

    def test_of_few_words_is_warned_of(self):
        result = self.run_command("compare", "a.npy", "b.npy", "--top-rows", 7)
        self.assert_says(result, ALL_ANSWERED, "warning: 7 words in 7 dimensions: an alignment fits")
        result = self.run_command("compare", "a.npy", "b.npy", "--top-rows", 8, "-k", 3)
        self.assertNotIn("warning: 8 words", result.stderr)
        self.assertNotIn("nearest of 8 words are all others", result.stderr)
        result = self.run_command("compare", "a.npy", "b.npy", "--top-rows", 8)
        self.assert_says(result, ALL_ANSWERED, "note: k is 7 instead of 10: each of the 8 words",
                         "warning: the k = 7 nearest of 8 words are all others")

    def test_is_the_same_with_any_threads_and_instruction_set(self):
        reference = self.compare("a.npy", "b.npy", "--moved", 60).stdout
        for options in [("--threads", n) for n in (1, 3)] + [
            ("--isa", name) for name in cli.instruction_sets()
        ]:
            result = self.compare("a.npy", "b.npy", "--moved", 60, *options)
            self.assertEqual(result.stdout, reference, options)


class Neighborhoods(CompareTest):
    def test_are_compared_as_numpy_does(self):
        a, b = self.rows(200, 6, 1), self.rows(200, 6, 1) + self.rows(200, 6, 2) / 2
        self.save("a", a)
        self.save("b", b)
        # With codes, and without.
        self.run_command("convert", "a.npy", "a.safetensors")
        self.run_command("convert", "b.npy", "b.safetensors")
        b = b.astype(numpy.float32).astype(numpy.float64)
        for k in (1, 5, 40):
            expected = jaccards(unit(a), unit(b), k)
            for one, other in (("a.npy", "b.npy"), ("a.safetensors", "b.safetensors"),
                               ("a.npy", "b.safetensors")):
                with self.subTest(k=k, one=one, other=other):
                    found = self.summary(one, other, "-k", k)
                    self.assertAlmostEqual(found["mean_jaccard"], expected.mean(), delta=1e-12)
                    rows = self.words(one, other, "-k", k, *(f"w{i}" for i in range(200)))
                    numpy.testing.assert_allclose([row[2] for row in rows], expected, atol=1e-12)

    def test_are_among_the_words_that_are_compared(self):
        a, b = self.rows(100, 6, 1), self.rows(100, 6, 2)
        self.save("a", a)
        self.save("b", b, [f"w{i}" for i in range(50, 150)])
        for extension in ("npy", "safetensors"):
            if extension == "safetensors":
                for name in "ab":
                    self.run_command("convert", f"{name}.npy", f"{name}.safetensors")
            for top, expected in ((50, jaccards(unit(a[50:]), unit(b[:50]), 4)),
                                  (20, jaccards(unit(a[50:70]), unit(b[:20]), 4))):
                found = self.summary(f"a.{extension}", f"b.{extension}", "-k", 4, "--top-rows", top)
                self.assertAlmostEqual(found["mean_jaccard"], expected.mean(), delta=1e-12)

    def test_are_all_others_where_those_are_fewer(self):
        self.save("a", self.rows(5))
        self.save("b", self.rows(5, seed=2))
        found = self.summary("a.npy", "b.npy")
        self.assertEqual((found["k"], found["mean_jaccard"]), (4, 1))

    def test_of_models_of_different_dimension_are_all_that_is_compared(self):
        a, b = self.rows(60, 7, 1), self.rows(60, 5, 2)
        self.save("a", a)
        self.save("b", b)
        expected = jaccards(unit(a), unit(b), 10)
        result = self.run_command("compare", "a.npy", "b.npy", "-f", "json")
        self.assert_says(result, ALL_ANSWERED, "note: vectors of 7 and 5 values have no alignment")
        found = json.loads(result.stdout)
        self.assertNotIn("mean_cosine", found)
        self.assertNotIn("residual", found)
        self.assertAlmostEqual(found["mean_jaccard"], expected.mean(), delta=1e-12)
        rows = self.words("a.npy", "b.npy", "--moved", 8)
        order = numpy.argsort(expected, kind="stable")
        self.assertEqual(rows, [[f"w{i}", None, expected[i]] for i in order[:8]])


class Sample(CompareTest):
    def test_with_itself(self):
        found = self.summary(SAMPLE, SAMPLE)
        self.assertEqual((found["shared_words"], found["compared_words"]), (10_001, 10_000))
        self.assertEqual((found["a_coverage"], found["mean_jaccard"]), (1, 1))
        self.assertAlmostEqual(found["mean_cosine"], 1, delta=1e-12)
        self.assertAlmostEqual(found["residual"], 0, delta=1e-9)

    def test_with_a_turned_copy(self):
        matrix = numpy.linalg.qr(numpy.random.default_rng(1).normal(size=(300, 300)))[0]
        rows = cli.sample_matrix() @ matrix
        self.save("turned", rows, cli.sample_words())
        result = self.compare(SAMPLE, "turned.npy", "--top-rows", 3000, "--out", "words.csv", "-k", 5)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        found = dict(result.fields)
        # The turned rows were rounded to float32.
        self.assertAlmostEqual(float(found["mean_cosine"]), 1, delta=1e-9)
        self.assertGreater(float(found["mean_jaccard"]), 0.999)
        with (self.folder / "words.csv").open(newline="") as file:
            rows = list(csv.reader(file))
        self.assertEqual(rows[0], COLUMNS)
        self.assertEqual([row[0] for row in rows[1:]], cli.sample_words()[:3000])
        self.assertGreater(min(float(row[1]) for row in rows[1:]), 1 - 1e-9)


class Files(CompareTest):
    """What the content of a file does not tell is said of A and of B."""

    def text(self, rows):
        return "".join(f"w{i} {' '.join(map(repr, map(float, row)))}\n" for i, row in enumerate(rows))

    def test_are_members_of_archives(self):
        rows = {name: self.rows(seed=seed) for seed, name in enumerate(("x.txt", "y.txt", "z.txt"))}
        for name, members in (("a.zip", ("x.txt", "y.txt")), ("b.zip", ("y.txt", "z.txt"))):
            with zipfile.ZipFile(self.folder / name, "w") as archive:
                for member in members:
                    archive.writestr(member, self.text(rows[member]))
        for of_a, of_b in (("x.txt", "z.txt"), ("y.txt", "y.txt"), ("y.txt", "z.txt")):
            found = self.summary("a.zip", "b.zip", "--member-a", of_a, "--member-b", of_b)
            a, b = unit(rows[of_a]), unit(rows[of_b])
            self.assertAlmostEqual(
                found["mean_cosine"], (a @ procrustes(a, b) * b).sum(1).mean(), delta=1e-9)
        for options, name in (([], "a"), (["--member-b", "z.txt"], "a"), (["--member-a", "y.txt"], "b")):
            result = self.compare("a.zip", "b.zip", *options)
            self.assert_refused(
                result,
                WRONG_USAGE,
                f"{name}.zip: the zip archive holds several files: --member-{name} NAME chooses",
            )

    def test_have_words_and_tensors_of_their_own(self):
        a, b = self.rows(), self.rows(seed=2)
        numpy.save(self.folder / "a.npy", a.astype(numpy.float32))
        numpy.save(self.folder / "b.npy", b.astype(numpy.float32))
        self.write("words.a", "".join(f"w{i}\n" for i in range(80)))
        self.write("words.b", "".join(f"w{i}\n" for i in range(40, 120)))
        given = ["a.npy", "b.npy", "--vocab-a", "words.a", "--vocab-b", "words.b"]
        found = self.summary(*given)
        self.assertEqual((found["shared_words"], found["a_words"]), (40, 80))
        a, b = unit(a[40:]), unit(b[:40])
        self.assertAlmostEqual(found["mean_cosine"], (a @ procrustes(a, b) * b).sum(1).mean(),
                               delta=1e-12)
        self.assertRegex(self.compare(*given, "--tensor-b", "x").stderr, "b.npy: .*tensor")
        # They are read, and so not written over.
        (self.folder / "words.a").rename(self.folder / "words.csv")
        given[3] = "words.csv"
        result = self.compare(*given, "--out", "words.csv")
        self.assert_refused(result, WRONG_USAGE, "words.csv: is both input and output")
        self.assertEqual((self.folder / "words.csv").read_text().splitlines()[0], "w0")

    def test_have_formats(self):
        # word2vec text of three words, or GloVe text of four.
        self.write("a.txt", "3 1\n2 5\n1 2\n4 7\n")
        self.write("b.txt", "3 1\n2 5\n1 2\n4 7\n")
        for options, counts in (
            (["--from-a", "glove", "--from-b", "word2vec-text"], (4, 3)),
            (["--from-a", "word2vec-text", "--from-b", "glove"], (3, 4)),
        ):
            found = self.summary("a.txt", "b.txt", *options)
            self.assertEqual((found["a_words"], found["b_words"]), counts)
        for side in "ab":
            result = self.compare("a.txt", "b.txt", f"--from-{side}", "npy")
            self.assert_refused(result, FILE_ERROR, f"{side}.txt: ")
        self.assert_refused(self.compare("a.txt", "b.txt", "--from", "glove"), WRONG_USAGE,
                            "no option '--from'; did you mean '--from-a'")


class Output(CompareTest):
    def setUp(self):
        super().setUp()
        self.save("a", self.rows())
        self.save("b", self.rows(seed=2))

    def test_formats(self):
        reference = self.summary("a.npy", "b.npy")
        for name, separator in (("tsv", "\t"), ("csv", ",")):
            lines = self.compare("a.npy", "b.npy", "-f", name).lines
            self.assertEqual(lines[0], separator.join(["field", "value"]))
            self.assertEqual([line.split(separator) for line in lines[1:]],
                             [[key, str(value)] for key, value in reference.items()])
            self.assertEqual(self.compare("a.npy", "b.npy", "-f", name, "--no-header").lines,
                             lines[1:])
        lines = self.compare("a.npy", "b.npy", "--moved", 3).lines
        self.assertEqual(lines[0], "\t".join(COLUMNS))
        self.assertEqual(len(lines), 4)

    def test_a_terminal_shows_the_summary_and_what_has_moved(self):
        with self.on_terminal("compare", "a.npy", "b.npy", "-q") as run:
            pass
        self.assertEqual(run.result.status, ALL_ANSWERED)
        summary, moved = run.result.stdout.decode().split("\n\n")
        self.assertRegex(summary, r"\na_words +80\n")
        self.assertRegex(summary, r"\nmean_cosine +-?0\.\d{4}\n")
        self.assertRegex(moved.splitlines()[0], r"word +cosine +jaccard")
        self.assertEqual(len(moved.splitlines()), 11)

    def test_files_of_all_compared_words(self):
        expected = self.words("a.npy", "b.npy", *(f"w{i}" for i in range(80)))
        for name in ("out.tsv", "out.csv", "out.json", "out.ndjson"):
            result = self.compare("a.npy", "b.npy", "--out", name)
            self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual([list(row.values()) for row in
                          json.loads((self.folder / "out.json").read_text())], expected)
        lines = (self.folder / "out.tsv").read_text().splitlines()
        self.assertEqual(lines[0], "\t".join(COLUMNS))
        self.assertEqual([[w, float(c), float(j)] for w, c, j in
                          (line.split("\t") for line in lines[1:])], expected)
        before = self.files()
        for name in ("out.txt", "out", "-"):
            result = self.compare("a.npy", "b.npy", "--out", name)
            self.assert_refused(result, WRONG_USAGE, "--out names a file|extension among .csv")
        result = self.compare("a.npy", "b.npy", "--out", "no/out.csv")
        self.assert_refused(result, FILE_ERROR, "no/out.csv: cannot write: No such file")
        # That is said before the work begins; what fails later leaves no file.
        result = self.compare("a.npy", "absent.npy", "--out", "no/out.csv")
        self.assert_refused(result, FILE_ERROR, "no/out.csv: cannot write: No such file")
        result = self.compare("a.npy", "absent.npy", "--out", "new.csv")
        self.assert_refused(result, FILE_ERROR, "absent.npy")
        self.assertEqual(self.files(), before)

    def test_a_full_disk_and_a_closed_pipe(self):
        with open("/dev/full", "wb") as full:
            result = self.compare("a.npy", "b.npy", stdout=full)
        self.assert_says(result, FILE_ERROR, "No space left")
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            self.assert_answered(self.compare("a.npy", "b.npy", "--moved", 5, stdout=pipe))


class Trouble(CompareTest):
    def test_models_are_not_overwritten(self):
        model = self.write("a.csv", "a 1 0\nb 1 1\n")
        before = model.read_bytes()
        self.assert_refused(self.compare("a.csv", "a.csv", "--out", "a.csv"), WRONG_USAGE,
                            "a.csv: is both input and output")
        self.assertEqual(model.read_bytes(), before)

    def test_words_and_moved_exclude_each_other(self):
        self.assert_refused(self.compare("a.npy", "b.npy", "--moved", "2", "w1"), WRONG_USAGE,
                            "words and --moved exclude each other")

    def test_no_shared_word(self):
        self.save("a", self.rows(5))
        self.save("b", self.rows(5), list("vwxyz"))
        result = self.compare("a.npy", "b.npy")
        self.assert_refused(result, NOT_FOUND, "a.npy and b.npy have no word in common")

    def test_one_shared_word(self):
        self.save("a", self.rows(5))
        self.save("b", self.rows(5), ["w3", "W4", "x", "y", "z"])
        result = self.compare("a.npy", "b.npy")
        self.assert_refused(result, NOT_FOUND, "words in common: 1, with a direction: 1; .*needs 2")

    def test_words_without_a_direction_are_left_out_and_counted(self):
        a, b = self.rows(60), self.rows(60, seed=2)
        a[[0, 7]], b[[7, 30]] = 0, 0
        self.save("a", a)
        self.save("b", b)
        found = self.summary("a.npy", "b.npy")
        self.assertEqual([found[key] for key in ("shared_words", "compared_words",
                                                 "without_direction")], [60, 57, 3])
        left = [i for i in range(60) if i not in (0, 7, 30)]
        a, b = unit(a[left]), unit(b[left])
        self.assertAlmostEqual(found["mean_cosine"], (a @ procrustes(a, b) * b).sum(1).mean(),
                               delta=1e-12)
        self.assertAlmostEqual(found["mean_jaccard"], jaccards(a, b, 10).mean(), delta=1e-12)
        result = self.compare("a.npy", "b.npy", "w7", "w8")
        self.assert_says(result, NOT_FOUND, "'w7' is not among the 57 words .* or has no direction")
        self.assertEqual([row[0] for row in result.fields], ["w8"])

    def test_words_that_are_not_there(self):
        self.save("a", self.rows(30))
        self.save("b", self.rows(30, seed=2), [f"w{i}" for i in range(10, 40)])
        result = self.compare("a.npy", "b.npy", "w3", "w33", "w12", "none", "--top-rows", 15)
        self.assert_says(result, NOT_FOUND, "'w3' is not in b.npy", "'w33' is not in a.npy",
                         "'none' is not in a.npy")
        self.assertEqual([row[0] for row in result.fields], ["w12"])
        result = self.compare("a.npy", "b.npy", "w29", "--top-rows", 15)
        self.assert_says(result, NOT_FOUND, "'w29' is not among the 15 words .*--top-rows N")

    def test_words_are_looked_up_as_everywhere(self):
        names = [f"w{i}" for i in range(20)]
        lower = self.save("lower", self.rows(20), names[:17] + ["king", "man", "both"])
        other = self.save("other", self.rows(20, seed=2), names[:17] + ["king", "queen", "both"])
        cased = self.save("cased", self.rows(20, seed=3), names[:17] + ["King", "king", "Man"])

        def show(a, b, *words):
            result = self.run_command("compare", a, b, *words)
            lines = [line for line in result.stderr.splitlines() if "reading" not in line]
            return [row[1] for row in result.fields], result.status, "\n".join(lines)

        used = "wordvec: note: '{}' is not in {}, 'king' is used (--exact-case turns this off)"
        self.assertEqual(show(lower, other, "King"), (
            ["king"], ALL_ANSWERED, used.format("King", lower)))
        self.write("list", "KING\nking\n")
        self.assertEqual(show(lower, other, "--words", "list"), (
            ["king"], ALL_ANSWERED, used.format("KING", lower) +
            "\nwordvec: note: 'king' is in the words more than once, and counts once"))
        # The one of the two that has it not is lower-case.
        self.assertEqual(show(lower, cased, "King"), (
            ["king"], ALL_ANSWERED, used.format("King", lower)))
        self.assertEqual(show(cased, lower, "King"), (
            ["king"], ALL_ANSWERED, used.format("King", lower)))
        self.assertEqual(show(cased, lower, "KING"), (
            ["king"], ALL_ANSWERED, used.format("KING", lower)))
        gone = "wordvec: error: '{}' is not in {}{}"
        for a, b, word, where, closest in (
            (lower, other, "kin", lower, "; closest: king"),
            (lower, other, "MAN", other, ""),  # man is in the first only
            (lower, other, "quee", lower, ""),
            (other, lower, "quee", other, "; closest: queen"),
            (other, cased, "both", cased, ""),
            (cased, lower, "Man", lower, "; closest: man"),
            (lower, cased, "Man", lower, "; closest: man"),
            (cased, other, "Mann", cased, "; closest: Man"),
            (lower, other, "--exact-case", lower, "; closest: king"),
        ):
            with self.subTest(a=a, b=b, word=word):
                words = [word]
                if word == "--exact-case":
                    word, words = "King", ["King", word]
                self.assertEqual(show(a, b, *words), (
                    [], NOT_FOUND, gone.format(word, where, closest)))

    def test_models_are_arguments(self):
        self.save("a", self.rows(30))
        for arguments in (["-m", "a.npy"], ["a.npy", "--model=a.npy"], ["a.npy", "a.npy", "-m", "x"]):
            result = self.compare(*arguments)
            self.assert_refused(result, WRONG_USAGE, "compare has no --model: the two models are its "
                                "first arguments, A and B")
        self.assertNotIn("--model", self.run_command("compare", "--help").stdout.decode())

    def test_usage(self):
        self.save("a", self.rows(30))
        for arguments, pattern in (
            ([], "A is required"), (["a.npy"], "B is required"),
            (["-", "-"], "A and B cannot both come from standard input"),
            (["a.npy", "a.npy", "w1", "--words", "list"], "exclude each other"),
            (["a.npy", "-", "--words", "-"], "B and --words cannot both come from standard input"),
            (["a.npy", "a.npy", "-k", "0"], "--count"),
            (["a.npy", "a.npy", "--top-rows", "1"], "--top-rows"),
            (["a.npy", "a.npy", "--moved", "x"], "--moved"),
        ):
            self.assert_refused(self.compare(*arguments), WRONG_USAGE, pattern)
        self.assert_refused(self.compare("a.npy", "no.npy"), FILE_ERROR, "no.npy")


if __name__ == "__main__":
    cli.main()
