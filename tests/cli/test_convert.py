#!/usr/bin/python3
"""`wordvec convert`: between all formats, with rows chosen, checked and counted."""

import os
import random
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, WRONG_USAGE, float32  # noqa: E402

# Values that float32 holds exactly and that are their own shortest decimals.
WORDS = ["king", "queen", "naïve", "страна", "don't"]
VALUES = [(1.5, -2, 0.25), (0, 0.5, 3), (1e-05, 1e20, -0.0), (7, 8, 9.5), (0.0625, 65504, -1)]
EXTENSIONS = {"wordvec": "safetensors", "glove": "txt", "word2vec-text": "vec",
              "word2vec-bin": "bin"}


def text_rows(words=WORDS, values=VALUES):
    return "".join(
        f"{word} {' '.join(map(repr, row))}\n" for word, row in zip(words, values)
    ).encode()


def binary_rows(line_end=b"\n"):
    return b"5 3\n" + b"".join(
        word.encode() + b" " + float32(*row) + line_end for word, row in zip(WORDS, VALUES)
    )


class ConvertTest(cli.CommandTest):
    def convert(self, *arguments, **options):
        return self.run_command("convert", *arguments, **options)

    def assert_done(self, result):
        """Only the closing note, which names both files."""
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertRegex(result.stderr, r"\Awordvec: note: [^\n]* → [^\n]* rows? of [^\n]*\n\Z")

    def container(self, name="out.safetensors"):
        return cli.read_container(self.folder / name)

    def assert_holds(self, name, words=WORDS, values=VALUES):
        found_words, found_rows = self.container(name)
        self.assertEqual([word.decode() for word in found_words], list(words))
        self.assertEqual(found_rows, [float32(*row) for row in values])


