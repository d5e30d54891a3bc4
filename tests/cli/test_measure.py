#!/usr/bin/python3
"""`wordvec similarity`, `odd`, `rank`, `closer`, `distance`, `axis`: measures of words and texts.

Where gensim and SciPy are there, they answer the same random questions; all of them are given to
one run of the command, on its standard input.
"""

import csv
import functools
import io
import itertools
import json
import os
import random
import sys
import types
import unittest
import unittest.mock
from fractions import Fraction

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, WRONG_USAGE, numpy  # noqa: E402

try:
    from gensim.models import KeyedVectors
except ImportError:
    KeyedVectors = None
try:
    from scipy import optimize
except ImportError:
    optimize = None

needs_gensim = unittest.skipIf(KeyedVectors is None or numpy is None, "gensim is not there")
needs_scipy = unittest.skipIf(optimize is None or numpy is None, "SciPy is not there")

COMMANDS = ("similarity", "odd", "rank", "closer", "distance", "axis")
CASES = 200
COMPASS = "east 2 0\nnorth 0 1\nwest -1 0\nnortheast 3 3\nnowhere 0 0\nnew york 1 2\nalso_east 7 0\n"


@functools.lru_cache(maxsize=None)
def gensim_sample():
    vectors = KeyedVectors(300)
    vectors.add_vectors(cli.sample_words(), cli.sample_matrix().astype(numpy.float32))
    # What rank() and closer_than() ask again for the same word is most of their time.
    vectors.distances = functools.lru_cache(maxsize=None)(vectors.distances)
    return vectors


def optimum(supplies, demands, costs):
    """The least cost of moving shares, by a linear program."""
    # Each source sends its share, each sink gets its own.
    constraints = numpy.vstack([
        numpy.kron(numpy.eye(len(supplies)), numpy.ones(len(demands))),
        numpy.kron(numpy.ones(len(supplies)), numpy.eye(len(demands))),
    ])
    return optimize.linprog(
        costs.ravel(), A_eq=constraints, b_eq=numpy.concatenate([supplies, demands]),
        method="highs",
    ).fun


def unit(word):
    return cli.unit_matrix()[row_of(word)]


@functools.lru_cache(maxsize=None)
def rows():
    return {word: row for row, word in enumerate(cli.sample_words())}


def row_of(word):
    return rows()[word]


@functools.lru_cache(maxsize=None)
def words_and_cosines():
    """Words to ask about, and their cosines with all words."""
    words = random.Random(1).sample(cli.sample_words(), CASES)
    return words, cli.unit_matrix()[[row_of(word) for word in words]] @ cli.unit_matrix().T


def as_lines(groups, separator="\t"):
    return "".join(separator.join(group) + "\n" for group in groups).encode()


class MeasureTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(self.id())

    def words(self, count):
        return self.random.sample(cli.sample_words(), count)

    def compass(self):
        self.write("compass.txt", COMPASS)
        self.run_command("convert", "compass.txt", "compass.safetensors")
        return "compass.safetensors"


