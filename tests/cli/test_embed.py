#!/usr/bin/python3
"""`wordvec embed`: from text to words, rows and vectors."""

import json
import math
import sys

sys.dont_write_bytecode = True
import unittest  # noqa: E402

import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, WRONG_USAGE  # noqa: E402

numpy = cli.numpy
try:
    import torch
except ImportError:
    torch = None

TEXT = "Are you OK ?"
ROWS = [46, 14, 10000, 34]  # of the bundled sample (data/README.md)
OTHER = "the king and the queen ."


class EmbedTest(cli.CommandTest):
    def embed(self, *arguments, **options):
        return self.ask("embed", *arguments, **options)

    def array(self, *arguments, stdin=b""):
        result = self.embed(*arguments, "--out", "x.npy", stdin=stdin)
        self.assertIn(result.status, (ALL_ANSWERED, NOT_FOUND), result)
        return numpy.load(self.folder / "x.npy")

    def assert_close(self, found, expected, delta=1e-6):
        self.assertEqual(found.shape, expected.shape)
        self.assertLessEqual(float(numpy.abs(found - expected).max()), delta)


class Words(EmbedTest):
    def test_are_rows_of_the_sample(self):
        result = self.embed("--rows", TEXT, "I DON'T know the cat .")
        self.assertEqual(result.lines[0], " ".join(map(str, ROWS)), result)
        words = cli.sample_words()
        expected = [words.index(word) for word in "i don't know the cat .".split()]
        self.assertEqual(result.lines[1], " ".join(map(str, expected)))

    def test_are_glove_text_in_a_pipe(self):
        result = self.embed(TEXT)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        rows = [line.split(" ") for line in result.lines]
        self.assertEqual([row[0] for row in rows], ["are", "you", "ok", "?"])
        self.assertEqual([len(row) for row in rows], [301] * 4)
        lookup = self.ask("lookup", "are", "you", "ok", "?")
        self.assertEqual(lookup.stdout, result.stdout)

    def test_have_columns_in_other_formats(self):
        found = [json.loads(line) for line in self.embed("-f", "ndjson", TEXT, "ok").lines]
        self.assertEqual([row["row"] for row in found], ROWS + [10000])
        self.assertEqual([row["text"] for row in found], [1, 1, 1, 1, 2])
        self.assertEqual(len(found[0]["vector"]), 300)
        self.assertEqual(self.embed("-f", "tsv", "--rows", TEXT).fields,
                         [["1", word, str(row)] for word, row in
                          zip(("are", "you", "ok", "?"), ROWS)])

    def test_come_from_lines_too(self):
        expected = self.embed("--rows", TEXT, "", OTHER).stdout
        text = f"{TEXT}\r\n\n{OTHER}"
        self.write("texts", text)
        self.assertEqual(self.embed("--rows", stdin=text.encode()).stdout, expected)
        self.assertEqual(self.embed("--rows", "-", stdin=text.encode()).stdout, expected)
        self.assertEqual(self.embed("--rows", "--in", "texts").stdout, expected)
        self.assertEqual(expected.splitlines()[1], b"")

    def test_are_those_between_spaces_where_pretokenized(self):
        result = self.embed("--rows", "--pretokenized", "--unknown", "zero", "are you? ok")
        self.assertEqual(result.lines, ["46 -1 10000"])
        self.assertEqual(result.status, NOT_FOUND)

    def test_table_on_a_terminal(self):
        with self.on_terminal("embed", TEXT, "-m", cli.SAMPLE) as run:
            pass
        self.assertRegex(run.result.lines[0], r"text +word +row +vector")
        self.assertRegex(run.result.lines[3], r"1 +ok +10000 +-?0\.\d+")


