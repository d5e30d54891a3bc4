#!/usr/bin/python3
"""Words that are not in the vocabulary, of a model that has vectors for n-grams.

The expected vectors are those of tests/support/read_container.py, which shares no code with the
library, and of NumPy.
"""

import json
import shutil
import struct
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, numpy  # noqa: E402

sys.path.insert(0, str(cli.ROOT / "tests" / "support"))
if numpy is not None:
    import read_container  # noqa: E402

DIM = 5
WORDS = ["king", "queen", "man", "woman", "house", "tree", "flower", "river"]
UNKNOWN = ["kings", "womanly", "könig", "日本語", "a", "ab", "two words", "KINGS", "naïveté" * 5]
METADATA = {
    "fasttext": {
        "subwords_scheme": "fasttext", "subwords_min_length": "3", "subwords_max_length": "6",
        "subwords_begin": "<", "subwords_end": ">", "subwords_buckets": "97", "subwords_vector": "mean",
    },
    "floret": {
        "subwords_scheme": "floret", "subwords_min_length": "2", "subwords_max_length": "3",
        "subwords_begin": "«", "subwords_end": ">", "subwords_buckets": "97", "subwords_vector": "mean",
        "subwords_hash_count": "3", "subwords_seed": "2166136261",
    },
    "finalfusion": {
        "subwords_scheme": "finalfusion", "subwords_min_length": "1", "subwords_max_length": "4",
        "subwords_begin": "<", "subwords_end": ">", "subwords_buckets": "64", "subwords_vector": "unit",
    },
    "listed": {
        "subwords_scheme": "listed", "subwords_min_length": "2", "subwords_max_length": "3",
        "subwords_begin": "<", "subwords_end": ">", "subwords_vector": "mean",
    },
}
LISTED = ["<k", "ki", "kin", "ngs", "n", "ig>", "本", "日本", "ö", "nig", "wom", "<wo", "ab>", "<ab"]


@cli.needs_numpy
class SubwordTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.random = numpy.random.default_rng(1)
        rows = self.random.standard_normal((len(WORDS), DIM)).astype(numpy.float32)
        self.rows = rows.astype(numpy.float64)
        text = "".join(f"{w} {' '.join(map(repr, r.tolist()))}\n" for w, r in zip(WORDS, rows))
        self.plain = self.folder / "plain.safetensors"
        self.run_command("convert", self.write("m.txt", text), self.plain)

    def model(self, scheme="fasttext", kept=None, **more):
        metadata = {**METADATA[scheme], **more}
        tensors = {}
        count = int(metadata.get("subwords_buckets", len(LISTED)))
        if kept is not None:
            tensors["buckets"] = ("U32", struct.pack(f"<{len(kept)}I", *kept))
            count = len(kept)
        if scheme == "listed":
            words = [ngram.encode() for ngram in LISTED]
            offsets = [sum(map(len, words[:i])) for i in range(count + 1)]
            # A table without an empty slot is searched to its end, so that nothing is hashed here.
            slots = [1 + i % count for i in range(16)]
            tensors["ngrams.text"] = ("U8", b"".join(words))
            tensors["ngrams.offsets"] = ("U64", struct.pack(f"<{count + 1}Q", *offsets))
            tensors["ngrams.slots"] = ("U32", struct.pack("<16I", *slots))
        matrix = self.random.standard_normal((count, DIM)).astype(numpy.float32)
        path = self.folder / f"{scheme}.safetensors"
        cli.add_ngrams(self.plain, path, metadata, matrix.tolist(), **tensors)
        return path

    def built(self, path, word):
        """The vector of an unknown word, as float64, or None."""
        vector = read_container.Container(path.read_bytes()).subwords.vector(word.encode())
        return None if vector is None else vector.astype(numpy.float64)

    def vectors(self, result):
        return {
            word: numpy.array(values, dtype=numpy.float64).astype(numpy.float32)
            for word, *values in (line.rsplit(" ", DIM) for line in result.lines)
        }

    def cosines(self, vector):
        units = self.rows / numpy.linalg.norm(self.rows, axis=1, keepdims=True)
        return units @ vector / numpy.linalg.norm(vector)

    def best(self, scores, without=()):
        order = sorted(range(len(WORDS)), key=lambda r: -scores[r])
        return [(WORDS[r], scores[r]) for r in order if WORDS[r] not in without]