class Similarity(MeasureTest):
    def test_beyond_float32_is_no_number(self):
        self.write("m.txt", "big 1e30 1e30\nsmall 1 0\n")
        for arguments in (("big", "big"), ("--all-pairs", "big", "small")):
            result = self.run_command("similarity", "-m", "m.txt", "--measure", "dot", *arguments)
            self.assert_says(result, WRONG_USAGE, "the dot of two vectors is beyond the largest float32")

    def test_of_a_model_and_pairs_from_standard_input(self):
        self.assert_says(
            self.run_command("similarity", "-m", "-", "--pairs", "-", stdin=b"a 1\nb 2\n"),
            WRONG_USAGE, "the model and words cannot both come from standard input")

    @cli.needs_numpy
    def test_of_pairs_is_what_numpy_computes(self):
        pairs = [self.words(2) for _ in range(50)] + [["king", "queen"], ["man", "man"]]
        matrix = cli.sample_matrix()
        measures = {
            "cosine": lambda a, b: unit(a) @ unit(b),
            "dot": lambda a, b: matrix[row_of(a)] @ matrix[row_of(b)],
            "euclidean": lambda a, b: numpy.linalg.norm(matrix[row_of(a)] - matrix[row_of(b)]),
        }
        for measure, expected in measures.items():
            result = self.ask("similarity", "--measure", measure, stdin=as_lines(pairs))
            self.assert_answered(result)
            self.assertEqual(result.lines[0], f"word1\tword2\t{measure}")
            self.assertEqual([fields[:2] for fields in result.fields], pairs)
            for a, b, value in result.fields:
                reference = expected(a, b)
                self.assertAlmostEqual(float(value), reference, delta=1e-6 * (1 + abs(reference)))
        result = self.ask("similarity")
        self.assertEqual(result.fields, [])

    def test_pairs_come_as_arguments_from_a_file_or_from_lines(self):
        expected = [["king", "queen", "0.69767565"], ["man", "woman", "0.7188646"]]
        self.write("pairs.tsv", "king\tqueen\n\nman\twoman\r\n")
        for result in (
            self.ask("similarity", "king", "queen", "man", "woman"),
            self.ask("similarity", "--pairs", "pairs.tsv"),
            self.ask("similarity", "-", stdin=b"king queen\n man   woman "),
        ):
            self.assert_answered(result)
            self.assertEqual(result.fields, expected)
        result = self.ask("similarity", "--pairs", "pairs.tsv", "--out", "out.json")
        self.assert_answered(result)
        self.assertEqual(json.loads((self.folder / "out.json").read_bytes()), [
            {"word1": "king", "word2": "queen", "cosine": 0.69767565},
            {"word1": "man", "word2": "woman", "cosine": 0.7188646},
        ])

    def test_without_an_answer_no_file_is_written(self):
        self.write("old.csv", "as it was")
        for name in ("new.tsv", "old.csv"):
            result = self.ask("similarity", "king", "xqzxqz", "--out", name)
            self.assert_says(result, NOT_FOUND, "'xqzxqz' is not in the vocabulary",
                             rf"no pair has an answer: {name} is not written")
        result = self.ask("similarity", "--out", "new.json", stdin=b"king\n")
        self.assert_says(result, WRONG_USAGE, "found 1 word", r"new\.json is not written")
        self.assertEqual(self.files(), ["old.csv"])
        self.assertEqual((self.folder / "old.csv").read_text(), "as it was")
        result = self.ask("similarity", "king", "xqzxqz", "--out", "-")
        self.assertEqual(result.stdout, b"word1\tword2\tcosine\n")
        result = self.ask("similarity", "king", "xqzxqz", "king", "king", "--out", "new.tsv")
        self.assert_says(result, NOT_FOUND, "'xqzxqz'")
        self.assertEqual(
            (self.folder / "new.tsv").read_text(), "word1\tword2\tcosine\nking\tking\t1\n")
        result = self.ask("similarity", "--out", "old.csv", stdin=b"\n \n")
        self.assert_refused(result, NOT_FOUND, r"no pair has an answer: old\.csv is not written")
        self.assertEqual((self.folder / "old.csv").read_text(), "as it was")

    def test_words_with_spaces_stand_between_tabs(self):
        result = self.ask(
            "similarity", "--measure", "dot", model=self.compass(), stdin=b"new york\tnorth\n"
        )
        self.assert_answered(result)
        self.assertEqual(result.fields, [["new york", "north", "2"]])

    def test_bad_pairs_are_named_and_the_others_answered(self):
        result = self.ask(
            "similarity", stdin=b"king\nking queen man\n\nking qeen\nKing man\nking man\n"
        )
        self.assert_says(
            result, WRONG_USAGE, "standard input:1: query 'king': found 1 word",
            "standard input:2: .*found 3 words, expected two",
            "'qeen' is not in the vocabulary; closest: queen", "'king' is used",
        )
        self.assertEqual([fields[0] for fields in result.fields], ["King", "king"])
        self.write("pairs.txt", "king queen\nking\n")
        result = self.ask("similarity", "--pairs", "pairs.txt")
        self.assert_says(result, WRONG_USAGE, r"pairs\.txt:2: query 'king': found 1 word")
        self.assertEqual(len(result.fields), 1)
        result = self.ask("similarity", "king", "qeen", "king", "man")
        self.assert_says(result, NOT_FOUND, "'qeen' is not in the vocabulary; closest: queen")
        self.assertEqual(len(result.fields), 1)

    def test_people_s_judgements_are_for_eval(self):
        told = (r"{}:{}: found two words and a number, expected two words: `wordvec eval similarity "
                r"FILE` compares with people's judgements, and `cut{} -f 1,2 FILE` leaves the words\n\Z")
        tabs = "king\tqueen\t8.58\r\nnew york\tlondon\t-1e-3\n"
        for text, start, line, cut in (
            (tabs, r"\Awordvec: error: ", 1, ""),
            ("Word 1\tWord 2\tHuman (mean)\n" + tabs, r".*found 3 words, expected two\n.*", 2, ""),
            ("king queen 8.58\nman woman 8.30\n", r"\Awordvec: error: ", 1, " -d ' '"),
        ):
            self.write("judged.tsv", text)
            result = self.ask("similarity", "--pairs", "judged.tsv", "--out", "out.tsv")
            self.assert_says(result, WRONG_USAGE, start + told.format(r"judged\.tsv", line, cut))
            self.assertEqual((result.stdout, self.files()), (b"", ["judged.tsv"]))
            result = self.ask("similarity", stdin=text.encode())
            self.assert_says(result, WRONG_USAGE, start + told.format("standard input", line, cut))
            self.assertEqual(result.stdout, b"")
        # Of pairs, a line of three words is one that is wrong.
        result = self.ask("similarity", stdin=b"king queen\nking queen 8.58\nman woman\n")
        self.assert_says(result, WRONG_USAGE, r":2: query 'king queen 8\.58': found 3 words, exp")
        self.assertEqual([row[:2] for row in result.fields], [["king", "queen"], ["man", "woman"]])
        result = self.ask("similarity", stdin=b"new york city\nking queen\n")
        self.assert_says(result, WRONG_USAGE, ":1: query 'new york city': found 3 words, expected")
        self.assertEqual(len(result.fields), 1)

    def test_a_line_without_an_end_is_told_after_the_answers_before_it(self):
        lines = b"king queen\n" + b"x" * (20 << 20)
        self.write("pairs.txt", lines)
        for source, result in (
            ("standard input", self.ask("similarity", stdin=lines)),
            (r"pairs\.txt", self.ask("similarity", "--pairs", "pairs.txt")),
        ):
            self.assert_says(result, FILE_ERROR, rf"error: {source}:2: found no line end within "
                             r"16777216 bytes, expected a shorter line\n\Z")
            self.assertEqual([row[:2] for row in result.fields], [["king", "queen"]])
        result = self.ask("similarity", "--pairs", "pairs.txt", "--out", "out.tsv")
        self.assert_says(result, FILE_ERROR, r"pairs\.txt:2")
        self.assertEqual(self.files(), ["pairs.txt"])

    def test_a_vector_of_zeros_has_no_cosine_but_a_distance(self):
        model = self.compass()
        result = self.ask("similarity", "east", "nowhere", "east", "north", model=model)
        self.assert_says(result, WRONG_USAGE, "'nowhere' is all zeros")
        self.assertEqual(result.fields, [["east", "north", "0"]])
        # A pair without one has no cosine. A matrix has one of the other words.
        result = self.ask("similarity", "--all-pairs", "east", "nowhere", "north", model=model)
        self.assert_says(result, NOT_FOUND, "'nowhere' is all zeros: it has no direction$")
        self.assertEqual(result.lines, ["word\teast\tnorth", "east\t1\t0", "north\t0\t1"])
        result = self.ask("similarity", "east", "nowhere", "--measure", "euclidean", model=model)
        self.assertEqual(result.fields, [["east", "nowhere", "2"]])

    def test_wrong_usage(self):
        for arguments, pattern in {
            ("king", "queen", "man"): "found 3 words, expected pairs",
            ("king", "queen", "--measure", "manhattan"): "--measure: found 'manhattan', expected one of cosine, dot",
            ("king", "queen", "--pairs", "x"): "exclude each other",
            ("--all-pairs", "--pairs", "x"): "exclude each other",
            ("king", "queen", "--out", "x.npy"): "goes with --all-pairs only",
            ("king", "queen", "--out", "x.foo"): r"'x\.foo': expected an extension .*\.npy",
            ("--all-pairs", "king", "--out", "x.npy", "-f", "csv"): "--format has no meaning",
            ("--all-pairs",): "found no words",
        }.items():
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ask("similarity", *arguments), WRONG_USAGE, pattern)
        self.assertEqual(self.files(), [])
        self.assert_refused(self.ask("similarity", "--pairs", "none"), FILE_ERROR, "none: cannot")


class AllPairs(MeasureTest):
    @cli.needs_numpy
    def test_is_a_matrix_in_every_format(self):
        words = self.words(40)
        index = [row_of(word) for word in words]
        expected = cli.unit_matrix()[index] @ cli.unit_matrix()[index].T

        def check(found_words, values):
            self.assertEqual(found_words, words)
            numpy.testing.assert_allclose(numpy.array(values, float), expected, atol=1e-6)

        given = {"stdin": "\n".join(words).encode()}
        result = self.ask("similarity", "--all-pairs", **given)
        self.assert_answered(result)
        self.assertEqual(result.lines[0].split("\t"), ["word"] + words)
        check([row[0] for row in result.fields], [row[1:] for row in result.fields])
        table = json.loads(self.ask("similarity", "--all-pairs", "-f", "json", *words).stdout)
        check([row["word"] for row in table], [row["cosine"] for row in table])
        self.assert_answered(self.ask("similarity", "--all-pairs", "--out", "m.csv", **given))
        with (self.folder / "m.csv").open(newline="") as file:
            table = list(csv.reader(file))
        self.assertEqual(table[0], ["word"] + words)
        check([row[0] for row in table[1:]], [row[1:] for row in table[1:]])
        self.assert_answered(self.ask("similarity", "--all-pairs", "-o", "m.npy", *words))
        array = numpy.load(self.folder / "m.npy")
        self.assertEqual(array.dtype, numpy.float32)
        self.assertTrue((array == array.T).all())
        check((self.folder / "m.vocab.txt").read_text().splitlines(), array)

    def test_the_names_of_columns_are_escaped_like_words(self):
        self.write("odd.tsv", "1\t0\n1\t1\n0\t1\n")
        self.write("odd.metadata.tsv", 'a,b\nsay "x"\ntab\\ttab\n')
        self.run_command("convert", "odd.tsv", "odd.safetensors")
        words = ["a,b", 'say "x"', "tab\ttab"]
        arguments = ["similarity", "--all-pairs", *words]
        result = self.ask(*arguments, "-f", "csv", model="odd.safetensors")
        self.assert_answered(result)
        table = list(csv.reader(io.StringIO(result.stdout.decode(), newline="")))
        self.assertEqual(table[0], ["word", *words])
        self.assertEqual([len(row) for row in table], [4] * 4)
        result = self.ask(*arguments, model="odd.safetensors")
        self.assertEqual(result.lines[0].split("\t"), ["word", "a,b", 'say "x"', "tab\\ttab"])

    def test_unknown_words_are_left_out(self):
        result = self.ask("similarity", "--all-pairs", "king", "qeen", "man")
        self.assert_says(result, NOT_FOUND, "'qeen' is not in the vocabulary")
        self.assertEqual(result.lines[0], "word\tking\tman")
        result = self.ask("similarity", "--all-pairs", "xqzxqz", "--out", "none.npy")
        self.assert_says(result, NOT_FOUND, "'xqzxqz'")
        self.assertEqual(self.files(), [])

    def test_a_file_appears_whole_or_not_at_all(self):
        for name in ("m.npy", "m.csv"):
            result = self.ask("similarity", "--all-pairs", "a", "b", "--out", f"none/{name}")
            self.assert_refused(result, FILE_ERROR, f"none/{name}: cannot")
        self.assertEqual(self.files(), [])