class Unknown(EmbedTest):
    def test_words_are_named_once_and_counted(self):
        result = self.embed("--rows", stdin=b"are kingg\n" * 1000)
        self.assert_says(result, NOT_FOUND, "'kingg' is not in the vocabulary; closest: king",
                         "1000 of 2000 words are not in the vocabulary: left out")
        self.assertEqual(result.stdout, b"46\n" * 1000)
        self.assertLess(len(result.stderr.splitlines()), 6)

    def test_words_have_no_row_in_any_format(self):
        arguments = ["--rows", "--unknown", "zero", "--pad", "3", "are kingg"]
        self.assertEqual(self.embed(*arguments).lines, ["46 -1 -1"])
        for form in ("tsv", "table"):
            lines = self.embed(*arguments, "-f", form).lines
            self.assertEqual([line.split() for line in lines],
                             [["text", "word", "row"], ["1", "are", "46"], ["1", "kingg", "-1"],
                              ["1", "<pad>", "-1"]])
        found = json.loads(self.embed(*arguments, "-f", "json").stdout)
        self.assertEqual([row["row"] for row in found], [46, -1, -1])

    def test_words_are_told_from_others_in_json(self):
        for unknown in ("zero", "mean"):
            result = self.embed("--unknown", unknown, "--pad", "3", "are kingg", "-f", "json")
            self.assertEqual([(row["word"], row["row"], row["vector_from"]) for row in
                              json.loads(result.stdout)],
                             [("are", 46, "row"), ("kingg", None, unknown),
                              ("<pad>", None, "padding")])

    @cli.needs_numpy
    def test_words_can_be_zeros_or_the_mean_row(self):
        zero = self.array("--unknown", "zero", "are kingg")
        self.assertFalse(zero[1].any())
        mean = self.array("--unknown", "mean", "are kingg")
        self.assert_close(mean[1], cli.sample_matrix().astype("f8").mean(axis=0))
        self.assertEqual((self.folder / "x.vocab.txt").read_text(), "are\nkingg\n")

    def test_words_can_be_an_error(self):
        result = self.embed("--unknown", "error", "--out", "x.npy", "are kingg")
        self.assert_says(result, NOT_FOUND, "'kingg' is not in the vocabulary")
        self.assertEqual(self.files(), [])

    def test_an_error_leaves_the_texts_before_it_whole(self):
        texts = b"are you\nok\nare kingg you\nok\n"
        for _ in range(3):
            result = self.embed("--unknown", "error", "-f", "json", "--rows", stdin=texts)
            self.assert_says(result, NOT_FOUND, "'kingg' is not in the vocabulary",
                             "text 3 and those after it are left out")
            *rows, record = json.loads(result.stdout)
            self.assertEqual([(row["text"], row["row"]) for row in rows],
                             [(1, 46), (1, 14), (2, 10000)])
            self.assertEqual((record["query"], record["text"], record["error"], record["words"]),
                             ("are kingg you", 3, "unknown-word", ["kingg"]))
        result = self.embed("--unknown", "error", "--out", "x.csv", stdin=texts)
        self.assert_says(result, NOT_FOUND, "text 3: x.csv is not written")
        result = self.embed("--unknown", "error", "--pool", "sif", stdin=texts)
        self.assertEqual((result.status, result.stdout), (NOT_FOUND, b""))
        self.assertIn("no text is written, since --pool sif needs all", result.stderr)
        self.assertEqual(self.files(), [])

    def test_words_that_are_cut_are_not_asked_for(self):
        for unknown in ("skip", "zero", "error"):
            result = self.embed("--rows", "--pad", "2", "--unknown", unknown, "are you kingg")
            self.assert_says(result, ALL_ANSWERED, "1 of 1 texts has more than 2 words")
            self.assertEqual(result.lines, ["46 14"])
            self.assertNotIn("kingg", result.stderr)
        result = self.embed("--rows", "--pad", "2", "kingg are you ok")
        self.assertEqual((result.status, result.lines), (NOT_FOUND, ["46 14"]))

    @cli.needs_numpy
    def test_the_mean_row_is_no_longer_than_others(self):
        mean = self.array("--unknown", "mean", "--max-norm", "0.125", "kingg")
        self.assertAlmostEqual(float(numpy.linalg.norm(mean)), 0.125, delta=1e-6)

    def test_words_only(self):
        result = self.embed("--pool", "mean", "qwxyz")
        self.assert_says(result, NOT_FOUND, "1 of 1 texts has no words with a vector: zeros")
        self.assertEqual(result.lines, [" ".join(["0"] * 300)])

    def test_bytes_that_are_not_utf8_are_told(self):
        result = self.embed("--rows", stdin=b"are caf\xe9 you\n")
        self.assert_says(result, NOT_FOUND, r"'caf\\xe9' is not in the vocabulary")
        self.assertEqual(result.lines, ["46 14"])


