#!/usr/bin/python3
"""Arrays with words beside them: .npy, Projector files, and safetensors of other programs."""

import json
import re
import struct
import sys
import time
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import FILE_ERROR, WRONG_USAGE, needs_numpy, numpy  # noqa: E402

WORDS = ["king", "queen", "naïve", "new york", "x"]


def safetensors(tensors, metadata=None):
    """The bytes of a file with NumPy arrays; BF16 is given as its 16 bits, unsigned."""
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, array in tensors.items():
        dtype = {"f2": "F16", "f4": "F32", "f8": "F64", "u2": "BF16"}[array.dtype.str[1:]]
        content = array.tobytes()
        header[name] = {"dtype": dtype, "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@needs_numpy
class ArraysTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.matrix = numpy.random.default_rng(1).standard_normal((5, 7)).astype("f4")

    def words(self, name, words=WORDS):
        return self.write(name, "".join(f"{word}\n" for word in words))

    def assert_holds(self, source, expected, *options, words=WORDS):
        result = self.run_command("convert", source, "out.safetensors", *options)
        self.assertEqual(result.status, 0, result)
        found, rows = cli.read_container(self.folder / "out.safetensors")
        self.assertEqual([word.decode() for word in found], words)
        self.assertEqual(b"".join(rows), numpy.ascontiguousarray(expected, "<f4").tobytes())
        return result


class Npy(ArraysTest):
    def test_what_numpy_saves(self):
        self.words("a.vocab.txt")
        for dtype in ("<f2", "<f4", "<f8", ">f4"):
            for order in "CF":
                with self.subTest(f"{dtype} {order}"):
                    array = numpy.array(self.matrix, dtype=dtype, order=order)
                    numpy.save(self.folder / "a.npy", array)
                    self.assert_holds("a.npy", array.astype("<f4"))

    def test_versions(self):
        self.words("a.vocab.txt")
        for version in ((1, 0), (2, 0), (3, 0)):
            with open(self.folder / "a.npy", "wb") as file:
                numpy.lib.format.write_array(file, self.matrix, version=version)
            self.assert_holds("a.npy", self.matrix)

    def test_double_precision_is_rounded_to_nearest(self):
        self.words("a.vocab.txt", ["w"])
        array = numpy.array([[0.1, 1 + 2**-24, 1 + 3 * 2**-24, 3.4028235e38]])
        numpy.save(self.folder / "a.npy", array)
        self.assert_holds("a.npy", array.astype("<f4"), words=["w"])

    def test_numpy_loads_what_is_written(self):
        self.words("a.vocab.txt")
        numpy.save(self.folder / "a.npy", self.matrix)
        self.run_command("convert", "a.npy", "model.safetensors")
        self.run_command("convert", "model.safetensors", "b.npy")
        found = numpy.load(self.folder / "b.npy")
        self.assertEqual(found.dtype.str, "<f4")
        numpy.testing.assert_array_equal(found, self.matrix)
        self.assertEqual((self.folder / "b.vocab.txt").read_text().split("\n"), WORDS + [""])
        # Byte for byte what NumPy itself writes.
        self.assertEqual((self.folder / "b.npy").read_bytes(),
                         (self.folder / "a.npy").read_bytes())

    def test_questions_are_asked_of_an_array(self):
        self.words("a.vocab.txt")
        numpy.save(self.folder / "a.npy", self.matrix)
        unit = self.matrix.astype("f8")
        unit /= numpy.linalg.norm(unit, axis=1, keepdims=True)
        scores = unit @ unit[0]
        order = [row for row in numpy.argsort(-scores) if row != 0]
        result = self.ask("nearest", "king", "-k", "4", model="a.npy")
        self.assert_scores(result, "king", [(WORDS[row], scores[row]) for row in order])

    def test_from_a_pipe(self):
        self.words("words.txt")
        for order in "CF":
            numpy.save(self.folder / "a.npy", numpy.array(self.matrix, order=order))
            content = (self.folder / "a.npy").read_bytes()
            done = self.run_command("convert", "-", "out.safetensors", "--vocab", "words.txt",
                                    stdin=content)
            self.assertEqual(done.status, 0, done)
            rows = cli.read_container(self.folder / "out.safetensors")[1]
            self.assertEqual(b"".join(rows), self.matrix.tobytes())
        self.assert_refused(self.run_command("convert", "-", "out.safetensors", stdin=content),
                            WRONG_USAGE, "standard input: holds no words: .*--vocab")

    def test_refusals(self):
        numpy.save(self.folder / "a.npy", self.matrix)
        self.assert_refused(self.run_command("convert", "a.npy"), WRONG_USAGE,
                            r"a\.npy: holds no words, and there is no a\.vocab\.txt: .*--vocab FILE")
        self.words("a.vocab.txt", WORDS[:3])
        self.assert_refused(self.run_command("convert", "a.npy"), FILE_ERROR,
                            r"a\.npy: has 5 rows, but there are 3 words in a\.vocab\.txt")
        self.write("a.vocab.txt", "king\n\nqueen\nx\ny\nz\n")
        result = self.run_command("convert", "a.npy", "b.npy")
        self.assertEqual(result.status, 0, result)
        self.assertIn("an empty line is passed over", result.stderr)
        self.assertEqual((self.folder / "b.vocab.txt").read_text(), "king\nqueen\nx\ny\nz\n")
        (self.folder / "b.npy").unlink()
        (self.folder / "b.vocab.txt").unlink()
        numpy.save(self.folder / "a.npy", self.matrix.astype("i4"))
        self.assert_refused(self.run_command("convert", "a.npy"), FILE_ERROR, "type '<i4'")
        self.assertEqual(self.files(), ["a.npy", "a.vocab.txt"])

    def assert_remedied(self, array, expected, **placeholders):
        """Refused, and what the refusal says to do in Python makes the file of `expected`."""
        numpy.save(self.folder / "a.npy", array, allow_pickle=True)
        result = self.run_command("convert", "a.npy", "out.npy")
        self.assert_refused(result, FILE_ERROR, r"a\.npy: the array has the (type|shape) .*expected")
        code = re.search(r"in Python, (.*?numpy\.save\(.*?\)) (writes|makes) ", result.stderr)[1]
        code = code.replace("FILE", repr(str(self.folder / "a.npy")))
        code = code.replace("'m.npy'", repr(str(self.folder / "m.npy")))
        for name, value in placeholders.items():
            code = code.replace(name, value)
        exec(code, {"numpy": numpy})
        self.assert_holds("m.npy", expected, "--vocab", "a.vocab.txt")

    def test_the_remedies_of_other_types_and_shapes(self):
        self.words("a.vocab.txt")
        values = self.matrix
        whole = (10 * values).astype("<i2")
        records = numpy.zeros(5, [("word", "U9"), ("vector", "<f8", (7,))])
        records["vector"] = values
        rows = numpy.empty(5, object)
        rows[:] = list(values)
        for array in (whole, whole.astype("u1"), whole > 3, values.astype("longdouble"),
                      values.astype(object), values.astype("U"), values.astype("S")):
            with self.subTest(array.dtype.str):
                self.assert_remedied(array, array.astype("f4"))
        self.assert_remedied(values + 2j * values, numpy.hstack((values, 2 * values)))
        self.assert_remedied(rows, values)
        self.assert_remedied(dict(zip(WORDS, values)), values)
        self.assert_remedied(records, values, NAME="vector")
        self.assert_remedied(values.reshape(5, 1, 7), values)
        self.assert_remedied(whole.reshape(1, 5, 7), whole.astype("f4"))
        self.assert_remedied(values.reshape(-1), values, DIM="7")

    def test_a_quadrillion_rows_are_refused_at_once(self):
        text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000, 300), }\n"
        self.write("a.npy", b"\x93NUMPY\x01\0" + struct.pack("<H", len(text)) + text)
        start = time.monotonic()
        result = self.run_command("convert", "a.npy")
        self.assertLess(time.monotonic() - start, 5 if cli.SANITIZED else 0.5)
        self.assert_refused(result, FILE_ERROR, "1000000000000000 rows")

    def test_a_word_that_a_list_cannot_hold(self):
        self.write("in.bin", b"1 2\na\nb " + struct.pack("<2f", 1, 2))
        self.assert_refused(
            self.run_command("convert", "in.bin", "out.npy"), WRONG_USAGE,
            r"'a\\nb' contains a line end, .* \.npy file cannot hold: write a container")
        self.assert_refused(self.run_command("convert", "in.bin", "-", "--to", "npy"),
                            WRONG_USAGE, "standard output: .*name a regular file")
        self.assertEqual(self.files(), ["in.bin"])


