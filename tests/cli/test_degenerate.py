#!/usr/bin/python3
"""Too little to say anything, too large for float32, and what is given twice: told, and exact."""

import json
import math
import sys

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, WRONG_USAGE  # noqa: E402

numpy = cli.numpy

HUGE = "one 1 1 1\ntwo 2 1 0\nhuge 3e38 1 1\nhuge2 3e38 3e38 3e38\nminus -3e38 1 3e38\n"


def sif_of(matrix, words, texts, a=1e-3):
    """Arora, Liang, Ma 2017, by NumPy."""
    ranks = {word: i + 1 for i, word in enumerate(words)}
    harmonic = (1 / numpy.arange(1, len(words) + 1)).sum()
    rows = []
    for text in texts:
        weights = [a / (a + 1 / (ranks[word] * harmonic)) for word in text.split()]
        vectors = [matrix[ranks[word] - 1].astype("f8") for word in text.split()]
        rows.append(sum(w * v for w, v in zip(weights, vectors)) / len(weights))
    rows = numpy.array(rows)
    u = numpy.linalg.svd(rows, full_matrices=False)[2][0]
    return rows - numpy.outer(rows @ u, u), rows


class Sif(cli.CommandTest):
    def sif(self, *texts, **options):
        result = self.ask("embed", "--pool", "sif", "-f", "json", *texts, **options)
        return [row["vector"] for row in json.loads(result.stdout)], result

    @cli.needs_numpy
    def test_of_two_texts_warns_that_their_cosine_says_nothing(self):
        for texts in (["the king", "the queen"], ["a cat and a dog", "that is an example"]):
            found, result = self.sif(*texts)
            self.assert_says(result, ALL_ANSWERED, r"% of the 2 texts .* lies on one line: cosines "
                             r"are exactly -1 or 1 whatever the texts say, as of two texts always")
            expected, _ = sif_of(cli.sample_matrix(), cli.sample_words(), texts)
            self.assertLess(numpy.abs(numpy.array(found) - expected).max(), 1e-6)
            a, b = numpy.array(found)
            self.assertAlmostEqual(a @ b / numpy.linalg.norm(a) / numpy.linalg.norm(b), -1, delta=1e-6)

    def test_of_equal_texts_leaves_zeros(self):
        for texts in (["the king"] * 3, ["king", "king king", "KING king king"],
                      ["the king", "king the", ""]):
            found, result = self.sif(*texts)
            self.assert_says(result, ALL_ANSWERED, "texts with a vector differ in its length only",
                             "zeros are left")
            self.assertEqual(found, [[0] * 300] * 3)

    def test_of_two_texts_again_and_again_is_a_line(self):
        _, result = self.sif("the king", "the queen", "the king", "the queen king the", "zzzzqq")
        self.assert_says(result, NOT_FOUND)
        _, result = self.sif("the king", "the queen", "the king", "queen the")
        self.assert_says(result, ALL_ANSWERED, "4 texts with a vector, and what is left of them lies")

    def test_of_one_text_is_told_as_before(self):
        _, result = self.sif("the king")
        self.assert_says(result, ALL_ANSWERED, "fewer than two texts have a vector")

    def test_of_texts_that_differ_says_nothing(self):
        _, result = self.sif("the king", "a cat", "in the house", "mother and father")
        self.assertNotIn("warning", result.stderr)


