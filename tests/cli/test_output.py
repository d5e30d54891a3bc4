#!/usr/bin/python3
"""What all commands share: output formats, pipes and terminals, help and completion."""

import csv
import fcntl
import io
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
import time
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, SAMPLE, WRONG_USAGE  # noqa: E402

MEASURES = ["similarity", "odd", "rank", "closer", "distance", "axis"]
COMMANDS = ["convert", "lookup", "nearest", "analogy", *MEASURES, "embed", "pca", "explain", "tour",
            "eval", "compare", "info", "index", "fetch", "models", "completion"]
ANSWERING = {  # a run of each command that answers
    "lookup": ["lookup", "king"],
    "nearest": ["nearest", "king"],
    "analogy": ["analogy", "king", "man", "woman"],
    "similarity": ["similarity", "king", "queen"],
    "odd": ["odd", "cat", "dog", "king"],
    "rank": ["rank", "king", "queen"],
    "closer": ["closer", "king", "prince"],
    "distance": ["distance", "a king", "the queen"],
    "axis": ["axis", "--between", "man", "woman", "king"],
    "pca": ["pca", "king", "queen", "man"],
    "info": ["info"],
}
# gensim 4.2 on the bundled sample (data/README.md).
EXPECTED = [("king", 1, "queen", 0.6976756), ("king", 2, "majesty", 0.6219665),
            ("cat", 1, "dog", 0.6864400), ("cat", 2, "mouse", 0.6685107)]
COLUMNS = ["query", "rank", "word", "score"]


class Formats(cli.CommandTest):
    def answers(self, *arguments):
        result = self.ask("nearest", "king", "cat", "-k", 2, *arguments)
        self.assert_answered(result)
        return result.stdout.decode()

    def assert_rows(self, rows):
        self.assertEqual(len(rows), 4)
        for (query, rank, word, score), expected in zip(rows, EXPECTED):
            self.assertEqual((query, int(rank), word), expected[:3])
            self.assertAlmostEqual(float(score), expected[3], delta=1e-6)

    def test_tsv_and_what_auto_is_in_a_pipe(self):
        text = self.answers("-f", "tsv")
        rows = [line.split("\t") for line in text.splitlines()]
        self.assertEqual(rows[0], COLUMNS)
        self.assert_rows(rows[1:])
        self.assertEqual(self.answers(), text)
        self.assertEqual(self.answers("--format", "auto"), text)
        self.assertEqual(self.answers("--format=tsv"), text)

    def test_csv(self):
        rows = list(csv.reader(io.StringIO(self.answers("-f", "csv"))))
        self.assertEqual(rows[0], COLUMNS)
        self.assert_rows(rows[1:])

    def test_json(self):
        objects = json.loads(self.answers("-f", "json"))
        for item in objects:
            self.assertEqual(list(item), COLUMNS)
            self.assertEqual([type(value) for value in item.values()], [str, int, str, float])
        self.assert_rows([item.values() for item in objects])

    def test_ndjson(self):
        lines = self.answers("-f", "ndjson").splitlines()
        objects = [json.loads(line) for line in lines]
        self.assertEqual([list(item) for item in objects], [COLUMNS] * 4)
        self.assert_rows([item.values() for item in objects])

    def test_table(self):
        lines = self.answers("-f", "table").splitlines()
        self.assertEqual(lines[0].split(), COLUMNS)
        self.assertEqual(len({line.rindex(" ") for line in lines[1:]}), 1, "aligned")
        for line, (query, rank, word, score) in zip(lines[1:], EXPECTED):
            self.assertEqual(line.split(), [query, str(rank), word, f"{score:.4f}"])

    def test_no_header(self):
        for form in ("tsv", "csv", "table"):
            whole = self.answers("-f", form).splitlines()
            self.assertEqual(len(self.answers("-f", form, "--no-header").splitlines()), 4)
            if form != "table":  # whose columns are then narrower
                self.assertEqual(self.answers("-f", form, "--no-header").splitlines(), whole[1:])

    def test_scores_read_back_to_the_same_float32(self):
        text = self.ask("nearest", "king", "-k", 3000).fields
        objects = json.loads(self.ask("nearest", "king", "-k", 3000, "-f", "json").stdout)
        for row, item in zip(text, objects):
            self.assertEqual(float(row[3]), item["score"])
            self.assertLessEqual(len(row[3].lstrip("-").replace(".", "").lstrip("0")), 9)
            self.assertEqual(
                cli.float32(float(row[3])), cli.float32(float(f"{float(row[3]):.9g}"))
            )

    def test_words_with_every_separator_survive(self):
        words = [b"tab\there", b'quo"te', b"com,ma", b"re\rturn", b"back\\slash", b"'",
                 "\u2028".encode()]
        rows = b"".join(word + b" " + cli.float32(1, i) + b"\n" for i, word in enumerate(words))
        self.write("odd.bin", b"7 2\n" + rows)
        self.run_command("convert", "odd.bin", "odd.safetensors")
        expected = sorted(word.decode() for word in words[1:])

        def ask(form):
            result = self.ask("nearest", "tab\there", "-f", form, model="odd.safetensors")
            self.assert_answered(result)
            return result.stdout.decode()

        found = list(csv.reader(io.StringIO(ask("csv"), newline="")))[1:]
        self.assertEqual(sorted(row[2] for row in found), expected)
        self.assertEqual({row[0] for row in found}, {"tab\there"})
        self.assertEqual(sorted(item["word"] for item in json.loads(ask("json"))), expected)
        found = [line.split("\t") for line in ask("tsv").split("\n")[1:-1]]
        self.assertEqual({len(row) for row in found}, {4})
        self.assertEqual({row[0] for row in found}, {"tab\\there"})
        self.assertIn("re\\rturn", [row[2] for row in found])

    def test_json_of_words_that_are_not_utf8_is_json(self):
        self.write("latin.txt", b"caf\xe9 1 2\nth\xe9 2 1\n")
        self.run_command("convert", "latin.txt", "latin.safetensors")
        for form in ("json", "ndjson"):
            result = self.ask("nearest", b"caf\xe9", "-f", form, model="latin.safetensors")
            self.assert_answered(result)
            parsed = json.loads(result.stdout)
            item = parsed[0] if form == "json" else parsed
            self.assertEqual((item["query"], item["word"]), ("caf\ufffd", "th\ufffd"))
        result = self.ask("nearest", b"caf\xe9", model="latin.safetensors")
        self.assertIn(b"caf\xe9\t1\tth\xe9\t", result.stdout)

    def test_every_command_knows_every_format(self):
        for command, arguments in ANSWERING.items():
            for form in ("table", "tsv", "csv", "json", "ndjson"):
                with self.subTest(command=command, form=form):
                    result = self.ask(*arguments, "-f", form, "-q")
                    self.assert_answered(result)
                    text = result.stdout.decode()
                    if form == "json":
                        json.loads(text)
                    elif form == "ndjson":
                        for line in text.splitlines():
                            self.assertIsInstance(json.loads(line), dict)
                    elif form in ("csv", "tsv"):
                        delimiter = "," if form == "csv" else "\t"
                        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
                        self.assertGreater(len(rows), 1)
                        self.assertEqual(len({len(row) for row in rows}), 1)


