#!/usr/bin/python3
"""Answers that a program can join to its questions.

Of each query json and ndjson have rows, or one record that says why not; the command can be held
open and asked line by line; an empty result says why.
"""

import json
import os
import re
import select
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, NOT_FOUND, SAMPLE, WRONG_USAGE  # noqa: E402

CODES = {"unknown-word", "bad-query", "no-direction", "too-few-words", "no-answer", "overflow",
         "not-compared"}
ERROR_KEYS = ["error", "message", "words", "closest"]
# Every command that answers queries: lines of standard input, and what to expect of each: None, or
# the code of its error. The vectors are those of model() below.
QUERIES = {
    "nearest": [("east", None), ("nope", "unknown-word"), ("king - ", "bad-query"),
                ("east - east", "no-direction"), ("nowhere", "no-direction"),
                ("north + east", None), ("east + nope - nada", "unknown-word"), ("east +", "bad-query")],
    "nearest --min-score 0.99": [("east", None), ("north", "no-answer"), ("nope", "unknown-word")],
    "analogy": [("east north west", None), ("east nope west", "unknown-word"),
                ("east north", "bad-query"), ("nowhere east north", "no-direction")],
    "analogy --method mul": [("east north west", None), ("east nope west", "unknown-word")],
    "lookup": [("east", None), ("nope", "unknown-word"), ("nowhere", None), ("EAST", None),
               ("big", "overflow"), ("north", None)],
    "lookup --rows": [("east", None), ("nope", "unknown-word"), ("EAST", None)],
    "lookup --unknown subwords": [("big", "overflow"), ("nope", "unknown-word"), ("north", None)],
    "lookup --unknown zero": [("big", "overflow"), ("nope", None), ("north", None)],
    "lookup --unknown error": [("east", None), ("big", "overflow"), ("nope", "unknown-word")],
    "similarity": [("east north", None), ("east nope", "unknown-word"), ("east", "bad-query"),
                   ("east north west", "bad-query"), ("east nowhere", "no-direction")],
    "similarity --measure dot": [("big big", "overflow"), ("east north", None)],
    "similarity --all-pairs": [("east", None), ("nope", "unknown-word"), ("north", None),
                               ("nowhere", "no-direction")],
    "similarity --all-pairs --measure dot": [("east", None), ("big", "overflow"), ("west", None)],
    "odd": [("east also_east north", None), ("east north nope", "too-few-words"),
            ("east north", "bad-query"), ("east north nowhere", "too-few-words"),
            ("east nope nada", "too-few-words"), ("east west east west", "too-few-words")],
    "rank": [("east north", None), ("east nope", "unknown-word"), ("east", "bad-query"),
             ("nowhere east", "no-direction")],
    "closer": [("east north", None), ("east nope", "unknown-word"), ("east east", "no-answer"),
               ("east", "bad-query")],
    "distance": [("east\tnorth", None), ("east\tnope", "unknown-word"), ("east", "bad-query"),
                 ("east west\tnorth", "no-direction")],
    "distance --method wmd": [("east\tnorth", None), ("nope\teast", "unknown-word"),
                              ("nowhere\teast", "no-direction")],
    "axis --between east north": [("west", None), ("nope", "unknown-word"),
                                  ("nowhere", "no-direction"), ("north", None)],
    "axis --between nope north": [("west", "too-few-words"), ("east", "too-few-words")],
    "axis --between east east": [("west", "no-direction"), ("north", "no-direction")],
    "embed": [("east north", None), ("nope nada", "unknown-word"), ("east nope", None)],
    "embed --rows": [("east north", None), ("nope", "unknown-word")],
    "embed --pool mean": [("east north", None), ("nope", None)],
    # These end the run.
    "embed --unknown error": [("east north", None), ("east nope nada", "unknown-word")],
    "embed --unknown error --rows": [("east", None), ("nope", "unknown-word")],
    "embed --unknown error --pool mean": [("east", None), ("nope", "unknown-word")],
    "embed --unknown error --pool sif": [("nope", "unknown-word")],
    "embed --pool sum": [("east", None), ("big big", "overflow")],
    "pca -": [("east", None), ("nope", "unknown-word"), ("north", None), ("west", None)],
    "pca - -c 1": [("east", "too-few-words"), ("nope", "unknown-word")],
}
# Their queries are arguments.
ARGUMENTS = {
    "explain onehot": [("east", None), ("nope", "unknown-word")],
    "explain nearest": [("east", None), ("nope", "unknown-word"), ("nowhere", "no-direction")],
    "explain analogy": [("east - nope + west", "unknown-word")],
    "explain analogy --exact-case": [("east - north + west", None)],
    "axis --weat": [("east / nope / north / west", "too-few-words")],
    "compare m.safetensors m.safetensors": [("east", None), ("nope", "unknown-word"),
                                            ("nowhere", "not-compared")],
    "compare m.safetensors other.txt": [("east", "too-few-words"), ("nope", "too-few-words")],
    "pca": [("east", "too-few-words")],
}
NO_QUERIES = {"convert", "tour", "eval", "info", "index", "fetch", "models", "completion"}
# Of the rows of a command, what the query was.
KEYS = {
    "similarity": lambda row: f"{row['word1']} {row['word2']}",
    "rank": lambda row: f"{row['word1']} {row['word2']}",
    "distance": lambda row: f"{row['text1']}\t{row['text2']}",
}