class Projector(ArraysTest):
    def test_what_numpy_and_csv_write(self):
        numpy.savetxt(self.folder / "vectors.tsv", self.matrix, delimiter="\t")
        self.words("metadata.tsv")
        self.assert_holds("vectors.tsv", self.matrix)
        self.write("metadata.tsv", "count\tword\n" + "".join(f"7\t{word}\n" for word in WORDS))
        self.assert_holds("vectors.tsv", self.matrix)
        (self.folder / "metadata.tsv").rename(self.folder / "labels")
        self.assert_holds("vectors.tsv", self.matrix, "--from", "projector", "--vocab", "labels")

    def test_numbers_of_rows_beside_the_words(self):
        self.write("vectors.tsv", "1\t1\n2\t2\n3\t3\n")
        self.write("metadata.tsv", "word\tindex\nking\t2\nqueen\t1\nman\t0\n")
        beside = self.ask("lookup", "king", model="vectors.tsv")
        self.assertEqual(beside.lines, ["king 1 1"])
        self.assertIn("the column 'index' numbers the words 0 to 2 in another order than the lines",
                      beside.stderr)
        lists = ("word\tindex\nking\t2\nqueen\t1\nman\t0\n",
                 "word\tindex\tcount\nking\t2\t9\nqueen\t1\t5\nman\t0\t3\n",
                 "pos\tword\tid\nN\tking\t3\nN\tqueen\t2\nN\tman\t1\n")
        for mark in ("", "\ufeff"):
            for text in lists:
                with self.subTest((mark, text)):
                    self.write("list", mark + text)
                    asked = self.ask("lookup", "king", "--vocab", "list", model="vectors.tsv")
                    self.assertEqual(asked.lines, ["king 3 3"], asked)
        self.write("list", lists[1])
        self.write("values", "1 1\n2 2\n3 3\n")
        self.assert_refused(
            self.ask("lookup", "king", "--vocab", "list", "--from", "values", model="values"),
            FILE_ERROR, r"list: has 3 columns .*`cut -f1,2 FILE` prints 'word' and 'index' alone")
        self.write("list", "word\tpos\tid\nking\tN\t1\nqueen\tN\t1\nman\tN\t2\n")
        self.assert_refused(self.ask("lookup", "king", "--vocab", "list", model="vectors.tsv"),
                            FILE_ERROR, r"list: has a column of rows by its name, 'id', but two")

    def test_escapes(self):
        words = ["a\tb", "c\nd", "\\n", "\u3000", "e\\"]
        self.write("in.bin", b"5 2\n" + b"".join(
            word.encode() + b" " + struct.pack("<2f", row, -row)
            for row, word in enumerate(words)))
        self.assertEqual(self.run_command("convert", "in.bin", "out.tsv").status, 0)
        self.assertEqual((self.folder / "out.metadata.tsv").read_text(),
                         "a\\tb\nc\\nd\n\\\\n\n\\xe3\\x80\\x80\ne\\\\\n")
        rows = numpy.array([[row, -row] for row in range(5)], "f4")
        self.assert_holds("out.tsv", rows, words=words)

    def test_refusals(self):
        self.write("vectors.tsv", "1\t2\n3\t4\n")
        self.write("metadata.tsv", "a\n\nb\n")
        self.assert_refused(self.run_command("convert", "vectors.tsv"), FILE_ERROR,
                            r"metadata\.tsv:2: the line is empty")
        self.write("metadata.tsv", "a\n")
        self.assert_refused(self.run_command("convert", "vectors.tsv"), FILE_ERROR,
                            r"vectors\.tsv:2: there are more rows than words")
        # Not GloVe text, whose words would be x, 1 and 3.
        self.write("vectors.tsv", "x\t1\t2\n1\t2\t3\n3\t4\t5\n")
        self.write("metadata.tsv", "a\nb\nc\n")
        self.assert_refused(self.run_command("convert", "vectors.tsv"), FILE_ERROR,
                            r"vectors\.tsv:1: value 1 is 'x'")


