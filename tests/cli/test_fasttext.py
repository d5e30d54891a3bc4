#!/usr/bin/python3
"""fastText models: what Debian's fasttext trains and prints agrees with what is read here."""

import functools
import json
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, WRONG_USAGE  # noqa: E402

FASTTEXT = shutil.which("fasttext")
UNKNOWN = ["kingz", "naïveté", "日本語", "queenly", "x", "unwontedly", "ab", "страна"]
QUERIES = ["king", "sea", "kingz", "naïveté"]
TRIPLES = [("king", "man", "woman"), ("sea", "land", "kingz")]
ARGUMENTS = 8 + 12 * 4 + 8  # bytes of the signature, the version and the arguments


def fasttext(folder, *arguments, stdin=b""):
    return subprocess.run(
        [FASTTEXT, *map(str, arguments)], input=stdin, capture_output=True, cwd=folder, check=True,
        timeout=cli.TIMEOUT_SECONDS,
    ).stdout


def five_digits(vector):
    """As fastText prints float32 values."""
    return " ".join("%.5g" % value for value in vector)


@functools.lru_cache(maxsize=None)
def trained_models():
    models = tempfile.TemporaryDirectory()
    folder = Path(models.name)
    order = random.Random(1)
    words = [word for word in cli.sample_words() if word.isalpha()][:600] + ["naïve", "été"]
    # Lines of words that belong together, so that there are near ones and far ones.
    groups = [words[i::20] for i in range(20)]
    lines = [" ".join(order.choices(order.choice(groups), k=20)) for _ in range(1500)]
    (folder / "text").write_text("\n".join(lines) + "\n")
    labelled = [f"__label__{i % 5} {line}" for i, line in enumerate(lines)]
    (folder / "labelled").write_text("\n".join(labelled) + "\n")
    common = ["-dim", 13, "-epoch", 2, "-thread", 1, "-minCount", 1, "-verbose", 0]
    fasttext(folder, "skipgram", "-input", "text", "-output", "m", "-bucket", 1000, "-lr", 0.3,
             *common)
    fasttext(folder, "cbow", "-input", "text", "-output", "short", "-minn", 1, "-maxn", 2,
             "-bucket", 1000, *common)
    fasttext(folder, "supervised", "-input", "labelled", "-output", "s", "-minn", 2, "-maxn", 4,
             "-bucket", 3000, *common)
    return models