def is_analogy(command):
    return command.split()[0] == "analogy"


class AnswersTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.write("m.txt", "east 1 0\nalso_east 2 0\nnorth 0 2\nwest -1 0\nnowhere 0 0\n"
                            "big 3e38 3e38\nking 1 1\n")
        self.run_command("convert", "m.txt", "m.safetensors")
        self.write("other.txt", "up 1 0\ndown -1 0\n")

    def parsed(self, form, result):
        text = result.stdout.decode()
        return json.loads(text) if form == "json" else [json.loads(line) for line in
                                                        text.splitlines()]


class Records(AnswersTest):
    def test_of_every_query_of_every_command(self):
        for command, queries in {**QUERIES, **ARGUMENTS}.items():
            for form in ("json", "ndjson"):
                with self.subTest(command=command, form=form):
                    self.check(command, queries, form)

    def check(self, command, queries, form):
        model = [] if command.startswith("compare") else ["-m", "m.safetensors"]
        if command in QUERIES:
            lines = "".join(text + "\n" for text, _ in queries).encode()
            result = self.run_command(*command.split(), *model, "-f", form, stdin=lines)
        else:
            asked = [text for text, _ in queries]
            if command == "axis --weat":
                asked = asked[0].split(" / ")
            elif command.startswith("explain analogy"):
                asked = asked[0].split()[::2]
            result = self.run_command(*command.split(), *asked, *model, "-f", form)
        records = self.parsed(form, result)
        found = {}
        for record in records:
            found.setdefault(self.query_of(command, record, queries), []).append(record)
        for text, code in queries:
            if is_analogy(command) and len(text.split()) == 3:
                text = "{} - {} + {}".format(*text.split())
            self.assertIn(text, found, result)
            errors = [record for record in found[text] if "error" in record]
            if code is None:
                self.assertEqual(errors, [], result)
                continue
            self.assertEqual(len(found[text]), 1, "one record and no rows")
            (error,) = errors
            self.assertEqual(error["error"], code, result)
            self.assertEqual(list(error)[0], "query")
            self.assertEqual(list(error)[-4:], ERROR_KEYS)
            self.assertTrue(error["message"])
            self.assertIsInstance(error["closest"], list)
            known = {"east", "north", "west", "also_east", "king"}
            missing = [word for word in re.split(r"[\s/+-]+", text) if word and word not in known]
            if code == "unknown-word":
                self.assertEqual(error["words"], [word for word in missing if word != "nowhere"])
        if {code for _, code in queries} - {None, "no-answer"}:
            self.assertNotEqual(result.status, ALL_ANSWERED, result)
        if {code for _, code in queries} != {None}:
            self.assertNotEqual(result.stderr, "", result)

    def query_of(self, command, record, queries):
        if "error" in record:
            self.assertIn(record["error"], CODES)
            return record["query"]
        name = command.split()[0]
        if name in KEYS and "--all-pairs" not in command:
            return KEYS[name](record)
        if "query" in record:
            return record["query"]
        if "text" in record:
            return queries[record["text"] - 1][0]
        return record["word"]

    def test_no_command_is_forgotten(self):
        overview = self.run_command("--help").stdout.decode().split("Usage:")[1]
        commands = set(re.findall(r"^  (\w+)  +\S", overview, re.MULTILINE))
        asked = {command.split()[0] for command in [*QUERIES, *ARGUMENTS]}
        self.assertEqual(commands - asked, NO_QUERIES)

    def test_stand_in_the_order_of_the_queries(self):
        words = [word for i, word in enumerate(cli.sample_words()[:3000])
                 for word in ([word, f"zz{i}zz"] if i % 7 == 0 else [word])]
        for command in ("lookup --rows", "nearest -k 1 --top-rows 50"):
            result = self.ask(*command.split(), "-f", "ndjson", stdin="\n".join(words).encode())
            self.assertEqual([record["query"] for record in self.parsed("ndjson", result)], words)
        for command in ("rank", "similarity"):
            lines = [f"the {word}" for word in words[:300]]
            result = self.ask(*command.split(), "-f", "ndjson", stdin="\n".join(lines).encode())
            found = [record.get("word2") for record in self.parsed("ndjson", result)]
            self.assertEqual(found, words[:300])

    def test_name_the_closest_spellings(self):
        result = self.ask("nearest", "-f", "ndjson", "qeen", "king - qeen + mann")
        one, two = self.parsed("ndjson", result)
        self.assertEqual((one["words"], one["closest"][0]), (["qeen"], "queen"))
        self.assertEqual(two["words"], ["qeen", "mann"])
        self.assertIn("man", two["closest"])
        self.assertIn("'qeen' is not in the vocabulary", two["message"])

    def test_of_texts_name_them_each_time(self):
        for command, queries in (("embed", "qeen\nqeen qeen\nking\n"),
                                 ("distance", "king\tqeen\nqeen\tman\n")):
            result = self.ask(command, "-f", "ndjson", stdin=queries.encode())
            errors = [record for record in self.parsed("ndjson", result) if "error" in record]
            self.assertEqual(len(errors), 2, result)
            for error in errors:
                self.assertEqual((error["words"], error["closest"][0]), (["qeen"], "queen"))
                self.assertRegex(error["message"],
                                 r"\A'qeen' is not in the vocabulary; closest: queen, ")
            self.assertEqual(result.stderr.count("closest:"), 1, "told once")

    def test_of_models_without_common_words_are_what_they_would_print(self):
        compare = ["compare", "m.safetensors", "other.txt", "-q"]
        for arguments in (["-f", "json"], ["-f", "ndjson"], ["--moved", 3, "-f", "ndjson"]):
            result = self.run_command(*compare, *arguments)
            record = json.loads(result.stdout)  # a summary is one object
            self.assertEqual((result.status, record["query"], record["error"]),
                             (NOT_FOUND, "m.safetensors / other.txt", "too-few-words"))
            self.assertIn("have no word in common", record["message"])
        result = self.run_command(*compare, "--moved", 3, "-f", "json")
        self.assertEqual(len(json.loads(result.stdout)), 1)
        self.assertEqual(self.run_command(*compare, "east").lines,
                         ["query\tword\tcosine\tjaccard"])
        self.assertEqual(self.run_command(*compare).stdout, b"")

    def test_are_json_whatever_was_asked(self):
        garbage = b"caf\xe9 \x00\x1b[31m \"quoted\\\"\n"
        for command in ("nearest", "lookup", "similarity", "odd", "analogy", "rank", "distance"):
            result = self.ask(command, "-f", "ndjson", stdin=garbage)
            (record,) = self.parsed("ndjson", result)
            self.assertIn("\ufffd", record["query"])
            self.assertIn(record["error"], CODES)

    def test_of_pairs_have_the_words_of_the_pair(self):
        (record,) = self.parsed("json", self.ask("rank", "king", "qeen", "-f", "json"))
        self.assertEqual((record["query"], record["word1"], record["word2"]),
                         ("king qeen", "king", "qeen"))

    def test_stand_in_files_too(self):
        result = self.ask("similarity", "king", "qeen", "king", "man", "--out", "s.ndjson")
        self.assertEqual(result.status, NOT_FOUND)
        lines = (self.folder / "s.ndjson").read_text().splitlines()
        self.assertEqual([("error" in json.loads(line)) for line in lines], [True, False])

    def test_are_not_in_rows_of_text(self):
        for form in ("tsv", "csv", "table"):
            result = self.ask("nearest", "qeen", "king", "-k", 1, "-f", form)
            self.assertEqual(len(result.lines), 2, result)
        self.assertEqual(self.ask("nearest", "qeen", "-k", 1).lines, ["query\trank\tword\tscore"])