class Formats(ConvertTest):
    def source(self, name):
        """A file of that format that no code of ours has written, but for the container."""
        path = f"source.{EXTENSIONS[name]}"
        if name == "glove":
            self.write(path, text_rows())
        elif name == "word2vec-text":
            self.write(path, b"5 3\n" + text_rows())
        elif name == "word2vec-bin":
            self.write(path, binary_rows())
        else:
            self.write("seed.txt", text_rows())
            self.assert_done(self.convert("seed.txt", path))
        return path

    def parsed(self, name, path):
        """(words, bytes of rows), read by this test."""
        if name == "wordvec":
            words, rows = self.container(path)
            return [word.decode() for word in words], rows
        data = (self.folder / path).read_bytes()
        if name != "glove":
            header, data = data.split(b"\n", 1)
            self.assertEqual(header, b"5 3")
        words, rows = [], []
        if name == "word2vec-bin":
            for _ in range(5):
                word, data = data.split(b" ", 1)
                words.append(word.decode())
                rows.append(data[:12])
                self.assertEqual(data[12:13], b"\n")
                data = data[13:]
            self.assertEqual(data, b"")
        else:
            self.assertTrue(data.endswith(b"\n"))
            for line in data[:-1].split(b"\n"):
                word, *values = line.decode().split(" ")
                words.append(word)
                rows.append(float32(*values))
        return words, rows

    def test_every_pair(self):
        expected = (WORDS, [float32(*row) for row in VALUES])
        for source in EXTENSIONS:
            path = self.source(source)
            for to, extension in EXTENSIONS.items():
                with self.subTest(f"{source} → {to}"):
                    self.assert_done(self.convert(path, f"out.{extension}"))
                    self.assertEqual(self.parsed(to, f"out.{extension}"), expected)
                    # The name says nothing where --to says it.
                    self.assert_done(self.convert(path, "out.data", "--to", to))
                    self.assertEqual(self.parsed(to, "out.data"), expected)

    def test_every_format_from_a_pipe_and_to_one(self):
        expected = (WORDS, [float32(*row) for row in VALUES])
        for source in ("glove", "word2vec-text", "word2vec-bin"):
            content = (self.folder / self.source(source)).read_bytes()
            self.assert_done(self.convert("-", "out.safetensors", stdin=content))
            self.assertEqual(self.parsed("wordvec", "out.safetensors"), expected)
        path = self.source("wordvec")
        for to in EXTENSIONS:
            with self.subTest(to):
                result = self.convert(path, "-", "--to", to)
                if to == "wordvec":  # its header is written last
                    self.assertIn(result.status, (ALL_ANSWERED, WRONG_USAGE), result)
                    if result.status != ALL_ANSWERED:
                        self.assertRegex(result.stderr, "standard output: .*(pipe|file)")
                        continue
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.write("piped", result.stdout)
                self.assertEqual(self.parsed(to, "piped"), expected)

    def test_text_says_the_shortest_decimals(self):
        self.convert(self.source("word2vec-bin"), "out.txt")
        line = (self.folder / "out.txt").read_text().splitlines()[2]
        self.assertEqual(line, "naïve 1e-05 1e+20 -0")

    def test_binary_of_gensim_has_no_line_ends(self):
        self.write("gensim.bin", binary_rows(line_end=b""))
        self.assert_done(self.convert("gensim.bin", "out.safetensors"))
        self.assert_holds("out.safetensors")

    def test_text_of_fasttext_and_word2vec_has_spaces_at_line_ends(self):
        rows = text_rows().replace(b"\n", b" \n")
        self.write("fasttext.vec", b"5 3\n" + rows)
        self.assert_done(self.convert("fasttext.vec", "out.safetensors"))
        self.assert_holds("out.safetensors")

    def test_tabs_separate_too(self):
        self.write("tabs.txt", text_rows().replace(b" ", b"\t"))
        self.assert_done(self.convert("tabs.txt", "out.safetensors"))
        self.assert_holds("out.safetensors")

    def test_from_names_what_the_content_leaves_open(self):
        # Two whole numbers: a header of 3 rows of 1 value, or GloVe text of the words 3, 4, 5.
        self.write("open.txt", "3 1\n4 1\n5 1\n6 1\n")
        self.assert_done(self.convert("open.txt", "a.safetensors", "--from", "word2vec-text"))
        self.assert_holds("a.safetensors", ["4", "5", "6"], [(1,)] * 3)
        self.assert_says(self.convert("open.txt", "b.safetensors", "--from", "glove"), ALL_ANSWERED,
                         "warning: open.txt: each line has a word and one whole number")
        self.assert_holds("b.safetensors", ["3", "4", "5", "6"], [(1,)] * 4)

    def test_from_a_wrong_format_is_an_error(self):
        self.write("in.txt", text_rows())
        for name in ("word2vec-text", "word2vec-bin"):
            result = self.convert("in.txt", "out.safetensors", "--from", name)
            self.assert_refused(result, FILE_ERROR, "in.txt:1: found no header, expected two whole")
        result = self.convert("in.txt", "out.safetensors", "--from", "wordvec")
        self.assert_refused(result, FILE_ERROR, "in.txt: .*safetensors")