class Reader(SubwordTest):
    def test_has_the_hashes_that_others_publish(self):
        # fastText's, from its documentation; MurmurHash3's of the empty text is 0.
        self.assertEqual(read_container.fnv1a_32(b"asteroid"), 1988297200)
        self.assertEqual(read_container.fnv1a_32("команда".encode()), 1725507386)
        self.assertEqual(read_container.fnv1a_64(b"a"), 0xAF63DC4C8601EC8C)
        self.assertEqual(read_container.murmur3_x64_128(b"", 0), (0, 0))
        self.assertEqual(
            read_container.murmur3_x64_128(b"The quick brown fox jumps over the lazy dog", 0),
            (0xE34BBC7BBC071B6C, 0x7A433CA9C49A9347),
        )


class Lookup(SubwordTest):
    def test_builds_the_vectors_that_another_reader_builds(self):
        models = [
            self.model("fasttext", kept=range(0, 97, 2)).rename(self.folder / "some"),
            self.model("finalfusion", kept=range(1, 64, 3)).rename(self.folder / "few"),
            self.model("fasttext").rename(self.folder / "all"),
            self.model("fasttext", subwords_min_length="1"),
            self.model("floret"), self.model("finalfusion"), self.model("listed"),
        ]
        for path in models:
            with self.subTest(path.name):
                result = self.run_command("lookup", "-m", path, *UNKNOWN)
                found = self.vectors(result)
                built = 0
                for word in UNKNOWN:
                    expected = self.built(path, word)
                    if expected is None:
                        self.assertNotIn(word, found)
                        self.assertRegex(result.stderr, rf"error: '{word}' is not in the vocabulary")
                        continue
                    built += 1
                    self.assertEqual(found[word].tolist(), expected.tolist(), word)
                    self.assertIn(
                        f"note: '{word}' is not in the vocabulary: its vector is built from its "
                        "n-grams\n" if len(word) < 20 else "its vector is built",
                        result.stderr,
                    )
                self.assertGreater(built, 2)
                self.assertEqual(result.status, ALL_ANSWERED if built == len(UNKNOWN) else NOT_FOUND)

    def test_of_known_words_is_as_without_ngrams(self):
        with_ngrams = self.run_command("lookup", "-m", self.model(), *WORDS, "KING")
        without = self.run_command("lookup", "-m", self.plain, *WORDS, "KING")
        self.assertEqual(with_ngrams.stdout, without.stdout)
        self.assertEqual(with_ngrams.stderr, without.stderr)

    def test_takes_the_lower_case_form_first_and_else_the_word_as_it_is(self):
        path = self.model()
        result = self.run_command("lookup", "-m", path, "KING", "KINGS")
        self.assertEqual([line.split(" ")[0] for line in result.lines], ["king", "KINGS"])
        self.assert_says(result, ALL_ANSWERED, "'KING' is not in the vocabulary, 'king' is used")
        self.assertEqual(
            self.vectors(result)["KINGS"].tolist(), self.built(path, "KINGS").tolist()
        )
        result = self.run_command("lookup", "-m", path, "--exact-case", "KING")
        self.assertEqual(self.vectors(result)["KING"].tolist(), self.built(path, "KING").tolist())

    def test_has_no_row_number(self):
        path = self.model()
        result = self.run_command("lookup", "-m", path, "-f", "json", "kings", "king")
        unknown, known = json.loads(result.stdout)
        self.assertEqual(list(unknown), list(known))
        self.assertEqual((unknown["word"], unknown["row"], known["row"]), ("kings", None, 0))
        expected = self.built(path, "kings")
        self.assertAlmostEqual(unknown["norm"], numpy.linalg.norm(expected), delta=1e-6)
        self.assertEqual(numpy.float32(unknown["vector"]).tolist(), expected.tolist())
        result = self.run_command("lookup", "-m", path, "-f", "csv", "kings")
        self.assertEqual(result.lines[1].split(",")[:3], ["kings", "kings", ""])
        result = self.run_command("lookup", "-m", path, "-f", "table", "kings", "king")
        self.assertRegex(result.lines[1], r"^kings    +\d+\.\d{4} ")
        result = self.run_command("lookup", "-m", path, "--rows", "kings", "queen")
        self.assert_says(result, NOT_FOUND, "'kings' is not in the vocabulary")
        self.assertEqual(result.lines, ["-1", "1"])

    def test_tells_once_of_a_word(self):
        result = self.run_command("lookup", "-m", self.model(), stdin=b"kings\nking\nkings\nkings\n")
        self.assertEqual(len(result.lines), 4)
        self.assertEqual(result.stderr.count("n-grams"), 1)
        result = self.run_command("lookup", "-q", "-m", self.model(), "kings")
        self.assert_answered(result)