class Lookup(AnswersTest):
    def test_rows_have_a_line_for_each_word(self):
        asked = b"King\nnope\nking\nqueen\nnope\n"
        result = self.ask("lookup", "--rows", stdin=asked)
        self.assert_says(result, NOT_FOUND, "'nope' is not in the vocabulary")
        self.assertEqual(result.lines, ["193", "-1", "193", "575", "-1"])
        result = self.ask("lookup", "--rows", "-f", "tsv", stdin=asked)
        self.assertEqual(result.lines, ["query\tword\trow", "King\tking\t193", "nope\t\t-1",
                                        "king\tking\t193", "queen\tqueen\t575", "nope\t\t-1"])
        records = self.parsed("json", self.ask("lookup", "--rows", "-f", "json", stdin=asked))
        self.assertEqual([(r["query"], r["word"], r["row"]) for r in records],
                         [("King", "king", 193), ("nope", None, -1), ("king", "king", 193),
                          ("queen", "queen", 575), ("nope", None, -1)])
        self.assertEqual(["error" in record for record in records],
                         [False, True, False, False, True])
        table = self.ask("lookup", "--rows", "-f", "table", "are", "nope").lines
        self.assertEqual([line.split() for line in table],
                         [["word", "row"], ["are", "46"], ["nope", "-1"]])

    def test_rows_for_machines_name_what_was_asked(self):
        for form in ("csv", "tsv"):
            result = self.ask("lookup", "-f", form, "King", "queen")
            rows = [re.split("[,\t]", line)[:3] for line in result.lines]
            self.assertEqual(rows, [["query", "word", "row"], ["King", "king", "193"],
                                    ["queen", "queen", "575"]])
        for form in ("json", "ndjson"):
            records = self.parsed(form, self.ask("lookup", "-f", form, "King", "queen"))
            self.assertEqual([list(record) for record in records],
                             [["query", "word", "row", "vector_from", "norm", "vector"]] * 2)
            self.assertEqual([record["query"] for record in records], ["King", "queen"])

    def test_other_rows_name_what_was_asked_too(self):
        result = self.ask("odd", "Cat", "DOG", "king")
        self.assertEqual({row[2] for row in result.fields}, {"Cat", "DOG", "king"})
        result = self.ask("axis", "--between", "Man", "woman", "Nurse", "captain")
        self.assertEqual({row[1] for row in result.fields}, {"Nurse", "captain"})
        result = self.ask("pca", "King", "queen", "Man", "-q")
        self.assertEqual([row[0] for row in result.fields], ["King", "queen", "Man"])
        self.ask("pca", "King", "queen", "--out", "p.npy")
        self.assertEqual((self.folder / "p.vocab.txt").read_text(), "King\nqueen\n")


