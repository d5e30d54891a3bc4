#!/usr/bin/python3
"""How often words occurred: where counts come from, that they stay with their rows, what SIF makes
of them, and what is said where the first rows are not the most frequent words."""

import gzip
import json
import random
import shutil
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, WRONG_USAGE  # noqa: E402
from cli import needs_numpy, numpy as np  # noqa: E402

FASTTEXT = shutil.which("fasttext")
TEXTS = ["the king of england and the queen", "a cat sat on the mat in the house",
         "the abbey was old", "king and queen and the abbey"]
A = 0.001


class CountsTest(cli.CommandTest):
    def info(self, path):
        return json.loads(self.run_command("info", "-m", path, "-f", "json", "--verify").stdout)

    def counts(self, path, *words):
        result = self.run_command("lookup", "--counts", "-m", path, *words)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return result.lines

    def small(self):
        self.write("m.txt", "of 1 2\nking 3 4\nthe 5 -6\nrare 7 8\n")
        self.write("v.txt", "the 900\nof 500\nking 7\nelsewhere 3\n")
        return self.run_command("convert", "m.txt", "m.safetensors", "--counts", "v.txt")


class Counts(CountsTest):
    def test_come_from_a_vocabulary_file(self):
        result = self.small()
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertIn("v.txt has no count of 1 of 4 words, the first is 'rare': their count is 0",
                      result.stderr)
        self.assertIn("(counts v.txt)", result.stderr)
        self.assertEqual(self.counts("m.safetensors", "king", "the", "rare"),
                         ["king 7", "the 900", "rare 0"])
        self.assertEqual(self.info("m.safetensors")["counts_total"], 1407)
        self.assertEqual(self.info("m.safetensors")["edits"], "counts v.txt")
        table = self.run_command("lookup", "--counts", "-m", "m.safetensors", "king", "-f", "tsv")
        self.assertEqual(table.lines, ["query\tword\tcount", "king\tking\t7"])

    def test_come_with_the_words_of_another_file(self):
        self.write("counts", "the 900\nof 500\nking 7\n")
        self.write("metadata", "word\tcount\tpos\nthe\t900\tX\nof\t500\tX\nking\t7\tN\n")
        self.write("v.txt", "0.5 1\n2 3\n4 5\n")
        self.write("v.tsv", "0.5\t1\n2\t3\n4\t5\n")
        for name, words in (("v.txt", "counts"), ("v.tsv", "counts"), ("v.tsv", "metadata")):
            with self.subTest((name, words)):
                result = self.run_command("convert", name, "o.safetensors", "--vocab", words)
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.assertEqual(self.counts("o.safetensors", "king", "the", "of"),
                                 ["king 7", "the 900", "of 500"])
        # Beside the file, as the projector has them.
        self.write("v.metadata.tsv", "word\tcount\tpos\nthe\t900\tX\nof\t500\tX\nking\t7\tN\n")
        result = self.run_command("convert", "v.tsv", "o.safetensors")
        self.assertIn("v.metadata.tsv: the column 'count' says how often each word occurred",
                      result.stderr)
        self.assertEqual(self.counts("o.safetensors", "king"), ["king 7"])

    def test_rows_are_no_counts(self):
        self.write("m.txt", "of 1 2\nking 3 4\nthe 5 -6\n")
        self.write("rows.json", json.dumps([["king", 2], ["of", 0], ["the", 1]]))
        self.write("many.json", json.dumps({f"w{i}": i * 7 % 30 for i in range(30)}))
        result = self.run_command("convert", "m.txt", "o.safetensors", "--counts", "many.json")
        self.assert_says(result, FILE_ERROR, "many.json: has no counts")
        result = self.run_command("convert", "m.txt", "o.safetensors", "--counts", "rows.json")
        self.assert_says(result, ALL_ANSWERED, "warning: rows.json: the numbers beside its words are "
                         "0 to 2, each once: they are taken for counts; if they are rows")
        self.run_command("convert", "m.txt", "n.npy")
        result = self.run_command("convert", "n.npy", "o.safetensors", "--vocab", "rows.json")
        self.assert_says(result, ALL_ANSWERED, "rows.json: a JSON list of words and their rows")
        self.assertEqual([word.decode() for word in cli.read_container(
            self.folder / "o.safetensors")[0]], ["of", "the", "king"])

    def test_rows_are_no_frequencies(self):
        words = ["king", "queen", "man", "woman", "cat"]
        lines = "".join(f"{word}\t{row}\n" for row, word in enumerate(words))
        for name, content in (("rows.tsv", lines), ("rows.csv", ",word\n0,king\n1,queen\n"),
                              ("ids.tsv", "token\tid\nking\t9\nqueen\t4\n"),
                              ("vocab.json", json.dumps({w: i for i, w in enumerate(words)}))):
            self.write(name, content)
            for command, what in (
                (["embed", "--pool", "sif", "--frequencies", name, "king queen"], "frequencies"),
                (["convert", cli.SAMPLE, "o.safetensors", "--counts", name], "counts"),
            ):
                with self.subTest((name, what)):
                    result = self.ask(*command) if what == "frequencies" else self.run_command(
                        *command)
                    self.assert_says(result, FILE_ERROR, f"{name}: has no {what}: the numbers "
                                     "beside its words are rows")
                    self.assertEqual(result.stdout, b"")
        # Few that are in no order may be either.
        self.write("few", "king 2\nqueen 0\nman 1\n")
        result = self.ask("embed", "--pool", "sif", "--frequencies", "few", "king", "queen man")
        self.assert_says(result, ALL_ANSWERED, "warning: few: .* they are taken for counts")

    def test_of_other_words_are_refused(self):
        self.write("m.txt", "of 1 2\nking 3 4\nthe 5 -6\n")
        self.write("other", "xqza 5\nxqzb 3\n")
        for options in ([], ["--words", "w.txt"], ["--normalize"]):
            self.write("w.txt", "of\nking\n")
            result = self.run_command("convert", "m.txt", "o.safetensors", "--counts", "other",
                                      *options)
            self.assert_says(result, NOT_FOUND, "none of the . words has a count in other, the "
                             "first is 'of': nothing was written")
            self.assertNotIn("o.safetensors", self.files())
        result = self.ask("embed", "--pool", "sif", "--frequencies", "other", "king queen")
        self.assert_says(result, NOT_FOUND, "other: none of its 2 words is in the vocabulary")
        self.assertEqual(result.stdout, b"")
        # The other way round it is a text without words that are listed.
        self.write("some", "cat 5\ndog 3\n")
        result = self.ask("embed", "--pool", "sif", "--frequencies", "some", "king", "queen")
        self.assert_says(result, ALL_ANSWERED, "2 of 2 words do not occur in some")

    def test_of_a_word_that_is_there_twice_are_added_in_csv_too(self):
        self.small()
        for name, text in (("c.csv", "word,count\nthe,900\nking,5\nking,3\n"),
                           ("c.csv", "the;900\nking;5\nking;3\n"),
                           ("c.txt", "the,900\nking,5\nking,3\n")):
            with self.subTest((name, text)):
                self.write(name, text)
                result = self.run_command("convert", "m.txt", "o.safetensors", "--counts", name)
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.assertIn("'king' is there more than once: its counts are added",
                              result.stderr)
                self.assertEqual(self.counts("o.safetensors", "the", "king"),
                                 ["the 900", "king 8"])

    def test_may_stand_before_their_words(self):
        self.write("m.txt", "of 1 2\nking 3 4\nthe 5 -6\n")
        self.write("v.txt", "7 king\n5 of\n")
        result = self.run_command("convert", "m.txt", "o.safetensors", "--counts", "v.txt")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(self.counts("o.safetensors", "king", "of", "the"),
                         ["king 7", "of 5", "the 0"])

    def test_stay_with_their_rows(self):
        self.small()
        self.write("w.txt", "rare\nking\nof\n")
        for arguments, words, counts in (
            (["--words", "w.txt"], ["rare", "king", "of"], ["rare 0", "king 7", "of 500"]),
            (["--limit", "2"], ["of", "king"], ["of 500", "king 7"]),
            (["--normalize"], ["the", "of"], ["the 900", "of 500"]),
            (["--center", "--reduce", "1"], ["the", "of"], ["the 900", "of 500"]),
            (["--merge", "m.txt"], ["king", "the"], ["king 7", "the 900"]),
        ):
            with self.subTest(arguments):
                self.run_command("convert", "m.safetensors", "n.safetensors", *arguments)
                self.assertEqual(self.counts("n.safetensors", *words), counts)
        self.run_command("convert", "m.safetensors", "bare.safetensors", "--no-index")
        self.run_command("index", "bare.safetensors")
        self.assertEqual(self.counts("bare.safetensors", "of"), ["of 500"])

    def test_are_kept_by_a_container_only(self):
        self.small()
        for name in ("o.txt", "o.npy"):
            result = self.run_command("convert", "m.txt", name, "--counts", "v.txt")
            self.assertEqual(result.status, WRONG_USAGE, result)
            self.assertIn("has no place for counts: write a container", result.stderr)
            self.assertNotIn(name, self.files())
        # Those that a container has are dropped on the way.
        self.assertEqual(self.run_command("convert", "m.safetensors", "o.txt").status, ALL_ANSWERED)

    def test_file_without_counts_is_refused(self):
        self.small()
        self.write("plain.txt", "the\nof\n")
        result = self.run_command("convert", "m.txt", "o.safetensors", "--counts", "plain.txt")
        self.assertEqual(result.status, FILE_ERROR, result)
        self.assertIn("plain.txt: has no counts", result.stderr)
        self.assertNotIn("o.safetensors", self.files())

    def test_one_of_several_numbers_is_to_be_chosen(self):
        self.small()
        self.write("s.txt", "the 1501908 8388 6.1766\nking 9000 800 3.1\n")
        for command in (("convert", "m.txt", "o.safetensors", "--counts", "s.txt"),
                        ("embed", "-m", "m.txt", "--pool", "sif", "--frequencies", "s.txt", "the")):
            with self.subTest(command):
                result = self.run_command(*command)
                self.assertEqual(result.status, FILE_ERROR, result)
                self.assertIn("s.txt: has lines of a word and several numbers", result.stderr)
                self.assertIn("`cut -d' ' -f1,2 FILE`", result.stderr)

    def test_are_missed_where_there_are_none(self):
        result = self.ask("lookup", "--counts", "king")
        self.assertEqual(result.status, WRONG_USAGE)
        self.assertIn("has no counts of its words: `wordvec convert --counts FILE` adds",
                      result.stderr)
        self.assertNotIn("counts_total", json.loads(self.ask("info", "-f", "json").stdout))
        both = self.ask("lookup", "--counts", "--rows", "king")
        self.assertEqual(both.status, WRONG_USAGE)
        self.small()
        unknown = self.run_command("lookup", "--counts", "-m", "m.safetensors", "nope", "king")
        self.assertEqual((unknown.status, unknown.stdout), (NOT_FOUND, b"king 7\n"))
        unknown = self.run_command("lookup", "--counts", "-m", "m.safetensors", "-f", "ndjson",
                                   stdin=b"nope\nRARE\nking\n")
        record, *rows = [json.loads(line) for line in unknown.lines]
        self.assertEqual((unknown.status, record["query"], record["error"], record["words"]),
                         (NOT_FOUND, "nope", "unknown-word", ["nope"]))
        self.assertEqual(rows, [{"query": "RARE", "word": "rare", "count": 0},
                                {"query": "king", "word": "king", "count": 7}])

    @unittest.skipUnless(FASTTEXT, "needs Debian's fasttext")
    def test_of_a_fasttext_model_are_those_that_fasttext_dumps(self):
        order = random.Random(3)
        words = cli.sample_words()[:600]
        weights = [1 / (rank + 1) for rank in range(len(words))]
        text = "\n".join(" ".join(order.choices(words, weights, k=20)) for _ in range(300))
        text += "\n" + "\n".join(words)  # each word once at least
        self.write("text", text + "\n")

        def fasttext(*arguments):
            return subprocess.run([FASTTEXT, *map(str, arguments)], cwd=self.folder, check=True,
                                  capture_output=True).stdout.decode()

        common = ["-dim", 5, "-epoch", 1, "-thread", 1, "-minCount", 1, "-verbose", 0, "-bucket", 50]
        fasttext("skipgram", "-input", "text", "-output", "m", *common)
        self.write("labelled", "".join(f"__label__{i % 3} {line}\n"
                                       for i, line in enumerate(text.splitlines())))
        fasttext("supervised", "-input", "labelled", "-output", "s", *common)
        fasttext("quantize", "-input", "labelled", "-output", "s", "-qnorm", "-retrain", "-cutoff",
                 300, *common)
        for model in ("m.bin", "s.bin", "s.ftz"):
            with self.subTest(model):
                dumped = [line.split(" ") for line in fasttext("dump", model, "dict").splitlines()]
                expected = [f"{word} {count}" for word, count, kind in dumped[1:] if kind == "word"]
                self.assertGreater(len(expected), 50)
                self.run_command("convert", model, "c.safetensors")
                asked = [line.split(" ")[0] for line in expected]
                for path in (model, "c.safetensors"):
                    self.assertEqual(self.counts(path, *asked), expected)
                self.assertEqual(self.info("c.safetensors")["counts_total"],
                                 sum(int(line.split(" ")[1]) for line in expected))