class Spreadsheets(cli.CommandTest):
    """Words that would be formulas, by OWASP's list (CSV injection)."""

    RUN = ["=1+1", "+49-170", "-lrb-", "@SUM(A1)", "-", "+-5", "-inf", "-0x1", '"=1"',
           "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"]
    KEPT = ["-5", "+5", "-0.25", "-1e-9", "king", "a=1", "'=1", '"', '"a"', "5-"]
    NOTE = (r"\Awordvec: note: a text begins with =, \+, - or @, which a spreadsheet takes for a "
            r"formula: --csv-safe puts a ' before each\n\Z")

    def setUp(self):
        super().setUp()
        self.words = [word for pair in zip(self.RUN, self.KEPT) for word in pair]
        self.words += self.RUN[len(self.KEPT):]
        rows = [f"{word} -1 {row}\n" for row, word in enumerate(self.words)]
        self.write("m.txt", f"{len(rows)} 2\n" + "".join(rows))
        self.write("words", "".join(word + "\n" for word in self.words))
        self.run_command("convert", "m.txt", "m.safetensors")
        self.safe = ["'" + word if word in self.RUN else word for word in self.words]

    def rows_of(self, text, form):
        if form == "csv":
            return list(csv.reader(io.StringIO(text, newline="")))
        return [line.split("\t") for line in text.splitlines()]

    def check(self, result, texts, form, column):
        self.assert_answered(result)
        rows = self.rows_of(result.stdout.decode(), form)[1:]
        self.assertEqual([row[column] for row in rows], texts)
        return rows

    def test_get_texts_that_are_not_run_and_numbers_that_stay(self):
        words = "".join(word + "\n" for word in self.words).encode()
        for form in ("csv", "tsv"):
            with self.subTest(form):
                ask = lambda *more: self.ask(  # noqa: E731
                    *more, "-f", form, model="m.safetensors", stdin=words)
                rows = self.check(ask("lookup", "--csv-safe"), self.safe, form, 1)
                self.assertEqual([row[0] for row in rows], self.safe)
                self.assertEqual({row[4] for row in rows}, {"-1"})
                self.check(ask("lookup"), self.words, form, 1)
                placed = ask("axis", "--between", "king", "=1+1", "--csv-safe")
                self.assert_answered(placed)
                rows = self.rows_of(placed.stdout.decode(), form)[1:]
                self.assertEqual(sorted(row[1] for row in rows), sorted(self.safe))
                matrix = ask("similarity", "--all-pairs", "--csv-safe")
                self.check(matrix, self.safe, form, 0)
                self.assertEqual(self.rows_of(matrix.stdout.decode(), form)[0], ["word", *self.safe])

    def test_are_no_matter_of_other_formats(self):
        words = b"=1+1\n"
        for form in ("json", "ndjson", "table"):
            asked = [self.ask("nearest", *more, "-f", form, model="m.safetensors", stdin=words)
                     for more in ([], ["--csv-safe"])]
            self.assert_answered(asked[1])
            self.assertEqual(asked[0].stdout, asked[1].stdout)

    def test_are_told_of_once_where_a_file_has_one(self):
        for name in ("out.csv", "out.tsv"):
            for more, said in (([], self.NOTE), (["--csv-safe"], r"\A\Z"), (["-q"], r"\A\Z")):
                result = self.ask("lookup", "--words", "words", "--out", name, *more,
                                  model="m.safetensors")
                self.assert_says(result, ALL_ANSWERED, said)
                found = self.rows_of((self.folder / name).read_text(), name[4:])[1:]
                self.assertEqual([row[1] for row in found],
                                 self.safe if "--csv-safe" in more else self.words)
        for name in ("out.json", "out.txt"):
            self.assert_answered(self.ask("lookup", "--words", "words", "--out", name,
                                          model="m.safetensors"))
        self.assert_answered(self.ask("lookup", *self.KEPT[4:], "--out", "kept.csv",
                                      model="m.safetensors"))

    def test_are_told_of_on_standard_output_only_where_it_is_a_file_of_csv(self):
        for form, said in (("csv", self.NOTE), ("tsv", r"\A\Z"), ("ndjson", r"\A\Z")):
            with open(self.folder / "out", "wb") as out:
                result = self.ask("lookup", "--words", "words", "-f", form, model="m.safetensors",
                                  stdout=out)
            self.assert_says(result, ALL_ANSWERED, said)
            self.assert_answered(self.ask("lookup", "--words", "words", "-f", form,
                                          model="m.safetensors"))


