#!/usr/bin/python3
"""Wrong inputs: each is refused with a message that says what was found, what was expected and
where, and with the right exit status."""

import gzip
import json
import os
import re
import resource
import struct
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, SAMPLE, WRONG_USAGE  # noqa: E402
from no_threads import AVAILABLE as CAN_REFUSE_THREADS, refuse_threads  # noqa: E402

numpy = cli.numpy

# The smallest image there is: one grey pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63600000000200014821bc330000000049454e44ae426082"
)
GLOVE = "king 1 2 3\nqueen 4 5 6\nman 7 8 9.5\n"


def limit_file_size(size_bytes):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))


class WrongFile(cli.CommandTest):
    def refuse_everywhere(self, name, *patterns):
        """Every command that reads the file says so, with the file's name."""
        for command in (
            ["convert", name, "out.safetensors"],
            ["info", "--model", name],
            ["info", "--verify", "--model", name],
            ["lookup", "king", "--model", name],
            ["nearest", "king", "--model", name],
            ["analogy", "king", "man", "woman", "--model", name],
            ["pca", "king", "queen", "--model", name],
        ):
            with self.subTest(command):
                result = self.run_command(*command)
                self.assert_refused(result, FILE_ERROR, f"error: {name}(:|$)", *patterns)
                self.assertNotIn("out.safetensors", self.files())

    def test_no_such_file(self):
        self.refuse_everywhere("./missing.txt", "(?i)no such file")

    def test_a_folder(self):
        (self.folder / "folder").mkdir()
        self.refuse_everywhere("folder", "is a folder, expected a file")

    def test_an_empty_file(self):
        self.write("empty.txt", "")
        self.refuse_everywhere("empty.txt", "is empty")

    def test_an_empty_pipe(self):
        result = self.run_command("convert", "-", "out.safetensors")
        self.assert_refused(result, FILE_ERROR, "standard input: is empty")
        self.assertEqual(self.files(), [])

    def test_an_image(self):
        self.write("picture.png", PNG)
        self.refuse_everywhere("picture.png", "is a PNG image")

    def test_bytes_of_no_format(self):
        self.write("noise", bytes(range(128, 256)) * 40)
        self.refuse_everywhere("noise", "80 81 82 83", "tried wordvec, .*glove")

    def test_prose(self):
        self.write("prose.txt", "It was the best of times,\nit was the worst of times.\n")
        self.refuse_everywhere("prose.txt", "tried wordvec, .*glove")

    def test_archives_with_the_way_to_unpack_them(self):
        for start, name, remedy in (
            (b"\x04\x22\x4d\x18", "a.lz4", "lz4 -dc"),
            (b"7z\xbc\xaf\x27\x1c", "a.7z", "unpack it"),
        ):
            with self.subTest(name):
                self.write(name, start + b"\0" * 100)
                result = self.run_command("convert", name, "out.safetensors")
                self.assert_refused(result, FILE_ERROR, f"{name}: is .*{remedy}")

    @unittest.skipIf(os.geteuid() == 0, "nothing is forbidden to this user")
    def test_a_file_without_permission(self):
        self.write("secret.txt", GLOVE).chmod(0)
        self.refuse_everywhere("secret.txt", "Permission denied")

    def test_a_row_that_is_too_short(self):
        self.write("short.txt", "king 1 2 3\nqueen 4 5\nman 7 8 9\n")
        self.refuse_everywhere("short.txt", r"short\.txt:2: found 2 values, expected 3")

    def test_a_row_that_is_too_long(self):
        self.write("long.txt", "king 1.5 2 3\nqueen 4.5 5.5 6.5 7.5\n")
        self.refuse_everywhere("long.txt", r"long\.txt:2: found 4 values, expected 3")

    def test_a_row_of_a_word_only(self):
        self.write("word.txt", "king 1 2 3\nqueen\n")
        self.refuse_everywhere("word.txt", r"word\.txt:2: found 0 values, expected 3")

    def test_an_empty_line_between_rows(self):
        self.write("gap.txt", "king 1 2 3\n\nqueen 4 5 6\n")
        self.refuse_everywhere("gap.txt", r"gap\.txt:2: the line is empty")

    def test_a_value_that_is_no_number(self):
        self.write("value.txt", "king 1 2 3\nqueen 4 five 6\n")
        self.refuse_everywhere("value.txt", r"value\.txt:2: value 2 is 'five', expected a number")

    def test_values_that_are_not_finite(self):
        for value in ("nan", "inf", "-inf", "1e99", "NaN"):
            with self.subTest(value):
                self.write("value.txt", f"king 1 2 3\nqueen 4 5 {value}\n")
                result = self.run_command("convert", "value.txt", "out.safetensors")
                self.assert_refused(
                    result, FILE_ERROR, rf"value\.txt:2: value 3 is '{value}', expected a finite"
                )

    def test_a_line_without_end(self):
        with open(self.folder / "endless.txt", "wb") as file:
            file.write(b"king 1 2 3\nqueen ")
            file.write(b"1.25 " * 2_000_000)
        result = self.run_command("convert", "endless.txt", "out.safetensors")
        self.assert_refused(result, FILE_ERROR, r"endless\.txt:2: no line end within \d+ bytes")

    def test_word2vec_headers_out_of_range(self):
        for header, what in (
            ("3 0", "dimension 0, expected 1 to 65536"),
            ("3 100000", "dimension 100000, expected 1 to 65536"),
            ("99999999999 3", "99999999999 rows, expected at most"),
            ("18446744073709551616 3", "rows, expected at most"),
            ("3 18446744073709551616", "expected 1 to 65536"),
        ):
            for name, start in (("header.vec", b"king 1 2 3\n"), ("header.bin", b"king \0\0\0\0")):
                with self.subTest(header=header, name=name):
                    self.write(name, header.encode() + b"\n" + start)
                    result = self.run_command("convert", name, "out.safetensors")
                    self.assert_refused(result, FILE_ERROR, rf"{name}:1: the header .*{what}")
                    self.assertNotIn("out.safetensors", self.files())

    def test_a_header_that_promises_more_memory_than_there_is(self):
        row = b"king " + b"\0\0\x80\x3f" * 65536
        self.write("liar.bin", b"4000000000 65536\n" + row)
        result = self.run_command("convert", "liar.bin", "out.safetensors")
        self.assert_refused(result, FILE_ERROR, "liar.bin: found 1 rows?, .* 4000000000")
        result = self.run_command("lookup", "king", "--model", "liar.bin")
        self.assert_refused(result, FILE_ERROR, "liar.bin: found 1 rows?, .* 4000000000")

    def test_a_word2vec_binary_cut_at_each_byte(self):
        whole = b"2 2\nking " + cli.float32(1, 2) + b"\nqueen " + cli.float32(3, 4) + b"\n"
        for size in range(len(whole) - 1):
            self.write("cut.bin", whole[:size])
            result = self.run_command(
                "convert", "cut.bin", "out.safetensors", "--from", "word2vec-bin"
            )
            self.assert_refused(result, FILE_ERROR, r"error: cut\.bin")
        self.assertEqual(self.files(), ["cut.bin"])

    def test_a_folder_that_does_not_exist_for_the_output(self):
        self.write("in.txt", GLOVE)
        result = self.run_command("convert", "in.txt", "no/where/out.safetensors")
        self.assert_refused(result, FILE_ERROR, "no/where/out.safetensors: cannot write: No such")

    def test_an_output_that_is_a_folder(self):
        self.write("in.txt", GLOVE)
        for name in ("out.safetensors", "out.txt", "out.vec", "out.bin", "out.csv", "out.npy"):
            (self.folder / name).mkdir()
            command = ["convert", "in.txt", name]
            if name.endswith((".csv", ".npy")):
                command = ["pca", "king", "queen", "--out", name, "-q", "--model", "in.txt"]
            with self.subTest(name):
                result = self.run_command(*command)
                self.assert_refused(result, FILE_ERROR, f"{name}: is a folder, expected")
        self.assertNotIn("out.vocab.txt", self.files())

    def test_an_unreadable_list_of_words(self):
        self.write("in.txt", GLOVE)
        for command in (
            ["convert", "in.txt", "out.txt", "--words", "missing"],
            ["nearest", "king", "--model", SAMPLE, "--among", "missing"],
            ["pca", "--words", "missing", "--model", SAMPLE],
        ):
            with self.subTest(command):
                result = self.run_command(*command)
                self.assert_refused(result, FILE_ERROR, "missing: .*No such file")
        self.assertNotIn("out.txt", self.files())