class Bits(ConvertTest):
    def test_text_to_container_to_binary_are_those_of_a_correct_parse(self):
        lines = cli.sample_lines()[:2000]
        self.write("in.txt", b"\n".join(lines) + b"\n")
        self.assert_done(self.convert("in.txt", "a.safetensors"))
        self.assert_done(self.convert("a.safetensors", "b.bin"))
        expected = b"2000 300\n"
        for line in lines:
            word, *values = line.split(b" ")
            row = float32(*values)
            if cli.numpy is not None:
                row = cli.numpy.array(values, dtype=cli.numpy.float32).tobytes()
            expected += word + b" " + row + b"\n"
        self.assertTrue((self.folder / "b.bin").read_bytes() == expected, "not the same bytes")

    def test_long_decimals_are_rounded_to_the_nearest(self):
        # Around halfway between two float32: 1 + 2^-24 is a tie (to even, 1), a bit more is not;
        # 1.175494280757e-38 is between the largest subnormal number and the smallest normal one.
        values = ["1.000000059604644775390625", "1.00000005960464477539062500001",
                  "1.00000017881393432617187499", "0.1", "3.4028235e38", "1e-46", "-1e-45",
                  "1.17549428e-38", "1.17549429e-38", "16777217", "+2.5", "1E3", ".5", "5."]
        bits = [0x3F800000, 0x3F800001, 0x3F800001, 0x3DCCCCCD, 0x7F7FFFFF, 0, 0x80000001,
                0x007FFFFF, 0x00800000, 0x4B800000, 0x40200000, 0x447A0000, 0x3F000000, 0x40A00000]
        self.write("in.txt", "w " + " ".join(values) + "\n")
        self.assert_done(self.convert("in.txt", "out.safetensors"))
        row = self.container()[1][0]
        found = [int.from_bytes(row[i : i + 4], "little") for i in range(0, len(row), 4)]
        self.assertEqual([f"{x:08x}" for x in found], [f"{x:08x}" for x in bits])

    def test_container_to_text_to_container_has_the_same_tensors(self):
        source = random.Random(3)
        values = bytes(source.randrange(256) for _ in range(4 * 50 * 200))
        rows = b""
        for i in range(200):
            row = bytearray(values[200 * i : 200 * i + 200])
            for j in range(3, 200, 4):
                row[j] &= 0xBF  # no infinity, no NaN
            rows += b"w%d " % i + row + b"\n"
        self.write("in.bin", b"200 50\n" + rows)
        for step, (source_name, to) in enumerate(
            [("in.bin", "a.safetensors"), ("a.safetensors", "b.txt"), ("b.txt", "c.safetensors"),
             ("c.safetensors", "d.vec"), ("d.vec", "e.safetensors"), ("e.safetensors", "f.bin")]
        ):
            with self.subTest(step):
                self.assert_done(self.convert(source_name, to))
        first, data = cli.container_header(self.folder / "a.safetensors")
        for name in ("c.safetensors", "e.safetensors"):
            header, other_data = cli.container_header(self.folder / name)
            self.assertEqual(data, other_data)
            for key, value in header.items():
                if key != "__metadata__":
                    self.assertEqual(value, first[key])
        self.assertEqual((self.folder / "f.bin").read_bytes(), b"200 50\n" + rows)

    def test_the_same_bytes_with_any_threads_and_instruction_set(self):
        self.write("in.txt", b"\n".join(cli.sample_lines()[:3000]) + b"\n")
        for to in ("safetensors", "txt", "bin"):
            files = set()
            for options in [("--threads", n) for n in (1, 2, 8)] + [
                ("--isa", name) for name in cli.instruction_sets()
            ]:
                self.assert_done(self.convert("in.txt", f"out.{to}", *options))
                files.add((self.folder / f"out.{to}").read_bytes())
            self.assertEqual(len(files), 1, to)


