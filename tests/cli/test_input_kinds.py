#!/usr/bin/python3
"""What people bring: lists of words of every kind, compressed files, and files of other programs."""

import base64
import bz2
import contextlib
import ctypes
import ctypes.util
import gzip
import io
import json
import lzma
import os
import pickle
import re
import shutil
import subprocess
import sys
import tarfile
import unittest
import zipfile
import zlib
from pathlib import Path

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, WRONG_USAGE, float32, needs_numpy  # noqa: E402
from cli import numpy  # noqa: E402

WORDS = ["the", "king", "queen", "man"]
TEXT = "".join(f"{word} {i}.5 1 {i}\n" for i, word in enumerate(WORDS))
VALUES = [float32(i + 0.5, 1, i) for i in range(4)]


def zstd(content):
    """A frame of Zstandard, made by the library that Debian's dpkg needs."""
    library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    library.ZSTD_compressBound.restype = library.ZSTD_compress.restype = ctypes.c_size_t
    library.ZSTD_compressBound.argtypes = [ctypes.c_size_t]
    library.ZSTD_compress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p,
                                      ctypes.c_size_t, ctypes.c_int]
    out = ctypes.create_string_buffer(library.ZSTD_compressBound(len(content)))
    size = library.ZSTD_compress(out, len(out), content, len(content), 3)
    return out.raw[:size]


COMPRESSIONS = {"bz2": bz2.compress, "xz": lzma.compress, "zst": zstd}