@cli.needs_numpy
class Arrays(EmbedTest):
    def test_hold_the_rows_of_all_words(self):
        matrix = self.array(TEXT, OTHER)
        self.assertEqual(matrix.shape, (10, 300))
        self.assertEqual((matrix[:4] == cli.sample_matrix()[ROWS]).all(), True)
        words = (self.folder / "x.vocab.txt").read_text().split()
        self.assertEqual(words, "are you ok ? the king and the queen .".split())

    def test_are_cut_and_filled_up(self):
        batch = self.array("--pad", "5", stdin=f"{TEXT}\n\n{OTHER}\n".encode())
        self.assertEqual(batch.shape, (3, 5, 300))
        self.assertTrue((batch[0, :4] == cli.sample_matrix()[ROWS]).all())
        self.assertFalse(batch[0, 4].any() or batch[1].any())
        self.assertEqual(self.files(), ["x.npy"])
        result = self.embed("--rows", "--pad", "3", TEXT, "ok")
        self.assert_says(result, ALL_ANSWERED, "1 of 2 texts has more than 3 words, and is cut")
        self.assertIn("1 of 2 texts is filled up with zeros to 3 words", result.stderr)
        self.assertEqual(result.lines, ["46 14 10000", "10000 -1 -1"])

    def test_of_no_text_are_empty(self):
        self.assertEqual(self.array().shape, (0, 300))
        self.assertEqual(self.array("--pad", "2").shape, (0, 2, 300))

    def test_pool_words(self):
        rows = cli.sample_matrix()[ROWS].astype("f8")
        for how, expected in (("mean", rows.mean(axis=0)), ("sum", rows.sum(axis=0)),
                              ("max", rows.max(axis=0))):
            found = self.array("--pool", how, TEXT, "")
            self.assert_close(found, numpy.stack([expected, numpy.zeros(300)]))

    def test_sif_is_the_papers(self):
        texts = [TEXT, OTHER, "good morning", "the cat and the dog .", ""]
        words = cli.sample_words()
        matrix = cli.sample_matrix().astype("f8")
        harmonic = sum(1 / r for r in range(1, len(words) + 1))
        vectors = []
        for text in texts:
            rows = [words.index(word) for word in text.lower().split()]
            weights = [1e-2 / (1e-2 + 1 / ((row + 1) * harmonic)) for row in rows]
            total = sum((w * matrix[row] for w, row in zip(weights, rows)), numpy.zeros(300))
            vectors.append(total / max(1, len(rows)))
        vectors = numpy.stack(vectors)
        common = numpy.linalg.svd(vectors, full_matrices=False)[2][0]
        expected = vectors - numpy.outer(vectors @ common, common)
        found = self.array("--pool", "sif", "--sif-a", "0.01", *texts)
        self.assert_close(found, expected)
        alone = self.array("--pool", "sif", "--sif-a", "0.01", TEXT)
        self.assert_close(alone, vectors[:1])

    def test_take_positions_and_scale(self):
        text = "you are ok " * 400  # more positions than are kept
        expected = self.array(text).astype("f8") * math.sqrt(300)
        position = numpy.arange(1200)[:, None]
        angle = position / 10000 ** (2 * numpy.arange(150)[None, :] / 300)
        expected[:, 0::2] += numpy.sin(angle)
        expected[:, 1::2] += numpy.cos(angle)
        found = self.array("--positions", "sinusoidal", "--scale", "sqrt-dim", text)
        self.assert_close(found, expected, delta=2e-6)


@unittest.skipIf(torch is None or numpy is None, "PyTorch is not there")
class PyTorch(EmbedTest):
    def setUp(self):
        super().setUp()
        self.weights = torch.tensor(cli.sample_matrix())

    def test_looks_the_same_vectors_up(self):
        layer = torch.nn.Embedding.from_pretrained(self.weights)
        self.assert_close(self.array(TEXT), layer(torch.tensor(ROWS)).numpy(), delta=0)

    def test_limits_norms_alike(self):
        layer = torch.nn.Embedding.from_pretrained(self.weights, max_norm=5.0)
        expected = layer(torch.tensor(ROWS)).numpy()
        found = self.array("--max-norm", "5", TEXT)
        self.assertGreater(float(numpy.abs(self.array(TEXT) - expected).max()), 1e-3)
        self.assert_close(found, expected)

    def test_pools_alike(self):
        rows, offsets = torch.tensor(ROWS + [10000]), torch.tensor([0, 4])
        for how in ("sum", "mean", "max"):
            bag = torch.nn.EmbeddingBag.from_pretrained(self.weights, mode=how)
            self.assert_close(self.array("--pool", how, TEXT, "ok"),
                              bag(rows, offsets).numpy(), delta=2e-6)