class EmptyResults(AnswersTest):
    def test_have_a_header(self):
        weat = ("statistic effect_size p_value partitions method x_words y_words a_words b_words")
        for arguments, columns in (
            ("axis --between nope north west", "rank word score"),
            ("axis --between east nope --top 3", "rank word score"),
            ("axis --between east east west", "rank word score"),
            ("axis --between east north nope", "rank word score"),
            ("axis --weat east nope north west", weat),
            ("axis --weat east east north west", weat),
            ("explain onehot nope", "query word row rows dim same_bits lost_zero_signs "
             "not_a_number other_nans different product_multiplications product_bytes "
             "product_seconds lookup_multiplications lookup_bytes lookup_seconds"),
            ("explain nearest nope", "query stage read skipped bytes seconds"),
            ("explain analogy east nope west", "query part first second rank value"),
            ("explain analogy east nowhere west", "query part first second rank value"),
            ("similarity --all-pairs nope nada", "word"),
            ("pca east nope", "word pc1 pc2"),
            ("lookup nope", "query word row norm v1 v2"),
            ("lookup --unknown error nope", "query word row norm v1 v2"),
            ("embed --unknown error nope", "text word row v1 v2"),
            ("distance east nope", "text1 text2 distance similarity"),
        ):
            for form, separator in (("csv", ","), ("tsv", "\t")):
                with self.subTest(arguments=arguments, form=form):
                    asked = [*arguments.split(), "-m", "m.safetensors", "-f", form]
                    result = self.run_command(*asked)
                    self.assertIn(result.status, (NOT_FOUND, WRONG_USAGE), result)
                    self.assertEqual(result.lines, [columns.replace(" ", separator)])
                    self.assertEqual(self.run_command(*asked, "--no-header").stdout, b"")

    def says(self, arguments, status, *patterns, model=SAMPLE):
        result = self.ask(*arguments, model=model)
        self.assert_says(result, status, *patterns)
        self.assertLessEqual(len(result.lines), 1, "nothing but the header")
        return result

    def test_say_why(self):
        self.write("none", "")
        self.write("unknown", "nope\nnada\n")
        self.write("king", "king\n")
        for arguments, status, pattern in (
            ("odd cat dog zzz", NOT_FOUND, "query 'cat dog zzz': of three words two are left: no answer"),
            ("odd cat yyy zzz", NOT_FOUND, "of three words one is left: no answer"),
            ("odd vvv xxq yyy zzz", NOT_FOUND, "of four words none is left: no answer"),
            ("nearest king --min-score 2", ALL_ANSWERED,
             r"note: query 'king': no answer: no other word scores 2 or more \(--min-score\)$"),
            ("nearest , --top-rows 1", ALL_ANSWERED,
             r"',': no answer: no other word is in the first row \(--top-rows\)"),
            ("nearest king --among king --min-score 0.5", ALL_ANSWERED,
             r"no other word is in the list of --among and scores 0.5 or more \(--min-score\)"),
            ("nearest king --among none", NOT_FOUND, "warning: none: found no words.*--among"),
            ("nearest king --among none", NOT_FOUND,
             "'king': no answer: the list of --among has no word of the vocabulary"),
            ("nearest king --among unknown", NOT_FOUND, "unknown: 2 words are not in the vocabulary"),
            ("analogy king man woman --min-score 2", ALL_ANSWERED,
             "query 'king - man [+] woman': no answer: no other word scores 2"),
            ("analogy king man woman --among none --method mul", NOT_FOUND, "no word of the voc"),
            ("closer king queen", ALL_ANSWERED,
             "query 'king queen': no answer: no word is closer to 'king' than 'queen'"),
            ("similarity --all-pairs nope nada", NOT_FOUND, "no word is left to compare: no answer"),
            ("axis --between man woman nope", NOT_FOUND, "no word is left to place on the axis"),
            ("axis --between nope woman king", NOT_FOUND, "no word of FROM .* is left: no answer"),
            ("pca king nope", NOT_FOUND, "PCA needs at least 2 words, found 1"),
            ("distance nope king", NOT_FOUND, "the text 'nope' has no word with a vector"),
            ("similarity --pairs none", ALL_ANSWERED, "note: none: found no pairs$"),
            ("embed --in none", ALL_ANSWERED, "note: none: found no texts$"),
        ):
            with self.subTest(arguments):
                self.says(arguments.split(), status, pattern)
        result = self.run_command("compare", SAMPLE, SAMPLE, "--words", "none")
        self.assert_says(result, NOT_FOUND, "none: found no words, so none is shown")
        self.write("one.txt", "only 1 2\n")
        self.run_command("convert", "one.txt", "one.safetensors")
        self.says(["nearest", "only"], ALL_ANSWERED, "no other word of the model has a direction",
                  model="one.safetensors")

    def test_name_the_line_they_belong_to(self):
        result = self.ask("odd", stdin=b"cat dog king\ncat dog zzz\n")
        self.assert_says(result, NOT_FOUND, "standard input:2: query 'cat dog zzz': of three words")

    def test_are_quiet_with_q_but_in_the_records(self):
        result = self.ask("nearest", "king", "--min-score", 2, "-q", "-f", "ndjson")
        self.assert_answered(result)
        (record,) = self.parsed("ndjson", result)
        self.assertEqual(record["error"], "no-answer")