class Sif(CountsTest):
    """embed --pool sif, against NumPy."""

    @classmethod
    def setUpClass(cls):
        cls.words = cli.sample_words()
        order = random.Random(7)
        # Counts that are not in the order of rows.
        cls.counts_of = {word: order.randrange(1, 10**6) for word in cls.words}

    def embed(self, *arguments):
        self.write("texts", "\n".join(TEXTS) + "\n")
        result = self.run_command("embed", "--in", "texts", "--pool", "sif", "--out", "o.npy",
                                  *arguments)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return np.load(self.folder / "o.npy"), result.stderr

    def expected(self, probability):
        matrix = cli.sample_matrix().astype(np.float64)
        row_of = {word: row for row, word in enumerate(self.words)}
        vectors = []
        for text in TEXTS:
            rows = [row_of[word] for word in text.split()]
            weights = np.array([A / (A + probability(self.words[row])) for row in rows])
            vectors.append(weights @ matrix[rows] / len(rows))
        vectors = np.array(vectors)
        common = np.linalg.svd(vectors)[2][0]
        return vectors - np.outer(vectors @ common, common)

    def expect_near(self, found, expected):
        self.assertLess(np.abs(found - expected).max(), 2e-6)

    def shuffled(self):
        words = list(self.words)
        random.Random(1).shuffle(words)
        self.write("shuffled", "\n".join(words) + "\n")
        return "shuffled"

    @needs_numpy
    def test_takes_the_models_counts_whatever_the_order_of_rows(self):
        self.write("v.txt", "".join(f"{w} {n}\n" for w, n in self.counts_of.items()))
        self.run_command("convert", cli.SAMPLE, "c.safetensors", "--counts", "v.txt")
        total = sum(self.counts_of.values())
        expected = self.expected(lambda word: self.counts_of[word] / total)
        found, stderr = self.embed("-m", "c.safetensors")
        self.expect_near(found, expected)
        self.assertNotIn("guessed", stderr)
        self.run_command("convert", "c.safetensors", "s.safetensors", "--words", self.shuffled())
        again, stderr = self.embed("-m", "s.safetensors")
        self.assertTrue(np.array_equal(found, again))
        self.assertNotIn("guessed", stderr)

    @needs_numpy
    def test_takes_frequencies_from_a_file(self):
        listed = {word: n for word, n in self.counts_of.items() if word not in ("abbey", "mat")}
        total = sum(listed.values())
        self.write("f.txt", "".join(f"{w} {n}\n" for w, n in listed.items()))
        expected = self.expected(lambda word: listed.get(word, 0) / total)
        found, stderr = self.embed("-m", cli.SAMPLE, "--frequencies", "f.txt")
        self.expect_near(found, expected)
        self.assertIn("3 of 26 words do not occur in f.txt, the first is 'mat': their weight is 1",
                      stderr)
        self.assertNotIn("guessed", stderr)
        # The same as `uniq -c` prints it, below a line of names, and as JSON.
        def quoted(word):
            return word.replace('"', '""')

        self.write("u.txt", "".join(f"{n:7} {w}\n" for w, n in listed.items()))
        self.write("h.csv", "word,count\n" + "".join(f'"{quoted(w)}",{n}\n' for w, n in listed.items()))
        self.write("j.json", json.dumps({word: n / total for word, n in listed.items()}))
        for name in ("u.txt", "h.csv", "j.json"):
            self.expect_near(self.embed("-m", cli.SAMPLE, "--frequencies", name)[0], expected)
        # Shares of the same words, with a fraction and a tab; and before counts of the model.
        with gzip.open(self.folder / "g.tsv.gz", "wt") as file:
            file.write("".join(f"{w}\t{n / total!r}\n" for w, n in listed.items()))
        self.write("v.txt", "the 1\nking 1\n")
        self.run_command("convert", cli.SAMPLE, "c.safetensors", "--counts", "v.txt")
        shares, _ = self.embed("-m", "c.safetensors", "--frequencies", "g.tsv.gz")
        self.expect_near(shares, expected)

    @needs_numpy
    def test_guesses_from_the_row_and_says_so(self):
        harmonic = sum(1 / (row + 1) for row in range(len(self.words)))
        rank = {word: row + 1 for row, word in enumerate(self.words)}
        found, stderr = self.embed("-m", cli.SAMPLE)
        self.expect_near(found, self.expected(lambda word: 1 / (rank[word] * harmonic)))
        self.assertIn("note: ", stderr)
        self.assertIn("has no counts of its words: a word's frequency is guessed from its row",
                      stderr)

    @needs_numpy
    def test_warns_where_rows_are_in_another_order(self):
        self.run_command("convert", cli.SAMPLE, "s.safetensors", "--words", self.shuffled())
        _, stderr = self.embed("-m", "s.safetensors")
        self.assertIn("warning: s.safetensors has no counts", stderr)
        self.assertIn("its rows were put in the order of a list (edits: words 10001)", stderr)
        self.assertIn("--frequencies FILE", stderr)
        # Nothing in a text tells of a list, but an alphabet is seen.
        lines = gzip.decompress(cli.SAMPLE_TEXT.read_bytes()).splitlines(keepends=True)
        self.write("alpha.txt", b"".join(sorted(lines)))
        _, stderr = self.embed("-m", "alpha.txt")
        self.assertIn("its words are in alphabetical order", stderr)

    def test_file_of_frequencies_is_checked(self):
        self.write("f.txt", "the 5\nof x\n")
        result = self.ask("embed", "--pool", "sif", "--frequencies", "f.txt", "the king")
        self.assertEqual(result.status, FILE_ERROR)
        self.assertIn("f.txt:2: found 'x' where the number of a word is expected", result.stderr)
        result = self.ask("embed", "--pool", "mean", "--frequencies", "f.txt", "the king")
        self.assertEqual(result.status, WRONG_USAGE)
        self.assertIn("--frequencies goes with --pool sif only", result.stderr)
        result = self.ask("embed", "--pool", "sif", "--frequencies", "none", "the king")
        self.assertEqual(result.status, FILE_ERROR)