class OnATerminal(cli.CommandTest):
    def shown(self, *arguments, env=None, **kinds):
        with self.on_terminal(*arguments, "-m", SAMPLE, env=env, **kinds) as run:
            pass
        return run.result

    def test_answers_are_a_table_with_a_bold_header(self):
        for command, arguments in ANSWERING.items():
            if command in ("info", "pca"):  # no header, a picture
                continue
            with self.subTest(command):
                lines = self.shown(*arguments).stdout.decode().splitlines()
                self.assertRegex(lines[0], "\\A\x1b\\[1m[a-z0-9 ]+\x1b\\[0m\\Z")
                self.assertNotIn("\t", "".join(lines))
                self.assertNotIn("\x1b", "".join(lines[1:]))

    def test_messages_have_coloured_labels(self):
        result = self.shown("nearest", "Kign")
        self.assertRegex(result.stderr, "\x1b\\[1;31merror: \x1b\\[0m'Kign' is not")

    def test_no_escape_bytes_where_they_are_not_wanted(self):
        for env in ({"NO_COLOR": "1"}, {"NO_COLOR": "yes"}, {"TERM": "dumb"}, {"TERM": None}):
            for arguments in [*ANSWERING.values(), ["nearest", "Kign", "KING"]]:
                with self.subTest(env=env, arguments=arguments):
                    result = self.shown(*arguments, env=env)
                    self.assertNotIn(b"\x1b", result.stdout)
                    self.assertNotIn("\x1b", result.stderr)
                    self.assertNotIn(b"\t", result.stdout, "a table still")

    def test_an_empty_no_color_means_nothing(self):
        # https://no-color.org: "when present and not an empty string".
        self.assertIn(b"\x1b[1m", self.shown("nearest", "king", env={"NO_COLOR": ""}).stdout)

    def test_no_escape_bytes_in_a_pipe_even_when_the_other_output_is_a_terminal(self):
        result = self.shown("nearest", "king", "Kign", stdout="pipe")
        self.assertNotIn(b"\x1b", result.stdout)
        self.assertTrue(result.stdout.startswith(b"query\trank\tword\tscore\n"))
        self.assertIn("\x1b[1;31m", result.stderr)
        result = self.shown("nearest", "king", "Kign", stderr="pipe")
        self.assertNotIn("\x1b", result.stderr)
        self.assertIn(b"\x1b[1m", result.stdout)
        result = self.ask("nearest", "king", "Kign", "-f", "table")
        self.assertNotIn(b"\x1b", result.stdout)
        self.assertNotIn("\x1b", result.stderr)

    def test_wide_characters_stay_in_their_columns(self):
        self.write("wide.txt", "日本 1 2\nab 2 1\ne\u0301 2 2\n中 1 1.5\n")
        with self.on_terminal("nearest", "日本", "-m", "wide.txt", "-q") as run:
            pass
        # The query is four columns wide, and so shorter than its header.
        lines = run.result.stdout.decode().splitlines()
        self.assertTrue(all(line.startswith("日本   ") for line in lines[1:]), lines)
        words = [re.match(r"日本 +\d  (.*?) +[\d.]+$", line)[1] for line in lines[1:]]
        self.assertEqual(sorted(words), sorted(["ab", "e\u0301", "中"]))

    # ESC, BEL, C1, BS, DEL, no UTF-8, and what turns the direction of text.
    EVIL = [b"\x1b[31mred", b"bell\x07", b"c1\xc2\x9b31m", b"back\x08", b"del\x7f", b"bad\xff",
            *(f"turn{mark}ed".encode() for mark in
              "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")]
    RAW = "[\x00-\x08\x0b-\x1f\x7f-\x9f\udc80-\udcff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"

    def evil_model(self):
        rows = b"".join(word + b" " + cli.float32(1, i * i) + b"\n"
                        for i, word in enumerate(self.EVIL))
        self.write("evil.bin", f"{len(self.EVIL)} 2\n".encode() + rows)
        self.run_command("convert", "evil.bin", "evil.safetensors")
        return ["-m", "evil.safetensors"]

    def check_harmless(self, *arguments, says=None, **options):
        options = {"env": {"TERM": "dumb"}, **options}
        with self.subTest(arguments):
            with self.on_terminal(*arguments, **options) as run:
                pass
            shown = run.result.stdout.decode("utf-8", "surrogateescape") + run.result.stderr
            self.assertNotRegex(shown, self.RAW)
            if says:
                self.assertRegex(shown, says)
            return run.result

    def test_words_that_it_would_obey_are_escaped(self):
        model = self.evil_model()
        words, red, turn = self.EVIL, self.EVIL[0], self.EVIL[10]
        word_file = self.write("words", b"".join(word + b"\n" for word in words))
        pairs = self.write("pairs", b"".join(b"%s\t%s\t%d\n" % (word, red, i)
                                             for i, word in enumerate(words)))
        questions = self.write("questions", b": \x1b[2J\n" + b" ".join(words[:4]) + b"\n" +
                               b" ".join(words[7:11]) + b"\nno\x1bne " + b" ".join(words[:3]) + b"\n")
        classes = self.write("classes", b"".join(b"%s\tclass\x1b%d\n" % (word, i % 2)
                                                 for i, word in enumerate(words)))
        topic = self.write("outliers.txt", b"\n".join(words[:4]) + b"\n\n" + words[9] + b"\n")
        self.write("other.txt", b"".join(word + b" 1 %d\n" % i for i, word in enumerate(words)))
        for arguments in (
            ["nearest", *words[:3]], ["lookup", *words], ["lookup", "--rows", *words], ["pca"],
            ["lookup", "--words", word_file], ["lookup", "--out", "-", *words],
            ["lookup", "--out", "/dev/stdout", "-f", "csv", *words],
            ["pca", "--out", "/dev/tty", "-f", "tsv"],
            ["analogy", *words[:3]], ["analogy", *words[8:11], "-f", "tsv"], ["pca", "-f", "csv"],
            ["nearest", "-f", "tsv", turn], ["nearest", "-f", "csv", turn],
            ["nearest", "-f", "json", turn], ["nearest", "-f", "ndjson", red],
            ["nearest", "\x1b[31mre"], ["nearest", turn + b"s", "-f", "json"],
            ["nearest", "--among", word_file, red],
            ["similarity", *words[:2], *words[9:11]], ["similarity", "--all-pairs", *words],
            ["similarity", "--all-pairs", *words, "-f", "json"],
            ["odd", *words], ["rank", *words[:2], *words[9:11]], ["closer", words[0], words[10]],
            ["closer", "-v", words[10], words[9]],
            ["distance", red + b" " + turn, words[1]], ["axis", "--between", red, turn, *words],
            ["axis", "--between", red, red, turn], ["embed", b" ".join(words)],
            ["embed", "--in", word_file, "-f", "csv"], ["embed", "--pool", "sif", *words],
            ["compare", "evil.safetensors", "other.txt"],
            ["compare", "evil.safetensors", "other.txt", *words, "no\x1bne"],
            ["explain", "onehot", *words], ["explain", "analogy", *words[:3]],
            ["explain", "nearest", *words], ["explain", "onehot", *words, "-f", "csv"],
            ["explain", "subwords", *words[:3]], ["tour"],
            ["eval", "similarity", pairs], ["eval", "analogies", questions, "-v"],
            ["eval", "categories", classes], ["eval", "outliers", topic],
            ["pca", "--color-by", classes], ["pca", "--lines", pairs, "--title", "\x1b[2J"],
            ["convert", "evil.bin", "--words", word_file, "w.txt", "--normalize"],
            ["info", "--verify"], ["-vv", "info"],
        ):
            more = [] if arguments[0] in ("compare", "convert") else model
            self.check_harmless(*arguments, *more)
        # In a pipe the bytes are what they are, but for JSON, which has escapes.
        result = self.run_command("pca", *model, "-q")
        for word in words:
            self.assertIn(b"\n" + word + b"\t", result.stdout)
        result = self.run_command("pca", *model, "-q", "-f", "ndjson")
        self.assertNotRegex(result.stdout.decode(), self.RAW)
        self.assertEqual([json.loads(line)["word"] for line in result.lines],
                         [word.decode("utf-8", "replace") for word in words])

    def test_names_that_it_would_obey_are_escaped(self):
        self.evil_model()
        for mark in ("\x1b[31m", "\x9b", "\u202e", "\u2066", "\u200f"):
            name = f"a{mark}b"
            model = self.folder / f"{name}.safetensors"
            model.write_bytes((self.folder / "evil.safetensors").read_bytes())
            installed = self.data_home / "wordvec" / f"{name}.safetensors"
            installed.parent.mkdir(exist_ok=True)
            installed.write_bytes(model.read_bytes())
            (self.data_home / "wordvec" / f"{name}bad.safetensors").write_bytes(b"x")
            self.write(f"{name}.txt", "king 1 2\nqueen 2 1\n")
            self.write(f"{name}.bad", f"king 1 2\nqueen{mark} 2\n")
            for arguments in (
                ["models"], ["models", "--default", name], ["models", "-f", "json"],
                ["models", "--default", name + "no"], ["info", "-m", model], ["info", "-m", name],
                ["info", "-m", model, "-f", "csv"], ["info", "-m", model, "-f", "json"],
                ["info", "--verify", "-m", f"{name}.txt"], ["lookup", "king", "-m", f"{name}.txt"],
                ["lookup", "king", "-m", f"{name}.none"], ["lookup", "king", "-m", f"{name}.bad"],
                ["convert", f"{name}.txt", f"{name}.bin"], ["convert", f"{name}.bad"],
                ["convert", f"{name}.txt", "out", "--to", name], ["convert", f"{name}.txt", name],
                ["index", f"{name}.safetensors", "--again"], ["nearest", "king", f"--{name}"],
                ["nearest", "king", "-k", name], ["nearest", "king", "-f", name],
                ["nearest", "king", "--among", name], ["nearest", "king", "--isa", name],
                ["nearest", "king", "-k", name, "-k", 3], [name], ["help", name], ["explain", name],
                ["eval", "similarity", name], ["eval", "similarity", f"{name}.bad", "-m", SAMPLE],
                ["compare", f"{name}.txt", model], ["compare", f"{name}.txt", f"{name}.bin"],
                ["pca", "--out", f"{name}.csv", "-m", f"{name}.txt"], ["pca", "--out", name],
                ["pca", "--out", f"{name}.html", "-m", f"{name}.txt"], ["completion", name],
            ):
                self.check_harmless(*arguments)

    def test_vectors_are_not_written_to_one(self):
        self.evil_model()
        for out in ("-", "/dev/stdout"):
            result = self.check_harmless("convert", "evil.bin", out, "--to", "glove",
                                         says="is a terminal: vectors are for a file or a pipe")
            self.assertEqual((result.status, result.stdout), (WRONG_USAGE, b""))
        result = self.run_command("convert", "evil.bin", "-", "--to", "glove", "-q")
        self.assertIn(self.EVIL[0] + b" 1 0\n", result.stdout)

    def test_a_control_character_in_a_file_name_is_escaped(self):
        result = self.run_command("lookup", "king", "-m", "no\x1b[31mfile")
        self.assertRegex(result.stderr, r"no\\x1b\[31mfile: no such file")