class Held:
    """A command that is held open, and asked line by line."""

    def __init__(self, test, *arguments):
        self.test = test
        self.process = subprocess.Popen(
            [cli.BINARY, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=test.folder, env=test.environment(), bufsize=0)
        self.rest = b""

    def ask(self, line, lines=1):
        self.process.stdin.write(line + b"\n")
        return [self.read() for _ in range(lines)]

    def read(self):
        deadline = time.monotonic() + cli.TIMEOUT_SECONDS
        while b"\n" not in self.rest:
            left = deadline - time.monotonic()
            ready = select.select([self.process.stdout], [], [], max(0, left))[0]
            self.test.assertTrue(ready, f"no answer to the line: {self.process.args}")
            data = os.read(self.process.stdout.fileno(), 65536)
            self.test.assertTrue(data, "the command has ended")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return line

    def end(self):
        self.process.stdin.close()
        self.test.assertEqual(self.process.stdout.read(), b"")
        self.process.stdout.close()
        return self.process.wait(cli.TIMEOUT_SECONDS)


class HeldOpen(AnswersTest):
    # Lines of which each has as many records as rows below.
    COMMANDS = {
        "nearest -k 1": [b"king", b"nope", b"king - man + woman", b"king -", b"cat"],
        "analogy -k 1": [b"king man woman", b"king man", b"king nope woman"],
        "lookup": [b"king", b"nope", b"King"],
        "lookup --rows": [b"king", b"nope", b"King"],
        "similarity": [b"king queen", b"king", b"king nope"],
        "odd -k 1": [b"cat dog king", b"cat dog", b"cat dog nope"],
        "rank": [b"king queen", b"king", b"king nope"],
        "closer -k 1": [b"king man", b"king", b"king nope", b"king king"],
        "distance": [b"a king\tthe queen", b"king", b"nope\tking"],
        "distance --method wmd": [b"a king\tthe queen", b"king", b"nope\tking"],
        "embed --pool mean": [b"a king", b"nope"],
        "embed": [b"king", b"nope", b""],
        "embed --rows": [b"king", b"nope", b""],
    }

    def test_each_line_is_answered_at_once(self):
        for command, lines in self.COMMANDS.items():
            with self.subTest(command):
                held = Held(self, *command.split(), "-m", SAMPLE, "-f", "ndjson")
                for line in lines * 3:
                    if line and line != b"nope":
                        held.process.stdin.write(b"\n \n" if "embed" not in command else b"")
                    (answer,) = held.ask(line)
                    record = json.loads(answer)
                    self.assertIsInstance(record, dict)
                    if "query" in record and "embed" not in command and "analogy" not in command:
                        self.assertEqual(record["query"].encode(), line)
                self.assertIn(held.end(), (NOT_FOUND, WRONG_USAGE))

    def test_in_text_formats_too(self):
        for arguments, question, answer in (
            (["lookup", "--rows"], b"nope", rb"-1"), (["lookup", "--rows"], b"king", rb"193"),
            (["lookup"], b"king", rb"king 0\.2357 .*"),
            (["nearest", "-k", "1", "--no-header"], b"king", rb"king\t1\tqueen\t.*"),
            (["nearest", "-k", "1", "--no-header", "-f", "csv"], b"king", rb"king,1,queen,.*"),
            (["nearest", "-k", "1", "--no-header", "-f", "table"], b"king", rb"king +1 +queen +.*"),
            (["embed", "--rows"], b"are you", rb"46 14"), (["embed", "--rows"], b"nope", rb""),
            (["similarity", "--no-header"], b"king queen", rb"king\tqueen\t0\.69.*"),
        ):
            with self.subTest(arguments):
                held = Held(self, *arguments, "-m", SAMPLE)
                for _ in range(3):
                    self.assertRegex(held.ask(question)[0], rb"\A" + answer + rb"\Z")
                held.end()

    def test_many_times(self):
        held = Held(self, "lookup", "--rows", "-m", SAMPLE, "-f", "ndjson")
        words = cli.sample_words()
        for i in range(500):
            word = "zzzz" if i % 10 == 0 else words[i]
            (answer,) = held.ask(word.encode())
            record = json.loads(answer)
            self.assertEqual((record["query"], record["row"]), (word, -1 if i % 10 == 0 else i))
        self.assertEqual(held.end(), NOT_FOUND)

    def test_a_json_array_comes_piece_by_piece(self):
        held = Held(self, "lookup", "--rows", "-m", SAMPLE, "-f", "json")
        self.assertEqual(held.ask(b"king"), [b"["])
        held.process.stdin.write(b"nope\n")
        self.assertIn(b'"row":193}', held.read())
        held.process.stdin.close()
        held.process.stdout.read()
        held.process.stdout.close()
        held.process.wait(cli.TIMEOUT_SECONDS)


if __name__ == "__main__":
    cli.main()