class Names(ConvertTest):
    def test_without_out_are_those_of_the_input_in_the_current_folder(self):
        (self.folder / "there").mkdir()
        for name in ("glove.6B.3d.txt", "there/other.vec", "there/binary.bin", "no_extension",
                     "odd.name.dat", ".hidden.txt"):
            content = binary_rows() if name.endswith(".bin") else text_rows()
            if name.endswith(".vec"):
                content = b"5 3\n" + content
            self.write(name, content)
            stem = os.path.basename(name)
            for extension in (".txt", ".vec", ".bin"):
                stem = stem.removesuffix(extension)
            with self.subTest(name):
                self.assert_done(self.convert(name))
                self.assert_holds(f"{stem}.safetensors")
        self.assertEqual(len(list((self.folder / "there").iterdir())), 2)

    def test_without_out_follow_to(self):
        self.write("in.txt", text_rows())
        self.assert_done(self.convert("in.txt", "--to", "word2vec-bin"))
        self.assertEqual((self.folder / "in.bin").read_bytes(), binary_rows())

    def test_of_an_archive_lose_both_extensions(self):
        # What is in it is plain here: the name alone is at stake.
        for name in ("vectors.txt.gz", "vectors2.vec.zip"):
            self.write(name, text_rows())
            self.assert_done(self.convert(name, "--from", "glove"))
        self.assertIn("vectors.safetensors", self.files())
        self.assertIn("vectors2.safetensors", self.files())

    def test_a_pipe_needs_an_output(self):
        result = self.convert("-", stdin=text_rows())
        self.assert_refused(result, WRONG_USAGE, "pipe needs the name of an output")
        self.assertEqual(self.files(), [])

    def test_out_that_is_in_is_refused(self):
        source = self.write("in.txt", text_rows())
        (self.folder / "symbolic.txt").symlink_to("in.txt")
        os.link(source, self.folder / "hard.txt")
        (self.folder / "folder").symlink_to(".")
        for name in ("in.txt", "./in.txt", "symbolic.txt", "hard.txt", "folder/in.txt", source):
            with self.subTest(name):
                result = self.convert("in.txt", name)
                self.assert_refused(result, WRONG_USAGE, "is both input and output")
                self.assertEqual(source.read_bytes(), text_rows())
        self.assert_done(self.convert("in.txt", "in.safetensors"))
        result = self.convert("in.safetensors")
        self.assert_refused(result, WRONG_USAGE, "in.safetensors: is both input and output")

    def test_an_existing_out_is_replaced(self):
        self.write("in.txt", text_rows())
        self.write("out.safetensors", b"old" * 100_000)
        self.assert_done(self.convert("in.txt", "out.safetensors"))
        self.assert_holds("out.safetensors")
        self.assertEqual(self.files(), ["in.txt", "out.safetensors"])

    def test_an_out_that_is_a_link_leaves_the_link(self):
        self.write("in.txt", text_rows())
        (self.folder / "real").mkdir()
        self.write("real/target.safetensors", "old")
        (self.folder / "out.safetensors").symlink_to("real/target.safetensors")
        self.assert_done(self.convert("in.txt", "out.safetensors"))
        self.assertTrue((self.folder / "out.safetensors").is_symlink())
        self.assert_holds("real/target.safetensors")

    def test_an_existing_out_keeps_its_mode_and_a_new_one_obeys_umask(self):
        self.write("in.txt", text_rows())
        self.write("out.safetensors", "old").chmod(0o600)
        self.convert("in.txt", "out.safetensors")
        self.assertEqual((self.folder / "out.safetensors").stat().st_mode & 0o777, 0o600)
        self.convert("in.txt", "new.safetensors", preexec_fn=lambda: os.umask(0o027))
        self.assertEqual((self.folder / "new.safetensors").stat().st_mode & 0o777, 0o640)

    def test_a_model_in_use_is_not_disturbed(self):
        self.write("in.txt", text_rows())
        self.convert("in.txt", "m.safetensors")
        with self.on_terminal("lookup", "--rows", "-m", "m.safetensors", stdout="pipe") as run:
            run.send(b"king\n")
            run.wait_for("stdout", b"0\n")
            self.write("other.txt", "queen 1 2 3\nking 4 5 6\n")
            self.convert("other.txt", "m.safetensors")
            run.send(b"don't\n")
            run.wait_for("stdout", b"4\n")
        self.assert_answered(run.result)