class Odd(MeasureTest):
    @needs_gensim
    def test_is_the_one_of_gensim(self):
        sets = [self.words(self.random.randint(3, 8)) for _ in range(CASES)]
        result = self.ask("odd", stdin=as_lines(sets))
        self.assert_answered(result)
        answers = {}
        for query, rank, word, score, margin in result.fields:
            answers.setdefault(query, []).append((int(rank), word, float(score), margin))
        for words in sets:
            answer = answers["\t".join(words).replace("\t", "\\t")]
            self.assertEqual([entry[0] for entry in answer], list(range(1, len(words) + 1)))
            self.assertEqual(answer[0][1], gensim_sample().doesnt_match(words))
            expected = sorted(gensim_sample().rank_by_centrality(words))
            for (_, word, score, margin), (reference, expected_word) in zip(answer, expected):
                self.assertEqual(word, expected_word)
                self.assertAlmostEqual(score, reference, delta=1e-5)
            for here, after in zip(answer, answer[1:]):
                self.assertAlmostEqual(float(here[3]), after[2] - here[2], delta=1e-6)
            self.assertEqual(answer[-1][3], "")

    def test_by_hand(self):
        # Two of three point east: the units add up to (2, 1), of length √5.
        result = self.ask("odd", "east", "north", "also_east", model=self.compass())
        self.assert_answered(result)
        self.assertEqual([row[2] for row in result.fields], ["north", "east", "also_east"])
        self.assertAlmostEqual(float(result.fields[0][3]), 5 ** -0.5, delta=1e-6)
        self.assertAlmostEqual(float(result.fields[0][4]), 5 ** -0.5, delta=1e-6)

    def test_a_tie_is_told(self):
        # Alike but for their lengths, which say nothing; in float32 3 × 0.1 is not 0.3.
        self.write("line.txt", "one 0.1 0.7 -0.3\nthree 0.3 2.1 -0.9\neleven 1.1 7.7 -3.3\n"
                               "other -1 0 4\nup 0.2 1 -0.5\ndown 0.2 -0.5 1\nflat 3 2 2\n")
        told = "wordvec: warning: query '{}': {} are equally odd, up to rounding: that one of them " \
               "comes first says nothing (equal scores stand in the order given)\n"
        for words in (["one", "three", "eleven"], ["eleven", "one", "three"]):
            result = self.ask("odd", "-k", 1, *words, "-q", model="line.txt")
            self.assert_says(result, ALL_ANSWERED)
            result = self.ask("odd", *words, model="line.txt")
            self.assertIn(told.format(" ".join(words), "all 3 words"), result.stderr)
            self.assertEqual(result.fields[0][2], words[0])
            self.assertEqual([float(row[3]) for row in result.fields], [1] * 3)
        # As far from the mean, which is along (x, y, y).
        result = self.ask("odd", "flat", "up", "down", "-k", 1, model="line.txt")
        self.assertIn(told.format("flat up down", "'up', 'down'"), result.stderr)
        result = self.ask("odd", "one", "three", "other", model="line.txt")
        self.assertNotIn("equally odd", result.stderr)
        self.assertEqual(result.fields[0][2], "other")

    def test_only_the_oddest(self):
        result = self.ask("odd", "-k", 1, stdin=b"cat dog mouse king\nking queen prince tree\n")
        self.assert_answered(result)
        self.assertEqual([row[2] for row in result.fields], ["king", "tree"])

    def test_a_word_that_is_given_twice_counts_once(self):
        once = self.ask("odd", "cat", "king", "queen")
        result = self.ask("odd", "cat", "king", "King", "queen")
        self.assert_says(result, ALL_ANSWERED, "note: 'king' is in the set more than once, and")
        self.assertEqual([row[2:] for row in result.fields], [row[2:] for row in once.fields])
        result = self.ask("odd", "cat", "cat", "cat")
        self.assert_says(result, NOT_FOUND, "of three words one is left: no answer")

    def test_bad_sets(self):
        result = self.ask("odd", "cat")
        self.assert_says(result, WRONG_USAGE, "'cat': found 1 word, expected three or more$")
        result = self.ask("odd", "cat", "dog")
        self.assert_says(result, WRONG_USAGE, "expected three or more: of two, each is as far")
        # However few are known: what is wrong is what was asked.
        result = self.ask("odd", "cat", "qeen")
        self.assert_says(result, WRONG_USAGE, r"\A[^\n]*: found 2 words, expected three or more")
        result = self.ask("odd", "-k", 1, stdin=b"cat\ncat dog king\n")
        self.assert_says(result, WRONG_USAGE, "standard input:1: query 'cat': found 1 word")
        self.assertEqual(len(result.fields), 1)
        result = self.ask("odd", "cat", "dog", "qeen", "king")
        self.assert_says(result, NOT_FOUND, "'qeen' is not in the vocabulary; closest: queen")
        self.assertEqual(result.fields[0][2], "king")
        result = self.ask("odd", "cat", "dog", "qeen")
        self.assert_says(result, NOT_FOUND, r"\A[^\n]*'qeen' is not[^\n]*\n[^\n]*: query 'cat dog "
                         r"qeen': of three words two are left: no answer[^\n]*\n\Z")
        self.assertEqual(result.fields, [])
        self.write("around.txt", "east 1 0\nwest -2 0\nnorth 0 3\nsouth 0 -1\n")
        result = self.ask("odd", "east", "west", "north", "south", model="around.txt")
        self.assert_says(result, WRONG_USAGE, "add up to zero")

    def test_quotes_that_make_a_set_one_word(self):
        one = r"\Awordvec: error: query '{}': found 1 word, expected three or more{}\n\Z"
        hint = "; leave out the quotes, which make one word of {}"
        for word, end in (
            ("king queen man", hint.format(3)),
            ("king  Queen man woman", hint.format(4)),
            ("king queen", ""),  # too few without them
            ("king xqzxqz man", ""),
        ):
            result = self.ask("odd", word)
            self.assert_says(result, WRONG_USAGE, one.format(word, end))
        result = self.ask("odd", "--exact-case", "king Queen man")
        self.assert_says(result, WRONG_USAGE, one.format("king Queen man", ""))
        # There were no quotes.
        result = self.ask("odd", stdin=b"king queen man\t\n")
        self.assert_says(result, WRONG_USAGE, r"found 1 word, expected three or more\n\Z")

    def test_a_vector_of_zeros_is_left_out(self):
        model = self.compass()
        zeros = "wordvec: error: the vector of 'nowhere' is all zeros: it has no direction\n"
        reference = self.ask("odd", "east", "north", "also_east", model=model)
        result = self.ask("odd", "east", "nowhere", "north", "also_east", model=model)
        self.assertEqual((result.status, result.stderr), (NOT_FOUND, zeros))
        self.assertEqual([row[1:] for row in result.fields], [row[1:] for row in reference.fields])
        few = "query '{}': of three words two are left: no answer, since three are needed\n"
        for missing in ("nowhere", "xqzxqz"):
            result = self.ask("odd", "east", "north", missing, model=model)
            self.assert_says(result, NOT_FOUND, r"\A[^\n]*" + missing + r"[^\n]*\n[^\n]*" +
                             few.format(f"east north {missing}") + r"\Z")
            self.assertEqual(result.fields, [])
        result = self.ask("odd", model=model,
                          stdin=b"east nowhere north\neast north west also_east\n")
        self.assertEqual((result.status, result.stderr), (
            NOT_FOUND, zeros + "wordvec: error: standard input:1: " +
            few.format("east nowhere north")))
        self.assertEqual({row[0] for row in result.fields}, {"east north west also_east"})