class Search(SubwordTest):
    def test_nearest_to_an_unknown_word(self):
        path = self.model()
        result = self.run_command("nearest", "-m", path, "kings", "-f", "tsv")
        self.assertEqual(result.status, ALL_ANSWERED)
        # No word is left out: none of them was asked.
        self.assert_scores(result, "kings", self.best(self.cosines(self.built(path, "kings"))))
        self.assertEqual(len(result.fields), len(WORDS))

    def test_nearest_to_a_sum_of_known_and_unknown_words(self):
        path = self.model()
        built = self.built(path, "kings")
        unit = lambda vector: vector / numpy.linalg.norm(vector)  # noqa: E731
        total = unit(built) - 0.5 * unit(self.rows[2]) + unit(self.rows[3])
        query = "kings - 0.5 man + woman"
        result = self.run_command("nearest", "-m", path, query, "-f", "tsv")
        self.assert_scores(result, query, self.best(self.cosines(total), ("man", "woman")))
        self.assertEqual(len(result.fields), len(WORDS) - 2)

    def test_a_word_without_any_ngram_is_unknown(self):
        path = self.model("listed")
        result = self.run_command("nearest", "-m", path, "xyz", "kings", "-f", "tsv")
        self.assert_says(result, NOT_FOUND, "error: 'xyz' is not in the vocabulary")
        self.assertEqual({fields[0] for fields in result.fields}, {"kings"})

    def test_analogies_of_known_and_unknown_words_in_turn(self):
        path = self.model()
        questions = [
            ["king", "man", "woman"], ["kings", "man", "woman"], ["queen", "womanly", "man"],
            ["king", "queen", "tree"], ["aa", "bb", "cc"],
        ]
        vectors = dict(zip(WORDS, self.rows))
        text = "".join(" ".join(words) + "\n" for words in questions).encode()
        for method in ("add", "mul"):
            result = self.run_command(
                "analogy", "-m", path, "--method", method, "-f", "tsv", stdin=text
            )
            self.assertEqual(result.status, ALL_ANSWERED, result)
            for words in questions:
                a, b, c = (
                    self.cosines(vectors[w] if w in vectors else self.built(path, w)) for w in words
                )
                if method == "mul":
                    scores = (1 + a) / 2 * (1 + c) / 2 / ((1 + b) / 2 + 1e-6)
                else:
                    total = sum(
                        sign * v / numpy.linalg.norm(v)
                        for sign, v in zip(
                            (1, -1, 1),
                            (vectors[w] if w in vectors else self.built(path, w) for w in words),
                        )
                    )
                    scores = self.cosines(total)
                expected = self.best(scores, words)
                self.assert_scores(result, "{} - {} + {}".format(*words), expected, delta=2e-6)
            self.assertEqual([row[0].split(" ")[0] for row in result.fields if row[1] == "1"],
                             [words[0] for words in questions])

    def test_analogies_may_have_their_inputs_as_answers(self):
        result = self.run_command(
            "analogy", "-m", self.model(), "kings", "man", "woman", "--include-inputs", "-f", "tsv"
        )
        self.assertEqual(sorted(row[2] for row in result.fields), sorted(WORDS))

    @cli.needs_numpy
    def test_pca_takes_unknown_words(self):
        path = self.model()
        words = ["king", "kings", "tree", "womanly", "KING"]
        result = self.run_command("pca", "-m", path, *words, "-f", "tsv")
        self.assertEqual(result.status, ALL_ANSWERED)
        points = numpy.array([
            self.rows[0], self.built(path, "kings"), self.rows[5], self.built(path, "womanly"),
        ])
        points -= points.mean(axis=0)
        _, _, loadings = numpy.linalg.svd(points, full_matrices=False)
        for component in loadings[:2]:
            component *= numpy.sign(component[numpy.argmax(numpy.abs(component))])
        self.assertEqual([row[0] for row in result.fields], ["king", "kings", "tree", "womanly"])
        found = numpy.array([row[1:] for row in result.fields], dtype=numpy.float64)
        numpy.testing.assert_allclose(found, points @ loadings[:2].T, atol=1e-5)
        result = self.run_command("pca", "-m", path, *words, "--out", "p.npy")
        self.assertEqual((self.folder / "p.vocab.txt").read_text().split(),
                         ["king", "kings", "tree", "womanly"])
        numpy.testing.assert_allclose(numpy.load(self.folder / "p.npy"), found, atol=1e-6)