class Safetensors(ArraysTest):
    def bits(self):
        """The matrix as bfloat16, cut off, and what float32 makes of these."""
        bits = (self.matrix.view("<u4") >> 16).astype("<u2")
        return bits, (bits.astype("<u4") << 16).view("<f4")

    def test_the_embeddings_of_a_transformer(self):
        bits, expected = self.bits()
        tensors = {"model.embed_tokens.weight": numpy.vstack([bits, bits[:2]]),
                   "model.norm.weight": bits[0], "lm_head.weight": bits}
        self.write("model.safetensors", safetensors(tensors, {"format": "pt"}))
        vocab = {"Ġking": 0, "queen": 1, "naïve": 2, "x": 4}
        self.write("tokenizer.json", json.dumps({
            "version": "1.0", "added_tokens": [{"id": 3, "content": "<|end|>", "special": True}],
            "model": {"type": "BPE", "vocab": vocab, "merges": ["a b"]}}))
        words = ["Ġking", "queen", "naïve", "<|end|>", "x"]
        result = self.assert_holds("model.safetensors", expected, words=words)
        self.assertIn("the last 2 rows of 7 in 'model.embed_tokens.weight' have no word",
                      result.stderr)
        asked = self.ask("lookup", "--rows", "<|end|>", "Ġking", model="model.safetensors")
        self.assertEqual(asked.lines, ["3", "0"])

    def test_types(self):
        self.words("m.vocab.txt")
        for dtype in ("<f2", "<f4", "<f8"):
            array = self.matrix.astype(dtype)
            self.write("m.safetensors", safetensors({"embedding.weight": array}))
            self.assert_holds("m.safetensors", array.astype("<f4"))

    def test_a_tensor_by_name(self):
        self.words("words")
        self.write("m.safetensors", safetensors({"a": self.matrix, "b": self.matrix * 2}))
        options = ("--vocab", "words")
        self.assert_refused(
            self.run_command("convert", "m.safetensors", "out.safetensors", *options), WRONG_USAGE,
            r"a \(F32 \[5, 7\]\), b \(F32 \[5, 7\]\) have as many rows as there are words, 5; "
            r"--tensor NAME names one")
        self.assert_holds("m.safetensors", self.matrix * 2, *options, "--tensor", "b")
        result = self.ask("lookup", "king", "--tensor", "c", *options, model="m.safetensors")
        self.assert_refused(result, WRONG_USAGE, r"has no tensor 'c': a \(F32")

    def test_a_model_in_several_files(self):
        self.write("model.safetensors.index.json", json.dumps(
            {"weight_map": {"wte.weight": "model-00002.safetensors", "x": "model-1.safetensors"}}))
        self.assert_refused(self.run_command("convert", "model.safetensors.index.json"),
                            WRONG_USAGE, "'wte.weight' is in 'model-00002.safetensors'")

    def test_a_container_that_another_program_wrote_anew_is_one(self):
        data = (cli.Path(cli.SAMPLE)).read_bytes()
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length])
        metadata = header.pop("__metadata__")
        header["__metadata__"] = dict(reversed(metadata.items()))
        text = json.dumps(header, indent=1).encode()
        if len(text) > length:
            text = json.dumps(header).encode()
        self.write("again.safetensors", struct.pack("<Q", length) + text.ljust(length) +
                   data[8 + length :])
        self.assert_answered(self.ask("lookup", "--rows", "king", model="again.safetensors"))

    def test_plain_safetensors_are_written_where_asked(self):
        self.words("a.vocab.txt")
        numpy.save(self.folder / "a.npy", self.matrix)
        self.run_command("convert", "a.npy", "model.safetensors")
        done = self.run_command("convert", "model.safetensors", "plain.safetensors", "--to",
                                "safetensors")
        self.assertEqual(done.status, 0, done)
        header, data = cli.container_header(self.folder / "plain.safetensors")
        self.assertEqual(header["embeddings"],
                         {"dtype": "F32", "shape": [5, 7], "data_offsets": [0, 140]})
        self.assertEqual(data, self.matrix.tobytes())
        self.assert_holds("plain.safetensors", self.matrix)