class FirstRows(CountsTest):
    """--top-rows and --top take the first rows, and tell where these are not the most frequent."""

    def test_warn_where_the_order_is_known_to_be_another(self):
        lines = gzip.decompress(cli.SAMPLE_TEXT.read_bytes()).splitlines(keepends=True)
        self.write("alpha.txt", b"".join(sorted(lines)))
        self.run_command("convert", "alpha.txt", "alpha.safetensors")
        self.write("pairs.tsv", "king\tqueen\t9\ncat\tdog\t8\nman\twoman\t7\nsea\tland\t5\n")
        self.write("q.txt", ": capital\nking queen man woman\n")
        for command in (
            ["nearest", "king", "--top-rows", "500"], ["analogy", "king", "man", "woman", "--top-rows", "500"],
            ["closer", "king", "queen", "--top-rows", "500"], ["rank", "king", "queen", "--top-rows", "500"],
            ["eval", "similarity", "pairs.tsv", "--top-rows", "9000"],
            ["eval", "analogies", "q.txt", "--top-rows", "9000"],
        ):
            with self.subTest(command):
                told = "--top-rows: the first "
                result = self.run_command(*command, "-m", "alpha.safetensors")
                self.assertIn(told, result.stderr)
                self.assertIn("are not its most frequent words: its words are in alphabetical "
                              "order", result.stderr)
                self.assertNotIn(told, self.ask(*command).stderr)
        result = self.run_command("pca", "--top", "50", "-m", "alpha.safetensors", "-f", "csv")
        self.assertIn("--top: the first 50 of 10,001 rows of alpha.safetensors are not its most "
                      "frequent words", result.stderr)
        result = self.run_command("axis", "--between", "king", "queen", "--top", "50",
                                  "-m", "alpha.safetensors")
        self.assertIn("--top: the first 50 of", result.stderr)
        result = self.run_command("compare", "alpha.safetensors", cli.SAMPLE, "--top-rows", "100")
        self.assertIn("--top-rows: the first 100 of", result.stderr)
        # All rows have any order.
        result = self.run_command("nearest", "king", "--top-rows", "20000", "-m", "alpha.safetensors")
        self.assertNotIn("--top-rows", result.stderr)

    def test_go_by_counts_where_there_are_some(self):
        self.small()
        result = self.run_command("nearest", "king", "--top-rows", "2", "-m", "m.safetensors")
        self.assertIn("by its counts the word of row 1 occurred 7 times, that of row 2 900",
                      result.stderr)
        self.write("w.txt", "the\nof\nking\n")
        self.run_command("convert", "m.safetensors", "n.safetensors", "--words", "w.txt")
        result = self.run_command("nearest", "king", "--top-rows", "2", "-m", "n.safetensors")
        self.assertNotIn("--top-rows", result.stderr)


if __name__ == "__main__":
    cli.main()