class Pipes(cli.CommandTest):
    def test_that_are_closed_are_quiet_and_no_error(self):
        for arguments in (
            ["nearest", "king", "-k", "10000"], ["lookup", *cli.sample_words()[:900]],
            ["analogy", "king", "man", "woman", "-k", "10000"], ["pca", "-q"],
            ["pca", "-q", "--out", "-", "-f", "json"], ["lookup", "-f", "ndjson", "king"],
            ["info", "--verify", "-q"], ["nearest", "king", "-f", "table"],
        ):
            with self.subTest(arguments[:3]):
                read, write = os.pipe()
                os.close(read)
                with open(write, "wb") as closed:
                    result = self.ask(*arguments, stdout=closed)
                self.assert_answered(result)
        for arguments in (["--help"], ["pca", "--help"], ["completion", "bash"], ["--version"]):
            read, write = os.pipe()
            os.close(read)
            with open(write, "wb") as closed:
                self.assert_answered(self.run_command(*arguments, stdout=closed))

    def test_that_are_closed_in_the_middle(self):
        words = "\n".join(cli.sample_words() * 2).encode()
        self.write("words", words)
        with open(self.folder / "words", "rb") as stdin:
            process = subprocess.Popen(
                [cli.BINARY, "lookup", "-m", SAMPLE], stdin=stdin, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, env=self.environment(),
            )
        self.assertEqual(process.stdout.read(2), b", ")
        process.stdout.close()
        with process.stderr:
            errors = process.stderr.read()
        self.assertEqual((process.wait(60), errors), (ALL_ANSWERED, b""))

    def test_the_run_ends_soon_when_nobody_reads(self):
        # The input is endless here.
        process = subprocess.Popen(
            [cli.BINARY, "lookup", "--rows", "-m", SAMPLE], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(),
        )
        process.stdout.close()
        start = time.monotonic()
        try:
            while process.poll() is None and time.monotonic() - start < 30:
                process.stdin.write(b"king\n" * 1000)
                process.stdin.flush()
        except BrokenPipeError:
            pass
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
        with process.stderr:
            errors = process.stderr.read()
        self.assertEqual((process.wait(60), errors), (ALL_ANSWERED, b""))