class NumberedWords(ArraysTest):
    """One rule for all formats whose words are in a file beside them."""

    def sources(self, rows):
        matrix = numpy.random.default_rng(2).standard_normal((rows, 3)).astype("f4")
        numpy.save(self.folder / "a.npy", matrix)
        self.write("a.safetensors", safetensors({"weight": matrix}))
        for name, separator in (("a.tsv", "\t"), ("a.values", " ")):
            self.write(name, "".join(separator.join(map(repr, row)) + "\n"
                                     for row in matrix.tolist()))
        return ("a.npy", "a.safetensors", "a.tsv", "a.values"), matrix

    def numbered(self, first, words=WORDS):
        numbers = {word: row for row, word in enumerate(words, first)}
        self.write("w.json", json.dumps(numbers))
        self.write("rows.json", json.dumps({str(row): word for word, row in numbers.items()}))
        self.write("tokenizer", json.dumps({"model": {"vocab": numbers}, "added_tokens": []}))
        self.write("w.tsv", "token\tid\n" + "".join(
            f"{word}\t{row}\n" for word, row in reversed(numbers.items())))
        return ("w.json", "rows.json", "tokenizer", "w.tsv")

    def test_last_rows_without_words_are_left_out(self):
        sources, matrix = self.sources(7)
        for vocab in self.numbered(0):
            for source in sources:
                with self.subTest((vocab, source)):
                    result = self.assert_holds(source, matrix[:5], "--vocab", vocab)
                    self.assertIn("the last 2 rows of 7 in ", result.stderr)

    def test_numbers_from_1(self):
        for rows in (5, 6, 7):
            sources, matrix = self.sources(rows)
            first = 0 if rows == 5 else 1
            for vocab in self.numbered(1):
                for source in sources:
                    with self.subTest((vocab, source, rows)):
                        result = self.assert_holds(source, matrix[first : first + 5], "--vocab",
                                                   vocab)
                        self.assertEqual(f"row 0 of {rows} in " in result.stderr, rows > 5)
                        self.assertEqual("the last row of 7" in result.stderr, rows == 7)

    def test_a_gap_is_a_bad_row(self):
        sources, matrix = self.sources(5)
        self.write("w.json", json.dumps({"a": 0, "b": 1, "e": 4, "d": 3}))
        self.write("rows.json", json.dumps({"0": "a", "1": "b", "4": "e", "3": "d"}))
        for vocab in ("w.json", "rows.json"):
            for source in sources:
                with self.subTest((vocab, source)):
                    result = self.run_command("convert", source, "o.safetensors", "--vocab", vocab)
                    self.assert_says(result, FILE_ERROR, f"it has no word: {vocab} gives the "
                                     "number 2 to none")
                    self.assert_holds(source, matrix[[0, 1, 3, 4]], "--vocab", vocab, "--skip-bad",
                                      words=["a", "b", "d", "e"])

    def test_an_empty_word_is_a_word(self):
        sources, matrix = self.sources(3)
        self.write("w.json", json.dumps({"": 0, "a": 1, "b": 2}))
        for source in sources:
            with self.subTest(source):
                result = self.assert_holds(source, matrix, "--vocab", "w.json",
                                           words=["", "a", "b"])
                self.assertIn("is empty or only white space", result.stderr)