class Pca(cli.CommandTest):
    def model(self):
        self.write("plane.txt", "a 1 2 3\nb 2 4 6\nc 3 6 9\nd 5 10 15\ne 7 14 22\n")
        return "plane.txt"

    def pca(self, *arguments, **options):
        result = self.ask("pca", *arguments, "-f", "csv", "-q" if options.pop("quiet", 0) else "-v",
                          **options)
        return [list(map(float, line.split(",")[1:])) for line in result.lines[1:]], result

    def test_of_vectors_on_a_line_has_zeros(self):
        points, result = self.pca("a", "b", "c", "d", "-c", 3, model=self.model())
        self.assert_says(result, ALL_ANSWERED, "warning: the vectors vary in 1 direction only: "
                         "components 2 to 3 explain nothing and are zeros",
                         "ratio: 1.00000000 0.00000000 0.00000000")
        self.assertEqual([point[1:] for point in points], [[0, 0]] * 4)
        # √14 apart.
        self.assertAlmostEqual(points[1][0] - points[0][0], math.sqrt(14), delta=1e-6)
        points, result = self.pca("a", "b", "e", "-c", 3, model=self.model())
        self.assert_says(result, ALL_ANSWERED, "vary in 2 directions only: component 3 explains")
        self.assertEqual([point[2] for point in points], [0] * 3)

    def test_of_as_many_words_as_components(self):
        points, result = self.pca("king", "queen")
        self.assert_says(result, ALL_ANSWERED, "vary in 1 direction only: component 2 explains")
        self.assertEqual([point[1] for point in points], [0, 0])
        _, result = self.pca("king", "queen", "-c", 1)
        self.assertNotIn("warning", result.stderr)

    def test_of_equal_vectors(self):
        self.write("same.txt", "".join(f"w{i} 0.1 -0.7 3.3\n" for i in range(7)))
        points, result = self.pca(model="same.txt")
        self.assert_says(result, ALL_ANSWERED, "warning: the vectors are all equal", "0.00000000")
        self.assertEqual(points, [[0, 0]] * 7)

    def test_others_on_a_component_that_is_nothing_are_zeros(self):
        self.write("fit", "a\nb\nc\n")
        points, result = self.pca("e", "d", "--fit", "fit", model=self.model())
        self.assert_says(result, ALL_ANSWERED, "vary in 1 direction only")
        self.assertEqual([point[1] for point in points], [0, 0])


class Edits(cli.CommandTest):
    def test_that_leave_nothing_or_ask_for_too_much(self):
        self.write("line.txt", "a 1 2 3\nb 2 4 6\nc 3 6 9\nd 5 10 15\n")
        for options, says, zeros in (
            (["--remove-components", 1], r"--remove-components 1: the rows vary in 1 direction only: "
             "nothing is left of them", 3),
            (["--remove-components", 2], "--remove-components 2: the rows vary in 1 direction only: nothing is left", 3),
            (["--reduce", 2], "--reduce 2: the rows vary in 1 direction only: the other values", 1),
            (["--limit", 1, "--center"], "--center: all rows are equal, or there is one", 3),
        ):
            result = self.run_command("convert", "line.txt", "out.txt", "--to", "glove", *options)
            self.assert_says(result, ALL_ANSWERED, "warning: " + says)
            for line in (self.folder / "out.txt").read_text().splitlines():
                self.assertEqual([float(x) for x in line.split()[-zeros:]], [0] * zeros, line)

    def test_of_usual_rows_say_nothing(self):
        result = self.run_command("convert", cli.SAMPLE, "out.npy", "--limit", 500, "--center",
                                  "--remove-components", 3, "--reduce", 50)
        self.assertNotIn("warning", result.stderr)


class Compared(cli.CommandTest):
    def test_few_words_in_other_dimensions(self):
        self.write("a.txt", "king " + "1 2 3 4 5 " * 4 + "\nqueen " + "2 1 4 3 9 " * 4 + "\n")
        self.write("b.txt", "king " + "1 2 3 4 " * 8 + "\nqueen " + "4 1 2 9 " * 8 + "\n")
        for name in "ab":
            path = self.folder / f"{name}.txt"
            path.write_text(path.read_text().replace(" \n", "\n"))
        result = self.run_command("compare", "a.txt", "b.txt")
        self.assert_says(result, ALL_ANSWERED, "warning: 2 words in 20 and 32 dimensions: so few say",
                         "note: k is 1 instead of 10", "jaccard is 1 whatever the vectors are")
        result = self.run_command("compare", "a.txt", "a.txt", "-k", 1)
        self.assert_says(result, ALL_ANSWERED, "2 words in 20 dimensions: an alignment fits",
                         "jaccard is 1 whatever")
        self.assertNotIn("instead of", result.stderr)

    def test_vectors_that_do_not_span_the_space(self):
        rows = "".join(f"w{i} {i} {i * i % 7} {i + i * i % 7}\n" for i in range(1, 9))
        self.write("a.txt", rows)
        result = self.run_command("compare", "a.txt", "a.txt", "-k", 2)
        self.assert_says(result, ALL_ANSWERED, "the vectors of 8 words span 2 of 3 dimensions")
        self.assertNotIn("jaccard", result.stderr)