class Measure(SubwordTest):
    """Each with vectors of "kings" and "womanly" that are built, beside rows."""

    def setUp(self):
        super().setUp()
        self.path = self.model()
        self.vector = dict(zip(WORDS, self.rows))
        for word in ("kings", "womanly"):
            self.vector[word] = self.built(self.path, word)

    def unit(self, word):
        return self.vector[word] / numpy.linalg.norm(self.vector[word])

    def measured(self, command, *arguments):
        result = self.run_command(command, "-m", self.path, "-f", "tsv", *arguments)
        self.assert_says(result, ALL_ANSWERED, "built from (its )?n-grams")
        return result.fields

    def test_similarity(self):
        found = self.measured("similarity", "kings", "king", "kings", "womanly")
        for a, b, value in found:
            self.assertAlmostEqual(float(value), self.unit(a) @ self.unit(b), delta=1e-6)
        words = ["kings", "man", "womanly"]
        matrix = [row[1:] for row in self.measured("similarity", "--all-pairs", *words)]
        expected = [[self.unit(a) @ self.unit(b) for b in words] for a in words]
        numpy.testing.assert_allclose(numpy.array(matrix, float), expected, atol=1e-6)

    def test_odd(self):
        words = ["kings", "king", "tree", "womanly"]
        mean = sum(self.unit(word) for word in words)
        mean /= numpy.linalg.norm(mean)
        found = {row[2]: float(row[3]) for row in self.measured("odd", *words)}
        self.assertEqual(list(found), sorted(words, key=lambda word: self.unit(word) @ mean))
        for word, score in found.items():
            self.assertAlmostEqual(score, self.unit(word) @ mean, delta=1e-6)

    def test_rank_and_closer(self):
        for a, b in (("kings", "man"), ("man", "kings"), ("kings", "womanly")):
            score = self.unit(a) @ self.unit(b)
            closer = {w for w in WORDS if w != a and self.unit(a) @ self.unit(w) > score}
            self.assertEqual({row[2] for row in self.measured("closer", a, b)}, closer)
            self.assertEqual(int(self.measured("rank", a, b)[0][2]), len(closer) + 1)

    def test_axis(self):
        axis = (self.unit("womanly") + self.unit("woman")) / 2 - self.unit("kings")
        axis /= numpy.linalg.norm(axis)
        found = self.measured("axis", "--between", "kings", "womanly woman", "kings", "tree")
        for _, word, score in found:
            self.assertAlmostEqual(float(score), self.unit(word) @ axis, delta=1e-6)
        ((statistic, *_),) = self.measured("axis", "--weat", "kings", "womanly", "man", "woman")
        leaning = self.unit("man") - self.unit("woman")
        self.assertAlmostEqual(float(statistic), leaning @ (self.unit("kings") - self.unit("womanly")),
                               delta=1e-6)

    def test_distance(self):
        ((_, _, _, similarity),) = self.measured("distance", "kings king", "womanly tree")
        a, b = (self.vector[x] + self.vector[y] for x, y in (("kings", "king"), ("womanly", "tree")))
        self.assertAlmostEqual(
            float(similarity), a @ b / numpy.linalg.norm(a) / numpy.linalg.norm(b), delta=1e-6
        )
        ((_, _, distance),) = self.measured("distance", "--method", "wmd", "kings", "womanly kings")
        expected = numpy.linalg.norm(self.unit("kings") - self.unit("womanly")) / 2
        self.assertAlmostEqual(float(distance), expected, delta=1e-6)