class WordsBeside(cli.CommandTest):
    """What a file of words beside the vectors must never cost."""

    def setUp(self):
        super().setUp()
        self.write("a.txt", "king 1 2\nqueen 3 4\n")
        self.assertEqual(self.run_command("convert", "a.txt", "a.npy").status, 0)
        self.before = {name: (self.folder / name).read_bytes() for name in self.files()}

    def refuse(self, *arguments):
        self.assert_refused(self.run_command("convert", *arguments), cli.WRONG_USAGE,
                            "words would go to")
        self.assertEqual({name: (self.folder / name).read_bytes() for name in self.files()},
                         self.before)

    def test_the_words_of_the_input_are_not_replaced(self):
        self.refuse("a.npy", "a.safetensors", "--to", "safetensors", "--limit", "1")
        self.refuse("a.npy", "a.npy.gz", "--limit", "1")

    def test_nor_where_the_output_is_there_already(self):
        for name in ("a.safetensors", "a.npy.gz", "list.npy"):
            self.write(name, "old")
            self.before[name] = b"old"
        self.write("list.vocab.txt", "king\nqueen\n")
        self.before["list.vocab.txt"] = b"king\nqueen\n"
        self.refuse("a.npy", "a.safetensors", "--to", "safetensors", "--limit", "1")
        self.refuse("a.npy", "a.npy.gz", "--limit", "1")
        self.refuse("a.npy", "list.npy", "--vocab", "list.vocab.txt", "--limit", "1")

    def test_the_input_is_not_replaced_by_its_words(self):
        for name in ("a.npy", "a.vocab.txt"):
            (self.folder / name).unlink()
        self.before = {"a.txt": self.before["a.txt"], "b.vocab.txt": self.before["a.txt"]}
        self.write("b.vocab.txt", self.before["a.txt"])
        self.refuse("b.vocab.txt", "b.npy", "--limit", "1")

    def test_a_list_of_words_that_was_named_is_not_replaced(self):
        (self.folder / "a.vocab.txt").rename(self.folder / "list.vocab.txt")
        self.before["list.vocab.txt"] = self.before.pop("a.vocab.txt")
        self.refuse("a.npy", "list.npy", "--vocab", "list.vocab.txt", "--limit", "1")

    def test_a_file_of_something_else_is_not_replaced(self):
        self.before["c.vocab.txt"] = b"precious"
        self.write("c.vocab.txt", "precious")
        self.refuse("a.txt", "c.npy")

    def test_the_note_names_both_files(self):
        result = self.run_command("convert", "a.txt", "b.tsv")
        self.assert_says(result, 0, r"b\.tsv \(projector\), words in b\.metadata\.tsv: 2 rows")


class OptionsOfOtherFormats(cli.CommandTest):
    def test_are_refused(self):
        self.write("a.txt", "king 1 2\nqueen 3 4\n")
        self.write("words", "a\nb\n")
        for option, value in (("--vocab", "words"), ("--tensor", "weight")):
            for command in (["convert", "a.txt", "b.vec"], ["lookup", "a", "-m", "a.txt"]):
                with self.subTest(option=option, command=command):
                    self.assert_refused(self.run_command(*command, option, value),
                                        cli.WRONG_USAGE, rf"{option} is for .*, and this is glove")

    def test_values_without_words_are_no_glove_text(self):
        self.write("lone.tsv", "1.5\t2\t3\n2.5\t3\t4\n")
        self.write("words", "a\nb\n")
        self.assert_refused(self.run_command("convert", "lone.tsv", "b.vec"), cli.WRONG_USAGE,
                            r"lone\.tsv: holds no words.*--vocab FILE")
        result = self.run_command("lookup", "b", "-m", "lone.tsv", "--vocab", "words")
        self.assertEqual(result.lines, ["b 2.5 3 4"])


if __name__ == "__main__":
    unittest.main()