class Selections(ConvertTest):
    def setUp(self):
        super().setUp()
        self.write("in.txt", text_rows())

    def test_limit_keeps_the_first_rows(self):
        for limit in (1, 3, 5, 99):
            for extension in ("safetensors", "vec", "bin", "txt"):
                self.assert_done(self.convert("in.txt", f"out.{extension}", "--limit", limit))
            count = min(limit, 5)
            self.assert_holds("out.safetensors", WORDS[:count], VALUES[:count])
            self.assertEqual((self.folder / "out.vec").read_bytes().splitlines()[0],
                             b"%d 3" % count)
            self.assertTrue((self.folder / "out.bin").read_bytes().startswith(b"%d 3\n" % count))
            self.assertEqual(len((self.folder / "out.txt").read_bytes().splitlines()), count)

    def test_limit_stops_before_what_is_bad(self):
        self.write("bad.txt", text_rows() + b"broken 1\n")
        self.assert_done(self.convert("bad.txt", "out.safetensors", "--limit", 5))
        self.assert_holds("out.safetensors")

    def test_limit_of_a_header_that_promises_more(self):
        self.write("in.vec", b"5 3\n" + text_rows())
        self.assert_done(self.convert("in.vec", "out.safetensors", "--limit", 2))
        self.assert_holds("out.safetensors", WORDS[:2], VALUES[:2])

    def test_words_are_kept_in_the_order_of_the_list(self):
        self.write("list", "страна\nking\n\ndon't\nking\n")
        for source in ("in.txt", "in.safetensors"):
            for extension in ("safetensors", "txt"):
                result = self.convert(source, f"out.{extension}", "--words", "list")
                self.assert_says(result, ALL_ANSWERED, "note: 'king' is in list more than once")
            self.assert_holds("out.safetensors", ["страна", "king", "don't"],
                              [VALUES[3], VALUES[0], VALUES[4]])
            self.assertEqual(
                [line.split()[0] for line in (self.folder / "out.txt").read_text().splitlines()],
                ["страна", "king", "don't"],
            )
            self.convert("in.txt", "in.safetensors")

    def test_words_that_are_missing_are_counted(self):
        self.write("list", "queen\nqueeen\nKING\nking\n")
        result = self.convert("in.txt", "out.safetensors", "--words", "list")
        self.assert_says(
            result, NOT_FOUND, "list: 2 words are not in the vocabulary, the first 'queeen'"
        )
        self.assert_holds("out.safetensors", ["queen", "king"], [VALUES[1], VALUES[0]])

    def test_words_that_are_all_missing_leave_no_file(self):
        self.write("list", "queeen\n")
        result = self.convert("in.txt", "out.safetensors", "--words", "list")
        self.assertIn(result.status, (NOT_FOUND, FILE_ERROR))
        self.assertRegex(result.stderr, "none of the words|not in the vocabulary")
        self.assertEqual(self.files(), ["in.txt", "list"])

    def test_words_and_limit(self):
        self.write("list", "don't\nking\nqueen\n")
        result = self.convert("in.txt", "out.safetensors", "--words", "list", "--limit", 2)
        words = [word.decode() for word in self.container()[0]]
        self.assertEqual((result.status, words), (ALL_ANSWERED, ["don't", "king"]))