class DamagedContainer(cli.CommandTest):
    def setUp(self):
        super().setUp()
        rows = "".join(f"word{i} {i + 1} {-i} 0.5 {i * i}\n" for i in range(50))
        self.write("in.txt", rows)
        self.assert_says(self.run_command("convert", "in.txt", "whole.safetensors"), 0)
        self.whole = (self.folder / "whole.safetensors").read_bytes()

    def refuse(self, content, *patterns):
        self.write("damaged.safetensors", content)
        for command in (["info"], ["lookup", "word7"], ["nearest", "word7"]):
            result = self.run_command(*command, "--model", "damaged.safetensors")
            self.assert_refused(result, FILE_ERROR, r"error: damaged\.safetensors[: ]", *patterns)
        result = self.run_command("convert", "damaged.safetensors", "out.txt")
        self.assert_refused(result, FILE_ERROR, r"error: damaged\.safetensors[: ]", *patterns)
        self.assertNotIn("out.txt", self.files())

    def with_header(self, change):
        """The container with its JSON changed, all else in place."""
        (length,) = struct.unpack_from("<Q", self.whole)
        header = json.loads(self.whole[8 : 8 + length])
        change(header)
        text = json.dumps(header).encode().ljust(length)
        self.assertEqual(len(text), length, "the damage must fit the header")
        return self.whole[:8] + text + self.whole[8 + length :]

    def test_truncated_in_twenty_places(self):
        (length,) = struct.unpack_from("<Q", self.whole)
        size = len(self.whole)
        places = [1, 4, 7, 8, 9, 50, 8 + length - 1, 8 + length, 8 + length + 1, size - 1]
        places += [size * part // 11 for part in range(1, 11)]
        self.assertEqual(len(set(places)), 20)
        for place in sorted(places):
            with self.subTest(place):
                self.refuse(self.whole[:place])

    def test_with_bytes_after_its_end(self):
        self.refuse(self.whole + b"\0", "end at byte")

    def test_length_of_the_header(self):
        (length,) = struct.unpack_from("<Q", self.whole)
        for wrong in (1, 2, length - 100, length + 1, len(self.whole), 2**32, 2**63, 2**64 - 1):
            with self.subTest(wrong):
                self.refuse(struct.pack("<Q", wrong) + self.whole[8:])

    def test_header_that_is_no_json(self):
        for text in (b"{", b"{}", b"[]", b"{\"a\":1}", b"\xff", b"{\"__metadata__\":[]}"):
            with self.subTest(text):
                (length,) = struct.unpack_from("<Q", self.whole)
                self.refuse(self.whole[:8] + text.ljust(length) + self.whole[8 + length :])

    def test_each_field_of_each_tensor(self):
        (length,) = struct.unpack_from("<Q", self.whole)
        header = json.loads(self.whole[8 : 8 + length])
        for name in (name for name in header if name != "__metadata__"):
            begin, end = header[name]["data_offsets"]
            shape = header[name]["shape"]
            changes = [
                ("dtype", "F16"), ("dtype", "Q4"), ("dtype", 7), ("dtype", None),
                ("shape", [shape[0] + 1, *shape[1:]]), ("shape", [2**62, 2**62]), ("shape", "50"),
                ("shape", [-1]), ("shape", [0]), ("shape", [1.5]), ("shape", None),
                ("data_offsets", [begin + 1, end]), ("data_offsets", [begin, end - 1]),
                ("data_offsets", [end, begin - 1]), ("data_offsets", [begin, 2**63]),
                ("data_offsets", [-1, end]), ("data_offsets", [begin]), ("data_offsets", None),
            ]
            for field, value in changes:
                with self.subTest(tensor=name, field=field, value=value):
                    def change(header):
                        if value is None:
                            del header[name][field]
                        else:
                            header[name][field] = value
                    self.write("damaged.safetensors", self.with_header(change))
                    result = self.run_command("info", "--model", "damaged.safetensors")
                    self.assert_refused(
                        result, FILE_ERROR, r"error: damaged\.safetensors: ", name.split(".")[0]
                    )

    def test_a_tensor_that_is_missing(self):
        for name in ("embeddings", "norms", "words.text", "words.offsets", "words.slots"):
            with self.subTest(name):
                def rename(header):
                    header["other"] = header.pop(name)
                self.refuse(self.with_header(rename), f"'{name}' is missing")

    def test_metadata_that_make_it_no_container_of_ours(self):
        for key, value, pattern in (
            ("format_version", "2.0", r"version.* 2\.0|2\.0.*version"),
            ("format_version", "99.1", r"99\.1"), ("format_version", "x", "version"),
            ("format_version", "", "version"), ("format_version", None, "version"),
            ("format", 1, "format"),
        ):
            with self.subTest(key=key, value=value):
                def change(header):
                    header["__metadata__"][key] = value
                    if value is None:
                        del header["__metadata__"][key]
                self.refuse(self.with_header(change), pattern)

    def test_another_format_in_the_metadata_makes_it_another_programs_file(self):
        for value in ("other", None):
            with self.subTest(value):
                def change(header):
                    header["__metadata__"]["format"] = value
                    if value is None:
                        del header["__metadata__"]["format"]
                self.write("damaged.safetensors", self.with_header(change))
                result = self.run_command("info", "--model", "damaged.safetensors")
                self.assert_refused(result, WRONG_USAGE, r"damaged\.safetensors: holds no words",
                                    "--vocab FILE")

    def test_a_newer_minor_version_is_read(self):
        def change(header):
            header["__metadata__"]["format_version"] = "1.7"
            header["__metadata__"]["future"] = "something"
        self.write("newer.safetensors", self.with_header(change))
        self.assert_answered(
            self.run_command("lookup", "word7", "--model", "newer.safetensors")
        )

    def test_a_changed_byte_in_each_tensor_is_found_by_verify(self):
        (length,) = struct.unpack_from("<Q", self.whole)
        header = json.loads(self.whole[8 : 8 + length])
        for name in ("embeddings", "norms", "words.text", "words.offsets", "words.slots"):
            begin, end = header[name]["data_offsets"]
            for place in (begin, (begin + end) // 2, end - 1):
                with self.subTest(tensor=name, place=place):
                    damaged = bytearray(self.whole)
                    damaged[8 + length + place] ^= 0x55
                    self.write("damaged.safetensors", damaged)
                    result = self.run_command("info", "--verify", "--model", "damaged.safetensors")
                    self.assert_says(result, FILE_ERROR, rf"damaged\.safetensors: .*'{name}'")
                    # Without --verify it may go unseen, but nothing falls over.
                    for command in ("lookup", "nearest"):
                        self.run_command(command, "word7", "--model", "damaged.safetensors")
                    self.run_command("pca", "--model", "damaged.safetensors")
                    self.run_command("convert", "damaged.safetensors", "out.txt")

    def test_a_wrong_checksum_is_found_by_verify(self):
        def change(header):
            header["__metadata__"]["xxh3_128.norms"] = "0" * 32
        self.write("damaged.safetensors", self.with_header(change))
        result = self.run_command("info", "--verify", "--model", "damaged.safetensors")
        self.assert_says(result, FILE_ERROR, f"'norms' has the checksum .* expected {'0' * 32}")

    def test_offsets_and_slots_that_point_outside(self):
        (length,) = struct.unpack_from("<Q", self.whole)
        header = json.loads(self.whole[8 : 8 + length])
        for name in ("words.offsets", "words.slots"):
            begin, end = (8 + length + offset for offset in header[name]["data_offsets"])
            damaged = bytearray(self.whole)
            damaged[begin:end] = b"\xff" * (end - begin)
            self.write("damaged.safetensors", damaged)
            with self.subTest(name):
                for command in (["lookup", "word7"], ["nearest", "word7"], ["lookup", "wrod7"]):
                    result = self.run_command(*command, "--model", "damaged.safetensors")
                    self.assertIn(result.status, (NOT_FOUND, FILE_ERROR), result)
                result = self.run_command("pca", "--model", "damaged.safetensors", "-q")
                result = self.run_command("info", "--verify", "--model", "damaged.safetensors")
                self.assert_says(result, FILE_ERROR, name)


class WrongOption(cli.CommandTest):
    def refuse(self, *arguments, patterns=()):
        with self.subTest(arguments):
            result = self.ask(*arguments)
            self.assert_refused(result, WRONG_USAGE, *patterns)

    def test_counts_that_are_none(self):
        for option, name in (
            ("-k", "--count"), ("--count", "--count"), ("--top-rows", "--top-rows"),
        ):
            for value in ("0", "-1", "1.5", "ten", "", "18446744073709551616", "1e3", "0x10 "):
                self.refuse("nearest", "king", option, value, patterns=[name, "1"])
        for option in ("--top", "--components"):
            for value in ("0", "-1", "-18446744073709551614", "two"):
                self.refuse("pca", option, value, patterns=[option])
        for value in ("0", "-1", "2x"):
            self.refuse("nearest", "king", "--threads", value, patterns=["--threads"])
        self.write("in.txt", GLOVE)
        for value in ("0", "-1", "all"):
            result = self.run_command("convert", "in.txt", "out.txt", "--limit", value)
            self.assert_refused(result, WRONG_USAGE, "--limit")
        self.assertEqual(self.files(), ["in.txt"])

    def test_a_score_that_is_none(self):
        for value in ("high", "nan", "", "0.5x"):
            self.refuse("nearest", "king", "--min-score", value, patterns=["--min-score"])

    def test_an_option_without_its_value(self):
        for command, option in (("nearest", "--count"), ("pca", "--out"), ("info", "--model")):
            result = self.run_command(command, option)
            self.assert_refused(result, WRONG_USAGE, option)

    def test_unknown_output_format(self):
        for command in (["nearest", "king"], ["lookup", "king"], ["info"], ["pca", "--top", "9"]):
            self.refuse(
                *command, "--format", "xml",
                patterns=["unknown output format 'xml'", "auto, table, tsv, csv, json, ndjson"],
            )

    def test_unknown_file_format(self):
        self.write("in.txt", GLOVE)
        for arguments in (["--to", "magnitude"], ["--from", "magnitude"]):
            with self.subTest(arguments):
                result = self.run_command("convert", "in.txt", "out.txt", *arguments)
                self.assert_refused(
                    result, WRONG_USAGE, "unknown format 'magnitude'",
                    "wordvec, .*word2vec-bin, .*word2vec-text, .*glove",
                )
        result = self.run_command("lookup", "king", "--model", "in.txt", "--from", "magnitude")
        self.assert_refused(result, WRONG_USAGE, "unknown format 'magnitude', expected one of")
        result = self.run_command("convert", "in.txt", "out.xyz")
        self.assert_refused(
            result, WRONG_USAGE, "'out.xyz'", r"\.safetensors", r"\.txt", r"\.vec", r"\.bin",
        )
        self.assertEqual(self.files(), ["in.txt"])

    def test_unknown_method(self):
        self.refuse(
            "analogy", "king", "man", "woman", "--method", "cube",
            patterns=["--method: found 'cube', expected one of add, mul"],
        )

    def test_unknown_instruction_set(self):
        known = r"expected one of scalar, avx2, avx512 \(this machine runs scalar[^)]*\)"
        self.refuse("nearest", "king", "--isa", "sse9", patterns=["--isa", "'sse9'", known])
        result = self.ask("nearest", "king", env={"WORDVEC_ISA": "sse9"})
        self.assert_refused(result, WRONG_USAGE, "WORDVEC_ISA", "'sse9'", known)

    def test_words_where_none_are_taken(self):
        self.refuse("info", "king", patterns=["'king' is one too many"])
        self.refuse("analogy", "king", "man", patterns=["found 2 words, expected three"])
        self.refuse("analogy", "a", "b", "c", "d", patterns=["found 4 words, expected three"])

    def test_missing_command_and_arguments(self):
        self.assert_refused(self.run_command(), WRONG_USAGE, "no command", "wordvec --help")
        self.assert_refused(self.run_command("convert"), WRONG_USAGE, "IN", "--help")
        self.assert_refused(self.run_command("completion"), WRONG_USAGE, "SHELL", "--help")
        result = self.run_command("--nonsense")
        self.assert_refused(result, WRONG_USAGE, "--nonsense", "wordvec --help")

    def test_misspelt_commands(self):
        for wrong, right in (
            ("neerest", "nearest"), ("look", "lookup"), ("lokup", "lookup"), ("pac", "pca"),
            ("covnert", "convert"), ("analogi", "analogy"), ("inf", "info"),
            ("evaluate", "eval"), ("nearestneighbours", "nearest"), ("oddity", "odd"),
        ):
            with self.subTest(wrong):
                result = self.run_command(wrong, "king")
                self.assert_refused(
                    result, WRONG_USAGE, f"no command '{wrong}'", f"did you mean '{right}'",
                )
        result = self.run_command("xylophone")
        self.assert_refused(result, WRONG_USAGE, "no command 'xylophone'")
        self.assertNotIn("did you mean", result.stderr)

    def test_misspelt_options(self):
        for command, wrong, right in (
            ("nearest", "--min-scor", "--min-score"), ("nearest", "--theads", "--threads"),
            ("nearest", "--modle=x", "--model"), ("lookup", "--row", "--rows"),
            ("pca", "--component", "--components"), ("info", "--verfy", "--verify"),
            ("convert", "--skip-bda", "--skip-bad"), ("analogy", "--mehtod", "--method"),
        ):
            with self.subTest(wrong):
                words = [] if command == "info" else ["king"]
                result = self.run_command(command, *words, wrong)
                self.assert_refused(
                    result, WRONG_USAGE, f"no option '{wrong}'", f"did you mean '{right}'",
                    f"wordvec {command} --help",
                )

    def test_options_that_exclude_each_other(self):
        self.refuse("pca", "king", "queen", "--top", "5", patterns=["words", "--words", "--top"])


class WrongQuery(cli.CommandTest):
    def test_an_empty_query(self):
        for query in ("", " ", "\t", "   "):
            with self.subTest(query):
                result = self.ask("nearest", query, "--no-header")
                self.assert_refused(result, WRONG_USAGE, "the query is empty")

    def test_a_bad_line_names_its_number(self):
        result = self.ask("nearest", "-k", 1, stdin=b"king\n\nqueen +\nqueen\n")
        self.assert_says(result, WRONG_USAGE, r"standard input:3: query 'queen \+': there is no word")
        self.assertEqual([row[0] for row in result.fields], ["king", "queen"])

    def test_a_sum_of_zero(self):
        for query in ("king - king", "0 king", "king + queen - king - queen", "0.5 cat - 0.5 cat"):
            with self.subTest(query):
                result = self.ask("nearest", query, "--no-header")
                self.assert_refused(result, WRONG_USAGE, "add up to zero")
                self.assertIn(f"query '{query}':", result.stderr)

    def test_an_operator_without_a_word(self):
        for query in ("king +", "king -", "king - man +", "king + 0.5"):
            with self.subTest(query):
                result = self.ask("nearest", query, "--no-header")
                self.assertIn(result.status, (NOT_FOUND, WRONG_USAGE))
                self.assertRegex(result.stderr, "error: .*(after the last|not in the vocabulary)")
                self.assertEqual(result.stdout, b"")
        result = self.ask("nearest", "king", "+", "--no-header")
        self.assert_refused(result, WRONG_USAGE, r"query 'king \+': there is no word after")

    def test_the_other_queries_are_answered(self):
        result = self.ask("nearest", "king - king", "king", "queen +", "queen", "-k", 1)
        self.assert_says(result, WRONG_USAGE, "add up to zero", "no word after")
        self.assertEqual([row[0] for row in result.fields], ["king", "queen"])

    def test_a_word_of_a_megabyte(self):
        word = b"x" * 1_000_000
        for command in ("lookup", "nearest"):
            with self.subTest(command):
                result = self.ask(command, "--no-header", stdin=word + b"\nking\n")
                self.assert_says(result, NOT_FOUND, r"'x+…' \(1000000 bytes\) is not in the voc")
                self.assertTrue(result.stdout.startswith(b"king"), result)
                self.assertLess(len(result.stderr), 400, "the word is cut")
        result = self.ask("analogy", stdin=b"king man " + word + b"\n")
        self.assert_says(result, NOT_FOUND, "1000000 bytes")

    def test_a_long_word_as_argument(self):
        word = "y" * 100_000
        for command in ("lookup", "nearest", "pca"):
            with self.subTest(command):
                result = self.ask(command, word, "king", "queen", "-q")
                self.assert_says(result, NOT_FOUND, r"'y+…' \(100000 bytes\)")
                self.assertLess(len(result.stderr), 400)

    def test_a_line_longer_than_any_word(self):
        result = self.ask("lookup", stdin=b"z" * (40 << 20))
        self.assert_says(result, FILE_ERROR, r"standard input:1: found no line end within \d+ bytes")
        self.assertLess(len(result.stderr), 400)

    def test_a_byte_order_mark_before_lines_and_lists_is_no_part_of_them(self):
        mark = b"\xef\xbb\xbf"
        for command, lines in (
            ("lookup --rows", b"king\n"), ("nearest", b"king - man + woman\n"),
            ("analogy", b"king man woman\n"), ("similarity", b"king queen\n"),
            ("similarity --all-pairs", b"king\nqueen\n"), ("odd", b"cat dog king\n"),
            ("rank", b"king queen\n"), ("distance", b"king\tqueen\n"),
            ("embed --pretokenized --rows", b"king queen\n"),
            ("axis --between man woman", b"king\n"), ("pca -q -", b"king\nqueen\nman\n"),
            ("similarity --pairs LINES", b"king queen\n"), ("nearest king --among LINES", b"queen\n"),
            ("pca -q --words LINES", b"king\nqueen\nman\n"),
            ("pca -q cat dog --fit LINES", b"king\nqueen\nman\n"),
            ("embed --pretokenized --rows --in LINES", b"king queen\n"),
            ("eval similarity -q LINES", b"king queen 1\nking man 2\nking cat 3\n"),
            ("eval similarity -q -", b"king queen 1\nking man 2\nking cat 3\n"),
        ):
            with self.subTest(command):
                results = []
                for content in (lines, mark + lines):
                    self.write("LINES", content)
                    results.append(self.ask(*command.split(), stdin=content))
                    self.assert_answered(results[-1])
                self.assertEqual(results[0].stdout, results[1].stdout)
        self.write("LINES", mark + b"king\nqueen\n")
        result = self.run_command("convert", SAMPLE, "two.txt", "--words", "LINES")
        self.assertEqual(result.status, 0, result)
        self.assertEqual(
            [line.split()[0] for line in (self.folder / "two.txt").read_text().splitlines()],
            ["king", "queen"])
        result = self.ask("lookup", stdin=b"king\n" + mark + b"king\n")
        self.assert_says(result, 0, r"'\\ufeffking' is not in the vocabulary, 'king' is used")

    def test_null_bytes(self):
        result = self.ask("lookup", "--rows", stdin=b"\0\nki\0ng\nking\n\0\0\0")
        self.assert_says(result, NOT_FOUND, r"'\\x00' is not", r"'ki\\x00ng' is not")
        self.assertEqual(result.stdout, b"-1\n-1\n193\n-1\n")
        self.assertNotIn("\0", result.stderr)
        result = self.ask("nearest", "-k", 1, stdin=b"king - \0\nking\n")
        self.assert_says(result, NOT_FOUND, r"'\\x00' is not in the vocabulary")
        self.assertEqual(len(result.fields), 1)

    def test_control_characters_do_not_reach_the_terminal(self):
        word = "\x1b[31mred\x07\x9b"
        result = self.ask("lookup", word)
        self.assert_says(result, NOT_FOUND, r"\\x1b\[31mred\\x07")
        self.assertNotRegex(result.stderr, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")

    def test_bytes_that_are_not_utf8(self):
        result = self.ask("lookup", b"k\xffing", "king", "--rows")
        self.assert_says(result, NOT_FOUND, r"'k\\xffing' is not in the vocabulary")
        self.assertEqual(result.stdout, b"-1\n193\n")

    def test_random_queries_never_fall_over(self):
        import random
        source = random.Random(20)
        parts = ["king", "-", "+", "0.5", "-1", "1e308", "1e309", "nan", "inf", "", "  ", "\t",
                 "[", "]", "queen", "\xe9", "\U0001f600", "'", '"', "--", "- -", "+ +", "1e-320"]
        lines = [" ".join(source.choices(parts, k=source.randint(1, 6))) for _ in range(600)]
        result = self.ask("nearest", "-k", 1, stdin="\n".join(lines).encode())
        self.assertEqual(result.status, WRONG_USAGE, result)
        for row in result.fields:
            self.assertEqual(len(row), 4, row)
            self.assertTrue(-1 <= float(row[3]) <= 1, row)


class FullDisk(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.write("in.txt", b"\n".join(cli.sample_lines()[:500]) + b"\n")

    def test_standard_output(self):
        for command in (
            ["lookup", "king"], ["nearest", "king"], ["analogy", "king", "man", "woman"],
            ["pca", "--top", "5", "-q"], ["info"], ["pca", "--top", "5", "--out", "-", "-q"],
        ):
            with self.subTest(command), open("/dev/full", "wb") as full:
                result = self.ask(*command, stdout=full)
                self.assert_refused(result, FILE_ERROR, "standard output: .*No space left")
        for command in (["--help"], ["nearest", "--help"], ["completion", "bash"], ["--version"]):
            with self.subTest(command), open("/dev/full", "wb") as full:
                result = self.run_command(*command, stdout=full)
                self.assert_refused(result, FILE_ERROR, "standard output: .*No space left")

    def test_convert_to_standard_output_and_devices(self):
        for to in ("glove", "wordvec", "word2vec-text", "word2vec-bin"):
            with self.subTest(to), open("/dev/full", "wb") as full:
                result = self.run_command("convert", "in.txt", "-", "--to", to, stdout=full)
                self.assertIn(result.status, (WRONG_USAGE, FILE_ERROR))
        result = self.run_command("convert", "in.txt", "/dev/full", "--to", "glove")
        self.assert_refused(result, FILE_ERROR, "/dev/full: .*No space left")

    def test_a_limit_on_the_size_of_files(self):
        for name in ("out.safetensors", "out.txt", "out.vec", "out.bin"):
            with self.subTest(name):
                self.write(name, "old")
                result = self.run_command(
                    "convert", "in.txt", name, preexec_fn=limit_file_size(100_000)
                )
                self.assert_refused(result, FILE_ERROR, f"{name}: .*File too large")
                self.assertEqual((self.folder / name).read_text(), "old")
                (self.folder / name).unlink()
        for name in ("points.csv", "points.json", "points.npy"):
            with self.subTest(name):
                result = self.ask(
                    "pca", "--out", name, "-q", preexec_fn=limit_file_size(50_000)
                )
                self.assert_refused(result, FILE_ERROR, "points.*: .*File too large")
        self.assertEqual(self.files(), ["in.txt"])

    def test_a_disk_of_its_own_that_fills_up(self):
        (self.folder / "disk").mkdir()
        script = (
            "mount -t tmpfs -o size=256k none disk || exit 77; printf old > disk/out.safetensors;"
            f"'{cli.BINARY}' convert in.txt disk/out.safetensors; echo \"status $?\";"
            "ls -A disk; cat disk/out.safetensors"
        )
        try:
            done = subprocess.run(
                ["unshare", "--mount", "--map-root-user", "sh", "-c", script], cwd=self.folder,
                env=self.environment(), capture_output=True, text=True, timeout=60,
            )
        except OSError:
            self.skipTest("no unshare")
        if "status" not in done.stdout:
            self.skipTest(f"no disk can be mounted here: {done.stderr.strip()}")
        self.assertEqual(done.stdout, "status 3\nout.safetensors\nold")
        self.assertIn("disk/out.safetensors: ", done.stderr)
        self.assertIn("No space left on device", done.stderr)


class Surprises(cli.CommandTest):
    """What scripts do by accident."""

    def test_an_empty_value_is_not_the_default(self):
        self.write("in.txt", "a 1 2\nb 3 4\n")
        for arguments in (
            ("nearest", "king", "--among", ""), ("nearest", "king", "--model", ""),
            ("pca", "--words", ""), ("pca", "king", "queen", "--out", ""),
            ("convert", "in.txt", ""), ("convert", "in.txt", "--to", ""),
        ):
            with self.subTest(arguments):
                result = self.run_command(*arguments)
                self.assertEqual(result.status, WRONG_USAGE, result)
                self.assertIn("empty", result.stderr)
        self.assertEqual(self.files(), ["in.txt"])

    def test_dev_stdout_is_added_to_not_replaced(self):
        self.write("in.txt", "a 1 2\nb 3 4\n")
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "-"):
            with self.subTest(name):
                path = self.folder / "log"
                path.write_text("old\n")
                with path.open("a") as log:
                    done = subprocess.run(
                        [cli.BINARY, "convert", "in.txt", name, "--to", "glove"], stdout=log,
                        cwd=self.folder, env=self.environment(), stderr=subprocess.DEVNULL,
                    )
                self.assertEqual(done.returncode, 0)
                self.assertEqual(path.read_text(), "old\na 1 2\nb 3 4\n")

    def test_a_word_that_text_cannot_hold_does_not_stop_the_others(self):
        row = b"\0\0\x80?"
        self.write("in.bin", b"3 1\nc " + row + b"\na\nb " + row + b"\nd " + row + b"\n")
        result = self.run_command("lookup", "c", "a\nb", "d", "-m", "in.bin")
        self.assertEqual(result.status, WRONG_USAGE, result)
        self.assertEqual(result.stdout, b"c 1\nd 1\n")

    def test_a_header_of_many_keys_is_refused_at_once(self):
        keys = ",".join(f'"k{i}":0' for i in range(300_000)).encode()
        text = b"{" + keys + b"}"
        self.write("in.safetensors", len(text).to_bytes(8, "little") + text)
        result = self.run_command("info", "-m", "in.safetensors")
        self.assertEqual(result.status, FILE_ERROR, result)

    def test_standard_input_is_not_read_twice(self):
        for command in ("nearest", "similarity", "axis --between a b"):
            result = self.run_command(*command.split(), "-q", "-m", "-", stdin=b"a 1 2\nb 3 4\n")
            self.assert_refused(result, WRONG_USAGE, "the model and queries cannot both come from "
                                "standard input: give a file, or arguments, for one of them$")

    @cli.needs_numpy
    def test_standard_input_is_not_read_for_the_words_of_vectors_too(self):
        numpy.save(self.folder / "v.npy", numpy.eye(2, dtype=numpy.float32))
        for command, pattern in (
            ("lookup -m v.npy --vocab -", "the model and queries cannot both come from standard "
             "input: give a file, or arguments, for one of them"),
            ("nearest a -m v.npy --vocab - --among -", "the model and --among cannot both"),
            ("embed -m v.npy --vocab -", "the model and texts cannot both"),
            ("pca --words - -m v.npy --vocab -", "the model and the words cannot both"),
            ("similarity --pairs - -m v.npy --vocab -", "the model and words cannot both"),
            ("nearest a -m - --vocab -", "the model and --vocab cannot both come from standard "
             "input: give a file for one of them"),
            ("convert - x.txt --vocab -", "IN and --vocab cannot both"),
            ("convert v.npy x.txt --vocab - --words -", "--vocab and --words cannot both"),
            ("compare - v.npy --vocab-b -", "A and --vocab-b cannot both"),
        ):
            result = self.run_command(*command.split(), "-q", stdin=b"a\nb\n")
            self.assert_refused(result, WRONG_USAGE, pattern)

    @cli.needs_numpy
    def test_standard_input_has_one_name(self):
        text = b"a 1 2\nb 3 4\n"
        self.write("y.txt", text)
        for command in ("nearest a -m -", "info -m -", "compare y.txt -"):
            result = self.run_command(*command.split(), stdin=text)
            self.assert_says(result, ALL_ANSWERED, "note: reading standard input took")
            self.assertNotIn(" - ", result.stderr.replace("y.txt and - ", "?"))
        self.write("z.txt", text + b"c 1 1\n")
        result = self.run_command(
            "convert", "z.txt", "o.safetensors", "--merge", "-", stdin=text)
        self.assert_says(result, ALL_ANSWERED, "not in standard input")
        numpy.save(self.folder / "v.npy", numpy.eye(2, dtype=numpy.float32))
        result = self.run_command("lookup", "a", "-m", "v.npy", "--vocab", "-", stdin=b"a\n")
        self.assert_refused(result, FILE_ERROR, "there are 1 words in standard input")

    @cli.needs_numpy
    def test_no_command_writes_over_what_it_reads(self):
        vectors = "a 1 2\nb 3 4\n"
        self.write("y.csv", vectors)
        self.write("a.txt", vectors)
        self.write("p.csv", "a\tb\n")
        numpy.save(self.folder / "v.npy", numpy.eye(2, dtype=numpy.float32))
        self.write("w.csv", "a\nb\n")
        os.symlink("p.csv", self.folder / "link.csv")
        for command, out in (
            ("similarity -m a.txt --pairs p.csv --out p.csv", "p.csv"),
            ("similarity -m a.txt --pairs p.csv --out link.csv", "link.csv"),
            ("similarity a b -m y.csv --from glove --out y.csv", "y.csv"),
            ("pca -m v.npy --vocab w.csv --out w.csv", "w.csv"),
            ("pca -m a.txt --words w.csv --out w.csv", "w.csv"),
            ("pca -m a.txt --fit w.csv --out w.csv", "w.csv"),
            ("embed -m a.txt --in p.csv --out p.csv", "p.csv"),
        ):
            before = {name: (self.folder / name).read_bytes() for name in self.files()}
            result = self.run_command(*command.split(), "-q")
            self.assert_refused(result, WRONG_USAGE, f"{out}: is both input and output")
            after = {name: (self.folder / name).read_bytes() for name in self.files()}
            self.assertEqual(after, before)

    def test_numbers_beyond_a_range_are_told_what_it_is(self):
        most = 2**64 - 1
        for arguments, found, expected in (
            (["nearest", "king", "-k", most + 1], most + 1, f"a whole number, 1 to {most}"),
            (["nearest", "king", "-k", "9" * 40], "9" * 40, f"a whole number, 1 to {most}"),
            (["odd", "-k", "0", "a", "b", "c"], 0, "a whole number, 1 or more"),
            (["nearest", "king", "-k", "-1"], -1, "a whole number, 1 or more"),
            (["nearest", "king", "--threads", 1025], 1025, "a whole number, 1 to 1024"),
            (["pca", "--scale", "11"], 11, "a number, 0.1 to 10"),
            (["pca", "--scale", "nan"], "nan", "a number, 0.1 to 10"),
            (["fetch", "x", "--retry-delay", "-1"], -1, "a number, 0 to 3600"),
        ):
            self.assert_refused(self.run_command(*arguments), WRONG_USAGE,
                                f": found '{found}', expected {expected} ")
        self.assert_answered(self.ask("nearest", "king", "-k", most))

    def test_whole_numbers_are_decimal(self):
        for text, rows in (("010", 10), ("08", 8), ("0009", 9), ("0" * 30 + "1", 1)):
            result = self.ask("nearest", "king", "-k", text)
            self.assert_answered(result)
            self.assertEqual(len(result.fields), rows, result)
        table = self.run_command("explain", "positions", "--rows", "012", "--dim=010", "-f", "csv")
        self.assert_answered(table)
        self.assertEqual((len(table.lines), table.lines[1].count(",")), (13, 10), table)
        for text in ("0x10", "00", "0b1", "010.", " 010", "+010"):
            self.assert_refused(self.run_command("nearest", "king", "-k", text), WRONG_USAGE,
                                f"--count: found {re.escape(repr(text))}, expected a whole number")
        self.assert_refused(self.run_command("nearest", "king", "--threads", "02000"), WRONG_USAGE,
                            "found '02000', expected a whole number, 1 to 1024")

    def test_whole_numbers_are_decimal_in_each_option(self):
        help_of_all = self.run_command("--help").stdout.decode()
        topics = [f"explain {topic}" for topic in ("onehot", "positions", "analogy", "nearest")]
        topics += [f"eval {topic}" for topic in ("analogies", "similarity", "categories", "outliers")]
        checked = 0
        for command in re.findall(r"(?m)^  ([a-z]+)  ", help_of_all) + topics:
            text = self.run_command(*command.split(), "--help").stdout.decode()
            for option in re.findall(r"(?m)^  (?:-\w,)?(--[\w-]+) (?:N|D|DIM)  ", text):
                with self.subTest(command=command, option=option):
                    # The value is read before it is seen what else is wrong.
                    result = self.run_command(*command.split(), option, "08", "--no-such-option")
                    self.assert_refused(result, WRONG_USAGE,
                                        "no option '--no-such-option'|[A-Z] is required")
                    checked += 1
        self.assertGreater(checked, 40)


class Threads(cli.CommandTest):
    """Of which the system may give fewer than are asked for, or none."""

    RUNS = (
        ["convert", "big.txt", "out.safetensors"], ["convert", "big.txt", "out.txt.gz"],
        ["convert", "big.txt.gz", "out.bin"], ["nearest", "w7", "w8", "-m", "big.txt"],
        ["analogy", "w7", "w8", "w9", "-m", "big.txt"], ["pca", "--out", "out.csv", "-m", "big.txt"],
        ["similarity", "--all-pairs", "w7", "w8", "w9", "-m", "big.txt"],
        ["pca", "--clusters", "3", "--out", "out.svg", "-m", "big.txt"],
    )

    def setUp(self):
        super().setUp()
        rows = ("".join(f" {(row * 37 + column * 101) % 199 - 99}" for column in range(20))
                for row in range(4000))
        text = "".join(f"w{row}{values}\n" for row, values in enumerate(rows)).encode()
        self.write("big.txt", text)
        self.write("big.txt.gz", gzip.compress(text))

    def check(self, limit):
        for arguments in self.RUNS:
            with self.subTest(arguments):
                results = []
                for options in ({}, {"preexec_fn": limit}):
                    result = self.run_command(*arguments, "--threads", 16, "-q", **options)
                    self.assert_answered(result)
                    results.append([result.stdout, *(path.read_bytes() for path in sorted(
                        self.folder.glob("out.*")))])
                    for path in self.folder.glob("out.*"):
                        path.unlink()
                self.assertEqual(*results)

    @unittest.skipUnless(CAN_REFUSE_THREADS, "no filter of system calls for this machine")
    def test_none_is_enough(self):
        self.check(refuse_threads)

    @unittest.skipIf(cli.SANITIZED, "which takes terabytes of addresses")
    def test_some_are_enough(self):
        # A thread's stack is as large as that of the process may become.
        def limit():
            resource.setrlimit(resource.RLIMIT_STACK, (1 << 30, 1 << 30))
            resource.setrlimit(resource.RLIMIT_AS, (7 << 29, 7 << 29))

        self.check(limit)


if __name__ == "__main__":
    cli.main()
