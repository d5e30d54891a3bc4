#!/usr/bin/python3
"""`wordvec` reads finalfusion files, which a writer of the specification made."""

import os
import struct
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, WRONG_USAGE, needs_numpy, numpy  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
if numpy is not None:
    import write_finalfusion as fifu

WORDS = ["king", "new york", "naïve", "страна", "x", "don't"]
DIM = 12


class FinalfusionTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.random = numpy.random.default_rng(7)

    def matrix(self, rows, dim=DIM):
        return self.random.standard_normal((rows, dim)).astype(numpy.float32)

    def converted(self, file, *options, name="in.fifu"):
        """The words and the matrix of the container that the file becomes."""
        self.write(name, file if isinstance(file, bytes) else file.bytes())
        result = self.run_command("convert", name, "out.safetensors", *options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        words, rows = cli.read_container(self.folder / "out.safetensors")
        return ([word.decode() for word in words],
                numpy.frombuffer(b"".join(rows), numpy.float32).reshape(len(words), -1))

    def assert_same(self, found, words, matrix):
        self.assertEqual(found[0], words)
        numpy.testing.assert_array_equal(found[1], matrix.astype(numpy.float32))

    def assert_near(self, found, words, matrix):
        """To the last bit or so of float32."""
        self.assertEqual(found[0], words)
        numpy.testing.assert_allclose(found[1], matrix, rtol=3e-7, atol=1e-7)


@needs_numpy
class Matrices(FinalfusionTest):
    def test_words_and_rows(self):
        matrix = self.matrix(len(WORDS))
        file = fifu.File().simple_vocabulary(WORDS).array(matrix)
        self.assert_same(self.converted(file), WORDS, matrix)
        self.assert_same(self.converted(file, "--from", "finalfusion"), WORDS, matrix)
        self.assert_same(self.converted(file, name="no.extension"), WORDS, matrix)
        self.assert_same(self.converted(file, "--limit", 2), WORDS[:2], matrix[:2])

    def test_from_a_pipe(self):
        matrix = self.matrix(len(WORDS))
        data = fifu.File().simple_vocabulary(WORDS).array(matrix).bytes()
        result = self.run_command("convert", "-", "out.safetensors", stdin=data)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        words, rows = cli.read_container(self.folder / "out.safetensors")
        self.assertEqual([word.decode() for word in words], WORDS)
        self.assertEqual(b"".join(rows), matrix.tobytes())

    def test_norms_give_the_vectors_back(self):
        matrix = self.matrix(len(WORDS)) * 5
        norms = numpy.linalg.norm(matrix, axis=1).astype(numpy.float32)
        unit = (matrix / norms[:, None]).astype(numpy.float32)
        for toml in ("", '[description]\nlanguage = "de"\n', "#"):
            file = fifu.File().metadata(toml).simple_vocabulary(WORDS).array(unit).norms(norms)
            found = self.converted(file)
            self.assert_same(found, WORDS, unit * norms[:, None])  # float32 by float32
            self.assert_near(found, WORDS, matrix)

    def quantizer(self, optimised):
        """A product quantiser of random centroids; of the optimised kind, with a rotation."""
        centroids = self.random.standard_normal((DIM // 3, 16, 3))
        rotation, _ = numpy.linalg.qr(self.random.standard_normal((DIM, DIM)))
        return fifu.Quantizer(centroids, rotation if optimised else None)

    def test_quantised(self):
        words = [f"w{i}" for i in range(300)]
        for optimised in (False, True):
            for with_norms in (False, True):
                with self.subTest(optimised=optimised, with_norms=with_norms):
                    quantizer = self.quantizer(optimised)
                    matrix = self.matrix(len(words))
                    norms = None
                    if with_norms:
                        norms = numpy.linalg.norm(matrix, axis=1).astype(numpy.float32)
                        matrix /= norms[:, None]
                    codes = quantizer.encode(matrix)
                    expected = quantizer.decode(codes, norms)
                    file = fifu.File().simple_vocabulary(words)
                    found = self.converted(file.quantized_array(quantizer, codes, norms))
                    self.assert_near(found, words, expected)
                    # They are what was quantised, as far as 16 centroids can say.
                    cosines = (found[1] * matrix).sum(1) / (
                        numpy.linalg.norm(found[1], axis=1) * numpy.linalg.norm(matrix, axis=1))
                    self.assertGreater(cosines.mean(), 0.5)
                    more = self.random.uniform(1, 9, len(words)).astype(numpy.float32)
                    found = self.converted(file.norms(more))
                    self.assert_near(found, words, expected * more[:, None])


@needs_numpy
class Vocabularies(FinalfusionTest):
    def test_words_of_vocabularies_with_ngrams(self):
        files = {
            "buckets": (8, lambda f: f.bucket_vocabulary(WORDS, 3, 6, 3)),
            "fasttext": (5, lambda f: f.fasttext_vocabulary(WORDS, 3, 6, 5)),
            "explicit": (2, lambda f: f.explicit_vocabulary(WORDS, 3, 6, {"<ki": 0, "ïve": 1,
                                                                        "ing": 0})),
        }
        for name, (more, add) in files.items():
            with self.subTest(name):
                matrix = self.matrix(len(WORDS) + more)
                file = add(fifu.File()).array(matrix)
                self.assert_same(self.converted(file), WORDS, matrix[: len(WORDS)])
                norms = self.random.uniform(1, 9, len(WORDS)).astype(numpy.float32)
                self.assert_same(self.converted(file.norms(norms)), WORDS,
                                 matrix[: len(WORDS)] * norms[:, None])

    def test_a_duplicate_keeps_its_first_row(self):
        matrix = self.matrix(3)
        self.write("in.fifu", fifu.File().simple_vocabulary(["a", "b", "a"]).array(matrix).bytes())
        result = self.run_command("convert", "in.fifu", "out.safetensors")
        self.assertRegex(result.stderr, "1 row of words that came before was dropped")
        words, rows = cli.read_container(self.folder / "out.safetensors")
        self.assertEqual((words, b"".join(rows)), ([b"a", b"b"], matrix[:2].tobytes()))


@needs_numpy
class UnknownWords(FinalfusionTest):
    """Their vectors are those that plain Python makes of the n-grams' rows."""

    UNKNOWN = ["kings", "naïveté", "стран", "日本", "a"]

    def check(self, name, file, rows_of):
        """`rows_of` gives the rows of a word's n-grams, in the matrix of all."""
        with self.subTest(name):
            self.converted(file)
            for model in ("out.safetensors", "in.fifu"):
                result = self.run_command("lookup", *self.UNKNOWN, "--model", model)
                found = dict(line.split(" ", 1) for line in result.lines)
                for word in self.UNKNOWN:
                    rows = rows_of(word)
                    if len(rows) == 0:
                        self.assertNotIn(word, found)
                        continue
                    values = numpy.array(found[word].split(), numpy.float32)
                    numpy.testing.assert_allclose(values, fifu.unknown_word(rows), atol=1e-6)

    def test_buckets(self):
        matrix = self.matrix(len(WORDS) + 2**7)
        norms = self.random.uniform(1, 9, len(WORDS)).astype(numpy.float32)
        file = fifu.File().bucket_vocabulary(WORDS, 3, 6, 7).array(matrix).norms(norms)
        self.check("buckets", file, lambda word: [
            matrix[len(WORDS) + fifu.bucket(ngram, 7)] for ngram in fifu.ngrams_of(word, 3, 6)])

    def test_fasttext(self):
        matrix = self.matrix(len(WORDS) + 101)
        file = fifu.File().fasttext_vocabulary(WORDS, 2, 4, 101).array(matrix)
        self.check("fasttext", file, lambda word: [
            matrix[len(WORDS) + fifu.fasttext_bucket(ngram, 101)]
            for ngram in fifu.ngrams_of(word, 2, 4)])

    def test_explicit(self):
        listed = {}  # half of all n-grams, two to a row
        for word in WORDS:
            for ngram in fifu.ngrams_of(word, 2, 3)[::2]:
                listed.setdefault(ngram, len(listed) // 2)
        matrix = self.matrix(len(WORDS) + max(listed.values()) + 1)
        file = fifu.File().explicit_vocabulary(WORDS, 2, 3, listed).array(matrix)
        self.check("explicit", file, lambda word: [
            matrix[len(WORDS) + listed[ngram]] for ngram in fifu.ngrams_of(word, 2, 3)
            if ngram in listed])

    def test_quantised_buckets(self):
        centroids = self.random.standard_normal((DIM // 2, 8, 2))
        rotation, _ = numpy.linalg.qr(self.random.standard_normal((DIM, DIM)))
        quantizer = fifu.Quantizer(centroids, rotation)
        codes = self.random.integers(0, 8, (len(WORDS) + 2**5, DIM // 2))
        norms = self.random.uniform(1, 2, len(codes)).astype(numpy.float32)
        matrix = quantizer.decode(codes, norms)
        file = fifu.File().bucket_vocabulary(WORDS, 3, 6, 5).quantized_array(quantizer, codes, norms)
        self.check("quantised", file, lambda word: [
            matrix[len(WORDS) + fifu.bucket(ngram, 5)] for ngram in fifu.ngrams_of(word, 3, 6)])


@needs_numpy
class BadFiles(FinalfusionTest):
    def refused(self, data, *patterns):
        self.write("bad.fifu", data)
        for command in (["convert", "bad.fifu", "out.safetensors"],
                        ["lookup", "a", "--model", "bad.fifu"]):
            result = self.run_command(*command)
            self.assert_refused(result, FILE_ERROR, "bad.fifu", *patterns)
            self.assertEqual(self.files(), ["bad.fifu"])

    def test_truncated(self):
        data = fifu.File().simple_vocabulary(["a", "b"]).array(self.matrix(2)).bytes()
        for size in (10, 20, len(data) - 1):
            self.refused(data[:size], "at byte", "truncated")

    def test_claims_allocate_nothing(self):
        data = fifu.File().simple_vocabulary(["a"]).array(self.matrix(1)).bytes()
        for many in (2**31, 2**32 - 1, 2**63, 2**64 - 1):
            changed = data[:32] + struct.pack("<Q", many) + data[40:]
            self.refused(changed, "at byte 32: ", "the number of words")

    def test_more_chunks(self):
        data = fifu.File().simple_vocabulary(["a"]).add(42, b"").bytes()
        self.refused(data, "at byte 16: found the chunk id 42")

    def test_bad_rows_are_left_out_on_request(self):
        matrix = self.matrix(3)
        matrix[1, 4] = numpy.inf
        file = fifu.File().simple_vocabulary(["a", "b", "c"]).array(matrix)
        self.refused(file.bytes(), "row 1: value 5 of 'b' is inf")
        (self.folder / "bad.fifu").unlink()
        self.assert_same(self.converted(file, "--skip-bad"), ["a", "c"], matrix[[0, 2]])

    def test_other_files(self):
        self.write("a.fifu", b"")
        self.assert_refused(self.run_command("convert", "a.fifu", "b.safetensors", "--from",
                                           "finalfusion"), FILE_ERROR, "a.fifu")
        (self.folder / "folder.fifu").mkdir()
        self.assert_refused(self.run_command("convert", "folder.fifu", "b.safetensors"), FILE_ERROR,
                          "is a folder")
        self.write("text.fifu", "the 1 2\n")
        self.assert_refused(self.run_command("convert", "text.fifu", "b.safetensors", "--from",
                                           "finalfusion"), FILE_ERROR, "no finalfusion file")

    def test_none_is_written(self):
        self.write("in.txt", "a 1 2\n")
        for arguments, pattern in ((["out.fifu"], "cannot tell the format to write"),
                                   (["out", "--to", "finalfusion"], "finalfusion")):
            self.assert_refused(self.run_command("convert", "in.txt", *arguments), WRONG_USAGE,
                                pattern)
        self.assertEqual(self.files(), ["in.txt"])


if __name__ == "__main__":
    cli.main()