class Verbosity(cli.CommandTest):
    def test_quiet_default_verbose(self):
        for flag in ("-q", "--quiet"):
            self.assert_answered(self.run_command("nearest", "KING", flag))
        normal = self.run_command("nearest", "KING").stderr
        self.assertEqual(normal.count("\n"), 2)
        verbose = self.ask("nearest", "king", "-v").stderr
        self.assertRegex(verbose, "10001 rows of 300 values")
        loud = self.ask("nearest", "king", "-vv").stderr
        self.assertGreater(len(loud), len(verbose))
        self.assertIn("kernels: ", loud)

    def test_messages_are_on_stderr_only(self):
        for flag in ("-v", "-vv", "--verbose"):
            self.assertEqual(
                self.ask("nearest", "king", flag).stdout, self.ask("nearest", "king", "-q").stdout
            )


class Help(cli.CommandTest):
    def help(self, *arguments):
        result = self.run_command(*arguments)
        self.assert_answered(result)
        return result.stdout.decode()

    def test_starts_with_examples(self):
        for arguments in (["--help"], ["-h"], ["help"], *([c, "--help"] for c in COMMANDS)):
            with self.subTest(arguments):
                lines = self.help(*arguments).splitlines()
                self.assertRegex(lines[0], r"\A[A-Z].{10,}\Z")
                self.assertEqual(lines[1:3], ["", "Examples:"])
                self.assertRegex(lines[3], r"\A  .*wordvec [a-z]+")
                self.assertTrue(any(line.startswith("Usage: wordvec") for line in lines))

    def test_lists_the_commands(self):
        text = self.help("--help")
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {command} +[A-Z]")
            self.assertRegex(self.help(command, "--help"), rf"Usage: wordvec {command}\b")
        for status in "0123":
            self.assertIn(f" {status} ", text)

    def test_may_be_asked_in_three_ways(self):
        for command in COMMANDS:
            text = self.help(command, "--help")
            self.assertEqual(self.help(command, "-h"), text)
            self.assertEqual(self.help("help", command), text)
        result = self.run_command("help", "neerest")
        self.assert_refused(result, WRONG_USAGE, "no command 'neerest'", "'nearest'")

    def test_examples_name_options_that_exist(self):
        for command in COMMANDS:
            text = self.help(command, "--help")
            examples = text[text.index("Examples:") : text.index("Usage:")]
            # Not those of the commands that an example speaks of: "then: wordvec nearest …".
            examples = re.sub("then: .*", "", examples)
            options = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", examples)) - {"-dc", "-s", "-r", "-x"}
            for option in options:
                rest = text[text.index("Options:") :]
                self.assertRegex(rest, rf"(?m)^ +(-\w,)?{option}\b|^ +{option},", command)

    def test_examples_run(self):
        examples = set()
        for command in ("lookup", "nearest", "analogy", *MEASURES, "pca", "info", "explain",
                        "explain onehot", "explain positions", "explain analogy",
                        "explain nearest"):
            text = self.help(*command.split(), "--help")
            for line in text[text.index("Examples:") : text.index("Usage:")].splitlines()[1:]:
                examples.add(re.split(r" {2,}", line.strip())[0])
        self.write("queries.txt", "king\nking - man + woman\n")
        self.write("triples.txt", "king man woman\n")
        self.write("text", "are you ok ?")
        self.write("nouns.txt", "cat\ndog\nking\nqueen\n")
        for name in ("pairs.txt", "pairs.tsv"):
            self.write(name, "king\tqueen\n")
        self.write("sets.txt", "cat dog king\n")
        for name, words in zip(("words", "x", "y", "a", "b"),
                               ("king queen", "rose lily", "worm bee", "joy love", "war evil")):
            self.write(name + ".txt", words.replace(" ", "\n"))
        self.run_command("convert", cli.SAMPLE, "glove.safetensors", "--limit", 300)
        self.write("counts.txt", "the 20\nking 1\n")
        self.run_command("convert", "glove.safetensors", "counted.safetensors", "--counts", "counts.txt")
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "wordvec").symlink_to(cli.BINARY)
        self.assertGreater(len(examples), 15)
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        for example in sorted(examples):
            if "jq" in example:
                continue
            with self.subTest(example):
                done = subprocess.run(
                    ["sh", "-c", example], cwd=self.folder, capture_output=True, timeout=60,
                    env=self.environment(PATH=path, WORDVEC_MODEL=SAMPLE),
                    stdin=subprocess.DEVNULL,
                )
                self.assertEqual(done.returncode, ALL_ANSWERED, done)

    def test_version(self):
        self.assertRegex(self.help("--version"), r"\Awordvec \d+\.\d+\.\d+\n\Z")