class Bounds(cli.CommandTest):
    def test_a_text_is_at_no_distance_from_itself(self):
        words = [word for word in cli.sample_words() if "\t" not in word][:2000]
        pairs = "".join(f"{word}\t{word}\n" for word in words)
        for method in ("mean", "wmd"):
            result = self.ask("distance", "--pretokenized", "--method", method, stdin=pairs.encode())
            self.assertEqual({tuple(row[2:]) for row in result.fields},
                             {("0", "1") if method == "mean" else ("0",)})
        texts = "the king and the queen\tthe queen and the king\nking\tking king\n"
        result = self.ask("distance", stdin=texts.encode())
        self.assertEqual([row[2:] for row in result.fields], [["0", "1"]] * 2)

    def test_opposite_vectors(self):
        self.write("m.txt", "a 0.1 0.7 0.3\nb -0.1 -0.7 -0.3\nc -0.2 -1.4 -0.6\n")
        for other in "bc":
            result = self.ask("distance", "a", other, model="m.txt")
            self.assertEqual(result.fields[0][2:], ["2", "-1"])
            result = self.ask("distance", "a", other, "--method", "wmd", model="m.txt")
            self.assertEqual(result.fields[0][2:], ["2"])

    def test_cosines_of_pairs_that_are_judged(self):
        words = cli.sample_words()[50:250]
        self.write("pairs", "".join(f"{word}\t{word}\t{i}\n" for i, word in enumerate(words)))
        result = self.ask("eval", "similarity", "pairs", "-o", "items.tsv")
        cosines = [line.split("\t")[5] for line in
                   (self.folder / "items.tsv").read_text().splitlines()[1:]]
        self.assertEqual(set(cosines), {"1"})
        self.assert_says(result, NOT_FOUND, "200 counted have no correlation: their cosines are all 1, expected two or more that differ")

    def test_explained_cosines(self):
        result = self.ask("explain", "analogy", "king", "king", "king", "-f", "json")
        for value in self.numbers(json.loads(result.stdout)):
            self.assertFalse(1 < abs(value) < 1.001, value)

    def numbers(self, value):
        if isinstance(value, list):
            return [x for item in value for x in self.numbers(item)]
        if isinstance(value, dict):
            return self.numbers(list(value.values()))
        return [value] if isinstance(value, float) else []