class Rows(ConvertTest):
    def test_bad_ones_are_dropped_and_counted_on_request(self):
        rows = text_rows().splitlines(keepends=True)
        rows[2:2] = [b"short 1 2\n", b"word\n", b"\n", b"nan nan 1 2\n", b"text 1 two 3\n",
                     b"long 1.5 2.5 3.5 4.5\n"]
        self.write("bad.txt", b"".join(rows))
        result = self.convert("bad.txt", "out.safetensors")
        self.assert_refused(result, FILE_ERROR, r"bad\.txt:3: found 2 values, expected 3")
        self.assertEqual(self.files(), ["bad.txt"])
        result = self.convert("bad.txt", "out.safetensors", "--skip-bad")
        self.assert_says(
            result, ALL_ANSWERED, "warning: 6 bad rows were skipped", "line 3: found 2 values",
            "line 6: value 1 is 'nan'", "line 7: value 2 is 'two'",
        )
        self.assert_holds("out.safetensors")

    def test_bad_ones_of_a_binary_file(self):
        rows = (("good", (1, 2)), ("bad", ("nan", 1)), ("new", (3, 4)))
        self.write("bad.bin", b"3 2\n" + b"".join(
            word.encode() + b" " + float32(*values) for word, values in rows
        ))
        result = self.convert("bad.bin", "out.safetensors")
        self.assert_refused(result, FILE_ERROR, "bad.bin: .*row 1: value 1 of 'bad' is nan")
        result = self.convert("bad.bin", "out.safetensors", "--skip-bad")
        self.assert_says(result, ALL_ANSWERED, "warning: 1 bad row was skipped: row 1: value 1")
        self.assert_holds("out.safetensors", ["good", "new"], [(1, 2), (3, 4)])

    def test_nothing_but_bad_ones(self):
        self.write("bad.txt", b"a 1 nan\nb inf 2\n")
        result = self.convert("bad.txt", "out.safetensors", "--skip-bad")
        self.assert_says(result, FILE_ERROR, "bad.txt: has no good rows: all 2 are bad")
        self.assertEqual(self.files(), ["bad.txt"])

    def test_of_a_header_that_lies(self):
        for promised in (3, 6, 4_000_000):
            for name, content in (
                ("lie.vec", text_rows()), ("lie.bin", binary_rows().split(b"\n", 1)[1]),
            ):
                with self.subTest(promised=promised, name=name):
                    self.write(name, b"%d 3\n" % promised + content)
                    result = self.convert(name, "out.safetensors")
                    self.assert_refused(result, FILE_ERROR, name, f"{promised}", "--trust-rows")
                    self.assertNotIn("out.safetensors", self.files())
                    result = self.convert(name, "out.safetensors", "--trust-rows")
                    self.assert_says(
                        result, ALL_ANSWERED,
                        f"warning: found 5 rows, the header promises {promised}",
                    )
                    self.assert_holds("out.safetensors")
                    (self.folder / "out.safetensors").unlink()

    def test_of_a_binary_file_cut_short(self):
        self.write("cut.bin", binary_rows()[:-8])
        result = self.convert("cut.bin", "out.safetensors")
        self.assert_refused(result, FILE_ERROR, "cut.bin.*row 4: the vector of .*don't.* truncated")
        result = self.convert("cut.bin", "out.safetensors", "--trust-rows")
        self.assert_says(result, ALL_ANSWERED, "truncated")
        self.assert_holds("out.safetensors", WORDS[:4], VALUES[:4])

    def test_that_come_twice_keep_the_first_with_one_warning(self):
        rows = text_rows().splitlines(keepends=True)
        self.write("twice.txt", b"".join(rows) + b"queen 9 9 9\nking 8 8 8\nqueen 7 7 7\n")
        for out in ("out.safetensors", "out.txt", "out.vec", "out.bin"):
            result = self.convert("twice.txt", out)
            self.assert_says(
                result, ALL_ANSWERED, r"warning: 3 rows .*before were dropped, the first of 'queen'"
            )
            self.assertEqual(result.stderr.count("warning"), 1)
        self.assert_holds("out.safetensors")
        self.assertEqual((self.folder / "out.bin").read_bytes(), binary_rows())

    def test_of_words_that_are_not_utf8(self):
        self.write("latin.txt", b"ok 1 2\ncaf\xe9 3 4\n\xff\xfe 5 6\nlast 7 8\n")
        result = self.convert("latin.txt", "out.safetensors")
        self.assert_says(
            result, ALL_ANSWERED, "warning: 2 words are not valid UTF-8, the first at line 2"
        )
        self.assertEqual(result.stderr.count("UTF-8"), 1)
        self.assertEqual(self.container()[0], [b"ok", b"caf\xe9", b"\xff\xfe", b"last"])
        result = self.ask("lookup", "--rows", b"caf\xe9", model="out.safetensors")
        self.assertEqual(result.lines, ["1"])
        result = self.convert("latin.txt", "strict.safetensors", "--strict-utf8")
        self.assert_refused(result, FILE_ERROR, r"latin\.txt:2: the word 'caf\\xe9' is not UTF-8")
        result = self.convert("latin.txt", "out.safetensors", "--strict-utf8", "--skip-bad")
        self.assert_says(result, ALL_ANSWERED, "2 bad rows were skipped: line 2: the word")
        self.assertEqual(self.container()[0], [b"ok", b"last"])

    def test_of_zeros_are_noted(self):
        self.write("zero.txt", "a 1 2\nnothing 0 0\nvoid -0 0.0\n")
        result = self.convert("zero.txt", "out.safetensors")
        self.assert_says(result, ALL_ANSWERED, "note: 2 rows are all zeros")
        self.assert_holds("out.safetensors", ["a", "nothing", "void"], [(1, 2), (0, 0), (-0.0, 0)])

    def test_with_crlf_and_without_a_last_line_end(self):
        for name, content in (
            ("crlf.txt", text_rows().replace(b"\n", b"\r\n")), ("cut.txt", text_rows()[:-1]),
            ("both.txt", text_rows().replace(b"\n", b"\r\n")[:-2]),
            ("crlf.vec", (b"5 3\n" + text_rows()).replace(b"\n", b"\r\n")),
        ):
            with self.subTest(name):
                self.write(name, content)
                self.assert_done(self.convert(name, "out.safetensors"))
                self.assert_holds("out.safetensors")

    def test_of_words_with_spaces_and_odd_characters(self):
        words = ["king", ". . .", "at name@domain.com", "\xa0", "\x85", "new  york", "5 stars",
                 "１２", "\u2028", "<unk>", "</s>", "[UNK]"]
        values = [(i + 0.5, -1.25, 0.125) for i in range(len(words))]
        self.write("odd.txt", text_rows(words, values))
        self.assert_done(self.convert("odd.txt", "out.safetensors"))
        self.assert_holds("out.safetensors", words, values)
        self.assert_done(self.convert("out.safetensors", "again.txt"))
        self.assertEqual((self.folder / "again.txt").read_bytes(), text_rows(words, values))
        result = self.convert("out.safetensors", "out.bin")
        self.assert_refused(result, WRONG_USAGE, r"'\. \. \.' contains a space", "cannot hold")
        self.assertNotIn("out.bin", self.files())

    def test_of_one_value(self):
        self.write("one.txt", "a 1.5\nb -2.5\n")
        self.assert_says(self.convert("one.txt", "out.safetensors"), ALL_ANSWERED,
                         "warning: one.txt: each line has a word and one number")
        self.assert_holds("out.safetensors", ["a", "b"], [(1.5,), (-2.5,)])
        self.assert_done(self.convert("out.safetensors", "out.vec"))
        self.assert_done(self.convert("out.vec", "again.safetensors"))

    def test_of_many_values(self):
        row = b" ".join(b"%d.5" % (i % 100) for i in range(65536))
        self.write("wide.txt", b"a " + row + b"\nb " + row + b"\n")
        self.assert_done(self.convert("wide.txt", "out.safetensors"))
        self.assertEqual([len(row) for row in self.container()[1]], [4 * 65536] * 2)
        self.write("wide.txt", b"a " + row + b" 1\n")
        result = self.convert("wide.txt", "out.safetensors")
        self.assert_refused(result, FILE_ERROR, "wide.txt:1: found 65537 values .* 1 to 65536")