class Completion(cli.CommandTest):
    def options_in_help(self, command):
        text = self.run_command(command, "--help").stdout.decode()
        options = set()
        for line in text[text.index("Options:") :].splitlines():
            if match := re.match(r"  ((?:-\w,)?--[\w-]+|-\w)\b", line):
                options.update(match[1].split(","))
        self.assertIn("--help", options)
        return options

    def script(self, shell):
        result = self.run_command("completion", shell)
        self.assert_answered(result)
        return result.stdout.decode()

    def complete(self, *words, path=None):
        """What bash would offer for the last of the words, each once."""
        quoted = " ".join(f"'{word}'" for word in words)
        script = self.script("bash") + (
            f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}\n_wordvec\n"
            'printf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        done = subprocess.run(
            ["bash", "--norc", "-c", script], cwd=self.folder, capture_output=True, text=True,
            env=self.environment(**({"PATH": path} if path else {})), timeout=60,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        offered = done.stdout.splitlines()
        self.assertEqual(len(set(offered)), len(offered), words)
        return set(offered) - {""}

    def typed(self, line, setup="", key="\x0f", shell="bash"):
        """The line once bash has put all that it offers in the place of its last word (Ctrl-O), or
        what a TAB makes of it, in any shell."""
        keep = "> ~/part; mv ~/part ~/line"
        arguments, rc, settings = {
            "bash": (["--noprofile", "--rcfile", self.home / "rc", "-i"], "rc", r"""
                bind '"\C-o": insert-completions'
                bind -x '"\C-g": printf %s "$READLINE_LINE" """ + keep + "'"),
            "zsh": (["-d", "-i"], ".zshrc", f"""
                show() {{ print -rn -- $BUFFER {keep} }}
                zle -N show; bindkey '^G' show"""),
            "fish": (["-N", "-i", "-C", ". ~/rc"], "rc", f"""
                bind \\cg 'printf %s (commandline) {keep}'"""),
        }[shell]
        load = "autoload -U compinit; compinit -u -D\n" if shell == "zsh" else ""
        (self.home / rc).write_text(load + self.script(shell) + setup + settings + "\n")
        (self.home / "bin").mkdir(exist_ok=True)
        if not (self.home / "bin" / "wordvec").exists():
            (self.home / "bin" / "wordvec").symlink_to(cli.BINARY)
        path = f"{self.home}/bin:{os.environ['PATH']}"
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [shell, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, cwd=self.folder,
            env=self.environment(PATH=path, ZDOTDIR=self.home), start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # which fish insists on
        ) as running:
            os.close(theirs)
            os.write(ours, f"{line}{key}\x07".encode())
            deadline = time.monotonic() + cli.TIMEOUT_SECONDS
            while not (self.home / "line").exists() and time.monotonic() < deadline:
                if select.select([ours], [], [], 0.02)[0]:
                    os.read(ours, 65536)
            running.kill()
            os.close(ours)
        result = (self.home / "line").read_text()
        (self.home / "line").unlink()
        return result

    def arguments_of(self, shell, line):
        """What `wordvec` is run with when the line is entered."""
        opened = re.search(r""" (["'])[^"']*('s)?$""", line)
        line += opened[1] if opened else ""  # zsh leaves it open
        function = {"fish": "function wordvec; printf '%s\\n' $argv; end\n"}.get(
            shell, "wordvec() { printf '%s\\n' \"$@\"; }\n")
        done = subprocess.run([shell, "-c", function + line], cwd=self.folder, timeout=60,
                              env=self.environment(), capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), line)
        return done.stdout.splitlines()

    def assert_completes_names(self, shell):
        (self.data_home / "wordvec").mkdir()
        for name in ("$(touch PWNED)", "`touch PWNED2`", "my model", "v*", "vy", "it's", 'a"b',
                     r" c\d"):
            (self.data_home / "wordvec" / f"{name}.safetensors").symlink_to(SAMPLE)
        self.write("vx", "")
        for command in ("nearest --model", "models --default", "compare -k 2 A", "index"):
            for typed, name in (
                (r"\$", "$(touch PWNED)"), (r"\`", "`touch PWNED2`"), ("my", "my model"),
                (r"my\ m", "my model"), ("it", "it's"), ("a", 'a"b'), ('"my ', "my model"),
                ("'my ", "my model"), ('"i', "it's"), (r"\ ", r" c\d"),
                (r"v\*", "v*"),
            ):
                with self.subTest(command=command, typed=typed):
                    line = self.typed(f"wordvec {command} {typed}", key="\t", shell=shell)
                    self.assertEqual(self.arguments_of(shell, line), command.split() + [name], line)
                    self.assertEqual(self.files(), ["vx"])
        for name in ("x[y].txt", "xy.txt", "(n.txt", "$(touch PWNED).txt", "st*r.txt"):
            self.write(name, "")
        files = self.files()
        (self.home / "here").touch()
        for typed, name in (
            ("x[", "x[y].txt"), (r"x\[", "x[y].txt"), (r"\(", "(n.txt"), (r"st\*", "st*r.txt"),
            (r"\$", "$(touch PWNED).txt"), ("'x[", "x[y].txt"), ('"(', "(n.txt"),
            ("~/h", f"{self.home}/here"), ("../work/v", "../work/vx"),
        ):
            if shell == "zsh" and typed == "x[":
                continue  # is a wrong pattern there, which no completion is asked for
            with self.subTest(typed):
                line = self.typed(f"wordvec convert {typed}", key="\t", shell=shell)
                self.assertEqual(self.arguments_of(shell, line), ["convert", name], line)
                self.assertEqual(self.files(), files)

    def test_of_bash_runs_and_expands_no_name(self):
        self.assert_completes_names("bash")

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not there")
    def test_of_zsh_runs_and_expands_no_name(self):
        self.assert_completes_names("zsh")

    @unittest.skipUnless(shutil.which("fish"), "fish is not there")
    def test_of_fish_runs_and_expands_no_name(self):
        self.assert_completes_names("fish")

    def test_of_bash_knows_each_option_of_the_help(self):
        for command in COMMANDS:
            with self.subTest(command):
                self.assertEqual(
                    self.complete("wordvec", command, "-"), self.options_in_help(command)
                )

    def test_of_bash_knows_the_commands_and_files(self):
        self.assertLessEqual(set(COMMANDS), self.complete("wordvec", ""))
        self.assertEqual(self.complete("wordvec", "ne"), {"nearest"})
        self.write("vectors.txt", "")
        self.assertEqual(self.complete("wordvec", "convert", "vec"), {"vectors.txt"})
        self.assertEqual(self.complete("wordvec", "nearest", "--top"), {"--top-rows"})
        for name in ("st*r.txt", "star.txt", "x[y].txt", "xy.txt"):
            self.write(name, "")
        self.assertEqual(self.complete("wordvec", "convert", "st"), {"st*r.txt", "star.txt"})
        self.assertEqual(self.complete("wordvec", "convert", "x["), {"x[y].txt"})

    def test_of_bash_knows_values(self):
        (self.data_home / "wordvec").mkdir()
        (self.data_home / "wordvec" / "mine.safetensors").symlink_to(SAMPLE)
        (self.folder / "wordvec").symlink_to(cli.BINARY)
        path = f"{self.folder}:{os.environ['PATH']}"
        for words, expected in (
            (("convert", "a", "--from", "word2"), {"word2vec-bin", "word2vec-text"}),
            (("convert", "a", "b", "--to", "fast"), set()),
            (("nearest", "-m", "mi"), {"mine"}), (("models", "--default", ""), {"mine"}),
            (("fetch", "glove.6B.3"), {"glove.6B.300d"}), (("analogy", "--method", "m"), {"mul"}),
            (("embed", "the king", "--pool", "m"), {"max", "mean"}), (("tour", "--lang", "z"), {"zh"}),
            (("embed", "--scale", ""), {"sqrt-dim"}), (("pca", "--scale", "s"), set()),
            (("pca", "--color-by", "c"), {"cluster"}), (("pca", "--theme", "d"), {"dark"}),
            (("convert", "a", "--dtype", "f1"), {"f16"}), (("lookup", "--isa", "s"), {"scalar"}),
            (("explain", "onehot", "king", "--isa", "s"), {"scalar"}),
            (("explain", "n"), {"nearest"}), (("explain", "positions", "--d"), {"--dim"}),
            (("explain", "nearest", "--format", "c"), {"csv"}),
            (("explain", ""), {"analogy", "nearest", "onehot", "positions", "subwords"}),
            (("completion", "z"), {"zsh"}), (("pca", "--format", "nd"), {"ndjson"}),
            (("help", "comp"), {"compare", "completion"}), (("nearest", "-m", ""), {"mine", "wordvec"}),
            (("compare", "a", "b", "--from-b", "word2"), {"word2vec-bin", "word2vec-text"}),
            # Files can stand where a name can, or the name is not all that can.
            (("pca", "--color-by", ""), {"cluster", "wordvec"}), (("index", ""), {"mine", "wordvec"}),
            (("compare", ""), {"mine", "wordvec"}), (("compare", "a", ""), {"mine", "wordvec"}),
            (("index", "a", ""), {"wordvec"}),
            (("analogy", "--method", ""), {"add", "mul"}), (("analogy", "--method", "w"), set()),
            (("convert", "--to", ""), {"wordvec", "npy", "safetensors", "projector", "word2vec-bin",
                                       "word2vec-text", "glove"}),
            # As bash takes --method=m apart, and as it stands where "=" breaks no words.
            (("analogy", "--method", "="), {"add", "mul"}), (("analogy", "--method", "=", "m"), {"mul"}),
            (("analogy", "--method=m"), {"--method=mul"}), (("pca", "--out=w"), {"--out=wordvec"}),
            (("analogy", "--method", "=", "add", "--top-r"), {"--top-rows"}),
            (("explain", "onehot", "--isa", "=", "sc"), {"scalar"}),
            # Words follow.
            (("nearest", "--", "--"), set()), (("nearest", "-k", "2", "--", "-"), set()),
            (("analogy", "--method", "--", "a"), set()), (("explain", "--", "on"), {"onehot"}),
        ):
            with self.subTest(words):
                self.assertEqual(self.complete("wordvec", *words, path=path), expected)

    def test_of_bash_is_what_readline_makes_of_it(self):
        for folder in ("mul", "lookup"):
            (self.folder / folder).mkdir()
        self.write("a file", "")
        (self.data_home / "wordvec").mkdir()
        for name in ("two words", "two w`", "two $w"):
            (self.data_home / "wordvec" / f"{name}.safetensors").symlink_to(SAMPLE)
        whole = "COMP_WORDBREAKS=${COMP_WORDBREAKS/=}"
        for line, expected, *setup in (
            ("analogy --method ", "add mul "), ("analogy --method=", "--method=add mul "),
            ("analogy --method=m", "--method=mul "), ("analogy --method x", "x"),
            ("analogy --method=m", "--method=mul ", whole), ("loo", "lookup "),
            ("analogy --method=", "--method=add --method=mul ", whole),
            ("nearest --among=a", r"--among=a\ file "), ("nearest --among a", r"a\ file "),
            ("nearest --model=two", r"--model=two\ \$w two\ w\` two\ words "),
            # In an open quote readline quotes, and might leave a $ or ` as it is.
            ('nearest --model="two', '--model="two words" '), ("index 'two", "'two words' "),
            ('nearest --model="two', '--model="two words" ', whole),
            ("index two", r"two\ \$w two\ w\` two\ words ", whole),
            ("index 'two", "'two words' ", "set -u; IFS=w; shopt -s failglob nullglob\n"),
            ("nearest -- --h", "--h"), ("nearest --he", "--help "), ("explain onehot --he", "--help "),
        ):
            with self.subTest(line, setup=setup):
                kept = "wordvec " + line[: line.rfind(" ") + 1]
                self.assertEqual(self.typed("wordvec " + line, *setup), kept + expected)
        # A folder would get a slash.
        for line in ("wordvec analogy --method mul", "wordvec analogy --method=mul", "wordvec lookup"):
            self.assertEqual(self.typed(line[:-1], key="\t"), line + " ")
        self.assertEqual(self.typed("wordvec nearest -m mu", key="\t"), "wordvec nearest -m mul/")

    @unittest.skipUnless(shutil.which("fish"), "fish is not there")
    def test_of_fish_is_what_fish_makes_of_it(self):
        for path in ("mul", "file"):
            self.write(path, "")
        for line, expected in (
            ("analogy --method ", {"add", "mul"}), ("analogy --method=m", {"--method=mul"}),
            ("pca --color-by ", {"cluster", "file", "mul"}), ("nearest -- --", set()),
            ("explain onehot --h", {"--help"}), ("nearest explain --top", {"--top-rows"}),
            ("explain ", {"onehot", "positions", "analogy", "nearest", "subwords"}), ("loo", {"lookup"}),
        ):
            with self.subTest(line):
                script = self.script("fish") + f"\ncomplete -C 'wordvec {line}'"
                done = subprocess.run(["fish", "--no-config", "-c", script], cwd=self.folder,
                                      env=self.environment(), capture_output=True, timeout=60)
                offered = [row.split("\t")[0] for row in done.stdout.decode().splitlines()]
                self.assertEqual((sorted(offered), done.stderr), (sorted(expected), b""))

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not there")
    def test_of_zsh_runs_there(self):
        for words, expected in (
            (["analogy", "--method", "m"], {"add", "mul"}), (["nearest", "--", "--"], set()),
            (["analogy", "--method=m"], {"--method=add", "--method=mul"}),
        ):
            script = self.script("zsh") + (
                "emulate sh; setopt kshglob noshglob braceexpand\n"
                f"COMP_WORDS=(wordvec {' '.join(words)}); COMP_CWORD={len(words)}\n_wordvec\n"
                'printf "%s\\n" "${COMPREPLY[@]}"\n')
            done = subprocess.run(
                ["zsh", "-f", "-c", "autoload -U compinit; compinit -u -D\n" + script],
                cwd=self.folder, env=self.environment(), capture_output=True, text=True, timeout=60)
            self.assertEqual((set(done.stdout.split()), done.stderr), (expected, ""))

    def test_of_zsh_and_fish_know_each_option_too(self):
        zsh, fish = self.script("zsh"), self.script("fish")
        self.assertTrue(zsh.startswith("#compdef wordvec\n"))
        self.assertRegex(zsh, r"(?m)^ *'explain positions'\) words='.*--dim")
        self.assertRegex(fish, r"(?m)_is explain positions'.* -l dim\b")
        self.assertRegex(fish, r"(?m)_is embed'.* -l pool .* -x -a 'none mean sum max sif'$")
        self.assertRegex(fish, r"(?m)_is explain' -f -a 'onehot positions analogy nearest subwords'$")
        for command in COMMANDS:
            for option in self.options_in_help(command):
                self.assertRegex(zsh, rf"(?m)^ *{command}\) .*(?<![\w-]){option}(?![\w-])")
                flag = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
                self.assertRegex(fish, rf"(?m)_is {command}'.* {flag}\b")

    def test_of_an_unknown_shell(self):
        result = self.run_command("completion", "csh")
        self.assert_refused(result, WRONG_USAGE, "'csh', expected bash, zsh or fish")


if __name__ == "__main__":
    cli.main()