class Manners(EmbedTest):
    def test_what_excludes_each_other_is_refused(self):
        for arguments, pattern in (
                (("--rows", "--pool", "mean"), "--rows prints no vectors"),
                (("--rows", "--out", "x.npy"), "does not go with a .npy file"),
                (("--pool", "mean", "--pad", "3"), "does not go with --pad"),
                (("--in", "f"), "exclude each other"),
                (("--sif-a", "1"), "goes with --pool sif only"),
                (("--pool", "median"), "median"),
                (("--max-norm", "0"), "--max-norm: found '0', expected a finite number above 0"),
                (("--pool", "sif", "--sif-a", "-1"), "--sif-a: found '-1', expected"),
                (("--thee king",), "there is no option '--thee king'; -- goes before words"),
                (("-hello there",), "there is no option '-hello there'; -- goes before words"),
                (("-q king",), "there is no option '-q king'; -- goes before words"),
                (("--out", "x.doc"), "cannot tell the format"),
                (("--out", "x.npy", "-f", "csv"), "no meaning")):
            with self.subTest(arguments):
                self.assert_says(self.embed(TEXT, *arguments), WRONG_USAGE, pattern)
        self.assertEqual(self.files(), [])
        after = self.embed("--rows", "--unknown", "zero", "--", "-h are you")
        self.assertEqual(after.lines[0].split()[-2:], ["46", "14"])

    def test_texts_and_the_model_cannot_both_be_standard_input(self):
        model = self.write("m.txt", "a 1 2\nb 3 4\n").read_bytes()
        for arguments in (("-",), (), ("--in", "-")):
            self.assert_says(self.run_command("embed", "-m", "-", *arguments, stdin=model),
                             WRONG_USAGE, "the model and texts cannot both come from standard")

    def test_files_that_cannot_be_read_or_written(self):
        self.assert_says(self.embed("--in", "none"), FILE_ERROR, "none: cannot open")
        self.assert_says(self.embed("--in", "."), FILE_ERROR, "is a folder, expected a file")
        self.assert_says(self.embed("--out", "no/x.npy", TEXT), FILE_ERROR, "no/x.npy")
        self.assertEqual(self.files(), [])

    def test_answers_a_line_that_is_sent_alone(self):
        with self.on_terminal("embed", "--rows", "-m", cli.SAMPLE, stdout="pipe") as run:
            run.send(b"are you\n")
            run.wait_for("stdout", b"46 14\n")

    def test_long_lines(self):
        megabytes = 2
        line = b"are you, " * (megabytes * 1000000 // 9)
        result = self.embed("--pool", "mean", "-f", "tsv", stdin=line)
        self.assertEqual(result.fields[0][1], str(megabytes * 1000000 // 9 * 3), result)
        self.assert_says(self.embed("--rows", stdin=b"x" * (megabytes * 1000000)), NOT_FOUND,
                         rf"\({megabytes}000000 bytes\)")


@cli.needs_numpy
class Normalized(EmbedTest):
    TEXTS = ["the king and the queen", "cat", "nowhere", "a cat nowhere"]

    def rows(self, text):
        words = cli.sample_words()
        return cli.sample_matrix()[[words.index(word) for word in text.split() if word in words]]

    def unit(self, rows):
        return rows / numpy.linalg.norm(rows, axis=-1, keepdims=True)

    def test_words_have_unit_length(self):
        found = self.array("--normalize", "words", self.TEXTS[0])
        self.assert_close(found, self.unit(self.rows(self.TEXTS[0]).astype("f8")))
        for pool, function in (("mean", numpy.mean), ("sum", numpy.sum), ("max", numpy.max)):
            found = self.array("--normalize", "words", "--pool", pool, *self.TEXTS)
            expected = [function(self.unit(self.rows(text).astype("f8")), axis=0)
                        for text in self.TEXTS]
            self.assert_close(found, numpy.array(expected), 2e-6)

    def test_texts_have_unit_length(self):
        for pool in ("mean", "sum", "max", "sif"):
            as_it_is = self.array("--pool", pool, *self.TEXTS).astype("f8")
            found = self.array("--pool", pool, "--normalize", "texts", *self.TEXTS)
            self.assert_close(found, self.unit(as_it_is))
        both = self.array("--pool", "mean", "--normalize", "words,texts", *self.TEXTS)
        words = self.array("--pool", "mean", "--normalize", "words", *self.TEXTS).astype("f8")
        self.assert_close(both, self.unit(words))

    def test_zeros_stay_zeros_and_count_for_nothing(self):
        self.write("m.txt", "a 3 4\nzero 0 0\nb 0 2\n")
        result = self.embed("--pool", "mean", "--normalize", "words,texts", "-f", "json",
                            "a zero zero", "zero", "a b", model="m.txt")
        found = json.loads(result.stdout)
        self.assertEqual([row["words"] for row in found], [1, 0, 2])
        self.assert_close(numpy.array([row["vector"] for row in found]),
                          numpy.array([[0.6, 0.8], [0, 0], [0.6, 1.8] / numpy.sqrt(3.6)]))
        # As they are, they count.
        result = self.embed("--pool", "mean", "-f", "json", "a zero zero", model="m.txt")
        self.assert_close(numpy.array(json.loads(result.stdout)[0]["vector"]),
                          numpy.array([1, 4 / 3]))

    def test_what_makes_no_sense(self):
        self.assert_refused(self.embed("--normalize", "texts", TEXT), WRONG_USAGE,
                            "goes with --pool")
        self.assert_refused(self.embed("--normalize", "words", "--rows", TEXT), WRONG_USAGE,
                            "--rows prints no vectors")
        self.assert_refused(self.embed("--normalize", "unit", TEXT), WRONG_USAGE,
                            "expected one of none, words, texts, words,texts")


if __name__ == "__main__":
    cli.main()