class Notes(ConvertTest):
    def setUp(self):
        super().setUp()
        self.write("in.txt", text_rows())

    def test_quiet_says_nothing(self):
        self.write("all.txt", text_rows() + b"king 1 2 3\nzero 0 0 0\nbad\n\xff 1 2 3\n")
        self.assert_answered(self.convert("all.txt", "out.safetensors", "-q", "--skip-bad"))

    def test_results_are_the_only_thing_on_standard_output(self):
        result = self.convert("in.txt", "out.safetensors", "-vv")
        self.assertEqual(result.stdout, b"")
        result = self.convert("in.txt", "-", "--to", "glove")
        self.assertEqual(len(result.stdout.splitlines()), 5)
        self.assertIn("in.txt (glove) → standard output (glove): 5 rows of 3 values", result.stderr)

    def test_a_container_keeps_what_it_knew_of_its_source(self):
        self.convert("in.txt", "a.safetensors", "--license", "CC0 1.0")
        self.convert("a.safetensors", "b.safetensors")
        header, _ = cli.container_header(self.folder / "b.safetensors")
        metadata = header["__metadata__"]
        self.assertEqual(
            (metadata["source"], metadata["source_format"], metadata["license"]),
            ("in.txt", "glove", "CC0 1.0"),
        )

    def test_a_closed_pipe_is_quiet_and_no_error(self):
        self.write("big.txt", b"\n".join(cli.sample_lines()[:1000]) + b"\n")
        for to in ("glove", "word2vec-text", "word2vec-bin"):
            self.convert("big.txt", "big.safetensors")
            process = subprocess.Popen(
                [cli.BINARY, "convert", "big.safetensors", "-", "--to", to, "-q"],
                cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            process.stdout.read(10)
            process.stdout.close()
            with process.stderr:
                errors = process.stderr.read()
            self.assertEqual((process.wait(60), errors), (ALL_ANSWERED, b""), to)


class Progress(ConvertTest):
    def slow(self, stderr="terminal", pause=0.4, env=None, *more):
        """Rows that come through a pipe with pauses."""
        part = b"\n".join(cli.sample_lines()[:2000]) + b"\n"
        with self.on_terminal(
            "convert", "-", "out.safetensors", *more, stdout="pipe", stderr=stderr, env=env
        ) as run:
            for i in range(3):
                run.process.poll()
                for line in range(0, len(part), 65536):
                    run.send(part[line : line + 65536].replace(b"\n", b"%d\n" % i))
                time.sleep(pause)
        self.assertEqual(run.result.status, ALL_ANSWERED, run.result)
        return run.result.stderr

    def test_is_shown_on_a_terminal_and_wiped(self):
        shown = self.slow()
        self.assertRegex(shown, r"\r\x1b\[Kconverting +\d+ [kM]B +\d+ [kM]B/s")
        before_note = shown[: shown.index("wordvec: ")]
        self.assertRegex(before_note, r"\r\x1b\[K[^\r]*\Z")
        self.assertNotIn("MB", before_note.split("\r\x1b[K")[-1])

    def test_is_not_shown_elsewhere(self):
        for options in (
            {"stderr": "pipe"}, {"env": {"TERM": "dumb"}}, {"env": {"TERM": None}},
        ):
            with self.subTest(options):
                shown = self.slow(pause=0.15, **options)
                self.assertNotRegex(shown, "[\r\x1b]")

    def test_is_not_shown_when_quiet(self):
        self.assertEqual(self.slow("terminal", 0.15, None, "-q"), "")

    @unittest.skipIf(cli.SANITIZED, "too slow for an instant")
    def test_is_not_shown_for_what_takes_an_instant(self):
        self.write("in.txt", text_rows())
        with self.on_terminal("convert", "in.txt", "out.safetensors", env={"NO_COLOR": "1"}) as run:
            pass
        self.assertNotRegex(run.result.stderr, "[\r\x1b]")

    def test_shows_how_much_of_a_file_is_done(self):
        # A named pipe would have no size, and a file is read in an instant, so the reader of what
        # is written lets it wait.
        part = b"".join(line + b"\n" for line in cli.sample_lines())
        with open(self.folder / "big.txt", "wb") as file:
            for i in range(2):
                file.write(part.replace(b"\n", b"%d\n" % i))
        with self.on_terminal("convert", "big.txt", "-", "--to", "glove", stdout="pipe") as run:
            time.sleep(0.5)
        self.assertEqual(run.result.status, ALL_ANSWERED, run.result)
        self.assertRegex(run.result.stderr, r"\[#*\.*\] +\d+ % .* of \d+ MB")
        for line in run.result.stderr.split("\r\x1b[K"):
            self.assertLess(len(line.split("\n")[0]), 200)


class Memory(ConvertTest):
    @unittest.skipIf(cli.SANITIZED, "sanitizers need memory of their own")
    def test_does_not_grow_with_the_matrix(self):
        vectors = [line.split(b" ", 1)[1] for line in cli.sample_lines()[:64]]
        with open(self.folder / "big.txt", "wb") as file:
            for first in range(0, 68_000, 4000):
                file.write(b"".join(
                    b"word%d " % i + vectors[i % 64] + b"\n" for i in range(first, first + 4000)
                ))
        self.assertGreater((self.folder / "big.txt").stat().st_size, 150e6)
        peak = self.peak_anonymous_bytes("convert", "big.txt", "out.safetensors", "-q")
        self.assertLess(peak, 100e6)
        self.assertGreater(peak, 0)

    def peak_anonymous_bytes(self, *arguments):
        peak = 0
        with subprocess.Popen(
            [cli.BINARY, *arguments], cwd=self.folder, env=self.environment()
        ) as process:
            while process.poll() is None:
                try:
                    with open(f"/proc/{process.pid}/status") as status:
                        for line in status:
                            if line.startswith("RssAnon:"):
                                peak = max(peak, int(line.split()[1]) * 1024)
                except (FileNotFoundError, ProcessLookupError):
                    pass
                time.sleep(0.002)
        self.assertEqual(process.returncode, ALL_ANSWERED)
        return peak


if __name__ == "__main__":
    cli.main()