class Rank(MeasureTest):
    @cli.needs_numpy
    def test_is_one_more_than_the_closer_words(self):
        words, cosines = words_and_cosines()
        pairs = [[word, self.random.choice(cli.sample_words())] for word in words]
        result = self.ask("rank", stdin=as_lines(pairs))
        self.assert_answered(result)
        self.assertEqual([row[:2] for row in result.fields], pairs)
        # A score is the float32 next to the cosine in double, and equal ones do not count.
        for (a, b, rank, score), scores in zip(result.fields, cosines.astype(numpy.float32)):
            closer = scores > scores[row_of(b)]
            closer[row_of(a)] = False
            self.assertEqual(int(rank), 1 + closer.sum(), (a, b))
            self.assertAlmostEqual(float(score), scores[row_of(b)], delta=1e-7)
            if KeyedVectors is not None:
                # gensim computes in float32: words within its rounding may change places.
                unsure = (abs(scores - scores[row_of(b)]) < 1e-6).sum() - 1
                self.assertLessEqual(abs(gensim_sample().rank(a, b) - int(rank)), unsure)

    def test_counts_neither_the_word_nor_its_equals(self):
        model = self.compass()
        result = self.ask(
            "rank", "east", "northeast", "east", "also_east", "east", "east", "east", "west",
            model=model,
        )
        self.assert_answered(result)
        # Seen from east: also_east 1, northeast 0.71, new york 0.45, north 0, west −1.
        self.assertEqual([row[2] for row in result.fields], ["2", "1", "1", "5"])

    def test_top_rows_are_a_limit(self):
        result = self.ask("rank", "east", "west", "--top-rows", 4, model=self.compass())
        self.assertEqual(result.fields[0][2], "3")

    def test_bad_pairs(self):
        for command in ("rank", "closer"):
            result = self.ask(command, "king")
            self.assert_refused(result, WRONG_USAGE, "found 1 word, expected pairs")
            result = self.ask(command, stdin=b"king queen man\nking\n\nking prince\n")
            self.assert_says(
                result, WRONG_USAGE, "standard input:1: .*found 3 words, expected two",
                "standard input:2: .*found 1 word",
            )
            self.assertNotEqual(result.fields, [])
            result = self.ask(command, "king", "qeen", "xqzxqz", "king")
            self.assert_says(result, NOT_FOUND, "'qeen' is not .*queen", "'xqzxqz' is not")
            self.assertEqual(result.fields, [])
            for words in (("east", "nowhere"), ("nowhere", "east")):
                result = self.ask(command, *words, model=self.compass())
                self.assert_says(result, WRONG_USAGE, "'nowhere' is all zeros")


class Closer(MeasureTest):
    @needs_gensim
    def test_are_those_of_gensim(self):
        words, cosines = words_and_cosines()
        pairs = []
        for word, scores in zip(words, cosines):
            order = numpy.argsort(-scores)
            pairs.append([word, cli.sample_words()[order[self.random.randint(1, 300)]]])
        result = self.ask("closer", stdin=as_lines(pairs))
        self.assert_answered(result)
        answers = {}
        for query, rank, word, score in result.fields:
            answers.setdefault(query, []).append((int(rank), word, float(score)))
        for (a, b), scores in zip(pairs, cosines):
            answer = answers.get(f"{a}\\t{b}", [])
            found = {word for _, word, _ in answer}
            self.assertFalse(found & {a, b})
            # gensim computes in float32: what is within its rounding may be either.
            for word in found ^ set(gensim_sample().closer_than(a, b)):
                self.assertAlmostEqual(scores[row_of(word)], scores[row_of(b)], delta=1e-6)
            self.assertEqual([rank for rank, _, _ in answer], list(range(1, len(answer) + 1)))
            self.assertEqual([score for _, _, score in answer],
                             sorted((score for _, _, score in answer), reverse=True))
            for _, word, score in answer:
                self.assertAlmostEqual(score, scores[row_of(word)], delta=1e-6)

    def test_are_the_first_of_nearest_and_as_many_as_rank_says(self):
        nearest = self.ask("nearest", "king", "-k", 289)
        closer = self.ask("closer", "king", "man")
        self.assert_answered(closer)
        self.assertEqual([row[1:] for row in closer.fields], [row[1:] for row in nearest.fields])
        self.assertEqual(self.ask("rank", "king", "man").fields[0][2], "290")
        few = self.ask("closer", "king", "man", "-k", 3, "--top-rows", 600)
        self.assertEqual(cli.tsv_words(few),
                         [word for word in cli.tsv_words(nearest) if row_of(word) < 600][:3])
        self.assertEqual(self.ask("closer", "king", "king").fields, [])