class Files(SubwordTest):
    def test_embed_builds_the_vectors_of_unknown_words(self):
        path = self.model()
        result = self.run_command("embed", "-m", path, "the kings", "kings queen",
                                  "--pool", "sum", "--out", "x.npy")
        # Of "the" every n-gram has a place in the buckets, too.
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertIn("3 of 4 words are built from n-grams", result.stderr)
        expected = [self.built(path, "the") + self.built(path, "kings"),
                    self.built(path, "kings") + self.rows[WORDS.index("queen")]]
        numpy.testing.assert_allclose(numpy.load(self.folder / "x.npy"), expected, atol=1e-6)
        rows = self.run_command("embed", "-m", path, "--rows", "kings queen")
        self.assertEqual((rows.status, rows.lines), (NOT_FOUND, ["1"]), rows)

    def test_info_describes_ngrams(self):
        described = json.loads(self.run_command("info", "-m", self.model(), "-f", "json").stdout)
        self.assertEqual(described["subwords_rows"], 97)
        self.assertEqual(described["subwords_bytes"], 97 * DIM * 4)
        self.assertEqual(described["subwords_scheme"], "fasttext")
        self.assertEqual(described["subwords_min_length"], 3)
        self.assertEqual(described["subwords_max_length"], 6)
        described = json.loads(self.run_command("info", "-m", self.plain, "-f", "json").stdout)
        self.assertFalse([name for name in described if name.startswith("subwords")])

    def test_convert_keeps_ngrams_and_drops_them_on_request(self):
        path = self.model("fasttext", kept=range(0, 97, 2))
        for arguments in ((), ("--limit", "2"), ("--words", self.write("w", "tree\nking\n")),
                          ("--no-index",)):
            with self.subTest(arguments):
                result = self.run_command("convert", path, "out.safetensors", *arguments)
                self.assertEqual(result.status, ALL_ANSWERED)
                self.assertNotIn("left out", result.stderr)
                out = self.folder / "out.safetensors"
                self.assertEqual(read_container.read(out).subwords.vector(b"kings").tolist(),
                                 self.built(path, "kings").tolist())
                self.assertEqual(self.run_command("info", "--verify", "-m", out).status, ALL_ANSWERED)
        self.run_command("convert", path, "out.safetensors")
        result = self.run_command("convert", path, "small.safetensors", "--no-subwords")
        self.assertNotIn("left out", result.stderr)
        small, full = self.folder / "small.safetensors", self.folder / "out.safetensors"
        self.assertLess(small.stat().st_size, full.stat().st_size)
        self.assertIsNone(read_container.read(small).subwords)
        result = self.run_command("lookup", "-m", small, "kings")
        self.assert_says(result, NOT_FOUND, "'kings' is not in the vocabulary; closest: king")

    def test_convert_says_what_a_format_has_no_place_for(self):
        result = self.run_command("convert", self.model(), "out.txt")
        self.assert_says(
            result, ALL_ANSWERED, "note: n-grams are left out, as glove has no place for them"
        )
        result = self.run_command("convert", self.model(), "out.txt", "--no-subwords")
        self.assertNotIn("left out", result.stderr)

    def test_index_keeps_ngrams(self):
        path = self.model()
        self.run_command("convert", path, "with.safetensors")
        self.run_command("convert", path, "m.safetensors", "--no-index")
        self.run_command("index", "m.safetensors")
        self.assertEqual((self.folder / "m.safetensors").read_bytes(),
                         (self.folder / "with.safetensors").read_bytes())

    def test_damaged_ngrams_are_refused(self):
        path = self.model("fasttext", subwords_max_length="1000000000")
        self.assert_refused(
            self.run_command("lookup", "-m", path, "king"), FILE_ERROR, "damaged container", "1000000000"
        )