class Overflow(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.write("huge.txt", HUGE)

    def huge(self, *arguments, **options):
        return self.ask(*arguments, model="huge.txt", **options)

    def test_of_embedded_texts_is_an_error(self):
        for options, says in (
            (["--pool", "sum", "one", "huge2 huge2"], "text 2: the sum of its words' vectors is beyond"),
            (["--scale", "sqrt-dim", "one huge"], "text 1: the vector of 'huge', times the square "
             "root of its dimension, is beyond"),
            (["--scale", "sqrt-dim", "--pool", "mean", "huge2"], "text 1: the vector of 'huge2', tim"),
            (["--scale", "sqrt-dim", "--positions", "sinusoidal", "minus"],
             "text 1: the vector of 'minus', times"),
        ):
            for more in ([], ["-f", "json"], ["--out", "x.npy"], ["--out", "x.csv"]):
                result = self.huge("embed", *options, *more)
                self.assert_says(result, FILE_ERROR, "huge.txt: " + says,
                                 "largest float32, 3.4e38: scale the vectors down")
                self.assertNotIn(b"inf", result.stdout)
                self.assertNotIn(b"null", result.stdout)
                self.assertEqual(self.files(), ["huge.txt"])

    def test_of_what_is_left_of_a_text_has_a_record(self):
        # Ten times the first leaves its direction the common one, (0.31, -0.95): the second has
        # -1.9e38 along it, and 3.6e38 left.
        self.write("huge.txt", "steep 1.2e38 -2.9e38\nbig 3e38 3e38\n")
        lines = b"steep\n" * 10 + b"big\nsteep\n"
        sif = ["embed", "--pool", "sif", "--sif-a", "1e30"]
        says = "huge.txt: text 11: its vector, less the common component, is beyond the largest"
        for form in ("json", "ndjson"):
            result = self.huge(*sif, "-f", form, stdin=lines)
            self.assert_says(result, FILE_ERROR, says)
            text = result.stdout.decode()
            rows = (json.loads(text) if form == "json" else
                    [json.loads(line) for line in text.splitlines()])
            self.assertEqual([row["text"] for row in rows], list(range(1, 12)))
            self.assertEqual(["vector" in row for row in rows], [True] * 10 + [False])
            self.assertEqual((rows[10]["query"], rows[10]["error"]), ("big", "overflow"))
            self.assertIn("beyond the largest float32", rows[10]["message"])
        result = self.huge(*sif, "--out", "x.json", stdin=lines)
        self.assert_says(result, FILE_ERROR, says)
        self.assertEqual((result.stdout, self.files()), (b"", ["huge.txt"]))

    def test_means_of_what_float32_holds_are_none(self):
        for pool in ("mean", "max", "sif"):
            result = self.huge("embed", "--pool", pool, "-f", "json", "huge2 huge2", "one two", "two")
            self.assertEqual(result.status, ALL_ANSWERED, result)
            self.assertNotIn(b"null", result.stdout)
        result = self.huge("embed", "--normalize", "words", "--pool", "sum", "huge2 huge2")
        self.assertEqual([round(float(x), 5) for x in result.lines[0].split()], [1.1547] * 3)

    def test_of_a_length_is_an_error_for_that_word(self):
        for options in ([], ["--unknown", "zero"]):
            result = self.huge("lookup", "-f", "json", "one", "huge2", *options)
            self.assertIn("the length of the vector of 'huge2' is beyond the largest float32",
                          result.stderr)
            self.assertEqual(result.status, WRONG_USAGE)
            self.assertNotIn(b"null", result.stdout)
        # The values themselves are what float32 holds.
        result = self.huge("lookup", "huge2")
        self.assertEqual(result.lines, ["huge2 3e+38 3e+38 3e+38"])
        self.assertEqual(self.huge("lookup", "--out", "x.npy", "huge2").status, ALL_ANSWERED)

    def test_searches_need_no_length(self):
        result = self.huge("nearest", "huge2", "-f", "json")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(json.loads(result.stdout)[0]["word"], "one")
        self.assertEqual(json.loads(result.stdout)[0]["score"], 1)
        self.assertNotIn(b"null", self.huge("analogy", "huge2", "huge", "one", "-f", "json").stdout)

    def test_edits(self):
        for options in (["--center"], ["--remove-components", 1], ["--reduce", 1]):
            result = self.run_command("convert", "huge.txt", "out.txt", "--to", "glove", *options)
            if result.status == ALL_ANSWERED:
                self.assertNotIn("inf", (self.folder / "out.txt").read_text())
            else:
                self.assert_says(result, FILE_ERROR, "scale the vectors down")
        result = self.run_command("convert", "huge.txt", "out.txt", "--to", "glove", "--normalize")
        self.assertEqual(result.status, ALL_ANSWERED, result)


class GivenTwice(cli.CommandTest):
    """One rule: it counts once, and a note says so."""

    def variance(self, result):
        return result.stderr.split("ratio: ")[1].split(" (")[0]

    def test_in_pca(self):
        once = self.ask("pca", "king", "queen", "man", "-f", "csv")
        # scikit-learn: PCA(2) of the three rows.
        self.assertEqual(self.variance(once), "0.72904783 0.27095217")
        self.assertRegex(once.lines[1], r"^king,-2\.24\d*,3\.09\d*$")
        self.write("list", "king\nKing\nqueen\nKING\nman\nqueen\n")
        for arguments, says in (
            (["king", "King", "KING", "queen", "man"], "note: 'king' is in the words more than once, "
             "and counts once"),
            (["--words", "list"], "note: 'king', 'queen' are in list more than once, and count once"),
        ):
            result = self.ask("pca", *arguments, "-f", "csv")
            self.assert_says(result, ALL_ANSWERED, says)
            self.assertEqual(result.stdout, once.stdout)
            self.assertEqual(self.variance(result), "0.72904783 0.27095217")
        result = self.ask("pca", "king", "queen", "man", "--fit", "list", "-f", "csv")
        self.assert_says(result, ALL_ANSWERED, "'king', 'queen' are in list more than once")
        self.assertEqual(result.stdout, once.stdout)
        result = self.ask("pca", "king", "KING")
        self.assert_says(result, WRONG_USAGE, "more than once", "at least 2 words, found 1")

    def test_in_a_picture(self):
        self.ask("pca", "king", "queen", "man", "--out", "once.svg")
        result = self.ask("pca", "king", "KING", "queen", "man", "--out", "twice.svg")
        self.assert_says(result, ALL_ANSWERED, "'king' is in the words more than once")
        self.assertEqual((self.folder / "twice.svg").read_bytes(),
                         (self.folder / "once.svg").read_bytes())

    def test_in_a_set(self):
        once = self.ask("odd", "cat", "king", "queen")
        result = self.ask("odd", "cat", "king", "queen", "King", "cat")
        self.assert_says(result, ALL_ANSWERED, "'king', 'cat' are in the set more than once")
        self.assertEqual([row[2:] for row in result.fields], [row[2:] for row in once.fields])
        result = self.ask("odd", "cat", "king", "king")
        self.assert_says(result, NOT_FOUND, "of three words two are left: no answer")

    def test_in_a_matrix(self):
        once = self.ask("similarity", "--all-pairs", "cat", "king")
        result = self.ask("similarity", "--all-pairs", "cat", "king", "KING", "cat")
        self.assert_says(result, ALL_ANSWERED, "'king', 'cat' are in the words more than once")
        self.assertEqual(result.stdout, once.stdout)

    def test_on_an_axis(self):
        once = self.ask("axis", "--between", "man", "woman", "nurse", "captain")
        result = self.ask("axis", "--between", "man", "woman", stdin=b"nurse\ncaptain\nNurse\n")
        self.assert_says(result, ALL_ANSWERED, "'nurse' is in the words more than once")
        self.assertEqual(result.stdout, once.stdout)

    def test_in_lists_of_words_to_show_or_keep(self):
        once = self.run_command("compare", cli.SAMPLE, cli.SAMPLE, "king", "queen")
        self.write("list", "king\nqueen\nKING\n")
        result = self.run_command("compare", cli.SAMPLE, cli.SAMPLE, "--words", "list")
        self.assert_says(result, ALL_ANSWERED, "'king' is in the words more than once")
        self.assertEqual(result.stdout, once.stdout)
        self.write("list", "king\nqueen\nking\n")
        result = self.run_command("convert", cli.SAMPLE, "out.txt", "--to", "glove", "--words", "list")
        self.assert_says(result, ALL_ANSWERED, "'king' is in list more than once, and counts once")
        self.assertEqual(len((self.folder / "out.txt").read_text().splitlines()), 2)

    def test_is_answered_twice_where_each_word_stands_for_itself(self):
        for command in (["lookup", "--rows"], ["nearest", "-k", "1"], ["embed", "--rows"]):
            result = self.ask(*command, "king", "king")
            self.assertEqual(len(result.lines), 3 if command[0] == "nearest" else 2)
            self.assertNotIn("more than once", result.stderr)


class Few(cli.CommandTest):
    """Statistics of few items, or of items that do not differ, which were told of before."""

    def test_judgements(self):
        for pairs, says, status in (
            ("king\tqueen\t1\ncat\tdog\t2\n", "2 pairs: the intervals and p-values of so few", 0),
            ("king\tqueen\t1\n", "1 counted has no correlation", 1),
            ("king\tqueen\t5\ncat\tdog\t5\nman\twoman\t5\n", "3 counted have no correlation: their numbers are all 5, expected two", 1),
            ("king\tking\t5\ncat\tcat\t5\n",
             "2 counted have no correlation: their numbers are all 5, and their cosines are all 1, expected", 1),
        ):
            self.write("pairs", pairs)
            result = self.ask("eval", "similarity", "pairs")
            self.assert_says(result, status, says)

    def test_association_tests(self):
        result = self.ask("axis", "--weat", "king man", "queen woman", "cat dog", "dog cat")
        self.assert_says(result, WRONG_USAGE, "associated alike")
        result = self.ask("axis", "--between", "king queen", "queen king", "cat")
        self.assert_says(result, WRONG_USAGE, "there is no axis")
        result = self.ask("axis", "--weat", "king man", "man king", "cat dog", "house door")
        self.assert_says(result, ALL_ANSWERED, "in both X", "p is at least")

    def test_clusters(self):
        self.write("same.txt", "a 1 2\nb 2 4\nc 3 6\nd 1 0\n")
        result = self.ask("pca", "a", "b", "c", "d", "--clusters", 4, "--out", "x.svg",
                          model="same.txt")
        self.assert_says(result, ALL_ANSWERED, r"4 words make [23] clusters, fewer than the 4")


if __name__ == "__main__":
    cli.main()