class Distance(MeasureTest):
    def test_words_without_a_direction_are_told(self):
        self.write("m.txt", "a 1 0\nb 0 1\nz 0 0\n")
        result = self.run_command("distance", "-m", "m.txt", "a z", "b", "--method", "wmd")
        self.assert_says(result, NOT_FOUND, "1 of 3 words has a vector of zeros, .*left out")

    def texts(self, most_words):
        """Two texts, of words some of which come several times."""
        words = self.words(self.random.randint(2, most_words))
        return [
            self.random.choices(words, k=self.random.randint(1, most_words)) for _ in range(2)
        ]

    def ask_pairs(self, pairs, *arguments):
        lines = as_lines([" ".join(text) for text in pair] for pair in pairs)
        result = self.ask("distance", "--pretokenized", *arguments, stdin=lines)
        self.assert_answered(result)
        self.assertEqual([row[:2] for row in result.fields],
                         [[" ".join(text) for text in pair] for pair in pairs])
        return [list(map(float, row[2:])) for row in result.fields]

    @needs_gensim
    def test_of_means_is_the_n_similarity_of_gensim(self):
        pairs = [self.texts(12) for _ in range(CASES)]
        for (a, b), (distance, similarity) in zip(pairs, self.ask_pairs(pairs)):
            self.assertAlmostEqual(similarity, gensim_sample().n_similarity(a, b), delta=1e-5)
            self.assertAlmostEqual(distance, 1 - similarity, delta=1e-12)

    def transport_problem(self, a, b):
        """Shares of the words of two texts, and the distances of their unit vectors."""
        words = [sorted(set(text)) for text in (a, b)]
        shares = [numpy.array([text.count(word) / len(text) for word in of_text])
                  for text, of_text in zip((a, b), words)]
        x, y = ([unit(word) for word in of_text] for of_text in words)
        costs = numpy.array([[numpy.linalg.norm(u - v) for v in y] for u in x])
        return shares[0], shares[1], costs

    @needs_scipy
    def test_of_words_that_move_is_the_optimum_of_a_linear_program(self):
        pairs = [self.texts(14) for _ in range(CASES)]
        found = self.ask_pairs(pairs, "--method", "wmd")
        turned = self.ask_pairs([pair[::-1] for pair in pairs], "--method", "wmd")
        for (a, b), (distance,), (back,) in zip(pairs, found, turned):
            self.assertAlmostEqual(distance, optimum(*self.transport_problem(a, b)), delta=1e-6)
            self.assertAlmostEqual(back, distance, delta=1e-9)

    @needs_gensim
    @needs_scipy
    def test_of_words_that_move_is_the_wmdistance_of_gensim(self):
        # Its own, but for the solver, pyemd, which Debian does not have.
        solver = types.ModuleType("pyemd")
        solver.emd = lambda a, b, costs: optimum(a[a > 0], b[b > 0], costs[a > 0][:, b > 0])
        pairs = [self.texts(12) for _ in range(CASES)]
        found = self.ask_pairs(pairs, "--method", "wmd")
        with unittest.mock.patch.dict(sys.modules, {"pyemd": solver}):
            for (a, b), (distance,) in zip(pairs, found):
                self.assertAlmostEqual(
                    distance, gensim_sample().wmdistance(a, b), delta=1e-5, msg=(a, b))

    @needs_scipy
    def test_texts_of_a_thousand_distinct_words(self):
        # Each word weighs the same: an assignment.
        a, b = cli.sample_words()[:1000], cli.sample_words()[1000:2000]
        ((distance,),) = self.ask_pairs([(a, b)], "--method", "wmd")
        x, y = cli.unit_matrix()[:1000], cli.unit_matrix()[1000:2000]
        costs = numpy.sqrt(numpy.maximum(0, 2 - 2 * x @ y.T))
        best = costs[optimize.linear_sum_assignment(costs)].sum() / 1000
        self.assertAlmostEqual(distance, best, delta=1e-6)
        # Words of different weights, a third of which are in both texts.
        a = [word for i, word in enumerate(cli.sample_words()[:300]) for _ in range(1 + i % 7)]
        b = [word for i, word in enumerate(cli.sample_words()[200:500]) for _ in range(1 + i % 5)]
        ((distance,),) = self.ask_pairs([(a, b)], "--method", "wmd")
        ((back,),) = self.ask_pairs([(b, a)], "--method", "wmd")
        self.assertAlmostEqual(distance, back, delta=1e-7)
        self.assertGreater(distance, 0)

    def test_texts_are_split_as_embed_does(self):
        result = self.ask("distance", "The king, and QUEEN.", "the king , and queen .")
        self.assert_answered(result)
        self.assertAlmostEqual(float(result.fields[0][3]), 1, delta=1e-6)
        result = self.ask("distance", "--method", "wmd", "King queen", "queen king")
        self.assert_answered(result)
        self.assertEqual(float(result.fields[0][2]), 0)
        self.assertEqual(result.lines[0], "text1\ttext2\tdistance")
        result = self.ask("distance", "King", "king", "--exact-case")
        self.assert_says(result, NOT_FOUND, "'King' is not in the vocabulary")

    def test_unknown_words_are_named_and_left_out(self):
        for method in ("mean", "wmd"):
            known = self.ask("distance", "--method", method, "king queen", "man")
            some = self.ask("distance", "--method", method, "king xqzxqz queen qeen", "man")
            self.assert_says(some, NOT_FOUND, "'xqzxqz' is not", "'qeen' is not .*queen")
            self.assertEqual(some.fields[0][2:], known.fields[0][2:])
        many = " ".join(f"xqzxqz{i}" for i in range(30)).encode()
        result = self.ask("distance", stdin=many + b" king\tman\n")
        self.assert_says(result, NOT_FOUND, "30 of 32 words are not in the vocabulary")
        self.assertEqual(result.stderr.count("error"), 10)

    def test_a_text_without_words_has_no_distance(self):
        for method in ("mean", "wmd"):
            result = self.ask("distance", "--method", method, "king", " ")
            self.assert_says(result, NOT_FOUND, "the text ' ' has no word with a vector")
            result = self.ask("distance", "--method", method, stdin=b"\tking\nking\tman\n")
            self.assert_says(result, NOT_FOUND, "standard input:1: the text '' has no word")
            self.assertEqual([row[0] for row in result.fields], ["king"])

    def test_bad_texts(self):
        result = self.ask("distance", "king")
        self.assert_refused(result, WRONG_USAGE, "found 1 text, expected two")
        result = self.ask("distance", "a", "king", "sat")
        self.assert_refused(result, WRONG_USAGE, "found 3 texts, expected two .*in quotes")
        result = self.ask("distance", "king", "man", "--method", "best")
        self.assert_refused(result, WRONG_USAGE, "--method: found 'best', expected one of mean, wmd")
        result = self.ask("distance", stdin=b"king\nking\tman\tcat\n\nking\tman\n")
        self.assert_says(
            result, WRONG_USAGE, "standard input:1: .*found 1 text, expected two with a tab",
            "standard input:2: .*found 3 texts",
        )
        self.assertEqual(len(result.fields), 1)
        model = self.compass()
        result = self.ask("distance", "east west west", "north", model=model)
        self.assert_says(result, WRONG_USAGE, "mean of a text's vectors .* zeros")
        # Zeros count in a mean of unscaled vectors, and are nothing that could move.
        result = self.ask("distance", "nowhere east", "also_east", model=model)
        self.assertEqual(float(result.fields[0][2]), 0)
        result = self.ask("distance", "nowhere", "east", "--method", "wmd", model=model)
        self.assert_says(result, NOT_FOUND, "the text 'nowhere' has no word with a vector")


