#!/usr/bin/python3
"""`wordvec eval`: test sets. gensim and scipy are asked live where they are installed."""

import collections
import fractions
import functools
import gzip
import importlib.util
import itertools
import json
import math
import os
import random
import subprocess
import sys
import time
import unittest
import zipfile

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, SAMPLE, WRONG_USAGE  # noqa: E402


def needs(module):
    found = importlib.util.find_spec(module) is not None
    return unittest.skipUnless(found, f"{module} is not there")


# Pairs of words of the sample, most of them related as their section says.
PAIRS = {
    "cities": "london england paris france rome italy athens greece dublin ireland berlin germany",
    "family": "man woman king queen brother sister father mother son daughter boy girl he she",
    "gram1-adverbs": "quick quickly slow slowly sudden suddenly quiet quietly calm calmly",
    "gram2-comparative": "good better bad worse great greater small smaller old older long longer",
    "gram3-plural": "dog dogs cat cats hand hands eye eyes child children bird birds horse horses",
}
# Rated for these tests, some equal, and with words that the sample does not have.
RATED = """\
# word word rating
king\tqueen\t8.5
Cat\tDOG\t7
man\twoman\t8.5
paris\tfrance\t7
tree\tking\t0.5
house\tdoor\t5
sea\tship\t6
sea\tocean\t9
father\tmother\t8
cat\tlaptop\t1
gold\tsilver\t7.5
gold\tdog\t1
smartphone\tdog\t0.2
quick\tslow\t4
day\tnight\t6
book\tread\t6
horse\tchair\t1
hand\teye\t4
red\tblue\t6
red\tking\t1
"""


PAIRED = ["versus", "paired", "gained", "lost", "difference", "difference_p_value"]


def questions():
    """As Google's: each two pairs of a section; and words that the sample does not have."""
    lines = []
    for section, words in PAIRS.items():
        words = words.split()
        pairs = list(zip(words[::2], words[1::2]))
        lines.append(f": {section}")
        lines += [" ".join(a + b).title() for a, b in itertools.permutations(pairs, 2)]
        lines.append("man woman king laptop")
    return "\n".join(lines) + "\n"


