#!/usr/bin/python3
"""`wordvec pca`: words to a few dimensions."""

import csv
import io
import json
import re
import sys

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, SAMPLE, WRONG_USAGE  # noqa: E402

# scikit-learn 1.2, PCA(svd_solver="full") of these rows of the bundled sample (data/README.md).
# Up to the sign of a column.
POINTS = {
    "man": (-2.46939, -2.89875), "woman": (-1.44261, -2.05750), "king": (4.40867, 0.81017),
    "queen": (4.39177, 0.88916), "cat": (-1.98648, 3.64745), "dog": (-3.06901, 3.26023),
    "father": (0.13843, -2.25256), "mother": (0.02862, -1.39820),
}
RATIO = (0.31362674, 0.23433113)
RATIO_OF_ALL = (0.04384163, 0.03692161)


def read_csv(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


class PcaTest(cli.CommandTest):
    def pca(self, *arguments, **options):
        return self.ask("pca", *arguments, **options)

    def assert_ratio(self, result, expected):
        found = re.findall(r"explained variance ratio:((?: \d\.\d+)+)", result.stderr)
        self.assertEqual(len(found), 1, result)
        ratios = [float(ratio) for ratio in found[0].split()]
        self.assertEqual(len(ratios), len(expected))
        for ratio, reference in zip(ratios, expected):
            self.assertAlmostEqual(ratio, reference, delta=1e-6)

    def assert_points(self, rows, expected=POINTS, delta=1e-4):
        """`rows` are of words and coordinates, in the order of `expected`."""
        self.assertEqual([row[0] for row in rows], list(expected))
        found = [[float(value) for value in row[1:]] for row in rows]
        for column in range(len(found[0])):
            reference = [values[column] for values in expected.values()]
            sign = 1 if found[0][column] * reference[0] > 0 else -1
            for row, value in zip(found, reference):
                self.assertAlmostEqual(sign * row[column], value, delta=delta)


class Points(PcaTest):
    def test_are_those_of_scikit_learn(self):
        result = self.pca(*POINTS)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(result.lines[0], "word\tpc1\tpc2")
        self.assert_points(result.fields)
        self.assert_ratio(result, RATIO)

    def test_of_all_words_explain_as_much_as_those_of_scikit_learn(self):
        result = self.pca("--out", "points.csv")
        self.assertEqual((result.status, result.stdout), (ALL_ANSWERED, b""), result)
        self.assert_ratio(result, RATIO_OF_ALL)
        rows = read_csv(self.folder / "points.csv")
        self.assertEqual(rows[0], ["word", "pc1", "pc2"])
        self.assertEqual([row[0] for row in rows[1:]], cli.sample_words())

    @cli.needs_numpy
    def test_of_other_numbers_of_components_are_those_of_a_singular_value_decomposition(self):
        rows = cli.sample_matrix()[:400]
        _, singular, directions = cli.numpy.linalg.svd(rows - rows.mean(0), full_matrices=False)
        expected = (rows - rows.mean(0)) @ directions[:7].T
        ratios = singular**2 / (singular**2).sum()
        for components in (1, 2, 3, 7):
            with self.subTest(components):
                result = self.pca("--top", 400, "--components", components)
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.assertEqual(
                    result.lines[0].split("\t"),
                    ["word"] + [f"pc{i}" for i in range(1, components + 1)],
                )
                points = {
                    word: point[:components]
                    for word, point in zip(cli.sample_words(), expected)
                }
                self.assert_points(result.fields, points)
                self.assert_ratio(result, ratios[:components])

    @cli.needs_numpy
    def test_have_the_sign_that_makes_the_largest_loading_positive(self):
        numpy = cli.numpy
        rows = cli.sample_matrix()[:60]
        centred = rows - rows.mean(0)
        result = self.pca("--top", 60, "--components", 3)
        points = numpy.array([[float(x) for x in row[1:]] for row in result.fields])
        loadings = centred.T @ points  # each component's direction, up to a positive factor
        for column in loadings.T:
            self.assertGreater(column[numpy.argmax(numpy.abs(column))], 0)

    def test_by_hand(self):
        # Four points on a cross: variance 2 * 9 along x, 2 * 4 along y, 0 along z.
        self.write("cross.txt", "e 13 5 7\nw 7 5 7\nn 10 7 7\ns 10 3 7\n")
        result = self.pca("--components", 3, model="cross.txt")
        self.assertEqual(result.status, ALL_ANSWERED)
        # The largest loading of each component is positive, so signs are known too.
        expected = {"e": (3, 0, 0), "w": (-3, 0, 0), "n": (0, 2, 0), "s": (0, -2, 0)}
        for row, (word, values) in zip(result.fields, expected.items()):
            self.assertEqual(row[0], word)
            for found, value in zip(row[1:], values):
                self.assertAlmostEqual(float(found), value, delta=1e-6)
        self.assert_ratio(result, (18 / 26, 8 / 26, 0))

    def test_are_the_same_bytes_with_any_threads_and_instruction_set(self):
        reference = self.pca("--top", 3000, "-q").stdout
        self.assertEqual(len(reference.splitlines()), 3001)
        for options in [("--threads", n) for n in (1, 2, 8)] + [
            ("--isa", name) for name in cli.instruction_sets()
        ]:
            result = self.pca("--top", 3000, "-q", *options)
            self.assertEqual(result.stdout, reference, options)

    def test_words_that_are_asked_twice_count_once(self):
        result = self.pca("king", "king", "queen")
        self.assert_says(result, ALL_ANSWERED, "'king' is in the words more than once, and counts")
        self.assertEqual([row[0] for row in result.fields], ["king", "queen"])
        # Centred: each as far from the middle.
        self.assertAlmostEqual(
            -float(result.fields[0][1]), float(result.fields[1][1]), delta=1e-4
        )

    def test_of_points_that_do_not_vary_are_zero(self):
        self.write("same.txt", "king 0.1 0.2 0.3\nqueen 0.1 0.2 0.3\n")
        result = self.ask("pca", "king", "queen", model="same.txt")
        self.assertEqual(result.status, ALL_ANSWERED)
        self.assertEqual([[float(x) for x in row[1:]] for row in result.fields], [[0, 0], [0, 0]])
        self.assertNotIn("nan", result.stderr)


class Words(PcaTest):
    def test_come_from_arguments_a_file_or_standard_input(self):
        reference = self.pca(*POINTS)
        self.write("list", "\n".join(POINTS) + "\n")
        self.write("list.crlf", "\r\n".join(POINTS))
        for result in (
            self.pca("--words", "list"), self.pca("--words", "list.crlf"),
            self.pca("-", stdin="\n".join(POINTS).encode()),
            self.pca("--words", "-", stdin="\n".join(POINTS).encode()),
        ):
            self.assertEqual(result.status, ALL_ANSWERED, result)
            self.assertEqual(result.stdout, reference.stdout)

    def test_top_are_the_first_of_the_model(self):
        result = self.pca("--top", 25)
        self.assertEqual([row[0] for row in result.fields], cli.sample_words()[:25])
        result = self.pca("--top", 99_999_999, "-q")
        self.assertEqual(len(result.fields), 10_001)

    def test_without_any_are_the_whole_vocabulary(self):
        result = self.pca("-f", "ndjson", "-q")
        self.assertEqual(
            [json.loads(line)["word"] for line in result.lines], cli.sample_words()
        )

    def test_unknown_ones_are_named_and_left_out(self):
        words = list(POINTS)
        result = self.pca(*words[:3], "xqzxqz", *words[3:])
        self.assert_says(result, NOT_FOUND, "error: 'xqzxqz' is not in the vocabulary")
        self.assert_points(result.fields)
        self.write("list", "\n".join(["qeen", *words]))
        result = self.pca("--words", "list", "--out", "points.csv")
        self.assert_says(result, NOT_FOUND, "'qeen' is not in the vocabulary; closest: .*queen")
        self.assertEqual(self.files(), ["list", "points.csv"])

    def test_upper_case_is_lowered_with_a_note(self):
        result = self.pca(*(word.capitalize() for word in POINTS))
        self.assert_says(result, ALL_ANSWERED, "note: 'King' is not .* 'king' is used")
        self.assert_ratio(result, RATIO)
        result = self.pca("King", "queen", "man", "--exact-case")
        self.assert_says(result, NOT_FOUND, "'King' is not in the vocabulary")

    def test_are_taken_as_they_are(self):
        self.write("odd.txt", "[UNK] 1 2\nnew york 2 1\n--foo 0 0\n- 3 1\n")
        result = self.run_command(
            "pca", "-m", "odd.txt", "-q", "[UNK]", "new york", "-", "--", "--foo"
        )
        self.assert_answered(result)
        self.assertEqual(
            [row[0] for row in result.fields], ["[UNK]", "new york", "-", "--foo"]
        )

    def test_too_few(self):
        self.write("empty", "")
        for arguments in (["king"], ["--top", "1"], ["--words", "empty"]):
            with self.subTest(arguments):
                result = self.pca(*arguments, "--out", "points.csv")
                self.assert_refused(result, WRONG_USAGE, r"PCA needs at least 2 words, found [01]")
                self.assertNotIn("points.csv", self.files())

    def test_too_few_since_the_others_are_unknown(self):
        result = self.pca("king", "xqzxqz", "--out", "points.csv")
        self.assert_says(
            result, NOT_FOUND, "'xqzxqz' is not in the vocabulary", "at least 2 words, found 1"
        )
        self.assertEqual((result.stdout, self.files()), (b"", []))

    def test_that_are_too_large(self):
        self.write("large.txt", "up 3e38 3e38 3e38 3e38\ndown -3e38 -3e38 -3e38 -3e38\n")
        says = "large.txt: the point of vector 1 of 2 is beyond .*float32"
        for out in (["--out", "x.npy"], ["--out", "x.svg"], ["--out", "x.csv"]):
            for words in ([], ["up", "down"]):
                result = self.ask("pca", "-c", "2", *out, "-q", *words, model="large.txt")
                self.assert_refused(result, FILE_ERROR, says)
        self.assertEqual(self.files(), ["large.txt"])
        result = self.ask("pca", "-q", model="large.txt")
        self.assert_says(result, FILE_ERROR, says)
        self.assertEqual(result.lines, ["word\tpc1\tpc2"])
        self.write("fit", "small\nsmaller\n")
        self.write("large.txt", (self.folder / "large.txt").read_text() +
                   "small 1 1 1 1\nsmaller 0 0 0 0\n")
        for fit in ([], ["--fit", "fit"]):
            result = self.ask("pca", "up", "nope", "down", "-c", 1, *fit, "-q", "-f", "json",
                              model="large.txt")
            self.assert_says(result, FILE_ERROR, says)
            self.assertEqual([(row["query"], row["error"]) for row in json.loads(result.stdout)],
                             [("up", "overflow"), ("down", "overflow"), ("nope", "unknown-word")])

    def test_more_components_than_there_are(self):
        result = self.pca("king", "queen", "man", "--components", 4)
        self.assert_refused(result, WRONG_USAGE, "4 components of 3 vectors", "expected 1 to 3")
        self.write("flat.txt", "a 1 2\nb 2 1\nc 3 3\nd 4 7\n")
        result = self.pca("--components", 3, "-q", model="flat.txt")
        self.assert_refused(result, WRONG_USAGE, "3 components", "expected 1 to 2")


class Files(PcaTest):
    def out(self, name, *arguments):
        result = self.pca(*POINTS, "--out", name, *arguments)
        self.assertEqual((result.status, result.stdout), (ALL_ANSWERED, b""), result)
        self.assert_ratio(result, RATIO)
        return self.folder / name

    def test_csv(self):
        rows = read_csv(self.out("points.csv"))
        self.assertEqual(rows[0], ["word", "pc1", "pc2"])
        self.assert_points(rows[1:])

    def test_tsv(self):
        lines = self.out("points.tsv").read_text().splitlines()
        self.assertEqual(lines[0], "word\tpc1\tpc2")
        self.assert_points([line.split("\t") for line in lines[1:]])

    def test_json(self):
        objects = json.loads(self.out("points.json").read_text())
        self.assertEqual(list(objects[0]), ["word", "pc1", "pc2"])
        self.assert_points([list(point.values()) for point in objects])

    def test_ndjson(self):
        lines = self.out("points.ndjson").read_text().splitlines()
        self.assert_points([list(json.loads(line).values()) for line in lines])

    @cli.needs_numpy
    def test_npy_with_the_words_beside_it(self):
        path = self.out("points.npy")
        points = cli.numpy.load(path)
        self.assertEqual((points.shape, points.dtype.str), ((8, 2), "<f4"))
        self.assertTrue(points.flags.c_contiguous)
        words = (self.folder / "points.vocab.txt").read_text().splitlines()
        self.assert_points([[word, *point] for word, point in zip(words, points)])
        self.assertEqual(self.files(), ["points.npy", "points.vocab.txt"])

    def test_npy_and_another_format_exclude_each_other(self):
        result = self.pca(*POINTS, "--out", "points.npy", "--format", "json")
        self.assertEqual(result.status, WRONG_USAGE, result)
        self.assertIn("'points.npy'", result.stderr)
        self.assertEqual(self.files(), [])

    def test_npy_is_laid_out_as_numpy_specifies(self):
        data = self.out("points.npy").read_bytes()
        self.assertEqual(data[:8], b"\x93NUMPY\x01\x00")
        header = int.from_bytes(data[8:10], "little")
        self.assertEqual((10 + header) % 64, 0)
        self.assertEqual(len(data), 10 + header + 8 * 2 * 4)
        self.assertIn(b"'shape': (8, 2)", data[10 : 10 + header])

    def test_a_dash_is_standard_output_in_the_format(self):
        result = self.pca(*POINTS, "--out", "-", "-f", "csv")
        rows = list(csv.reader(io.StringIO(result.stdout.decode())))
        self.assertEqual(rows[0], ["word", "pc1", "pc2"])
        self.assert_points(rows[1:])
        self.assertEqual(
            self.pca(*POINTS, "--out", "-").stdout, self.pca(*POINTS).stdout, "auto: TSV in a pipe"
        )
        self.assertEqual(self.files(), [])

    def test_format_is_for_extensions_that_say_nothing(self):
        result = self.pca(*POINTS, "--out", "points.dat", "-f", "csv")
        self.assertEqual(result.status, ALL_ANSWERED)
        self.assertTrue((self.folder / "points.dat").read_text().startswith("word,pc1,pc2\n"))
        for name in ("points.xlsx", "points", "csv", "points.csv.gz"):
            result = self.pca(*POINTS, "--out", name)
            self.assert_refused(
                result, WRONG_USAGE, f"'{name}'", r"\.csv, \.tsv, \.json, \.ndjson, \.npy"
            )
        self.assertEqual(self.files(), ["points.dat"])

    def test_an_existing_file_is_replaced(self):
        self.write("points.csv", "old\n" * 1000)
        self.assertNotIn("old", self.out("points.csv").read_text())
        self.assertEqual(self.files(), ["points.csv"])

    def test_words_with_separators_are_quoted(self):
        self.write("odd.txt", '" 1 2\n, 2 1\na,b 3 3\nnew york 4 7\n')
        self.pca("--out", "points.csv", model="odd.txt")
        rows = read_csv(self.folder / "points.csv")
        self.assertEqual([row[0] for row in rows[1:]], ['"', ",", "a,b", "new york"])

    def test_no_header(self):
        path = self.out("points.csv", "--no-header")
        self.assert_points(read_csv(path))

    def test_in_a_folder_that_is_not_there(self):
        for name in ("no/points.csv", "no/points.npy"):
            result = self.pca(*POINTS, "--out", name, "-q")
            self.assert_refused(result, FILE_ERROR, "no/points.*: cannot write: No such file")


class Fit(PcaTest):
    def test_projects_on_the_components_of_other_words(self):
        # scikit-learn 1.2: PCA(2, svd_solver="full").fit(rows of POINTS).transform(rows of these).
        self.write("list", "\n".join(POINTS))
        expected = {
            "prince": (2.13019, 0.34345),
            "kitten": (-1.41539, 2.10942),
            "son": (0.64149, -1.30285),
        }
        result = self.pca("--fit", "list", *expected)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assert_points(result.fields, expected)
        self.assert_ratio(result, RATIO)

    def test_of_the_same_words_changes_nothing(self):
        self.write("list", "\n".join(POINTS))
        self.assertEqual(
            self.pca("--fit", "list", "--words", "list").stdout, self.pca(*POINTS).stdout
        )
        result = self.pca("--fit", "list", "king")
        self.assert_points(result.fields, {"king": POINTS["king"]})

    def test_needs_words(self):
        self.write("one", "king\n")
        result = self.pca("--fit", "one", "queen", "-q")
        self.assert_says(result, WRONG_USAGE, "at least 2 words, found 1 .* 'one'")
        self.assertEqual(result.stdout.decode(), "word\tpc1\tpc2\n")
        self.write("none", "xqzxqz\n")
        result = self.pca("king", "queen", "--fit", "none", "-f", "json")
        self.assert_says(result, WRONG_USAGE, "at least 2 words, found 0 of the model in 'none'")
        records = json.loads(result.stdout)
        self.assertEqual([record["query"] for record in records], ["king", "queen"])
        for record in records:
            self.assertEqual(record["error"], "too-few-words")
            self.assertIn("found 0 of the model in 'none'", record["message"])
        result = self.pca("king", "--fit", "none", "--out", "points.json")
        self.assertEqual((result.stdout, self.files()), (b"", ["none", "one"]))
        result = self.pca("--fit", "-", "-", stdin=b"king\nqueen\n")
        self.assert_refused(result, WRONG_USAGE, "the words and --fit")


class OnATerminal(PcaTest):
    def test_points_are_a_table_where_it_is_asked_for(self):
        with self.on_terminal("pca", *POINTS, "-m", SAMPLE, "-f", "table") as run:
            pass
        lines = run.result.stdout.decode().splitlines()
        self.assertRegex(lines[0], r"word +pc1 +pc2")
        self.assertRegex(lines[1], r"^man +-?2\.469\d +-?2\.898\d$")
        self.assertIn("explained variance ratio", run.result.stderr)

    def test_points_are_a_table_where_there_is_one_component(self):
        with self.on_terminal("pca", *POINTS, "-m", SAMPLE, "-c", "1") as run:
            pass
        self.assertRegex(run.result.stdout.decode(), r"\A\x1b\[1mword +pc1\x1b\[0m\n")


if __name__ == "__main__":
    cli.main()