class Axis(MeasureTest):
    @cli.needs_numpy
    def test_is_the_difference_of_the_means_of_unit_vectors(self):
        begin, end = self.words(3), self.words(5)
        words = self.words(60)
        axis = (sum(unit(word) for word in end) / 5) - (sum(unit(word) for word in begin) / 3)
        axis /= numpy.linalg.norm(axis)
        given = ["--between", " ".join(begin), "\n".join(end)]
        for arguments, stdin, placed in (
            (words, b"", words), ([], "\n".join(words).encode(), words),
            (["--top", 80], b"", cli.sample_words()[:80]),
        ):
            result = self.ask("axis", *given, *arguments, stdin=stdin)
            self.assert_answered(result)
            expected = sorted(((unit(word) @ axis, word) for word in placed), reverse=True)
            self.assertEqual([row[:2] for row in result.fields],
                             [[str(i + 1), word] for i, (_, word) in enumerate(expected)])
            for row, (score, _) in zip(result.fields, expected):
                self.assertAlmostEqual(float(row[2]), score, delta=1e-6)

    def test_leads_from_the_first_to_the_second(self):
        result = self.ask(
            "axis", "--between", "west", "east", "north", "west", "northeast", model=self.compass()
        )
        self.assert_answered(result)
        self.assertEqual([row[1] for row in result.fields], ["northeast", "north", "west"])
        self.assertEqual([row[2] for row in result.fields], ["0.70710677", "0", "-1"])

    def test_a_word_counts_once_at_each_end(self):
        # From west (-1, 0) to the mean of east and north (½, ½) it is (3/2, 1/2): north (0, 1) has
        # 1 / √10 on it. If east counted twice, that were 1 / √26.
        result = self.ask("axis", "--between", "west", "east\neast north east", "north",
                          model=self.compass())
        self.assert_says(result, ALL_ANSWERED, r"\Awordvec: note: 'east' is in TO \(--between\) "
                         r"more than once, and counts once\n\Z")
        self.assertAlmostEqual(float(result.fields[0][2]), 10 ** -0.5, delta=1e-6)
        # From the mean of west and north (-½, ½) to north: (½, ½).
        result = self.ask("axis", "--between", "west north", "north", "east", model=self.compass())
        self.assert_says(result, ALL_ANSWERED, r"\Awordvec: warning: 'north' is in both FROM "
                         r"\(--between\) and TO \(--between\), and counts in each\n\Z")
        self.assertAlmostEqual(float(result.fields[0][2]), 2 ** -0.5, delta=1e-6)
        # Two words are two, though their vectors are the same.
        result = self.ask("axis", "--between", "west", "east also_east", "north",
                          model=self.compass())
        self.assert_answered(result)

    def test_bad_axes(self):
        for arguments, status, pattern in (
            (["cat"], WRONG_USAGE, "expected --between FROM TO, or --weat X Y A B"),
            (["--between", "man"], WRONG_USAGE, "the option --between needs 2 values"),
            (["--between", "", "man", "cat"], WRONG_USAGE, "--between: found an empty value"),
            (["--between", " ", "man", "cat"], WRONG_USAGE, r"no words in FROM \(--between\)"),
            (["--between", "man", "woman", "cat", "--top", 3], WRONG_USAGE, "exclude each other"),
            (["--between", "man", "woman", "--seed", 2], WRONG_USAGE, "go with --weat only"),
            (["--weat", "a", "b", "c"], WRONG_USAGE, "the option --weat needs 4 values"),
            (["--weat", "a", "b", "c", "d", "e"], WRONG_USAGE, "--weat takes its four lists"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ask("axis", "-q", *arguments), status, pattern)
        for arguments, pattern in (
            (["--between", "man", "man", "cat"], "no axis between .* add up to zero"),
            (["--weat", "king", "king", "a", "b"], "associated alike"),
            (["--weat", "king", "man", "a", "a"], "associated alike"),
        ):
            with self.subTest(arguments=arguments):
                result = self.ask("axis", "-q", "--no-header", *arguments)
                self.assert_refused(result, WRONG_USAGE, pattern)
        result = self.ask("axis", "--between", "mann man", "woman", "cat", "katt")
        self.assert_says(result, NOT_FOUND, "'mann' is not .*man", "'katt' is not")
        self.assertEqual([row[1] for row in result.fields], ["cat"])
        result = self.ask("axis", "--between", "[UNK]", "woman", "cat")
        self.assert_says(result, NOT_FOUND, r"'\[UNK\]' is not", "no word of FROM")
        self.assertEqual(result.fields, [])
        model = self.compass()
        result = self.ask("axis", "--between", "east", "north", "nowhere", "west", model=model)
        self.assert_says(result, NOT_FOUND, "'nowhere' is all zeros: it has no direction$")
        self.assertEqual([row[1] for row in result.fields], ["west"])
        reference = self.ask("axis", "--between", "east", "north", "west", model=model)
        for ends in (("east nowhere", "north"), ("east", "nowhere north")):
            result = self.ask("axis", "--between", *ends, "west", model=model)
            self.assert_says(result, NOT_FOUND, "'nowhere' is all zeros: it has no direction$")
            self.assertEqual(result.stdout, reference.stdout)
        result = self.ask("axis", "--between", "xqzxqz", "nowhere", "west", model=model)
        self.assert_says(result, NOT_FOUND, "'xqzxqz' is not", r"no word of FROM \(--between\)",
                         "'nowhere' is all zeros", r"no word of TO \(--between\) is left")
        for missing in ("nowhere", "xqzxqz"):
            result = self.ask("axis", "--between", "east", missing, "west", model=model)
            self.assert_says(result, NOT_FOUND, missing, r"no word of TO \(--between\) is left: no ")
            self.assertEqual(result.fields, [])
        # Not a word that was asked for: it has no place, and nobody need be told.
        result = self.ask("axis", "--between", "east", "north", "--top", 7, model=model)
        self.assert_answered(result)
        self.assertEqual(len(result.fields), 6)


FLOWERS = "rose roses lily lilies violet daisy flowers".split()
INSECTS = "ant bee bees worm worms spider insects flies".split()
PLEASANT = "love peace joy pleasure heaven health freedom".split()
UNPLEASANT = "hatred war poison agony ugly evil disaster poverty".split()


@cli.needs_numpy
class Weat(MeasureTest):
    """Caliskan, Bryson and Narayanan 2017, computed by NumPy, every partition by itself."""

    def reference(self, x, y, a, b):
        s = numpy.array([
            numpy.mean([unit(w) @ unit(v) for v in a]) - numpy.mean([unit(w) @ unit(v) for v in b])
            for w in x + y
        ])
        statistic = s[:len(x)].sum() - s[len(x):].sum()
        effect = (s[:len(x)].mean() - s[len(x):].mean()) / s.std(ddof=1)
        found = total = 0
        for chosen in itertools.combinations(range(len(s)), len(x)):
            total += 1
            found += 2 * s[list(chosen)].sum() - s.sum() >= statistic - 1e-12
        return statistic, effect, found / total, total

    def weat(self, *sets, options=()):
        result = self.ask("axis", "--weat", *(" ".join(words) for words in sets), *options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(result.lines[0], "statistic\teffect_size\tp_value\tpartitions\tmethod\t"
                         "x_words\ty_words\ta_words\tb_words")
        return self.parsed(result), result

    def parsed(self, result):
        (row,) = result.fields
        self.sizes = list(map(int, row[5:]))
        return [*map(float, row[:3]), int(row[3]), row[4]]

    def test_is_what_numpy_computes(self):
        for sets in (
            (FLOWERS, INSECTS[:7], PLEASANT, UNPLEASANT),
            (INSECTS[:5], FLOWERS[:5], PLEASANT[:2], UNPLEASANT),
            *([self.words(4), self.words(4), self.words(3), self.words(3)] for _ in range(5)),
        ):
            (statistic, effect, p_value, partitions, method), result = self.weat(*sets)
            self.assertEqual(result.stderr, "")
            expected = self.reference(*map(list, sets))
            self.assertAlmostEqual(statistic, expected[0], delta=1e-6)
            self.assertAlmostEqual(effect, expected[1], delta=1e-5)
            self.assertAlmostEqual(p_value, expected[2], delta=1e-9)
            self.assertEqual((partitions, method), (expected[3], "exact"))
            self.assertEqual(self.sizes, list(map(len, sets)))

    def test_p_counts_every_tie(self):
        """Words whose cosines are rational, so that Python's fractions know what is equal."""
        words = {}
        for p, q, r, length in ((0, 0, 1, 1), (0, 3, 4, 5), (1, 2, 2, 3), (1, 4, 8, 9), (4, 4, 7, 9)):
            for vector in set(itertools.permutations((p, q, r))):
                for signs in itertools.product((1, -1), repeat=3):
                    signed = tuple(x * sign for x, sign in zip(vector, signs))
                    words[f"w{len(words)}"] = (signed, length)
        lines = [f"{word} {' '.join(str(x * (1 + row % 7)) for x in vector)}"
                 for row, (word, (vector, _)) in enumerate(words.items())]
        self.write("rational.txt", "\n".join(lines) + "\n")
        self.run_command("convert", "rational.txt", "rational.safetensors")

        def cosine(a, b):
            (a, of_a), (b, of_b) = words[a], words[b]
            return Fraction(sum(x * y for x, y in zip(a, b)), of_a * of_b)

        ties = 0
        for _ in range(60):
            x, y = (self.random.sample(sorted(words), self.random.randint(2, 5)) for _ in range(2))
            a, b = (self.random.sample(sorted(words), self.random.randint(1, 3)) for _ in range(2))
            s = [sum(cosine(w, v) for v in a) / len(a) - sum(cosine(w, v) for v in b) / len(b)
                 for w in x + y]
            sums = [sum(chosen) for chosen in itertools.combinations(s, len(x))]
            found = sum(one >= sum(s[:len(x)]) for one in sums)
            ties += sums.count(sum(s[:len(x)])) > 1
            result = self.ask("axis", "-q", "--weat", *map(" ".join, (x, y, a, b)),
                              model="rational.safetensors")
            self.assertEqual(self.parsed(result)[2:4], [found / len(sums), len(sums)])
        self.assertGreater(ties, 5)

    def test_p_is_never_zero_and_a_note_says_what_it_is_at_least(self):
        (_, _, p_value, partitions, _), result = self.weat(["king"], ["queen"], ["man"], ["woman"])
        self.assertEqual((p_value, partitions), (0.5, 2))  # king is closer to man
        self.assert_says(result, ALL_ANSWERED, r"\Awordvec: note: there are only 2 partitions: p is "
                         r"at least 0\.5\n\Z")
        _, result = self.weat(FLOWERS[:3], INSECTS[:3], PLEASANT, UNPLEASANT)
        self.assert_says(result, ALL_ANSWERED, "only 20 partitions: p is at least 0.05\n")
        _, result = self.weat(FLOWERS[:4], INSECTS[:4], PLEASANT, UNPLEASANT)
        self.assert_answered(result)  # 1 of 70 is less
        many = [self.words(13) for _ in range(2)] + [PLEASANT, UNPLEASANT]
        _, result = self.weat(*many, options=["--samples", 19])
        self.assert_says(result, ALL_ANSWERED, "only 19 partitions were drawn: p is at least 0.05\n")
        _, result = self.weat(*many, options=["--samples", 20])
        self.assert_answered(result)

    def test_a_table_has_two_digits_of_a_small_p(self):
        sets = FLOWERS, INSECTS[:7], PLEASANT[:3], ["ugly", "evil", "hatred"]
        p_value = self.reference(*sets)[2]
        self.assertLess(p_value, 0.001)
        result = self.ask("axis", "-f", "table", "--weat", *map(" ".join, sets))
        self.assert_answered(result)
        self.assertEqual(result.lines[1].split()[2], f"{p_value:.2g}")

    def test_a_list_that_names_a_file(self):
        self.write("x.txt", "rose\nlily\n")
        result = self.ask("axis", "--weat", "x.txt", "ant bee", "love", "none.txt")
        self.assert_says(result, NOT_FOUND, r"'x\.txt' is not in the vocabulary",
                         r"no word of X \(targets\) is left: no answer; a list's words come from a "
                         r'file by "\$\(cat x\.txt\)"\n',
                         r"no word of B \(attributes\) is left: no answer\n")
        result = self.ask("axis", "--between", "love", "x.txt", "rose")
        self.assert_says(result, NOT_FOUND, r'file by "\$\(cat x\.txt\)"\n')

    def test_sets_of_different_size_are_noted(self):
        (statistic, effect, p_value, partitions, _), result = self.weat(
            FLOWERS[:6], INSECTS[:3], PLEASANT, UNPLEASANT
        )
        self.assertRegex(result.stderr, "note: X has 6 words, Y has 3")
        expected = self.reference(FLOWERS[:6], INSECTS[:3], PLEASANT, UNPLEASANT)
        self.assertAlmostEqual(effect, expected[1], delta=1e-5)
        self.assertAlmostEqual(p_value, expected[2], delta=1e-9)
        self.assertEqual(partitions, expected[3])

    def test_partitions_are_drawn_where_there_are_too_many(self):
        words = [self.words(13) for _ in range(2)] + [PLEASANT, UNPLEASANT]  # 26 over 13 > 10^7
        first, _ = self.weat(*words, options=["--samples", 999])
        self.assertEqual(first[3:], [999, "sampled"])
        self.assertEqual(self.weat(*words, options=["--samples", 999, "--seed", 1])[0], first)
        # A multiple of 1 / 1000, and not zero.
        self.assertGreaterEqual(first[2], 0.001)
        self.assertAlmostEqual(first[2] * 1000, round(first[2] * 1000), delta=1e-6)
        more, _ = self.weat(*words, options=["--samples", 20_000, "--seed", 7])
        self.assertAlmostEqual(more[2], first[2], delta=0.08)  # five standard deviations
        self.assertEqual(self.ask("axis", "--weat", "a", "b", "c", "d", "--samples", 0).status,
                         WRONG_USAGE)

    def test_unknown_words_are_left_out(self):
        row, result = self.weat_with_unknown()
        self.assertEqual(self.sizes, [3, 3, 7, 8])
        self.assertEqual(row, self.weat(FLOWERS[:3], INSECTS[:3], PLEASANT, UNPLEASANT)[0])
        self.assert_says(result, NOT_FOUND, "'xqzxqz' is not in the vocabulary")
        result = self.ask("axis", "--weat", "rose", "xqzxqz", "joy", "war")
        self.assert_says(result, NOT_FOUND, "'xqzxqz' is not", r"no word of Y \(targets\) is left")
        self.assertEqual(result.fields, [])

    def test_vectors_of_zeros_are_left_out(self):
        model = self.compass()
        sets = ["east", "north"], ["west"], ["also_east"], ["northeast"]
        reference = self.ask("axis", "--weat", *map(" ".join, sets), model=model)
        self.assertEqual(reference.status, ALL_ANSWERED, reference)
        for position in range(4):
            given = [" ".join(["nowhere"] * (position == i) + words) for i, words in enumerate(sets)]
            result = self.ask("axis", "--weat", *given, model=model)
            self.assert_says(result, NOT_FOUND, "'nowhere' is all zeros: it has no direction\n")
            self.assertEqual(result.stdout, reference.stdout)
        result = self.ask("axis", "--weat", "east", "west", "nowhere", "north", model=model)
        self.assert_says(result, NOT_FOUND, "'nowhere' is all", r"no word of A \(attributes\) is left")
        self.assertEqual(result.fields, [])

    def test_a_word_counts_once_in_a_set(self):
        sets = [FLOWERS[:4], INSECTS[:4], PLEASANT, UNPLEASANT]
        expected = self.reference(*sets)
        lists = [words + words[:1] + words[:1] for words in sets]
        lists[2] = PLEASANT * 2
        # Also in another case, where that stands for it.
        lists[0].append(FLOWERS[1].upper())
        (statistic, effect, p_value, partitions, _), result = self.weat(*lists)
        self.assertEqual(self.sizes, list(map(len, sets)))
        self.assertAlmostEqual(statistic, expected[0], delta=1e-6)
        self.assertAlmostEqual(effect, expected[1], delta=1e-5)
        self.assertAlmostEqual(p_value, expected[2], delta=1e-9)
        self.assertEqual(partitions, expected[3])
        self.assert_says(
            result, ALL_ANSWERED,
            r"note: 'rose', 'roses' are in X \(targets\) more than once, and count once\n",
            r"note: 'ant' is in Y \(targets\) more than once, and counts once\n",
            r"note: 'love', 'peace', 'joy', 'pleasure', 'heaven' and 2 more are in A \(attrib",
            r"note: 'hatred' is in B \(attributes\) more than once, and counts once\n")

    def test_a_word_of_two_sets_counts_in_both(self):
        sets = [FLOWERS[:4] + ["ant"], INSECTS[:4] + ["love"], PLEASANT + ["war"], UNPLEASANT]
        (statistic, effect, p_value, *_), result = self.weat(*sets)
        expected = self.reference(*sets)
        self.assertAlmostEqual(statistic, expected[0], delta=1e-6)
        self.assertAlmostEqual(effect, expected[1], delta=1e-5)
        self.assertAlmostEqual(p_value, expected[2], delta=1e-9)
        self.assertEqual(result.stderr.splitlines(), [
            "wordvec: warning: 'ant' is in both X (targets) and Y (targets), and counts in each",
            "wordvec: warning: 'love' is in both Y (targets) and A (attributes), and counts in each",
            "wordvec: warning: 'war' is in both A (attributes) and B (attributes), and counts in each",
        ])

    def weat_with_unknown(self):
        sets = (FLOWERS[:3] + ["xqzxqz"], INSECTS[:3], PLEASANT, UNPLEASANT)
        result = self.ask("axis", "--weat", *(" ".join(words) for words in sets))
        return self.parsed(result), result


EXAMPLES = {
    "similarity": ["king", "queen"], "odd": ["cat", "dog", "king"], "rank": ["king", "queen"],
    "closer": ["king", "man"], "distance": ["a king", "the queen"],
    "axis": ["--between", "man", "woman", "king"],
}


class EveryCommand(MeasureTest):
    def test_answers_in_every_format(self):
        for command in COMMANDS:
            table = self.ask(command, *EXAMPLES[command], "-f", "table")
            self.assertEqual(table.status, ALL_ANSWERED)
            tsv = self.ask(command, *EXAMPLES[command])
            self.assert_answered(tsv)
            objects = json.loads(self.ask(command, *EXAMPLES[command], "-f", "json").stdout)
            self.assertEqual(list(objects[0]), tsv.lines[0].split("\t"))
            self.assertEqual(len(objects), len(tsv.fields))
            self.assertEqual(len(table.lines), len(tsv.lines))
            bare = self.ask(command, *EXAMPLES[command], "--no-header")
            self.assertEqual(bare.lines, tsv.lines[1:])

    def test_help_begins_with_examples_and_completion_knows_it(self):
        overview = self.run_command("--help").stdout.decode()
        script = self.run_command("completion", "bash").stdout.decode()
        for command in COMMANDS:
            self.assertRegex(overview, rf"(?m)^  {command} ")
            self.assertRegex(script, rf"\b{command}\b")
            text = self.run_command(command, "--help").stdout.decode()
            self.assertRegex(text, rf"\A[^\n]+\n\nExamples:\n  wordvec {command} ")
            self.assertLessEqual(max(map(len, text.splitlines())), 100, command)

    def test_a_full_disk_is_an_error_and_a_closed_pipe_is_none(self):
        for command in COMMANDS:
            with open("/dev/full", "wb") as full:
                result = self.ask(command, *EXAMPLES[command], stdout=full)
            self.assert_says(result, FILE_ERROR, "standard output: cannot write")
            reader, writer = os.pipe()
            os.close(reader)
            with open(writer, "wb") as pipe:
                self.assert_answered(self.ask(command, *EXAMPLES[command], stdout=pipe))

    def test_garbage_is_no_word(self):
        garbage = bytes(range(128, 256)) + b"\x00\x01 " + b"x" * 70_000
        for command in ("similarity", "odd", "rank", "closer"):
            result = self.ask(command, stdin=garbage + b" king\n")
            self.assertIn(result.status, (NOT_FOUND, WRONG_USAGE))
            self.assertEqual(result.fields, [])
        result = self.ask("distance", stdin=garbage + b"\tking\n")
        self.assert_says(result, NOT_FOUND, "is not in the vocabulary", "no word with a vector")
        result = self.ask("axis", "--between", "man", "woman", stdin=garbage + b"\n")
        self.assert_says(result, NOT_FOUND, "is not in the vocabulary")

    def test_blank_lines_are_passed_over(self):
        lines = {
            "similarity": b"king queen", "odd": b"cat dog king", "rank": b"king queen",
            "closer": b"king man", "distance": b"king\tqueen",
            "axis --between man woman": b"king", "similarity --all-pairs": b"king",
            "nearest": b"king", "lookup": b"king", "analogy": b"king man woman",
        }
        for command, line in lines.items():
            with self.subTest(command):
                # In a set a word counts once.
                other = b"queen" if line == b"king" else line
                plain = self.ask(*command.split(), stdin=line + b"\n" + other)
                self.assert_answered(plain)
                blank = b"\n\r\n" + line + b"\n \t \r\n\n" + other + b"\n\n\t"
                result = self.ask(*command.split(), stdin=blank)
                self.assert_answered(result)
                self.assertEqual(result.stdout, plain.stdout)
        blank = b"\n \nking queen\n\t\nking\n\n"
        self.write("pairs.txt", blank)
        for source, result in (
            ("standard input", self.ask("similarity", stdin=blank)),
            ("pairs.txt", self.ask("similarity", "--pairs", "pairs.txt")),
        ):
            self.assert_says(result, WRONG_USAGE, "king")
            self.assertEqual(
                result.stderr,
                f"wordvec: error: {source}:5: query 'king': found 1 word, expected two\n")
            self.assertEqual(len(result.fields), 1)
        self.write("words.txt", blank.replace(b"king queen", b"queen"))
        self.assert_answered(self.ask("pca", "--words", "words.txt", "-q"))

    def test_does_not_depend_on_threads_or_instruction_set(self):
        lines = as_lines([self.words(2) for _ in range(30)])
        texts = as_lines([" ".join(self.words(9)) for _ in range(2)] for _ in range(9))
        for command, stdin in (
            (["similarity"], lines), (["rank"], lines), (["distance", "--method", "wmd"], texts),
            (["similarity", "--all-pairs"], lines.replace(b"\t", b"\n")),
            (["closer", "-k", "50"], lines),
        ):
            expected = self.ask(*command, "--threads", 1, stdin=stdin)
            self.assert_answered(expected)
            for arguments in (["--threads", 3], *(["--isa", n] for n in cli.instruction_sets())):
                result = self.ask(*command, *arguments, stdin=stdin)
                self.assertEqual(result.stdout, expected.stdout, (command, arguments))


if __name__ == "__main__":
    cli.main()