@unittest.skipUnless(FASTTEXT, "needs Debian's fasttext")
class FastTextTest(cli.CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder_of_models = trained_models()
        cls.trained = Path(cls.folder_of_models.name)

    def printed(self, model, words):
        """What print-word-vectors says of each word."""
        given = "".join(word + "\n" for word in words).encode()
        lines = fasttext(self.trained, "print-word-vectors", model, stdin=given).decode()
        return [line.rstrip(" ") for line in lines.splitlines()]

    def looked_up(self, model, words):
        given = "".join(word + "\n" for word in words).encode()
        result = self.run_command("lookup", "--model", model, "--exact-case", stdin=given)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        lines = []
        for line in result.lines:
            word, *values = line.split(" ")
            vector = struct.unpack(f"<{len(values)}f", cli.float32(*values))
            lines.append(f"{word} {five_digits(vector)}")
        return lines

    def converted(self, model, name="out.safetensors"):
        result = self.run_command("convert", self.trained / model, name, "--no-index")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return self.folder / name

    def assert_agrees(self, model, unknown=UNKNOWN):
        container = self.converted(model)
        words = [word.decode() for word in cli.read_container(container)[0]]
        self.assertFalse([word for word in words if word.startswith("__label__")])
        asked = words + unknown
        expected = self.printed(model, asked)
        # Of a pruned model a word may have no n-gram: fastText prints zeros.
        none = {line.split(" ")[0] for line in expected if set(line.split(" ")[1:]) == {"0"}}
        asked = [word for word in asked if word not in none]
        expected = [line for line in expected if line.split(" ")[0] not in none]
        self.assertEqual(self.looked_up(container, asked), expected)
        for word in none:
            result = self.run_command("lookup", word, "--model", container)
            self.assert_says(result, NOT_FOUND, f"'{word}' is not in the vocabulary")
        return words


class Vectors(FastTextTest):
    def test_of_known_and_unknown_words(self):
        words = self.assert_agrees("m.bin")
        self.assertEqual(words[0], "</s>")
        self.assertEqual(len(words), 603)
        self.assert_agrees("short.bin")

    def test_without_a_conversion(self):
        asked = ["king", "naïve", *UNKNOWN]
        self.assertEqual(self.looked_up(self.trained / "m.bin", asked), self.printed("m.bin", asked))

    def test_of_bytes_that_are_not_utf8(self):
        given = b"\xff\x80q\nking\xc3\n\x80\x80ab\n"
        expected = fasttext(self.trained, "print-word-vectors", "m.bin", stdin=given)
        result = self.run_command("lookup", "--model", self.converted("m.bin"), stdin=given)
        values = [line.split(b" ")[1:] for line in expected.replace(b" \n", b"\n").splitlines()]
        found = [line.split(b" ")[1:] for line in result.stdout.splitlines()]
        self.assertEqual(
            [[("%.5g" % struct.unpack("<f", cli.float32(x))).encode() for x in row] for row in found],
            values,
        )

    def test_from_a_pipe(self):
        content = (self.trained / "m.bin").read_bytes()
        result = self.run_command("convert", "-", "piped.safetensors", "--no-index", stdin=content)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        whole = cli.read_container(self.converted("m.bin"))
        self.assertEqual(cli.read_container(self.folder / "piped.safetensors"), whole)

    def test_of_a_supervised_model(self):
        self.assert_agrees("s.bin")

    def test_of_quantized_models(self):
        original = (self.trained / "s.bin").read_bytes()
        for name, options in {
            "plain": [], "norms": ["-qnorm"], "pruned": ["-cutoff", 900],
            "all": ["-qnorm", "-cutoff", 700, "-retrain", "-epoch", 1, "-dsub", 3],
        }.items():
            with self.subTest(name):
                (self.trained / f"{name}.bin").write_bytes(original)
                fasttext(self.trained, "quantize", "-input", "labelled", "-output", name,
                         "-thread", 1, "-verbose", 0, *options)
                self.assert_agrees(f"{name}.ftz")

    def test_of_version_11(self):
        data = bytearray((self.trained / "m.bin").read_bytes())
        data[4] = 11
        (self.trained / "m11.bin").write_bytes(data)
        self.assert_agrees("m11.bin")
        data = bytearray((self.trained / "s.bin").read_bytes())
        data[4] = 11
        (self.trained / "s11.bin").write_bytes(data)
        self.assert_agrees("s11.bin", unknown=[])  # such models have no n-grams of characters

    def test_from_before_there_was_a_signature(self):
        data = (self.trained / "m.bin").read_bytes()
        whole = self.converted("m.bin")
        # Signature and version go; of the dictionary the prune index's size; two flags.
        (entries,) = struct.unpack_from("<i", data, ARGUMENTS)
        at = ARGUMENTS + 28
        for _ in range(entries):
            at = data.index(b"\0", at) + 1 + 9
        rows, dim = struct.unpack_from("<qq", data, at + 1)
        output = at + 1 + 16 + 4 * rows * dim
        old = (data[8 : ARGUMENTS + 20] + data[ARGUMENTS + 28 : at] + data[at + 1 : output]
               + data[output + 1 :])
        result = self.run_command("convert", self.write("old.bin", old), "old.safetensors")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertIn("(fasttext)", result.stderr)
        self.assertEqual(cli.read_container(self.folder / "old.safetensors"),
                         cli.read_container(whole))


class Answers(FastTextTest):
    def neighbors(self, mode, lines, count):
        """(word, score) as the interactive `nn` or `analogies` prints them for each line."""
        process = subprocess.Popen(
            [FASTTEXT, mode, "m.bin", "5"], cwd=self.trained, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        try:
            process.stdin.write("".join(line + "\n" for line in lines).encode())
            process.stdin.flush()
            answers = []
            while len(answers) < count * len(lines):
                line = process.stdout.readline().decode()
                if line.endswith("m.bin\n"):  # it says what it loads
                    continue
                word, score = line.split(" ")[-2:]  # a prompt may come before
                answers.append((word, float(score)))
        finally:
            process.kill()  # `analogies` never ends by itself
            process.communicate()
        return [answers[i : i + count] for i in range(0, len(answers), count)]

    def assert_same(self, result, expected):
        rows = [(row[2], float(row[3])) for row in result.fields]
        self.assertEqual([word for word, _ in rows], [word for word, _ in expected], result)
        for (word, score), (_, printed) in zip(rows, expected):
            self.assertAlmostEqual(score, printed, delta=2e-6, msg=word)

    def test_nearest(self):
        container = self.converted("m.bin")
        for query, expected in zip(QUERIES, self.neighbors("nn", QUERIES, 5)):
            self.assert_same(
                self.run_command("nearest", query, "-k", 5, "--model", container), expected)

    def test_analogies(self):
        container = self.converted("m.bin")
        lines = [" ".join(triple) for triple in TRIPLES]
        for triple, expected in zip(TRIPLES, self.neighbors("analogies", lines, 5)):
            self.assert_same(
                self.run_command("analogy", *triple, "-k", 5, "--model", container), expected)


class Sentences(FastTextTest):
    TEXTS = ["the king and the queen", "king", "naïve  été\tking", "xqzzk unheardof king KING",
             "king, queen. the", "</s> the </s>"]

    def test_are_means_of_words_at_unit_length(self):
        given = "".join(text + "\n" for text in self.TEXTS).encode()
        for model in ("m.bin", "short.bin"):
            lines = fasttext(self.trained, "print-sentence-vectors", model, stdin=given).decode()
            expected = [list(map(float, line.split())) for line in lines.splitlines()]
            result = self.run_command(
                "embed", "--pool", "mean", "--normalize", "words", "--pretokenized", "--exact-case",
                "--model", self.converted(model), stdin=given.replace(b"\t", b" "))
            self.assertEqual(result.status, ALL_ANSWERED, result)
            found = [list(map(float, line.split())) for line in result.lines]
            self.assertEqual(len(found), len(expected))
            for ours, theirs in zip(found, expected):
                self.assertEqual(len(ours), len(theirs))
                for x, y in zip(ours, theirs):
                    # Printed with five digits.
                    self.assertAlmostEqual(x, y, delta=1e-6 + 5e-5 * abs(y))

    def test_are_not_those_of_words_as_they_are(self):
        given = b"the king and the queen\n"
        expected = fasttext(self.trained, "print-sentence-vectors", "m.bin", stdin=given).split()
        result = self.run_command("embed", "--pool", "mean", "--pretokenized", "--model",
                                  self.converted("m.bin"), stdin=given)
        self.assertGreater(
            max(abs(float(x) - float(y)) for x, y in zip(result.lines[0].split(), expected)), 1e-3)


class Ngrams(FastTextTest):
    def printed_ngrams(self, model, word):
        lines = fasttext(self.trained, "print-ngrams", model, word).decode().splitlines()
        return [(line.split(" ")[0], list(map(float, line.split(" ")[1:-1]))) for line in lines]

    def test_are_those_that_fasttext_prints(self):
        container = self.converted("m.bin")
        short = self.converted("short.bin", "short.safetensors")
        for model, path, word in (("m.bin", container, "xqzzkings"), ("m.bin", container, "king"),
                                  ("m.bin", container, "naïve"), ("m.bin", container, "élève"),
                                  ("short.bin", short, "queen"), ("short.bin", short, "ab")):
            expected = self.printed_ngrams(model, word)
            result = self.run_command("explain", "subwords", word, "--exact-case", "-f", "json",
                                      "--model", path)
            self.assertEqual(result.status, ALL_ANSWERED, result)
            found = json.loads(result.stdout)
            self.assertEqual([row["ngram"] for row in found], [ngram for ngram, _ in expected])
            looked_up = json.loads(self.run_command("lookup", word, "--exact-case", "-f", "json",
                                                    "--model", path).stdout)[0]["vector"]
            for row, (ngram, vector) in zip(found, expected):
                # Printed with five digits; a word's own vector is computed from many, rounded.
                for x, y in zip(row["vector"], vector):
                    self.assertAlmostEqual(x, y, delta=1e-5 + 5e-5 * abs(y))
                self.assertAlmostEqual(row["norm"], sum(x * x for x in row["vector"]) ** 0.5,
                                       delta=1e-6)
            for d, value in enumerate(looked_up):
                mean = sum(row["vector"][d] for row in found) / len(found)
                self.assertAlmostEqual(mean, value, delta=1e-6)

    def test_are_told_in_words(self):
        container = self.converted("m.bin")
        result = self.run_command("explain", "subwords", "king", "xqzzk", "--model", container)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        text = " ".join(result.stdout.decode().split())
        self.assertRegex(text, r"'king' is row \d+ of the vocabulary. Its vector is the mean of "
                         r"these \d+ vectors: one of the word's own, and those of the n-grams of "
                         r"'<king>'")
        self.assertRegex(text, "'xqzzk' is not in the vocabulary. Its vector is the mean of these")
        self.assertIn("<ki", text)

    def test_have_one_of_the_word_until_an_edit_parts_it_from_them(self):
        container = self.converted("m.bin")
        self.write("normalize merged.txt", "king 5\n")
        for options, has_own in ((["--counts", "normalize merged.txt"], True), (["--center"], True),
                                 (["--normalize"], False)):
            result = self.run_command("convert", container, "edited.safetensors", *options)
            self.assertIn(result.status, (ALL_ANSWERED, NOT_FOUND), result)
            result = self.run_command("explain", "subwords", "king", "--model",
                                      "edited.safetensors")
            text = " ".join(result.stdout.decode().split())
            self.assertEqual("one of the word's own" in text, has_own, result)

    def test_of_models_without_any(self):
        result = self.run_command("explain", "subwords", "king", "--model", cli.SAMPLE)
        self.assert_refused(result, WRONG_USAGE, "has no n-grams")
        result = self.run_command("explain", "subwords")
        self.assert_refused(result, WRONG_USAGE, "found no word, expected one or more")


class Files(FastTextTest):
    def test_text_that_is_written_is_text_that_fasttext_reads(self):
        result = self.run_command("convert", self.trained / "m.bin", "out.vec")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        fasttext(self.trained, "skipgram", "-input", "text", "-output", "again", "-dim", 13,
                 "-epoch", 0, "-thread", 1, "-minCount", 1, "-maxn", 0, "-verbose", 0,
                 "-pretrainedVectors", self.folder / "out.vec")
        asked = ["king", "naïve", "été"]
        self.assertEqual(self.printed("again.bin", asked), self.printed("m.bin", asked))

    def test_name_of_the_output(self):
        for extension in ("bin", "ftz"):
            path = self.write(f"model.{extension}", (self.trained / "m.bin").read_bytes())
            result = self.run_command("convert", path)
            self.assertEqual(result.status, ALL_ANSWERED, result)
            (self.folder / "model.safetensors").unlink()

    def test_is_only_read(self):
        path = self.trained / "m.bin"
        self.assert_refused(self.run_command("convert", path, "out.x", "--to", "fasttext"),
                            WRONG_USAGE, "files of the format fasttext are only read")
        # .bin is word2vec's.
        self.run_command("convert", path, "out.bin", "--limit", 10)
        self.assertTrue((self.folder / "out.bin").read_bytes().startswith(b"10 13\n</s> "))

    def test_limit_keeps_the_ngrams(self):
        result = self.run_command("convert", self.trained / "m.bin", "few.safetensors", "--limit", 3)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(self.looked_up(self.folder / "few.safetensors", UNKNOWN),
                         self.printed("m.bin", UNKNOWN))

    def test_a_cut_file(self):
        content = (self.trained / "m.bin").read_bytes()[:-1]
        path = self.write("cut.bin", content)
        self.assert_refused(self.run_command("convert", path, "out.safetensors"), FILE_ERROR,
                            "cut.bin: at byte .*output matrix.*--trust-rows")
        self.assertFalse((self.folder / "out.safetensors").exists())
        result = self.run_command("convert", path, "out.safetensors", "--trust-rows")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertIn("output matrix, which no vector needs, is not whole", result.stderr)

    def test_an_empty_word(self):
        # A header that promises one row more than there are makes fastText add a word of no letters.
        vectors = "3 4\nred 0.5 0.25 0 0\nblue 1 0 0.5 0\n"
        self.write("pretrained.vec", vectors)
        self.write("corpus.txt", "red blue green red blue\n" * 40)
        fasttext(self.folder, "skipgram", "-input", "corpus.txt", "-output", "model", "-dim", 4,
                 "-minCount", 1, "-bucket", 20, "-epoch", 1, "-thread", 1, "-verbose", 0,
                 "-pretrainedVectors", "pretrained.vec")
        printed = fasttext(self.folder, "print-word-vectors", "model.bin", stdin=b"red\nblue\n")
        result = self.run_command("lookup", "-m", "model.bin", "red", "blue")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        found = [line.split(" ") for line in result.lines]
        self.assertEqual([[word, *five_digits(map(float, rest)).split(" ")] for word, *rest in found],
                         [line.split() for line in printed.decode().splitlines()])
        self.assertRegex(result.stderr, r"the word at row \d+ is empty or only white space")
        self.run_command("convert", "model.bin", "m.safetensors")
        for model in ("model.bin", "m.safetensors"):
            result = self.run_command("lookup", "-m", model, "--rows", "")
            self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(self.run_command("info", "--verify", "-m", "m.safetensors").status,
                         ALL_ANSWERED)

    def test_floret_without_words(self):
        table = "2 1 2 3 1 2166136261 < >\n0 1.5\n1 2.5\n"
        self.assert_refused(
            self.run_command("convert", self.write("t.floret", table), "out.safetensors"),
            WRONG_USAGE, "t.floret: has vectors of n-grams and lists no words.*--vocab FILE")


if __name__ == "__main__":
    cli.main()