@unittest.skipIf(shutil.which("fasttext") is None, "fastText is not there")
class FastText(cli.CommandTest):
    """Debian's fasttext trains a small model and says what its vectors and neighbours are."""

    WORDS = ["container", "containerly", "könig", "vectorial", "xx", "日本語"]

    def fasttext(self, *arguments, **options):
        done = subprocess.run(
            ["fasttext", *map(str, arguments)], cwd=self.folder, check=True, timeout=60,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options,
        )
        return done.stdout.decode()

    def setUp(self):
        super().setUp()
        text = cli.ROOT / "src" / "wordvec" / "store" / "FORMAT.md"
        self.fasttext(
            "skipgram", "-input", text, "-output", "m", "-dim", 8, "-bucket", 2000, "-minCount", 2,
            "-minn", 2, "-maxn", 4, "-epoch", 3, "-thread", 1,
        )
        result = self.run_command("convert", "m.bin", "m.safetensors")
        self.assertEqual(result.status, ALL_ANSWERED, result)

    def test_prints_the_vectors_that_lookup_builds(self):
        printed = self.fasttext(
            "print-word-vectors", "m.bin", input="".join(w + "\n" for w in self.WORDS).encode()
        )
        found = self.run_command("lookup", "-m", "m.safetensors", *self.WORDS)
        self.assertEqual(found.stderr.count("n-grams"), len(self.WORDS) - 1)
        lines = printed.splitlines()
        self.assertEqual(len(lines), len(self.WORDS))
        for line, ours in zip(lines, found.lines):
            word, *values = line.split()
            our_word, *our_values = ours.split(" ")
            self.assertEqual(our_word, word)
            for value, our_value in zip(values, our_values, strict=True):
                # Five digits are printed, of a sum in another order.
                self.assertAlmostEqual(float(our_value), float(value),
                                       delta=6e-5 * abs(float(value)) + 1e-7, msg=word)

    def test_finds_the_same_nearest_words(self):
        found = self.run_command("nearest", "-m", "m.safetensors", "-k", 20, "-f", "tsv", *self.WORDS[1:])
        for word in self.WORDS[1:]:
            printed = self.fasttext("nn", "m.bin", 5, input=word.encode() + b"\n")
            pairs = [line.rsplit(" ", 1) for line in printed.replace("Query word? ", "").splitlines()]
            pairs = [(answer, float(score)) for answer, score in pairs if answer]
            self.assertEqual(len(pairs), 5)
            ours = [(row[2], float(row[3])) for row in found.fields if row[0] == word]
            # fastText adds in float32, so that words of nearly equal scores change places.
            for (answer, score), (_, our_score) in zip(pairs, ours):
                self.assertAlmostEqual(our_score, score, delta=2e-6)
                self.assertAlmostEqual(dict(ours)[answer], score, delta=2e-6)


if __name__ == "__main__":
    cli.main()