def zip_of(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


class CompressedTest(cli.CommandTest):
    def assert_converts(self, name, out="out.safetensors", **options):
        result = self.run_command("convert", name, out, **options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        words, rows = cli.read_container(self.folder / out)
        self.assertEqual([word.decode() for word in words], WORDS)
        self.assertEqual(rows, VALUES)

    def test_files_and_pipes(self):
        for extension, compress in COMPRESSIONS.items():
            with self.subTest(extension):
                content = compress(TEXT.encode())
                self.write(f"a.txt.{extension}", content)
                self.assert_converts(f"a.txt.{extension}")
                self.assert_converts("-", stdin=content)
                self.assert_converts("-", stdin=compress(b"") + compress(TEXT[:20].encode()) +
                                     compress(TEXT[20:].encode()))

    def test_the_name_of_the_output_is_that_without_extensions(self):
        for name in ("a.txt.bz2", "b.TXT.XZ", "c.vec.Zst", "d.zst"):
            extension = name.rsplit(".", 1)[1].lower()
            self.write(name, COMPRESSIONS[extension](TEXT.encode()))
            self.assertEqual(self.run_command("convert", name).status, ALL_ANSWERED)
            self.assertIn(f"{name[0]}.safetensors", self.files())

    def test_damaged_and_cut_off(self):
        for extension, compress in COMPRESSIONS.items():
            with self.subTest(extension):
                content = compress("".join(f"w{i} {i} 1\n" for i in range(9999)).encode())
                self.write("a", content[:len(content) // 2])
                self.assert_refused(self.run_command("convert", "a", "out.safetensors"),
                                    FILE_ERROR, r"\ba: at byte \d+: the \w+ data is cut off")
                self.write("a", content + b"more")
                self.assert_refused(self.run_command("convert", "a", "out.safetensors"),
                                    FILE_ERROR, r"\ba: .*other bytes follow the \w+ data")
                self.assertEqual(self.files(), ["a"])

    def test_members_of_zip_archives(self):
        self.write("a.zip", zip_of({"a.txt": TEXT}, zipfile.ZIP_BZIP2))
        self.assert_converts("a.zip")
        self.write("b.zip", zip_of({"a.txt.xz": lzma.compress(TEXT.encode())}))
        self.assert_converts("b.zip")

    def test_a_tar_archive_within_is_named(self):
        tar = b"a.txt" + bytes(252) + b"ustar\x0000" + bytes(248)
        self.write("a.tar.xz", lzma.compress(tar))
        self.assert_refused(self.run_command("convert", "a.tar.xz", "out.safetensors"), FILE_ERROR,
                            r"a\.tar\.xz: is a tar archive: use `tar -xOf FILE MEMBER \|")

    def test_a_tar_archive_of_text_is_named(self):
        head = b"a.txt" + bytes(252) + b"ustar\x0000" + bytes(248)
        self.write("t.tar", head + TEXT.encode())
        self.assert_refused(self.run_command("convert", "t.tar", "out.safetensors", "--skip-bad"),
                            FILE_ERROR, r"t\.tar: is a tar archive")

    def test_where_lines_are_read_are_told(self):
        self.write("m.txt", TEXT)
        for extension, compress in COMPRESSIONS.items():
            content = compress(b"the king\n" * 50)
            self.write(f"t.{extension}", content)
            result = self.run_command("embed", "--rows", "--in", f"t.{extension}", "-m", "m.txt")
            self.assert_says(result, FILE_ERROR, f"t.{extension}: is compressed, expected lines")
            result = self.run_command("lookup", "-m", "m.txt", stdin=content)
            self.assert_says(result, FILE_ERROR, "standard input: is compressed")

    def test_lines_that_end_with_cr_alone_are_told(self):
        self.write("m.txt", TEXT)
        self.write("mac.txt", TEXT.replace("\n", "\r"))
        named = r"mac.txt: is text whose lines end with CR alone"
        for arguments in (["convert", "mac.txt", "o.txt"], ["nearest", "king", "-m", "mac.txt"]):
            result = self.run_command(*arguments)
            self.assert_says(result, FILE_ERROR,
                             named + r": `tr '\\r' '\\n' < FILE \| wordvec convert - OUT` reads it")
        self.write("mac.txt", "king\rqueen\r")
        for arguments in (["pca", "--words", "mac.txt"], ["embed", "--rows", "--in", "mac.txt"],
                          ["eval", "similarity", "mac.txt"]):
            result = self.run_command(*arguments, "-m", "m.txt")
            self.assert_says(result, FILE_ERROR, named + r".*: `tr '\\r' '\\n' < FILE` prints them")

    def test_tables_with_other_separators_are_told(self):
        translations = {";": str.maketrans(";", " "), ",": str.maketrans(",", " "),
                        ";,": str.maketrans(";,", " .")}
        for text, translation, what in (
            ("king;0.5;1\nqueen;2;3\n", ";", "with semicolons"),
            ("king;0,5;1\nqueen;2;3\n", ";,", "with semicolons"),
            ("king, 0.5, 1\nqueen, 2, 3\n", ",", "with commas"),
            ("king,0.5,1\nqueen,2,3\n", ",", "with commas"),
            ("0.5,1,7\n2,3,7\n", ",", "of numbers with commas"),
            ("0.5;1;7\n2;3;7\n", ";", "of numbers with semicolons"),
        ):
            with self.subTest(text):
                self.write("a.csv", text)
                result = self.run_command("convert", "a.csv", "o.txt")
                self.assert_refused(result, FILE_ERROR, rf"a\.csv: is a table {what} \(CSV\).*`tr ")
                self.write("words", "king\nqueen\n")
                # As the message has it.
                vocab = ["--from", "values", "--vocab", "words"] if "numbers" in what else []
                result = self.run_command("convert", "-", "o.txt", *vocab,
                                          stdin=text.translate(translations[translation]).encode())
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.assertEqual([line.split(" ")[:2] for line in
                                  (self.folder / "o.txt").read_text().splitlines()],
                                 [["king", "0.5"], ["queen", "2"]])

    def test_word_lists_and_test_sets(self):
        self.write("m.txt", TEXT)
        self.write("words.xz", lzma.compress(b"king\nqueen\n"))
        result = self.run_command("pca", "--words", "words.xz", "--model", "m.txt", "-f", "tsv")
        self.assertEqual([fields[0] for fields in result.fields], ["king", "queen"], result)
        self.write("pairs.bz2", bz2.compress(b"king\tqueen\t9\nking\tman\t5\nthe\tman\t1\n"))
        result = self.run_command("eval", "similarity", "pairs.bz2", "--model", "m.txt")
        self.assertEqual(result.status, ALL_ANSWERED, result)

    def test_what_cannot_be_written_is_refused(self):
        self.write("a.txt", TEXT)
        for name in ("b.txt.bz2", "b.XZ", "b.zst", "b.zip", "b.lz4"):
            result = self.run_command("convert", "a.txt", name, "--to", "glove")
            self.assert_refused(result, WRONG_USAGE, r"cannot be written: \.\w+ is not made here")
        for name in ("b.csv.gz", "b.csv.xz"):
            result = self.run_command("pca", "--model", "a.txt", "--out", name, "-f", "csv")
            self.assert_says(result, WRONG_USAGE, r"cannot be written: \.\w+ is not made here")
        self.assertEqual(self.files(), ["a.txt"])


class ExtensionTest(cli.CommandTest):
    def test_in_any_case(self):
        self.write("M.TXT", TEXT)
        for name, begin in {"a.SVG": b"<", "a.NPY": b"\x93NUMPY", "a.CSV": b"word,", "a.Json": b"[",
                            "a.HTML": b"<!doctype html>", "a.TSV": b"word\t"}.items():
            with self.subTest(name):
                result = self.run_command("pca", "--model", "M.TXT", "--out", name)
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.assertTrue((self.folder / name).read_bytes().startswith(begin), name)

    def test_of_converted_files(self):
        self.write("M.TXT", TEXT)
        self.assertEqual(self.run_command("convert", "M.TXT").status, ALL_ANSWERED)
        self.assertIn("M.safetensors", self.files())
        result = self.run_command("convert", "M.TXT", "b.TXT.GZ")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual((self.folder / "b.TXT.GZ").read_bytes()[:2], b"\x1f\x8b")
        self.assertEqual(self.run_command("convert", "M.TXT", "c.NPY").status, ALL_ANSWERED)
        self.assertIn("c.vocab.txt", self.files())
        result = self.run_command("lookup", "king", "--model", "c.NPY")
        self.assertEqual(result.stdout, b"king 1.5 1 1\n")
        self.assertEqual(self.run_command("embed", "king", "--model", "M.TXT", "--out", "e.NPY")
                         .status, ALL_ANSWERED)
        self.assertTrue((self.folder / "e.NPY").read_bytes().startswith(b"\x93NUMPY"))


class WordListTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.write("m.txt", TEXT)

    def matrix(self):
        numpy.save(self.folder / "m.npy",
                   numpy.array([[i + 0.5, 1, i] for i in range(4)], dtype="f4"))

    def lookup(self, vocab):
        return self.run_command("lookup", "king", "--model", "m.npy", "--vocab", vocab)

    @needs_numpy
    def test_vocabularies_of_other_programs(self):
        self.matrix()
        numpy.save(self.folder / "u.npy", numpy.array(WORDS))
        numpy.save(self.folder / "s.npy", numpy.array(WORDS, dtype="S"))
        for name, content, note in (
            ("glove.txt", "the 1061396\nking 593\nqueen 432\nman 3\n", "a word and a count"),
            ("w2v.txt", "the 9\nking 9\nqueen 2\nman 1\n", "a word and a count"),
            ("spm.vocab", "the\t0\nking\t-3.1\nqueen\t-3.25\nman\t-7\n", "a word and a score"),
            ("list.json", json.dumps(WORDS), "a JSON list of words"),
            ("map.json", json.dumps({word: i for i, word in enumerate(WORDS)}), ""),
            ("rows.json", json.dumps(dict(enumerate(WORDS))), ""),
            ("lines.jsonl", "".join(json.dumps(word) + "\n" for word in WORDS), "lines of JSON"),
            ("u.npy", None, "NumPy array of strings"),
            ("s.npy", None, "NumPy array of strings"),
            ("bom.txt", "\ufeff" + "\n".join(WORDS) + "\n\n\n", ""),
        ):
            with self.subTest(name):
                if content is not None:
                    self.write(name, content)
                result = self.lookup(name)
                self.assertEqual(result.stdout, b"king 1.5 1 1\n", result)
                self.assertIn(note, result.stderr)
                self.assertNotIn("warning", result.stderr)

    @needs_numpy
    def test_words_and_their_rows(self):
        # As an object of words and rows in JSON.
        self.matrix()
        for name, text in (("rows.tsv", "man\t3\nking\t1\nthe\t0\nqueen\t2\n"),
                           ("first.tsv", "3\tman\n1\tking\n0\tthe\n2\tqueen\n"),
                           ("from_one.csv", 'word,index\n"man",4\n"king",2\n"the",1\n"queen",3\n')):
            with self.subTest(name):
                self.write(name, text)
                result = self.lookup(name)
                self.assertEqual(result.stdout, b"king 1.5 1 1\n", result)
                self.assertIn("each line has a word and its row", result.stderr)
        # Counts that fall are counts.
        self.write("falling.txt", "the 4\nking 3\nqueen 2\nman 1\n")
        result = self.lookup("falling.txt")
        self.assertEqual(result.stdout, b"king 1.5 1 1\n", result)
        self.assertIn("a word and a count", result.stderr)

    def test_of_three_columns_are_no_words_and_counts(self):
        self.write("three.tsv", "".join(f"{i}\t{word}\t{9 - i}\n" for i, word in enumerate(WORDS)))
        result = self.run_command("lookup", "--rows", "--words", "three.tsv", "--model", "m.txt")
        self.assertIn("three.tsv: 4 of 4 lines end with a number", result.stderr)
        self.write("c.txt", "king 5 7\nthe 6 8\n")
        result = self.run_command("convert", "m.txt", "m.safetensors", "--counts", "c.txt")
        self.assert_says(result, FILE_ERROR, "c.txt: has lines of a word and several numbers")

    def test_of_lookup_too(self):
        self.write("v.txt", "the 1000\nking 593\nqueen 20\n")
        self.write("l.json", '["the", "king", "queen"]')
        self.write("v.txt.xz", lzma.compress(b"the 1000\nking 593\nqueen 20\n"))
        for name in ("v.txt", "l.json", "v.txt.xz"):
            result = self.run_command("lookup", "--rows", "--words", name, "--model", "m.txt")
            self.assertEqual(result.stdout, b"0\n1\n2\n", result)
        self.write("empty.txt", "\n\n")
        result = self.run_command("lookup", "--rows", "--words", "empty.txt", "--model", "m.txt")
        self.assertIn("empty.txt: found no words", result.stderr)

    @needs_numpy
    def test_other_kinds_are_named(self):
        self.matrix()
        numpy.save(self.folder / "o.npy", numpy.array(WORDS, dtype=object), allow_pickle=True)
        for protocol in range(6):
            self.write(f"{protocol}.pkl", pickle.dumps(WORDS, protocol))
        self.write("tokenizer.model", b"\n\x0e\n\x05<unk>\x15\0\0\0\0\x18\x02\n\x0c\n\x03\xe2\x96\x81"
                                      b"\x15\0\0\0\0")
        self.write("wide.txt", "\n".join(WORDS).encode("utf-16"))
        self.write("little.txt", "\n".join(WORDS).encode("utf-16-le"))
        self.write("vectors.json", json.dumps({"king": [1, 2]}))
        self.write("vectors.txt", "king 1.5 2.5 3.5\nqueen 1.5 2.5 4.5\n")
        for name, what in (
            *((f"{protocol}.pkl", "is a Python pickle, .*expected a list of words: .*pickle.load")
              for protocol in range(6)),
            ("o.npy", "is a NumPy array of Python objects, which is a pickle"),
            ("m.npy", "is a NumPy array of the type '<f4', expected words"),
            ("tokenizer.model", "is the model of a SentencePiece tokenizer"),
            ("wide.txt", "is UTF-16 text, expected UTF-8: `iconv -f UTF-16 -t UTF-8`"),
            ("little.txt", "is UTF-16 text, expected UTF-8: `iconv -f UTF-16LE -t UTF-8`"),
            ("vectors.json", "is JSON with a list for 'king'"),
            ("vectors.txt", "these are word vectors, expected a list of words"),
        ):
            with self.subTest(name):
                self.assert_refused(self.lookup(name), FILE_ERROR, what)

    def test_words_that_are_chosen(self):
        self.write("counts.txt", "king 5\nqueen 4\nman 3\n")
        result = self.run_command("convert", "m.txt", "out.vec", "--words", "counts.txt")
        self.assert_says(result, ALL_ANSWERED, "counts.txt: each line has a word and a count")
        self.assertEqual((self.folder / "out.vec").read_text(),
                         "3 3\nking 1.5 1 1\nqueen 2.5 1 2\nman 3.5 1 3\n")
        result = self.run_command("nearest", "king", "--model", "m.txt", "--among", "counts.txt")
        self.assertEqual({fields[2] for fields in result.fields}, {"queen", "man"}, result)
        self.write("list.json", '["king", "man"]')
        result = self.run_command("pca", "--model", "m.txt", "--words", "list.json")
        self.assert_says(result, ALL_ANSWERED, "a JSON list of words")
        result = self.run_command("pca", "--model", "m.txt", "--words", "-", stdin=b"king\nman\n")
        self.assertEqual(result.status, ALL_ANSWERED, result)

    def test_a_number_may_belong_to_the_word(self):
        self.write("a.txt", "windows 95,1,2\nking,3,4\nnew york,5,7\n".replace(",", " "))
        self.write("words.txt", "windows 95\nking\nnew york\n")
        result = self.run_command("convert", "m.txt", "out.vec", "--words", "words.txt")
        self.assert_says(result, NOT_FOUND, "warning: words.txt: 1 of 3 lines end with a number, as "
                                            "'windows 95' does: the words are whole lines")
        self.assertIn("king", (self.folder / "out.vec").read_text())

    def test_columns_of_csv_are_no_words(self):
        self.write("words.csv", "king,royal\nqueen,royal\nman,other\n")
        self.write("v.txt", "1 2\n3 4\n5 6\n")
        result = self.run_command("lookup", "king,royal", "--model", "v.txt", "--from", "values",
                                  "--vocab", "words.csv")
        self.assertEqual(result.stdout, b"king,royal 1 2\n", result)
        self.assert_says(result, ALL_ANSWERED, "warning: words.csv: 3 of 3 lines have columns with "
                                               "a comma between: the words are whole lines")

    def test_a_vocabulary_is_no_model(self):
        for content, what in (
            ("the 1061396\nking 593\nqueen 432\n", "whole number, as a list of words and their counts"),
            ("</s> 0\nking 3\nqueen 2\n", "whole number, as a list of words and their counts"),
            ("<unk>\t0\n<s>\t0\n</s>\t0\n▁king\t-3.5\n▁queen\t-4.25\n",
             "number, as a list of words and their scores"),
            ("▁king\t0\n▁queen\t-1\n", "number, as a list of words and their scores"),
            ("king 0.5\nqueen 0.25\n", "number, as a list of words and their scores"),
        ):
            with self.subTest(content):
                self.write("vocab.txt", content)
                for command in (["convert", "vocab.txt", "out.safetensors"],
                                ["info", "-m", "vocab.txt"]):
                    self.assert_says(self.run_command(*command), ALL_ANSWERED,
                                     f"warning: vocab.txt: each line has a word and one {what} has, "
                                     "which --words, --vocab and --counts take")


class OtherKindsTest(cli.CommandTest):
    def test_are_named_by_every_command(self):
        torch = zip_of({"archive/data.pkl": b"\x80\x02}q\0.", "archive/version": "3\n",
                        "archive/data/0": bytes(8)}, zipfile.ZIP_STORED)
        for name, content, what in (
            ("lfs.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
             "is a Git LFS pointer, .*`git lfs pull`"),
            ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(40), "is an HDF5 file"),
            ("a.gguf", b"GGUF\x03\0\0\0" + bytes(40), "is a GGUF file"),
            ("a.parquet", b"PAR1\x15\x04\x15\x04" + bytes(40), "is a Parquet file"),
            ("a.magnitude", b"SQLite format 3\0" + bytes(40), "is an SQLite database"),
            ("a.feather", b"ARROW1\0\0" + bytes(40), "is an Arrow or Feather file"),
            ("pytorch_model.bin", torch, "is a PyTorch checkpoint .*save_file"),
            ("a.pkl", pickle.dumps({"king": [1.5]}, 0), "is a Python pickle"),
            ("utf16.txt", TEXT.encode("utf-16"), "is UTF-16 text"),
            ("json.json", json.dumps({"king": [1.5, 2]}), "is JSON"),
            ("a.csv", "king,1.5,2\nqueen,2.5,1\n", r"is a table with commas \(CSV\): `tr , ' '"),
            ("a.docx", zip_of({"[Content_Types].xml": "<", "word/document.xml": "<"}),
             "is a document of Word"),
        ):
            with self.subTest(name):
                self.write(name, content)
                for command in (("info", "-m", name), ("convert", name, "out.safetensors"),
                                ("nearest", "king", "-m", name)):
                    self.assert_refused(self.run_command(*command), FILE_ERROR, what)
                named = re.split(r",|:| \.\*", what)[0]
                self.write("m.txt", TEXT)
                if name not in ("a.csv", "json.json"):
                    result = self.run_command("convert", "m.txt", "out.vec", "--words", name)
                    self.assert_says(result, FILE_ERROR, named)
                if name == "a.csv":
                    continue
                for command in (("eval", "similarity", name), ("eval", "analogies", name),
                                ("eval", "categories", name), ("eval", "outliers", name),
                                ("embed", "--in", name), ("similarity", "--pairs", name),
                                ("pca", "--color-by", name, "--out", "a.svg")):
                    result = self.run_command(*command, "-m", "m.txt")
                    self.assert_says(result, FILE_ERROR, named)
                    if name != "utf16.txt":
                        self.assertRegex(result.stderr, r", expected [a-z ]+: .", command)
                        self.assertNotIn("save_file", result.stderr)

    def test_vectors_in_the_place_of_text(self):
        self.write("m.txt", TEXT)
        for output, format_name in (("a.bin", "word2vec-bin"), ("a.npy", "npy"),
                                    ("a.safetensors", "safetensors")):
            with self.subTest(output):
                self.assertEqual(self.run_command("convert", "m.txt", output).status, ALL_ANSWERED)
                for command in (("eval", "similarity", output), ("embed", "--in", output),
                                ("similarity", "--pairs", output),
                                ("pca", "--color-by", output, "--out", "a.svg")):
                    result = self.run_command(*command, "-m", "m.txt")
                    self.assert_says(result, FILE_ERROR, f"{output}: is a file of word vectors "
                                                         rf"\({format_name}\), expected ",
                                     ": -m names it as the model")

    def test_what_comes_through_a_pipe_is_text_as_far_as_it_may_be(self):
        self.write("m.txt", TEXT)
        for text in (b"Not Found\n", b'{"word": "king"}\n', b"<html>\n", b"ccopy_reg\nking\nx\n"):
            result = self.run_command("embed", "--pool", "sum", "-m", "m.txt", stdin=text)
            self.assertNotEqual(result.status, FILE_ERROR, result)
        for command in ("embed", "lookup"):
            result = self.run_command(command, "-m", "m.txt", stdin=b"GGUF\x03\0\0\0" + bytes(40))
            self.assert_says(result, FILE_ERROR, "standard input: is a GGUF file")

    def test_what_is_compressed_twice_is_told(self):
        twice = gzip.compress(gzip.compress(TEXT.encode()))
        self.write("a.txt.gz", twice)
        self.write("b.zip", zip_of({"a.zip": zip_of({"a.txt": TEXT})}))
        self.write("w.gz", gzip.compress(lzma.compress(b"king\n")))
        self.write("m.txt", TEXT)
        for command in (["convert", "a.txt.gz", "o.txt"], ["info", "-m", "b.zip"],
                        ["pca", "--words", "w.gz", "-m", "m.txt"],
                        ["eval", "similarity", "w.gz", "-m", "m.txt"]):
            self.assert_says(self.run_command(*command), FILE_ERROR,
                             "is compressed twice, or an archive in another", ": unpack it once")

    def test_the_files_of_a_checkpoint_are_told_by_its_index(self):
        self.write("pytorch_model.bin.index.json", json.dumps({"weight_map": {
            "model.embed_tokens.weight": "pytorch_model-00002-of-00002.bin",
            "lm_head.weight": "pytorch_model-00001-of-00002.bin"}}))
        self.assert_refused(self.run_command("convert", "pytorch_model.bin.index.json"), WRONG_USAGE,
                            "the tensor 'model.embed_tokens.weight' is in "
                            "'pytorch_model-00002-of-00002.bin': name that file")

    def remedy_of(self, name, content):
        self.write(name, content)
        result = self.run_command("convert", name, "out.safetensors")
        self.assert_refused(result, FILE_ERROR, name)
        return result.stderr

    @staticmethod
    def opened(path):
        return io.StringIO(Path(path).read_text())

    def assert_holds_rows(self, name, expected):
        words, rows = cli.read_container(self.folder / name)
        self.assertEqual([word.decode() for word in words], list(expected))
        self.assertEqual(rows, [float32(*vector) for vector in expected.values()])

    def run_shell(self, command):
        """What the message says to run, with FILE and OUT named."""
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        if not (folder / "wordvec").exists():
            (folder / "wordvec").symlink_to(cli.BINARY)
        path = f"{folder}:{os.environ['PATH']}"
        return subprocess.run(["/bin/sh", "-c", command], cwd=self.folder, check=True,
                              capture_output=True, env=self.environment(PATH=path)).stdout.decode()

    def test_a_csv_is_read_as_the_message_says(self):
        rows = {"king": (1.5, 2), "queen": (2.5, 1)}
        odd = {",": (1.5, 2), '"': (2.5, 1), "x": (3, 4)}
        for content, expected in (
            ("word,d1,d2\nking,1.5,2\nqueen,2.5,1\n", rows),
            (",0,1\nking,1.5,2\nqueen,2.5,1\n", rows),
            ("king,1.5,2\r\nqueen,2.5,1\r\n", rows),
            ('"","V1","V2"\n"king",1.5,2\n"queen",2.5,1\n', rows),
            ('",",1.5,2\n"""",2.5,1\nx,3,4\n', odd),
            ('word,0,1\n",",1.5,2\n"""",2.5,1\nx,3,4\n', odd),
            ("king, 1.5, 2\nqueen, 2.5, 1\n", rows),
            ("king;1,5;2\nqueen;2,5;1\n", rows),
            ("word;a;b\nking;1.5;2\nqueen;2.5;1\n", rows),
            ("king 1,5 2,0\nqueen 2,5 1,0\n", rows),
            ("word\ta\tb\nking\t1,5\t2\nqueen\t2,5\t1\n", rows),
            ("2 2\nking,1.5,2\nqueen,2.5,1\n", rows),
            # What pandas.DataFrame.to_csv() writes.
            (",word,0,1\n0,king,1.5,2.0\n1,queen,2.5,1.0\n", rows),
            (",0,1,2\n0,king,1.5,2.0\n1,queen,2.5,1.0\n", rows),
            (";word;0;1\n0;king;1,5;2,0\n1;queen;2,5;1,0\n", rows),
            ('"","word","V1","V2"\n"1","king",1.5,2\n"2","queen",2.5,1\n', rows),
            ("Unnamed: 0,word,0,1\n0,king,1.5,2.0\n1,queen,2.5,1.0\n", rows),
            ("0,king,1.5,2.0\n1,queen,2.5,1.0\n", rows),
        ):
            with self.subTest(content):
                command = re.search("`(.*)` reads it", self.remedy_of("a.csv", content))[1]
                self.run_shell(command.replace("FILE", "a.csv").replace("OUT", "a.safetensors"))
                self.assert_holds_rows("a.safetensors", expected)
                self.write("m.txt", TEXT)
                message = self.run_command("convert", "m.txt", "w.txt", "--words", "a.csv").stderr
                if command := re.search("`(.*)` prints its (?:first|second) column", message):
                    printed = self.run_shell(command[1].replace("FILE", "a.csv"))
                    self.assertEqual(printed.splitlines(), list(expected))

    def test_quotes_around_words_are_left_out_as_the_warning_says(self):
        self.write("a.txt", '"king" 1.5 2\n"new york" 2.5 1\n"x" 3 4\n')
        result = self.run_command("convert", "a.txt", "b.safetensors")
        self.assert_says(result, ALL_ANSWERED, "warning: a.txt: each of the first 2 words stands in "
                                               "quotes")
        command = re.search(": `(.*)` leaves them out", result.stderr)[1]
        self.run_shell(command.replace("FILE", "a.txt").replace("OUT", "a.safetensors"))
        self.assert_holds_rows("a.safetensors", {"king": (1.5, 2), "new york": (2.5, 1),
                                                 "x": (3, 4)})

    def test_text_of_deeplearning4j_is_read_as_the_message_says(self):
        lines = [f"B64:{base64.b64encode(line.split()[0].encode()).decode()} "
                 f"{line.split(' ', 1)[1]}\n" for line in TEXT.splitlines()]
        message = self.remedy_of("a.txt", "4 3 9\n" + "".join(lines))
        command = re.search(" use `(.*)`", message)[1]
        self.run_shell(command.replace("FILE", "a.txt").replace("OUT", "a.safetensors"))
        self.assert_holds_rows("a.safetensors",
                               dict(zip(WORDS, ((i + 0.5, 1, i) for i in range(4)))))

    def test_json_is_read_as_the_message_says(self):
        rows = {"the": (1.5, 2), "new york": (2.5, 1), "x": (-1, 0.25)}
        records = [{"id": "7", "word": word, "vector": list(row)} for word, row in rows.items()]
        pairs = [[word, list(row)] for word, row in rows.items()]
        for document in (
            records,
            pairs,
            [[word, *row] for word, row in rows.items()],
            {word: list(row) for word, row in rows.items()},
            {record["word"]: {"n": 5, "vector": record["vector"]} for record in records},
            {"n": 5, "tokens": list(rows), "matrix": [list(row) for row in rows.values()]},
            [{word: row} for word, row in rows.items()],
        ):
            texts = [json.dumps(document), json.dumps(document, indent=1)]
            if isinstance(document, list):
                texts.append("".join(json.dumps(part) + "\n" for part in document))
            for text in texts:
                with self.subTest(text):
                    message = self.remedy_of("a.json", text)
                    self.assertIn("is JSON Lines" if text is texts[-1] and len(texts) == 3
                                  else "is JSON:", message)
                    code = "\n".join(re.findall("`(.*?)`", message))
                    code = code.replace("FILE", repr(str(self.folder / "a.json")))
                    printed = io.StringIO()
                    with contextlib.redirect_stdout(printed):
                        exec(code, {"json": json, "open": self.opened})
                    self.write("a.txt", printed.getvalue())
                    result = self.run_command("convert", "a.txt", "a.safetensors")
                    self.assertEqual(result.status, ALL_ANSWERED, result)
                    self.assert_holds_rows("a.safetensors", rows)

    @needs_numpy
    def test_a_matrix_of_json_is_written_as_the_message_says(self):
        matrix = [[1.5, 2], [2.5, 1]]
        for text in (json.dumps(matrix), "".join(json.dumps(row) + "\n" for row in matrix)):
            message = self.remedy_of("a.json", text)
            code = re.search(r"in Python, (numpy\.save\(.*\)) writes", message)[1]
            code = code.replace("FILE", repr(str(self.folder / "a.json")))
            exec(code.replace("'m.npy'", repr(str(self.folder / "m.npy"))),
                 {"json": json, "numpy": numpy, "open": self.opened})
            self.assertEqual(numpy.load(self.folder / "m.npy").tolist(), matrix)

    def test_what_is_compressed_is_read_as_the_message_says(self):
        self.write("words.txt", "king\nqueen\n")
        rows = dict(zip(WORDS, ((i + 0.5, 1, i) for i in range(4))))
        for name, content in (("a.lzma", lzma.compress(TEXT.encode(), lzma.FORMAT_ALONE)),
                              ("a.zlib", zlib.compress(TEXT.encode())),
                              ("a.z1", zlib.compress(TEXT.encode(), 1)),
                              ("a.z3", zlib.compress(TEXT.encode(), 3)),
                              ("a.z9", zlib.compress(TEXT.encode(), 9))):
            with self.subTest(name):
                command = re.search(" use `(.*)`", self.remedy_of(name, content))[1]
                if shutil.which(command.split()[0]) is None:
                    continue
                self.run_shell(command.replace("FILE", name).replace("OUT", "a.safetensors"))
                self.assert_holds_rows("a.safetensors", rows)
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w") as archive:
            archive.add(self.write("v.txt", TEXT), "v/v.txt")
        command = re.search(" use `(.*)`", self.remedy_of("a.tar", tar.getvalue()))[1]
        self.run_shell(command.replace("FILE", "a.tar").replace("MEMBER", "v/v.txt")
                       .replace("OUT", "a.safetensors"))
        self.assert_holds_rows("a.safetensors", rows)

    def test_a_model_of_deeplearning4j_is_read_as_the_message_says(self):
        lines = [f"{base64.b64encode(line.split()[0].encode()).decode()} {line.split(' ', 1)[1]}"
                 for line in TEXT.splitlines()]
        content = zip_of({"syn0.txt": "4 3 9\n" + "".join(f"B64:{line}\n" for line in lines),
                          "syn1.txt": "", "config.json": "{}"})
        command = re.search(": `(.*)` reads its rows", self.remedy_of("a.zip", content))[1]
        self.run_shell(command.replace("FILE", "a.zip").replace("OUT", "a.safetensors"))
        self.assert_holds_rows("a.safetensors",
                               dict(zip(WORDS, ((i + 0.5, 1, i) for i in range(4)))))

    def test_what_systems_put_into_archives_is_passed_over(self):
        self.write("v.zip", zip_of({"v/glove.txt": TEXT, "v/.DS_Store": "Bud1",
                                    "__MACOSX/v/._glove.txt": "x", "v/Thumbs.db": "x",
                                    "v/README.md": "x"}))
        result = self.run_command("lookup", "king", "--model", "v.zip")
        self.assertEqual(result.stdout, b"king 1.5 1 1\n", result)


class WideTextTest(cli.CommandTest):
    def test_without_a_mark_and_latin_letters(self):
        self.write("m.txt", TEXT)
        for encoding, named in (("utf-16-le", "UTF-16LE"), ("utf-16-be", "UTF-16BE")):
            with self.subTest(encoding):
                what = f"is UTF-16 text, expected UTF-8: `iconv -f {named} -t UTF-8`"
                self.write("a.txt", "王 0.5 1\n女王 2 3\n".encode(encoding))
                words = "王\n女王\nкот\n".encode(encoding)
                self.write("words.txt", words)
                for command in (["convert", "a.txt", "o.txt"],
                                ["pca", "--words", "words.txt", "-m", "m.txt"],
                                ["embed", "--in", "words.txt", "-m", "m.txt"],
                                ["similarity", "--pairs", "words.txt", "-m", "m.txt"],
                                ["eval", "categories", "words.txt", "-m", "m.txt"]):
                    self.assert_says(self.run_command(*command), FILE_ERROR, f".txt: {what}")
                # Of a pipe, the first line tells.
                result = self.run_command("embed", "-m", "m.txt", stdin="王 女王\n".encode(encoding))
                self.assert_says(result, FILE_ERROR, f"standard input: {what}")

    def test_of_queries_and_texts(self):
        self.write("m.txt", TEXT)
        for encoding, named in (("utf-16", "UTF-16"), ("utf-16-le", "UTF-16LE"),
                                ("utf-16-be", "UTF-16BE"), ("utf-32", "UTF-32")):
            with self.subTest(encoding):
                queries = "king\nqueen\n".encode(encoding)
                what = f"is {named[:6]} text, expected UTF-8: `iconv -f {named} -t UTF-8`"
                for command in ("nearest", "lookup", "embed"):
                    result = self.run_command(command, "--model", "m.txt", stdin=queries)
                    self.assert_says(result, FILE_ERROR, f"standard input: {what}")
                self.write("words.txt", queries)
                result = self.run_command("pca", "--words", "words.txt", "--model", "m.txt")
                self.assert_says(result, FILE_ERROR, f"words.txt: {what}")
                self.write("pairs.txt", "king\tqueen\t1\nking\tman\t2\n".encode(encoding))
                result = self.run_command("eval", "similarity", "pairs.txt", "--model", "m.txt")
                self.assert_says(result, FILE_ERROR, f"pairs.txt: {what}")


if __name__ == "__main__":
    unittest.main()