class EvalTest(cli.CommandTest):
    def analogies(self, *arguments, **options):
        return self.ask("eval", "analogies", *arguments, **options)

    def similarity(self, *arguments, **options):
        return self.ask("eval", "similarity", "--resamples", 500, *arguments, **options)

    def rows(self, result):
        """Of NDJSON, as dicts."""
        return [json.loads(line) for line in result.lines]

    def counts(self, *arguments, **options):
        """(section, correct, counted, unknown) of each row."""
        result = self.analogies(*arguments, "-f", "ndjson", **options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return [(row["section"], row["correct"], row["counted"], row["unknown"])
                for row in self.rows(result)]

    def vectors(self, words, matrix):
        """gensim's KeyedVectors."""
        from gensim.models import KeyedVectors

        vectors = KeyedVectors(matrix.shape[1])
        vectors.add_vectors(words, matrix.astype(cli.numpy.float32))
        return vectors

    def counts_of_gensim(self, vectors, path, **options):
        _, sections = vectors.evaluate_word_analogies(str(path), **options)
        return [(s["section"], len(s["correct"]), len(s["correct"]) + len(s["incorrect"]))
                for s in sections]

    def assert_counts_are_those_of_gensim(self, found, expected):
        found = [row[:3] for row in found if row[0] not in ("semantic", "syntactic")]
        self.assertEqual(found[:-1], expected[:-1])
        self.assertEqual(found[-1][1:], expected[-1][1:])


class Analogies(EvalTest):
    @needs("gensim")
    def test_are_counted_as_gensim_counts(self):
        path = self.write("questions.txt", questions())
        vectors = self.vectors(cli.sample_words(), cli.sample_matrix())
        found = self.counts(path)
        self.assertGreater(found[-1][1], 50)
        self.assertGreater(found[-1][2] - found[-1][1], 10)
        self.assertEqual(found[-1][3], len(PAIRS))
        self.assert_counts_are_those_of_gensim(found, self.counts_of_gensim(vectors, path))
        expected = self.counts_of_gensim(vectors, path, restrict_vocab=1000)
        found = self.counts(path, "--top-rows", 1000)
        self.assert_counts_are_those_of_gensim(found, expected)
        self.assertLess(found[-1][2], 150)

    @needs("gensim")
    def test_are_counted_as_gensim_counts_where_words_have_several_cases(self):
        draw = random.Random(1)
        numpy = cli.numpy
        noise = numpy.random.default_rng(1)
        words, rows = [], []
        for word, row in zip(cli.sample_words()[:3000], cli.sample_matrix()):
            cases = [word]
            if draw.random() < 0.5:
                cases.append(word.title())
            if draw.random() < 0.3:
                cases.append(word.upper())
            draw.shuffle(cases)
            for case in dict.fromkeys(cases):
                words.append(case)
                rows.append(row + noise.normal(0, 0.1, row.shape))
        matrix = numpy.array(rows, dtype=numpy.float32)
        lines = [f"{word} {' '.join(map(repr, map(float, row)))}"
                 for word, row in zip(words, matrix)]
        self.write("cased.txt", "\n".join(lines) + "\n")
        self.assertEqual(self.run_command("convert", "cased.txt").status, ALL_ANSWERED)
        path = self.write("questions.txt", questions())
        expected = self.counts_of_gensim(self.vectors(words, matrix), path)
        self.assertGreater(expected[-1][1], 20)
        self.assert_counts_are_those_of_gensim(
            self.counts(path, model="cased.safetensors"), expected
        )

    def test_are_summed_by_kind(self):
        path = self.write("questions.txt", questions())
        rows = {row[0]: row[1:] for row in self.counts(path)}
        self.assertEqual(list(rows)[-3:], ["semantic", "syntactic", "total"])
        sums = {}
        for name in PAIRS:
            kind = "syntactic" if name.startswith("gram") else "semantic"
            for key in (kind, "total"):
                sums[key] = [a + b for a, b in zip(sums.get(key, (0, 0, 0)), rows[name])]
        for key, expected in sums.items():
            self.assertEqual(list(rows[key]), expected, key)

    def test_say_how_they_were_counted(self):
        path = self.write("questions.txt", questions())
        for counting, unknown in (("gensim", len(PAIRS)), ("word2vec", len(PAIRS))):
            result = self.analogies(path, "--counting", counting)
            self.assert_says(result, ALL_ANSWERED, f"counted as {counting} does", "10,?001",
                             "'laptop'")
            self.assertEqual(result.lines[0].split("\t")[-3:-1], ["method", "counting"])
            self.assertEqual(result.fields[-1][-3:-1], ["add", counting])
            self.assertEqual(int(result.fields[-1][5]), unknown)
        quiet = self.analogies(path, "-q")
        self.assert_answered(quiet)

    def test_of_glove_are_sections_by_file(self):
        self.write("family.txt", "man woman king queen\nman woman king unicorns\n")
        self.write("gram.txt", "dog dogs cat cats\n")
        self.assertEqual(
            self.counts("family.txt", "gram.txt", "--counting", "glove"),
            [("family", 1, 1, 1), ("gram", 1, 1, 0), ("semantic", 2, 2, 1), ("syntactic", 0, 0, 0),
             ("total", 2, 2, 1)],
        )

    @cli.needs_numpy
    def test_that_are_wrong_are_written_with_the_rank_of_the_right_word(self):
        numpy = cli.numpy
        odd = "king queen dog because\nparis france dog nineteen\nslow slowly hand paris\n"
        path = self.write("questions.txt", questions() + odd)
        result = self.analogies(path, "--errors", "wrong.ndjson", "-f", "ndjson")
        total = self.rows(result)[-1]
        wrong = [json.loads(line)
                 for line in (self.folder / "wrong.ndjson").read_text().splitlines()]
        self.assertEqual(len(wrong), total["counted"] - total["correct"])
        row_of = {word: row for row, word in enumerate(cli.sample_words())}
        lines = path.read_text().splitlines()
        ranks = []
        for entry in wrong:
            asked = [entry[key] for key in ("a", "b", "c", "right")]
            self.assertEqual(lines[entry["line"] - 1].split(), asked)
            a, b, c, right = (row_of[word.lower()] for word in asked)
            unit = cli.unit_matrix()
            target = unit[b] - unit[a] + unit[c]
            scores = unit @ (target / numpy.linalg.norm(target))
            scores[[a, b, c]] = -2
            self.assertEqual(cli.sample_words()[int(scores.argmax())], entry["answer"])
            self.assertAlmostEqual(scores.max(), entry["score"], delta=1e-6)
            if right in (a, b, c):
                self.assertIsNone(entry["right_rank"])
                continue
            self.assertAlmostEqual(scores[right], entry["right_score"], delta=1e-6)
            self.assertEqual(entry["right_rank"], 1 + int((scores > scores[right]).sum()))
            ranks.append(entry["right_rank"])
        self.assertGreater(max(ranks), 200)  # also beyond those that are near the top
        self.analogies(path, "--errors", "wrong.tsv")
        self.assertEqual(len((self.folder / "wrong.tsv").read_text().splitlines()), 1 + len(wrong))

    def test_of_unknown_words_are_among_the_errors_where_they_count(self):
        self.write("set", ": s\nman woman king unicorns\nman woman king queen\n"
                   "man woman king cat\nman unicorns king queen\n")
        for counting, lines in (("strict", [2, 4, 5]), ("gensim", [4])):
            result = self.analogies("set", "--errors", "wrong.ndjson", "--counting", counting,
                                    "-f", "ndjson")
            total = self.rows(result)[-1]
            wrong = [json.loads(line)
                     for line in (self.folder / "wrong.ndjson").read_text().splitlines()]
            self.assertEqual([entry["line"] for entry in wrong], lines)
            self.assertEqual(len(wrong), total["counted"] - total["correct"])
            for entry in wrong:
                found = [entry[key] for key in ("answer", "score", "right_rank", "right_score")]
                if entry["line"] == 4:
                    self.assertEqual(found[0], "queen")
                    self.assertNotIn(None, found)
                else:
                    self.assertEqual(found, [None] * 4)

    @cli.needs_numpy
    def test_by_product_are_those_of_numpy(self):
        numpy = cli.numpy
        path = self.write("questions.txt", questions())
        row_of = {word: row for row, word in enumerate(cli.sample_words())}
        correct = 0
        for line in path.read_text().lower().splitlines():
            if line.startswith(":") or not all(word in row_of for word in line.split()):
                continue
            a, b, c, right = (row_of[word] for word in line.split())
            unit = cli.unit_matrix()
            of_a, of_b, of_c = ((1 + unit @ unit[row]) / 2 for row in (a, b, c))
            scores = of_b * of_c / (of_a + 1e-6)
            scores[[a, b, c]] = -1
            correct += scores.argmax() == right
        total = self.counts(path, "--method", "mul")[-1]
        self.assertEqual(total[1], correct)
        self.assertNotEqual(total[1], self.counts(path)[-1][1])

    def test_are_the_same_with_any_threads(self):
        path = self.write("questions.txt", questions())
        outputs = set()
        for threads in (1, 3):
            result = self.analogies(path, "--threads", threads, "--errors", "wrong.tsv", "-q")
            outputs.add((result.stdout, (self.folder / "wrong.tsv").read_bytes()))
        self.assertEqual(len(outputs), 1)

    def test_may_be_compressed(self):
        text = questions().encode()
        expected = self.analogies("-", "-q", stdin=text).stdout
        self.assertNotEqual(expected, b"")
        self.write("set.txt.gz", gzip.compress(text))
        with zipfile.ZipFile(self.folder / "set.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("questions.txt", text)
        for path, stdin in (("set.txt.gz", b""), ("set.zip", b""), ("-", gzip.compress(text))):
            self.assertEqual(self.analogies(path, "-q", stdin=stdin).stdout, expected)
        self.write("cut.gz", gzip.compress(text)[:-20])
        self.assert_refused(self.analogies("cut.gz"), FILE_ERROR, r"cut\.gz: .*cut off")

    def test_are_no_utf_16(self):
        for name in ("utf-16-le", "utf-16-be"):
            self.write("set.txt", "\ufeff: s\nman woman king queen\n".encode(name))
            self.assert_refused(self.analogies("set.txt"), FILE_ERROR, r"set\.txt: is UTF-16 text,"
                                " expected UTF-8: `iconv -f UTF-16 -t UTF-8` makes it")

    def test_errors_go_to_a_file_of_their_own(self):
        text = ": s\nman woman king queen\n"
        self.write("set.tsv", text)
        for path, pattern in (("set.tsv", "set.tsv: is both input and output"),
                              ("-", "--errors names a file"), ("x.pdf", "expected an extension")):
            self.assert_refused(self.analogies("set.tsv", "--errors", path), WRONG_USAGE, pattern)
        self.assertEqual((self.folder / "set.tsv").read_text(), text)
        model = self.write("model.csv", "man 1 0\nwoman 1 1\nking 2 0\nqueen 2 1\n")
        before = model.read_bytes()
        self.assert_says(self.analogies("set.tsv", "--errors", model, model=model), WRONG_USAGE,
                         "is both input and output")
        self.assertEqual(model.read_bytes(), before)

    def test_no_line_of_which_is_a_question(self):
        self.write("set", ": s\nking queen man\n")
        self.assert_refused(self.analogies("set"), FILE_ERROR,
                            "set:2: found 3 words, expected 4, and no other line is a question")

    def test_that_are_no_questions_are_named_and_left_out(self):
        self.write("set", ": s\r\nman woman king\r\nman woman king queen\r\n")
        result = self.analogies("set", "-f", "ndjson")
        self.assert_says(result, NOT_FOUND, r"set:2: found 3 words, expected 4; a line .* left out")
        self.assertEqual([self.rows(result)[-1][key] for key in ("correct", "counted", "bad")],
                         [1, 1, 1])
        self.assert_refused(self.analogies("set", "--counting", "strict"), FILE_ERROR,
                            "set:2: found 3 words, expected 4")

    def test_that_cannot_be_read_are_refused(self):
        for text, message in (
            (":\nman woman king queen\n", "set:1: found a section without a name"),
            ("man woman king queen\n", "set:1: found a question before the first section"),
            ("", "set: found no question"),
        ):
            self.write("set", text)
            self.assert_refused(self.analogies("set"), FILE_ERROR, message)
        self.assert_refused(self.analogies("absent"), FILE_ERROR, "absent")
        self.assert_refused(self.analogies("."), FILE_ERROR, "folder")
        self.assert_refused(self.analogies(), WRONG_USAGE, "found no FILE")
        self.write("set", ": s\nman woman king queen\n")
        self.assert_refused(self.analogies("set", "--counting", "gensin"), WRONG_USAGE,
                            "'gensin'.*gensim, word2vec")
        self.assert_refused(self.analogies("set", "--method", "sub"), WRONG_USAGE, "one of add, mul")
        self.assert_refused(self.analogies("set", "--top-rows", 0), WRONG_USAGE, "top-rows")
        self.assert_refused(self.analogies("-", "-"), WRONG_USAGE, "twice")

    def test_of_unknown_words_only_have_no_accuracy(self):
        self.write("set", b": s\nw\xffx y z v\n")
        for counting in ("gensim", "word2vec", "glove"):
            result = self.analogies("set", "-f", "ndjson", "--counting", counting)
            self.assert_says(result, NOT_FOUND, "no question could be asked", r"'w\\xffx'")
            self.assertIsNone(self.rows(result)[-1]["accuracy"])
        result = self.analogies("set", "-f", "ndjson", "--counting", "strict")
        self.assert_says(result, NOT_FOUND, "no question could be asked")

    def test_come_from_standard_input(self):
        result = self.analogies("-", stdin=b": s\nman woman king queen\n")
        self.assertEqual(result.fields[-1][0], "total", result)

    def test_and_the_model_cannot_both_come_from_standard_input(self):
        result = self.run_command("eval", "analogies", "-", "-q", "-m", "-", stdin=b"a 1\nb 2\n")
        self.assert_refused(
            result, WRONG_USAGE, "the model and a test set cannot both come from standard input")

    def test_to_a_place_that_cannot_be_written_end(self):
        self.write("set", ": s\nman woman king unicorn\nman woman king cat\n")
        with open("/dev/full", "wb") as full:
            result = self.analogies("set", stdout=full)
        self.assert_says(result, FILE_ERROR, "No space left")


# A set of each topic, and the option that writes its items.
SETS = {
    "analogies": (": s\nman woman king cat\n", "--errors"),
    "similarity": ("king queen 3\nking man 2\ncat unicorn 1\n", "--out"),
    "categories": ("king a\nqueen a\ncat b\nunicorn b\ndog b\n", "-o"),
    "outliers": ("king\nqueen\n\ncat\nunicorn\n", "--out"),
}


class Items(EvalTest):
    def ask_for_items(self, topic, *arguments, **options):
        text, option = SETS[topic]
        self.write("set.tsv", text)
        return self.ask("eval", topic, "set.tsv", option, *arguments, **options)

    def test_are_written_in_the_format_of_the_extension(self):
        for topic in SETS:
            with self.subTest(topic):
                found = []
                for name in ("items.json", "items.ndjson", "items.csv", "items.tsv"):
                    self.ask_for_items(topic, name)
                    text = (self.folder / name).read_text()
                    if name.endswith("json"):
                        rows = (json.loads(text) if name == "items.json" else
                                [json.loads(line) for line in text.splitlines()])
                        rows = [{key: "" if value is None else str(value)
                                 for key, value in row.items()} for row in rows]
                    else:
                        separator = "\t" if name.endswith("tsv") else ","
                        header, *lines = text.splitlines()
                        rows = [dict(zip(header.split(separator), line.split(separator)))
                                for line in lines]
                    found.append(rows)
                self.assertGreater(len(found[0]), 0)
                for rows in found[1:]:
                    self.assertEqual(rows, found[0])
                self.ask_for_items(topic, "items.tsv", "--no-header")
                self.assertEqual(text.splitlines()[1:],
                                 (self.folder / "items.tsv").read_text().splitlines())

    def test_do_not_change_what_is_printed(self):
        for topic, (text, _) in SETS.items():
            self.write("set.tsv", text)
            expected = self.ask("eval", topic, "set.tsv")
            found = self.ask_for_items(topic, "items.csv")
            self.assertEqual((found.status, found.stdout, found.stderr),
                             (expected.status, expected.stdout, expected.stderr))

    def test_do_not_replace_what_is_read(self):
        rows = "king 1 0\nqueen 1 1\nman 2 0\nwoman 2 1\ncat 0 1\ndog 0 2\n"
        model = self.write("model.csv", rows)
        for topic, (text, option) in SETS.items():
            with self.subTest(topic):
                for path in ("set.tsv", "model.csv"):
                    self.assert_says(self.ask_for_items(topic, path, "-q", model=model),
                                     WRONG_USAGE, f"{path}: is both input and output")
                self.assertEqual((self.folder / "set.tsv").read_text(), text)
                self.assertEqual(model.read_text(), rows)
                name = {"-o": "--out"}.get(option, option)
                self.assert_refused(self.ask_for_items(topic, "-"), WRONG_USAGE,
                                    f"{name} names a file")
                self.assert_refused(self.ask_for_items(topic, "x.pdf"), WRONG_USAGE,
                                    "expected an extension among .csv")
        self.assertEqual(self.files(), ["model.csv", "set.tsv"])

    def test_that_cannot_be_written_are_refused_before_the_work(self):
        for topic in SETS:
            with self.subTest(topic):
                self.assert_refused(self.ask_for_items(topic, "absent/items.csv"), FILE_ERROR,
                                    "absent/items.csv: cannot write: No such file")
                # Not even the model is opened.
                result = self.ask_for_items(topic, "absent/items.csv", model="no-model.txt")
                self.assert_refused(result, FILE_ERROR, "absent/items.csv")

    def test_of_a_run_that_is_killed_or_fails_leave_nothing(self):
        for topic, (_, option) in SETS.items():
            for old in (None, "old"):
                with self.subTest((topic, old)):
                    self.write("items.csv", "old")
                    if old is None:
                        (self.folder / "items.csv").unlink()
                    before = self.files()
                    # The model comes from a pipe: it waits, with its output open.
                    process = subprocess.Popen(
                        [cli.BINARY, "eval", topic, "set.tsv", option, "items.csv", "-m", "-"],
                        cwd=self.folder, env=self.environment(), stdin=subprocess.PIPE,
                        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
                    self.wait_for_an_open_file_in(self.folder, process)
                    self.assertEqual(self.files(), before)
                    process.kill()
                    process.wait()
                    process.stdin.close()
                    self.assertEqual(self.files(), before)
                    result = self.run_command("eval", topic, "no-set", option, "items.csv",
                                              "-m", SAMPLE)
                    self.assert_refused(result, FILE_ERROR, "no-set")
                    self.assertEqual(self.files(), before)
                    if old:
                        self.assertEqual((self.folder / "items.csv").read_text(), old)

    def wait_for_an_open_file_in(self, folder, process):
        descriptors = f"/proc/{process.pid}/fd"
        deadline = time.monotonic() + cli.TIMEOUT_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            for name in os.listdir(descriptors):
                try:
                    if os.readlink(f"{descriptors}/{name}").startswith(f"{folder}/"):
                        return
                except FileNotFoundError:
                    pass
            time.sleep(0.005)
        self.fail("the run has opened no output")


class Results(EvalTest):
    def test_name_their_model_but_in_a_table(self):
        vectors = "king 1 0\nqueen 1 1\nman 2 1\ncat 0 1\ndog 1 3\n"
        for name in ("a.txt", "b.txt"):
            self.write(name, vectors)
        for topic, (text, _) in SETS.items():
            self.write("set.tsv", text)
            for name in ("a.txt", "b.txt"):
                with self.subTest(topic, model=name):
                    ask = functools.partial(
                        self.run_command, "eval", topic, "set.tsv", "-q", "-m", name)
                    result = ask("-f", "tsv")
                    self.assertTrue(result.lines[0].endswith("\tmodel"), result)
                    self.assertEqual({fields[-1] for fields in result.fields}, {name})
                    rows = json.loads(ask("-f", "json").stdout)
                    self.assertEqual({row["model"] for row in rows}, {name})
                    self.assertNotIn(name.encode(), ask("-f", "table").stdout)


class SeveralModels(EvalTest):
    """Each has its rows, and is compared with the first."""

    @classmethod
    @functools.lru_cache(maxsize=None)
    def matrices(cls):
        """The sample's first words and those of the sets, a part of their values; with noise, and
        without some words; and with more noise."""
        numpy = cli.numpy
        draw = numpy.random.default_rng(5)
        asked = set(" ".join([*PAIRS.values(), *map(" ".join, TOPICS.values())]).split())
        asked |= {word.lower() for line in RATED.splitlines()[1:] for word in line.split("\t")[:2]}
        rows = [row for row, word in enumerate(cli.sample_words()) if row < 500 or word in asked]
        matrix = cli.sample_matrix()[rows, :60]
        words = [cli.sample_words()[row] for row in rows]
        found = {"a": (words, matrix)}
        for name, share, left_out in (("b", 1.0, ("gold", "brother")), ("c", 1.6, ())):
            noisy = matrix + draw.normal(0, share * matrix.std(), matrix.shape)
            kept = [i for i, word in enumerate(words) if word not in left_out]
            found[name] = ([words[i] for i in kept], noisy[kept])
        return found

    def setUp(self):
        super().setUp()
        if cli.numpy is None:
            self.skipTest("NumPy is not there")
        for name, (words, matrix) in self.matrices().items():
            lines = (word + " " + " ".join(f"{value:.6f}" for value in row)
                     for word, row in zip(words, matrix))
            self.write(f"{name}.txt", "\n".join(lines) + "\n")
        self.models = ["-m", "a.txt", "-m", "b.txt", "-m", "c.txt"]

    def compare(self, topic, *arguments):
        return self.run_command("eval", topic, *arguments, *self.models, "-f", "ndjson")

    def exact(self, gained, lost):
        """The two-sided binomial probability, by hand."""
        fewer, n = min(gained, lost), gained + lost
        tail = sum(math.comb(n, i) for i in range(fewer + 1))
        return float(min(1, fractions.Fraction(2 * tail, 2**n)))

    def assert_paired_as(self, right, rows, key):
        """`right`: of each model, for each key, whether each item is (None: it does not count)."""
        for row in rows:
            of_first, found = right["a.txt"][row[key]], right[row["model"]][row[key]]
            if row["model"] == "a.txt":
                self.assertEqual([row[name] for name in PAIRED], [None] * len(PAIRED))
                continue
            both = [(x, y) for x, y in zip(of_first, found) if x is not None and y is not None]
            gained, lost = both.count((False, True)), both.count((True, False))
            self.assertEqual(row["versus"], "a.txt")
            self.assertEqual([row["paired"], row["gained"], row["lost"]], [len(both), gained, lost])
            if not both:
                self.assertEqual((row["difference"], row["difference_p_value"]), (None, None))
                continue
            self.assertAlmostEqual(row["difference"], (gained - lost) / len(both))
            expected = self.exact(gained, lost)
            if gained + lost <= 62:
                self.assertEqual(row["difference_p_value"], expected)
            self.assertAlmostEqual(row["difference_p_value"], expected, places=12)

    def test_solve_analogies_compared_by_mcnemars_test(self):
        path = self.write("questions.txt", questions())
        result = self.compare("analogies", path, "--errors", "wrong.ndjson")
        self.assert_says(result, ALL_ANSWERED, "differences are from a.txt, of the questions that count "
                         "for both", r"note: b.txt: \d+ of \d+ questions have a word")
        rows = self.rows(result)
        wrong = [json.loads(line) for line in (self.folder / "wrong.ndjson").read_text().splitlines()]
        right = {}
        for model, (words, _) in self.matrices().items():
            model += ".txt"
            failed = {row["line"] for row in wrong if row["model"] == model}
            right[model] = collections.defaultdict(list)
            section = kind = None
            for number, line in enumerate(questions().splitlines(), 1):
                if line.startswith(": "):
                    section = line[2:]
                    kind = "syntactic" if section.startswith("gram") else "semantic"
                    continue
                known = all(word.lower() in words for word in line.split())
                for name in (section, kind, "total"):
                    right[model][name].append(number not in failed if known else None)
            # And alone it has the same rows.
            alone = self.rows(self.run_command("eval", "analogies", path, "-m", model, "-f", "ndjson"))
            self.assertEqual([{key: row[key] for key in alone[0]} for row in rows
                              if row["model"] == model], alone)
        self.assert_paired_as(right, rows, "section")
        total = rows[-1]
        self.assertEqual((total["model"], total["section"]), ("c.txt", "total"))
        self.assertTrue(0 < total["difference_p_value"] < 0.01 and total["gained"] > 0, total)
        self.assertGreater(total["paired"], rows[2 * len(rows) // 3 - 1]["paired"])

    def test_detect_outliers_compared_by_mcnemars_test(self):
        topics = []
        for name, (words, outliers) in TOPICS.items():
            topics.append(self.write(f"{name}.topic", words.replace(" ", "\n") + "\n\n"
                                     + outliers.replace(" ", "\n") + "\n"))
        result = self.compare("outliers", *topics, "--unknown", "skip", "-o", "cases.ndjson")
        right = collections.defaultdict(lambda: collections.defaultdict(list))
        for line in (self.folder / "cases.ndjson").read_text().splitlines():
            case = json.loads(line)
            detected = None if case["detected"] is None else bool(case["detected"])
            for name in (case["topic"], "total"):
                right[case["model"]][name].append(detected)
        self.assert_paired_as(right, self.rows(result), "topic")

    @needs("scipy")
    def test_agree_with_people_compared_by_the_paired_bootstrap(self):
        import scipy.stats

        numpy = cli.numpy
        self.write("rated.tsv", RATED)
        result = self.compare("similarity", "rated.tsv", "-o", "pairs.ndjson")
        rows = {(row["model"], row["measure"]): row for row in self.rows(result)}
        pairs = collections.defaultdict(dict)
        for line in (self.folder / "pairs.ndjson").read_text().splitlines():
            pair = json.loads(line)
            if pair["cosine"] is not None:
                pairs[pair["model"]][pair["line"]] = (pair["rating"], pair["cosine"])
        for model in ("b.txt", "c.txt"):
            shared = sorted(pairs["a.txt"].keys() & pairs[model].keys())
            ratings = numpy.array([pairs["a.txt"][line][0] for line in shared])
            first, second = (numpy.array([pairs[name][line][1] for line in shared])
                             for name in ("a.txt", model))
            for measure, function in (("spearman", scipy.stats.spearmanr),
                                      ("pearson", scipy.stats.pearsonr)):
                row = rows[model, measure]
                self.assertEqual((row["versus"], row["paired"]), ("a.txt", len(shared)))
                difference = lambda s: (function(ratings[s], second[s])[0]
                                        - function(ratings[s], first[s])[0])
                self.assertAlmostEqual(row["difference"], difference(slice(None)), places=9)
                draw = numpy.random.default_rng(3)
                drawn = [difference(draw.integers(0, len(shared), len(shared)))
                         for _ in range(1000)]
                low, high = numpy.quantile(drawn, (0.025, 0.975))
                tail = min(numpy.mean(numpy.array(drawn) <= 0), numpy.mean(numpy.array(drawn) >= 0))
                width = high - low
                self.assertAlmostEqual(row["difference_low"], low, delta=0.15 * width)
                self.assertAlmostEqual(row["difference_high"], high, delta=0.15 * width)
                self.assertAlmostEqual(row["difference_p_value"], min(1, 2 * tail), delta=0.06)
        self.assertLess(len(pairs["b.txt"]), len(pairs["c.txt"]))
        again = self.compare("similarity", "rated.tsv", "--threads", 1)
        self.assertEqual(again.stdout, result.stdout)
        other = self.compare("similarity", "rated.tsv", "--seed", 2)
        self.assertNotEqual(other.stdout, result.stdout)

    def test_have_rows_of_categories_without_a_test(self):
        self.write("set.tsv", SETS["categories"][0])
        rows = self.rows(self.compare("categories", "set.tsv", "-o", "words.csv"))
        self.assertEqual([row["model"] for row in rows], ["a.txt", "b.txt", "c.txt"])
        self.assertNotIn("versus", rows[0])
        header = (self.folder / "words.csv").read_text().splitlines()[0]
        self.assertTrue(header.endswith(",status,model"))

    def test_stand_in_two_tables_or_one_of_more_columns(self):
        for topic, (text, _) in SETS.items():
            self.write("set.tsv", text)
            ask = functools.partial(self.run_command, "eval", topic, "set.tsv", "-q", *self.models)
            with self.subTest(topic):
                for name in ("csv", "tsv"):
                    lines = ask("-f", name).stdout.decode().splitlines()
                    separator = {"csv": ",", "tsv": "\t"}[name]
                    self.assertEqual(len({line.count(separator) for line in lines}), 1)
                table = ask("-f", "table").stdout.decode()
                self.assertEqual(table.count("\n\n"), 0 if topic == "categories" else 1)
                self.assertRegex(table, r"\A[^\n]* model\n")
                if topic != "categories":
                    below = table.split("\n\n")[1]
                    self.assertRegex(below, r"\A\w+ .*model +versus +paired .*difference")
                    self.assertNotRegex(below, r"(?m)a\.txt +a\.txt")

    def test_are_all_read_as_the_options_say(self):
        for topic in SETS:
            text = self.run_command("eval", topic, "--help").stdout.decode()
            self.assertIn("The words of each model, where", " ".join(text.split()))
            self.assertIn("each model's format, where", " ".join(text.split()))
        self.write("set.tsv", "king\tqueen\t2\nking\tman\t1\n")
        for name in ("x", "y"):
            self.write(f"{name}.values", "1 0\n1 1\n0 1\n")
        self.write("words", "king\nqueen\nman\n")
        ask = functools.partial(self.run_command, "eval", "similarity", "set.tsv",
                                "-m", "x.values", "-m", "y.values", "-f", "ndjson", "--vocab")
        result = ask("words")
        self.assertEqual([row["counted"] for row in self.rows(result)], [2] * 4, result)
        self.assert_refused(ask("-", stdin=b"king\nqueen\nman\n"), WRONG_USAGE,
                            "--vocab - is of each model")

    def test_that_are_the_same_do_not_differ(self):
        self.write("rated.tsv", RATED)
        (self.folder / "link.txt").symlink_to("b.txt")
        self.models = ["-m", "b.txt", "-m", "./link.txt"]
        result = self.compare("similarity", "rated.tsv")
        self.assert_says(result, ALL_ANSWERED, "note: ./link.txt is the same model as b.txt")
        for row in self.rows(result)[2:]:
            self.assertEqual([row[f"difference{of}"] for of in ("", "_low", "_high", "_p_value")],
                             [0, 0, 0, 1])

    def test_that_fail_are_told_of(self):
        self.write("rated.tsv", RATED)
        self.write("other.txt", "un 1 2\ndeux 2 1\n")
        self.models = ["-m", "a.txt", "-m", "other.txt"]
        result = self.compare("similarity", "rated.tsv")
        self.assert_says(result, NOT_FOUND,
                         "error: other.txt: rated.tsv: no pair could be compared")
        self.assertEqual([row["paired"] for row in self.rows(result)], [None, None, 0, 0])
        # One that is not there is told of before the first is read.
        self.models = ["-m", "a.txt", "-m", "absent.txt"]
        self.assert_refused(self.compare("similarity", "rated.tsv"), FILE_ERROR, "absent.txt: no such")
        self.models = ["-m", "-", "-m", "-"]
        self.assert_refused(self.compare("similarity", "rated.tsv"), WRONG_USAGE, "-m - twice")
        self.models = ["-m", "a.txt", "-m", "-"]
        self.assert_refused(self.compare("similarity", "-"), WRONG_USAGE, "standard input")
        self.assert_refused(self.compare("similarity", "rated.tsv", "-o", "a.txt"), WRONG_USAGE)
        self.models = ["-m", "a.txt", "-m", "other.txt"]
        self.write("other.csv", "un,1,2\n")
        self.models = ["-m", "a.txt", "-m", "other.csv"]
        self.assert_refused(self.compare("similarity", "rated.tsv", "-o", "other.csv"),
                            WRONG_USAGE, "other.csv: is both input and output")


class HashLines(EvalTest):
    """Lines that begin with '#'."""

    MODEL = "#love 1 0\n#hate -1 0.1\nlove 1 0.1\nhate -1 0\n#include 0 1\n#define 0.1 1\n"

    def ask_both(self, similarity, categories):
        self.write("model.txt", self.MODEL)
        self.write("pairs", similarity)
        self.write("words", categories)
        return [self.ask("eval", topic, name, "-f", "ndjson", model="model.txt")
                for topic, name in (("similarity", "pairs"), ("categories", "words"))]

    def test_that_look_like_the_others_are_read_and_said(self):
        for between in ("\t", ",", " ", ";"):
            pairs = ["#love #hate 1", "love hate 2", "#include #define 9", "love #love 8"]
            words = ["#love feeling", "love feeling", "#include program", "#define program"]
            with self.subTest(between):
                for result, name in zip(self.ask_both("\n".join(pairs).replace(" ", between),
                                                      "\n".join(words).replace(" ", between)),
                                        ("pairs", "words")):
                    self.assert_says(result, ALL_ANSWERED,
                                     f"note: {name}:1: this line and [12] more begin with #")
                    self.assertEqual(self.rows(result)[0]["counted"], 4)
                    self.assertEqual(self.rows(result)[0]["unknown"], 0)

    def test_that_are_comments_are_counted_and_said(self):
        pairs = "# a set\n# word1\tword2\tscore\nlove\thate\t1\n#love\t#hate\t2\n"
        words = "# a set\n# word\tcategory\nlove\tfeeling\n#love\tfeeling\n"
        for result, name in zip(self.ask_both(pairs, words), ("pairs", "words")):
            self.assertRegex(result.stderr, f"note: {name}: 2 lines that begin with # are passed "
                             "over as comments, the first is line 1")
            self.assertRegex(result.stderr, f"note: {name}:4: begins with # and is read")
            self.assertEqual(self.rows(result)[0]["counted"], 2)
        for result, name in zip(self.ask_both("#a comment\n" + pairs[pairs.index("love"):],
                                              "#a comment here\n" + words[words.index("love"):]),
                                ("pairs", "words")):
            self.assertRegex(result.stderr, f"note: {name}:1: begins with # and is passed over")

    def test_are_words_in_other_sets(self):
        self.write("model.txt", self.MODEL)
        self.write("questions", ": s\n#love #hate love hate\n: : : :\n")
        rows = self.rows(self.ask("eval", "analogies", "questions", "-f", "ndjson",
                                  model="model.txt"))
        self.assertEqual([(row["section"], row["counted"]) for row in rows],
                         [("s", 1), (": : :", 0), ("total", 1)])
        self.write("topic", "#include\n#define\n\n#love\n")
        rows = self.rows(self.ask("eval", "outliers", "topic", "-f", "ndjson", model="model.txt"))
        self.assertEqual((rows[0]["counted"], rows[0]["unknown"]), (1, 0))


class Notes(EvalTest):
    def test_tell_words_that_look_the_same(self):
        for known, asked, shown in (
            ("caf\u00e9", "cafe\u0301", r"'cafe\\u0301'; it has 'cafe\\u0301' as 'café'"),
            ("cafe\u0301", "caf\u00e9", r"'café'; it has 'café' as 'cafe\\u0301'"),
            ("coffee", "caf\u00e9", "'café'\n"),
        ):
            self.write("m.txt", f"{known} 1 2\nking 2 1\nqueen 2 2\nman 1 1\n")
            self.write("pairs", f"{asked} king 1\nking queen 2\nking man 3\n")
            self.write("groups", f"{asked} a\nking a\nqueen b\nman b\n")
            self.write("topic", f"{asked}\nking\nqueen\n\nman\n")
            self.write("questions", f": s\nking queen man {asked}\nking queen man king\n")
            for topic, *arguments in (
                ("similarity", "pairs", "--exact-case"), ("categories", "groups", "--exact-case"),
                ("outliers", "topic", "--exact-case"), ("analogies", "questions", "--counting", "glove"),
            ):
                with self.subTest(topic=topic, known=known):
                    result = self.run_command("eval", topic, *arguments, "-m", "m.txt")
                    self.assertRegex(result.stderr, f"it has none of 1: {shown}", result)
        self.write("m.txt", "cafe\u0301 0 0\nking 2 1\nqueen 2 2\n")
        self.write("pairs", "cafe\u0301 king 1\nking queen 2\n")
        result = self.run_command("eval", "similarity", "pairs", "-m", "m.txt")
        self.assertRegex(result.stderr, r"the vector of 'cafe\\u0301' is all zeros", result)


class Repeated(EvalTest):
    def notes(self, topic, text):
        self.write("set", text)
        result = self.ask("eval", topic, "set", "-f", "ndjson")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return self.rows(result)[0], result.stderr

    def test_words_of_categories_are_named_and_count_each_time(self):
        text = "dog animal\ncat animal\nred colour\nblue colour\n"
        self.assertNotIn("each time", self.notes("categories", text)[1])
        row, notes = self.notes("categories", text + "Dog colour\nCat colour\nred colour\n")
        self.assertEqual(row["counted"], 7)
        self.assertIn("note: set: 'Dog', 'Cat' are of more than one category, and count each time\n",
                      notes)
        self.assertIn("note: set: 'red' is there more than once, and counts each time\n", notes)

    def test_pairs_are_told_and_count_each_time(self):
        text = "king queen 8\ncat dog 7\nman woman 8\n"
        self.assertNotIn("every line", self.notes("similarity", text)[1])
        row, notes = self.notes("similarity", text + "dog cat 6\n")
        self.assertEqual(row["counted"], 4)
        self.assertIn("note: set:4: the two words are those of line 2 too: every line counts\n", notes)
        notes = self.notes("similarity", text + "dog cat 6\nking queen 8\n")[1]
        self.assertIn("line 2 too, and 1 more is there again: every line counts\n", notes)
        notes = self.notes("similarity", text + "dog cat 6\nking queen 8\ndog cat 6\n")[1]
        self.assertIn("line 2 too, and 2 more are there again: every line counts\n", notes)

    def test_words_of_a_topic_count_once_but_not_in_both_parts(self):
        text = "king\nqueen\nprince\nqueen\n\ndog\ntree\n"
        row, notes = self.notes("outliers", text)
        self.assertEqual(row["counted"], 2)
        self.assertIn("note: 'queen' is in set more than once, and counts once\n", notes)
        self.assertNotIn("both", notes)
        row, notes = self.notes("outliers", text + "king\n")
        self.assertEqual(row["counted"], 3)
        self.assertIn("warning: set: 'king' is both among the words that belong together and among "
                      "the outliers\n", notes)


class StandardInput(EvalTest):
    def test_has_its_name_in_messages(self):
        for topic, arguments, content, status, pattern in (
            ("similarity", [], "king queen nan\n", FILE_ERROR, ":1: found 'nan'"),
            ("similarity", [], "king queen x\nking queen nan\nking man 2\nking cat 1\n", NOT_FOUND,
             ":2: found 'nan', expected a number; a line was left out"),
            ("similarity", [], "x_ y_ 1\n", NOT_FOUND, ": no pair could be compared"),
            ("similarity", [], "king queen 1\n", NOT_FOUND, ": the 1 counted has no correlation"),
            ("similarity", ["--columns", "a,b,c"], "king queen 1\n", WRONG_USAGE, ": there is no column 'a'"),
            ("categories", [], "king\n", FILE_ERROR, ":1: found 1 field"),
            ("categories", [], "x_ y\n", NOT_FOUND, ": no word is in the vocabulary"),
            ("outliers", [], "king\n", FILE_ERROR, ": found one word"),
            ("analogies", [], "a b c d\n", FILE_ERROR, ":1: found a question before the first"),
            ("analogies", [], ": s\na b c\nman woman king queen\n", NOT_FOUND,
             ":2: found 3 words, expected 4; a line of section 's' left out"),
            ("analogies", ["--counting", "strict"], ": s\na b c\nman woman king queen\n",
             FILE_ERROR, ":2: found 3 words"),
        ):
            with self.subTest((topic, pattern)):
                result = self.ask("eval", topic, "-", *arguments, stdin=content.encode())
                self.assert_says(
                    result, status, "(?m)^wordvec: (error|warning): standard input" + pattern)
                self.assertNotIn(" -:", result.stderr)


class Similarity(EvalTest):
    def test_a_bad_number_in_the_first_line_is_no_header(self):
        text = "king queen 6x\nman woman +5\ncat dog 3\nking cat -1\n"
        result = self.similarity("-", "-f", "ndjson", stdin=text.encode())
        self.assert_says(result, NOT_FOUND, "found '6x', expected a number")
        self.assertEqual((self.rows(result)[0]["counted"], self.rows(result)[0]["bad"]), (3, 1))

    def test_columns_count_from_one(self):
        path = self.write("pairs.tsv", "king\tqueen\t3\nman\twoman\t4\n")
        self.assert_refused(self.similarity(path, "--columns", "0,1,2"), WRONG_USAGE,
                            r"pairs.tsv: there is no column '0' in the first line: columns count from 1$")
        # A name is a name.
        self.write("named.tsv", "0\tb\tc\nking\tqueen\t3\nman\twoman\t4\ncat\tdog\t2\n")
        result = self.similarity("named.tsv", "--columns", "0,b,c", "-f", "ndjson")
        self.assertEqual(self.rows(result)[0]["counted"], 3)
        for topic in ("similarity", "categories"):
            help_text = self.run_command("eval", topic, "--help").stdout.decode()
            self.assertIn("by number, from 1, or", " ".join(help_text.split()))

    def test_columns_are_different_ones(self):
        path = self.write("set", RATED)
        self.assert_refused(self.similarity(path, "--columns", "1,1,3"), WRONG_USAGE,
                            "column 1 is named twice")

    def test_huge_numbers_correlate_as_small_ones_do(self):
        found = []
        for factor in ("", "e307"):
            text = "".join(f"{words} {n}{factor}\n" for words, n in
                           (("king queen", 9), ("man woman", 5), ("cat dog", 7), ("king cat", 1)))
            result = self.similarity("-", "-f", "ndjson", stdin=text.encode())
            found.append([row["value"] for row in self.rows(result)])
        self.assertAlmostEqual(found[0][1], found[1][1], delta=1e-9)

    def result(self, *arguments, **options):
        """{measure: row} of one file."""
        result = self.similarity(*arguments, "-f", "ndjson", **options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return {row["measure"]: row for row in self.rows(result)}

    @needs("gensim")
    def test_is_that_of_gensim(self):
        path = self.write("pairs.tsv", RATED)
        vectors = self.vectors(cli.sample_words(), cli.sample_matrix())
        for options, arguments in (
            ({}, []),
            ({"dummy4unknown": True}, ["--unknown", "zero"]),
            ({"restrict_vocab": 1500}, ["--top-rows", 1500]),
            ({"case_insensitive": False}, ["--exact-case"]),
        ):
            with self.subTest(options):
                pearson, spearman, unknown = vectors.evaluate_word_pairs(str(path), **options)
                found = self.result(path, *arguments)
                for measure, expected in (("pearson", pearson), ("spearman", spearman)):
                    self.assertAlmostEqual(found[measure]["value"], expected[0], delta=1e-6)
                    self.assertAlmostEqual(found[measure]["p_value"], expected[1], delta=1e-6)
                self.assertGreater(unknown, 0)
                share = 100 * found["pearson"]["unknown"] / 20
                self.assertAlmostEqual(share, unknown, delta=1e-9)

    @needs("scipy")
    @cli.needs_numpy
    def test_is_that_of_scipy_with_equal_ratings(self):
        from scipy import stats

        row_of = {word: row for row, word in enumerate(cli.sample_words())}
        draw = random.Random(2)
        pairs = [(*draw.sample(cli.sample_words(), 2), draw.randrange(10)) for _ in range(300)]
        self.write("pairs.csv", "".join(f'"{a}","{b}",{rating}\n' for a, b, rating in pairs))
        unit = cli.unit_matrix()
        ratings = [rating for _, _, rating in pairs]
        cosines = [unit[row_of[a]] @ unit[row_of[b]] for a, b, _ in pairs]
        found = self.result("pairs.csv")
        for measure, function in (("spearman", stats.spearmanr), ("pearson", stats.pearsonr)):
            value, p_value = function(ratings, cosines)
            row = found[measure]
            self.assertEqual(row["counted"], 300)
            self.assertAlmostEqual(row["value"], value, delta=abs(value) * 1e-9)
            self.assertAlmostEqual(row["p_value"], p_value, delta=p_value * 1e-9)
            self.assertLess(row["low"], value)
            self.assertGreater(row["high"], value)

    def items(self, *arguments, **options):
        result = self.result(*arguments, "--out", "items.json", **options)
        return json.loads((self.folder / "items.json").read_text()), result

    @cli.needs_numpy
    def test_of_each_pair_is_that_of_numpy(self):
        numpy = cli.numpy
        path = self.write("pairs.tsv", RATED)
        row_of = {word: row for row, word in enumerate(cli.sample_words())}
        lines = [line.split("\t") for line in RATED.splitlines()[1:]]
        for unknown, counts in (("skip", False), ("zero", True)):
            items, result = self.items(path, "--unknown", unknown)
            self.assertEqual([(row["file"], row["line"]) for row in items],
                             [(str(path), n) for n in range(2, 22)])
            counted = []
            for row, (word1, word2, rating) in zip(items, lines):
                self.assertEqual([row["word1"], row["word2"], row["rating"]],
                                 [word1, word2, float(rating)])
                rows = [row_of.get(word.lower()) for word in (word1, word2)]
                self.assertEqual(row["status"], "unknown" if None in rows else "counted")
                if None in rows and not counts:
                    self.assertEqual([row["cosine"], row["rating_rank"], row["cosine_rank"]],
                                     [None] * 3)
                    continue
                cosine = 0 if None in rows else numpy.prod(cli.unit_matrix()[rows], axis=0).sum()
                self.assertAlmostEqual(row["cosine"], cosine, delta=1e-12)
                counted.append(row)
            self.assertEqual(len(counted), result["spearman"]["counted"])
            for number in ("rating", "cosine"):
                values = numpy.array([row[number] for row in counted])
                ranks = [(values < value).sum() + ((values == value).sum() + 1) / 2
                         for value in values]
                self.assertEqual([row[number + "_rank"] for row in counted], ranks)
            for measure, suffix in (("spearman", "_rank"), ("pearson", "")):
                value = numpy.corrcoef([[row[name + suffix] for row in counted]
                                        for name in ("rating", "cosine")])[0, 1]
                self.assertAlmostEqual(result[measure]["value"], value, delta=1e-12)

    @needs("gensim")
    def test_with_vectors_of_zeros_is_that_of_gensim_and_says_so(self):
        words = ["king", "queen", "man", "woman", "cat"]
        matrix = cli.numpy.array([[1, 2], [0, 0], [2, 1], [-1, 1], [0, 0]])
        model = self.write("model.txt", "".join(
            f"{word} {a} {b}\n" for word, (a, b) in zip(words, matrix)))
        path = self.write("pairs.tsv", "king\tQueen\t3\nking\tman\t4\nman\twoman\t1\n"
                          "queen\tcat\t2\nwoman\tking\t3\n")
        pearson, spearman, _ = self.vectors(words, matrix).evaluate_word_pairs(str(path))
        items, found = self.items("pairs.tsv", model=model)
        for measure, expected in (("pearson", pearson), ("spearman", spearman)):
            self.assertAlmostEqual(found[measure]["value"], expected[0], delta=1e-6)
        self.assertEqual([row["status"] for row in items],
                         ["no-direction", "counted", "counted", "no-direction", "counted"])
        self.assertEqual([items[0]["cosine"], items[3]["cosine"]], [0, 0])
        result = self.similarity("pairs.tsv", model=model)
        self.assert_says(result, ALL_ANSWERED, "warning: pairs.tsv: the vectors of 3 words, the first "
                         "'Queen', are all zeros: their cosines count as 0\n")
        self.write("pairs.tsv", "king\tqueen\t3\nking\tman\t4\n")
        result = self.similarity("pairs.tsv", model=model)
        self.assert_says(result, ALL_ANSWERED, "warning: pairs.tsv: the vector of 'queen' is all "
                         "zeros: its cosines count as 0\n")

    def test_of_few_pairs_is_warned_of(self):
        lines = RATED.splitlines()[1:]
        self.write("pairs.tsv", "\n".join(lines[:9]) + "\ncat\tunicorn\t3\n")
        self.assert_says(self.similarity("pairs.tsv"), ALL_ANSWERED, "warning: pairs.tsv: 9 pairs: "
                         "the intervals and p-values of so few say little\n")
        lines = [line for line in lines if "laptop" not in line][:10]
        self.write("pairs.tsv", "\n".join(lines) + "\n")
        self.assertNotIn("warning", self.similarity("pairs.tsv").stderr)

    def test_has_an_interval_of_its_seed(self):
        self.write("pairs.tsv", RATED)
        interval = [self.similarity("pairs.tsv", "-q", *options).stdout
                    for options in ((), ("--threads", 1), ("--seed", 1), ("--seed", 2))]
        self.assertEqual(interval[0], interval[1])
        self.assertEqual(interval[0], interval[2])
        self.assertNotEqual(interval[0], interval[3])

    def test_finds_columns_by_number_and_name(self):
        lines = [line.split("\t") for line in RATED.splitlines()[1:]]
        self.write("pairs.tsv", RATED)
        expected = self.result("pairs.tsv")["pearson"]["value"]
        self.write("four.csv", "word1,word2,POS,mean\n" +
                   "".join(f"{a},{b},N,{rating}\n" for a, b, rating in lines))
        self.write("plain", "".join(f"{a} {b} {rating}\r\n" for a, b, rating in lines))
        for arguments in (("four.csv", "--columns", "1,2,4"),
                          ("four.csv", "--columns", "word1,word2,mean"), ("plain",)):
            self.assertEqual(self.result(*arguments)["pearson"]["value"], expected)
        self.assert_says(self.similarity("four.csv", "--columns", "1,2,means"), WRONG_USAGE,
                         "no column 'means'.*'mean'")
        self.assert_refused(self.similarity("four.csv", "--columns", "1,2"), WRONG_USAGE,
                            "expected 3 numbers")

    def test_is_of_each_file(self):
        self.write("a.tsv", RATED)
        self.write("b.tsv", RATED)
        result = self.similarity("a.tsv", "b.tsv")
        self.assertEqual([row[:2] for row in result.fields],
                         [["a.tsv", "spearman"], ["a.tsv", "pearson"],
                          ["b.tsv", "spearman"], ["b.tsv", "pearson"]])
        self.assertEqual(result.fields[0][2:], result.fields[2][2:])

    def test_leaves_out_lines_that_are_no_pairs(self):
        for line, message in (("king\tqueen", "found 2 fields, expected 3 with tabs between"),
                              ("king\tqueen\tnan", "found 'nan', expected a number"),
                              ("king\tqueen\thigh", "found 'high', expected a number")):
            self.write("pairs.tsv", RATED + line + "\n")
            result = self.similarity("pairs.tsv", "-f", "ndjson")
            self.assert_says(result, NOT_FOUND, f"pairs.tsv:22: {message}; a line was left out")
            self.assertEqual(self.rows(result)[0]["bad"], 1)

    def test_says_that_numbers_may_have_decimal_commas(self):
        self.write("pairs.csv", "king,queen,7,35\nman,woman,8,1\ncat,dog,10\n")
        result = self.similarity("pairs.csv", "-f", "ndjson")
        self.assert_says(result, ALL_ANSWERED,
                         r"(?m)warning: pairs.csv:1: the numbers may have decimal commas: found "
                         r"'7,35' and read 7, expected a decimal point \(--columns 1,2,3 says that "
                         r"they have none\)$")
        self.assertEqual(result.stderr.count("decimal commas"), 1)
        result = self.similarity("pairs.csv", "--columns", "1,2,3", "-f", "ndjson")
        self.assertNotIn("decimal", result.stderr)
        self.assertEqual(self.rows(result)[0]["counted"], 3)

    def test_is_of_lines_separated_by_what_makes_most_of_them_pairs(self):
        text = "king queen 7.35\nman woman 8\ncat dog 3\nking\tcat\t1\nqueen\twoman\t6\n"
        self.write("mixed", text)
        self.write("tabs", text.replace(" ", "\t"))
        self.assertEqual(self.result("mixed")["pearson"]["value"],
                         self.result("tabs")["pearson"]["value"])

    def test_of_nothing_is_refused(self):
        self.write("pairs", "")
        self.assert_says(self.similarity("pairs"), FILE_ERROR, "pairs: found no pair")
        self.assert_refused(self.similarity(), WRONG_USAGE, "found no FILE")
        self.assert_refused(self.similarity("pairs", "--unknown", "one"), WRONG_USAGE,
                            "skip, zero, mean")
        self.assert_refused(self.similarity("pairs", "--resamples", 0), WRONG_USAGE, "resamples")

    def test_of_unknown_words_only_has_no_value(self):
        self.write("pairs", b"qq\xff ww 1\nee rr 2\n")
        result = self.similarity("pairs", "-f", "ndjson")
        self.assert_says(result, NOT_FOUND, "no pair could be compared")
        self.assertIsNone(self.rows(result)[0]["value"])
        self.write("pairs", "king queen 1\nqueen king 1\n")
        result = self.similarity("pairs", "-f", "ndjson")
        self.assert_says(result, NOT_FOUND, "no correlation")
        self.assertIsNone(self.rows(result)[0]["p_value"])


CATEGORIES = {
    "animal": "dog cat horse cow sheep wolf lion tiger bird fox",
    "body": "hand arm leg foot finger shoulder knee elbow wrist heart",
    "month": "january february march april june july august september october november",
    "number": "two three four five six seven eight nine ten twelve",
    # Not what they are called, so that not every cluster is pure.
    "colour": "red blue green yellow white black purple brown nineteen donkey",
}


class Categories(EvalTest):
    def purity(self, *arguments):
        result = self.ask("eval", "categories", *arguments, "-f", "ndjson")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return self.rows(result)[0]

    def test_do_not_depend_on_the_order_of_the_lines(self):
        path = self.write_categories("a")
        lines = path.read_text().splitlines()
        expected = self.purity(path)["purity"]
        for seed in range(5):
            random.Random(seed).shuffle(lines)
            self.write("b", "\n".join(["Word\tCategory", *lines]) + "\n")
            self.assertEqual(self.purity("b")["purity"], expected)

    def write_categories(self, path, separator="\t"):
        lines = [f"{word.title()}{separator}{category}"
                 for category, words in CATEGORIES.items() for word in words.split()]
        return self.write(path, "\n".join(lines) + "\n")

    @needs("sklearn")
    @cli.needs_numpy
    def test_are_those_of_scikit_learns_k_means_of_unit_vectors(self):
        from sklearn.cluster import KMeans

        numpy = cli.numpy
        row_of = {word: row for row, word in enumerate(cli.sample_words())}
        labels, rows = zip(*[(label, row_of[word])
                             for label, words in enumerate(CATEGORIES.values())
                             for word in words.split()])
        clusters = KMeans(len(CATEGORIES), n_init=30, random_state=1).fit_predict(
            cli.unit_matrix()[list(rows)])
        table = numpy.zeros((len(CATEGORIES),) * 2, dtype=int)
        for cluster, label in zip(clusters, labels):
            table[cluster, label] += 1
        expected = table.max(axis=1).sum() / len(rows)
        self.assertLess(expected, 1)
        found = self.purity(self.write_categories("set.tsv"))
        self.assertAlmostEqual(found["purity"], expected, delta=1e-12)
        self.assertEqual((found["counted"], found["categories"], found["unknown"]), (50, 5, 0))

    def test_stand_in_any_columns(self):
        expected = self.purity(self.write_categories("set.tsv"))["purity"]
        self.assertEqual(self.purity(self.write_categories("set", " "))["purity"], expected)
        rows = [line.split("\t") for line in (self.folder / "set.tsv").read_text().splitlines()]
        self.write("set.csv", "class,concept\n" + "".join(f"{b},{a}\n" for a, b in rows))
        self.assertEqual(self.purity("set.csv", "--columns", "concept,class")["purity"], expected)
        for columns, message in (("concept", "expected 2 numbers"), ("1,clas", "'class'")):
            self.assert_refused(self.ask("eval", "categories", "set.csv", "--columns", columns),
                                WRONG_USAGE, message)

    def test_have_the_clusters_that_the_purity_is_of(self):
        path = self.write_categories("set.tsv")
        path.write_text(path.read_text() + "Unicorn\tanimal\n")
        for options in ([], ["--unknown", "mean"]):
            found = self.purity("set.tsv", "--out", "items.ndjson", *options)
            items = [json.loads(line)
                     for line in (self.folder / "items.ndjson").read_text().splitlines()]
            self.assertEqual([[row["word"], row["category"]] for row in items],
                             [line.split("\t") for line in path.read_text().splitlines()])
            self.assertEqual([row["line"] for row in items], list(range(1, 52)))
            self.assertEqual([row["status"] for row in items], ["counted"] * 50 + ["unknown"])
            self.assertEqual(items[50]["cluster"] is not None, bool(options))
            clusters = {}
            for row in items:
                if row["cluster"] is not None:
                    clusters.setdefault(row["cluster"], []).append(row["category"])
            self.assertEqual(sorted(clusters), [1, 2, 3, 4, 5])
            sizes = [len(clusters[number]) for number in sorted(clusters)]
            self.assertEqual(sizes, sorted(sizes, reverse=True))
            most = sum(max(map(labels.count, labels)) for labels in clusters.values())
            self.assertEqual(found["purity"], most / found["counted"])
            self.assertEqual(found["counted"], sum(sizes))

    def warnings(self, *arguments, **options):
        result = self.ask("eval", "categories", *arguments, **options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return [line.removeprefix("wordvec: warning: ") for line in result.stderr.splitlines()
                if "warning" in line]

    def test_of_a_header_are_warned_of(self):
        path = self.write_categories("set.tsv")
        self.assertEqual(self.warnings("set.tsv"), [])
        text = path.read_text()
        looks = "is counted, but looks like a header: if it is one, "
        for header, words, remedy in (
            ("concept\tclass", "'concept' of the category 'class'",
             "--columns concept,class passes over it"),
            ("the word\tits class", "'the word' of the category 'its class'",
             "--columns 'the word,its class' passes over it"),
            ("1\t2", "'1' of the category '2'", "put a # and a blank before it"),
            ("a,b\tclass", "'a,b' of the category 'class'", "put a # and a blank before it"),
            ("a\x1b\tclass", r"'a\x1b' of the category 'class'", "put a # and a blank before it"),
        ):
            with self.subTest(header):
                self.write("set.tsv", f"{header}\n{text}")
                self.assertEqual(self.warnings("set.tsv"), [f"set.tsv:1: {words} {looks}{remedy}"])
        for columns in ("concept,class", "the word,its class"):
            self.write("set.tsv", columns.replace(",", "\t") + "\n" + text)
            self.assertEqual(self.warnings("set.tsv", "--columns", columns), [])
        self.write("set.tsv", "# concept\tclass\n" + text)
        self.assertEqual(self.warnings("set.tsv"), [])

    def test_of_swapped_columns_are_warned_of(self):
        self.write_categories("set.tsv")
        says = "of 50 words: such small ones say little; if the columns are swapped, give --columns "
        self.assertEqual(self.warnings("set.tsv", "--columns", "2,1"),
                         [f"set.tsv: 50 categories {says}1,2"])
        text = (self.folder / "set.tsv").read_text()
        self.write("set.tsv", "concept\tclass\n" + text)
        self.assertEqual(self.warnings("set.tsv", "--columns", "class,concept"),
                         [f"set.tsv: 50 categories {says}concept,class"])

    def test_of_one_category_are_warned_of(self):
        for text in ("dog\tanimal\ncat\tanimal\n", "dog\tanimal\ncat\tanimal\nqqq\tletters\n"
                     "cow\tanimal\n"):
            self.write("set.tsv", text)
            self.assertEqual(self.warnings("set.tsv"), [
                "set.tsv: all counted words are of one category: any vectors have the purity 1"])

    def test_with_vectors_of_zeros_are_warned_of(self):
        model = self.write("model.txt", "dog 0 0\ncat 1 0\nfox 1 1\nred 0 1\nblue 0 0\n")
        self.write("set", "dog a\ncat a\nred c\nblue c\nfox a\n")
        self.assertEqual(self.warnings("set", "--out", "items.tsv", model=model), [
            "set: the vectors of 2 words, the first 'dog', are all zeros: their cluster says nothing"])
        rows = (self.folder / "items.tsv").read_text().splitlines()[1:]
        self.assertEqual([row.split("\t")[-1] for row in rows],
                         ["no-direction", "counted", "counted", "no-direction", "counted"])

    def test_of_unknown_words_are_said(self):
        self.write("set", "dog animal\nred colour\nqqq colour\n")
        found = self.purity("set")
        self.assertEqual((found["purity"], found["counted"], found["unknown"]), (1, 2, 1))
        self.assertEqual(self.purity("set", "--unknown", "mean")["counted"], 3)
        self.write("set", b"q\xffq colour\n")
        result = self.ask("eval", "categories", "set", "-f", "ndjson")
        self.assert_says(result, NOT_FOUND, "no word is in the vocabulary")
        self.assertIsNone(self.rows(result)[0]["purity"])

    def test_that_cannot_be_read_are_refused(self):
        self.write("set", "")
        self.assert_refused(self.ask("eval", "categories", "set"), FILE_ERROR, "found no word")
        self.assert_refused(self.ask("eval", "categories"), WRONG_USAGE, "found no FILE")
        self.assert_refused(self.ask("eval", "categories", "set", "--unknown", "zero"),
                            WRONG_USAGE, "one of skip, mean")
        self.write("set", "dog animal\ncat\n")
        self.assert_says(self.ask("eval", "categories", "set"), NOT_FOUND,
                         "set:2: found 1 field, expected 2 with blanks between; a line was left out")


TOPICS = {
    "family": ("mother daughter father son grandmother brother aunt uncle",
               "family home relation child holiday winter country letter"),
    "numbers": ("two three four five six seven eight nine", "first many hour dog"),
}


class Outliers(EvalTest):
    def outliers(self, *arguments):
        result = self.ask("eval", "outliers", *arguments, "-f", "ndjson")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return self.rows(result)

    def write_topics(self):
        for name, (words, outliers) in TOPICS.items():
            self.write(f"{name}.txt", "\n".join(words.split() + [""] + outliers.split()) + "\n")
        return [f"{name}.txt" for name in TOPICS]

    @cli.needs_numpy
    def test_are_in_the_order_of_the_papers_compactness(self):
        numpy = cli.numpy
        row_of = {word: row for row, word in enumerate(cli.sample_words())}
        found = self.outliers(*self.write_topics())
        self.assertEqual([row["topic"] for row in found], [*TOPICS, "total"])
        for row, (words, outliers) in zip(found, TOPICS.values()):
            positions = []
            n = len(words.split())
            for outlier in outliers.split():
                unit = cli.unit_matrix()[[row_of[word] for word in [*words.split(), outlier]]]
                cosines = unit @ unit.T
                compactness = []  # of all words but one: equation 1
                for i in range(n + 1):
                    rest = numpy.delete(numpy.delete(cosines, i, 0), i, 1)
                    compactness.append((rest.sum() - n) / (n * (n - 1)))
                positions.append(sum(c < compactness[n] for c in compactness[:n]))
            self.assertEqual(row["counted"], len(positions))
            self.assertEqual(row["detected"], positions.count(n))
            self.assertAlmostEqual(row["accuracy"], positions.count(n) / len(positions))
            self.assertAlmostEqual(row["opp"], sum(positions) / n / len(positions))
        self.assertEqual(found[-1]["counted"], 12)
        self.assertTrue(0 < found[-1]["accuracy"] < found[-1]["opp"] < 1)
        self.assertEqual(found[-1]["detected"], sum(row["detected"] for row in found[:-1]))

    def test_have_the_positions_that_the_measures_are_of(self):
        topics = self.write_topics()
        found = self.outliers(*topics, "-o", "items.json")
        items = json.loads((self.folder / "items.json").read_text())
        self.assertEqual([[row["topic"], row["outlier"]] for row in items],
                         [[name, outlier] for name, (_, outliers) in TOPICS.items()
                          for outlier in outliers.split()])
        for row in found[:-1]:
            cases = [item for item in items if item["topic"] == row["topic"]]
            self.assertEqual({(item["words"], item["status"]) for item in cases}, {(8, "counted")})
            for item in cases:
                self.assertEqual(item["detected"], int(item["position"] == 8))
            self.assertEqual(row["detected"], sum(item["detected"] for item in cases))
            self.assertAlmostEqual(row["opp"],
                                   sum(item["position"] for item in cases) / 8 / len(cases))
        self.assertIn(1, [item["detected"] for item in items])
        self.assertIn(0, [item["detected"] for item in items])
        self.write("topic", "dog\ncat\n\nqqq\nhouse\n")
        for unknown, position, detected in (("zero", 2, 1), ("skip", None, None), ("wrong", 0, 0)):
            self.outliers("topic", "--unknown", unknown, "-o", "items.json")
            items = json.loads((self.folder / "items.json").read_text())
            self.assertEqual([[item[key] for key in ("position", "detected", "status")]
                              for item in items],
                             [[position, detected, "unknown"], [2, 1, "counted"]])

    def test_with_vectors_of_zeros_are_warned_of(self):
        model = self.write("model.txt", "dog 1 1\ncat 1 0\nfox 1 1\nred 0 0\n")
        self.write("topic", "dog\ncat\nfox\n\nred\n")
        result = self.ask("eval", "outliers", "topic", "-o", "items.tsv", model=model)
        self.assert_says(result, ALL_ANSWERED,
                         "warning: the vector of 'red' is all zeros: its cosines count as 0\n")
        self.assertEqual((self.folder / "items.tsv").read_text().splitlines()[1],
                         "topic\tred\t3\t3\t1\tno-direction")

    def test_without_a_vector_are_counted_as_asked(self):
        self.write("topic", "Dog\ncat\n\nqqq zzz\nhouse king\n")
        for unknown, counted, detected in (("zero", 2, 2), ("skip", 1, 1), ("wrong", 2, 1)):
            total = self.outliers("topic", "--unknown", unknown)[-1]
            self.assertEqual((total["counted"], total["detected"], total["unknown"]),
                             (counted, detected, 1))
        result = self.ask("eval", "outliers", "topic", "--exact-case")
        self.assert_says(result, NOT_FOUND, "'Dog'")
        self.write("topic", b"q\xff\nzzz\n\nqqq\n")
        result = self.ask("eval", "outliers", "topic")
        self.assert_says(result, NOT_FOUND, "each case has a word")

    def test_that_cannot_be_read_are_refused(self):
        for text, message in (("", "found no word"), ("dog\n\ncat\n", "found one word"),
                              ("dog\ncat\n", "found no outlier")):
            self.write("topic", text)
            self.assert_refused(self.ask("eval", "outliers", "topic"), FILE_ERROR, message)
        self.assert_refused(self.ask("eval", "outliers"), WRONG_USAGE, "found no FILE")
        self.assert_refused(self.ask("eval", "outliers", "topic", "--unknown", "mean"),
                            WRONG_USAGE, "zero, skip, wrong")


if __name__ == "__main__":
    unittest.main()
