#!/usr/bin/python3
"""Memory is bounded by what an input may honestly need, and not by what comes out of an archive or
a pipe: 512 MB of nothing, which are half a megabyte when they are compressed.

With --table PATTERN prints what each kind of input takes, and tests nothing; WORDVEC_BOMB_MB says how
many MB come out instead of 512.
"""

import gzip
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import cli  # noqa: E402

MEGABYTE = 1 << 20
BOMB_BYTES = int(os.environ.get("WORDVEC_BOMB_MB", "512")) * MEGABYTE
PIECE_BYTES = 16 * MEGABYTE
# A start, some buffers of a megabyte, one of a line, threads' stacks, and the pages of the program.
MOST_RESIDENT_BYTES = 96 * MEGABYTE

# Of lists that may have 16 million words, since vocabularies have 12: a string of each.
MOST_LIST_BYTES = 640 * MEGABYTE

KINDS = {}


def kind(function):
    KINDS[function.__name__.replace("_", " ")] = function
    return function


def bomb(begin, repeated, end=b""):
    """`begin`, 512 MB of `repeated`, and `end`, as members of gzip."""
    piece = repeated * (PIECE_BYTES // len(repeated))
    member = gzip.compress(piece, 6)
    return gzip.compress(begin) + member * (BOMB_BYTES // PIECE_BYTES) + gzip.compress(end)


def feed(begin, repeated):
    """The same, for a pipe that is never closed by its writer."""
    return begin, repeated * (MEGABYTE // len(repeated))


def safetensors(header, data=b""):
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def two_rows(name="embeddings"):
    return {name: {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}}


def write(folder, name, content):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


def model(folder):
    text = write(folder, "model.txt", "".join(f"w{i} {i % 3} 1\n" for i in range(8)))
    subprocess.run([cli.BINARY, "convert", text, folder / "model.safetensors", "-q"], check=True)
    return folder / "model.safetensors"


def info(folder, name, content, *more):
    return ["info", "-m", write(folder, name, content), *more]


@kind
def word_list_of_blank_lines(folder):
    write(folder, "v.gz", bomb(b"a\nb\n", b"\n"))
    return info(folder, "m.safetensors", safetensors(two_rows(), bytes(8)), "--vocab",
                folder / "v.gz")


@kind
def word_list_of_short_words(folder):
    write(folder, "v.gz", bomb(b"a\nb\n", b"c\n"))
    return info(folder, "m.safetensors", safetensors(two_rows(), bytes(8)), "--vocab",
                folder / "v.gz")


@kind
def long_list_of_words(folder):
    write(folder, "v.gz", bomb(b"w1\n", b"w2\n"))
    return ["nearest", "w1", "-m", model(folder), "--among", folder / "v.gz"]


@kind
def long_list_of_frequencies(folder):
    write(folder, "v.gz", bomb(b"w1 3\n", b"w2 1\n"))
    return ["embed", "--pool", "sif", "w1 w2", "w2 w3", "-m", model(folder), "--frequencies",
            folder / "v.gz"]


@kind
def word_list_of_one_line(folder):
    write(folder, "v.gz", bomb(b"a\nb", b"c"))
    return info(folder, "m.safetensors", safetensors(two_rows(), bytes(8)), "--vocab",
                folder / "v.gz")


@kind
def word_list_for_several_matrices(folder):
    header = {"a.wte.weight": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
              "b.wte.weight": {"dtype": "F32", "shape": [1, 1], "data_offsets": [8, 12]}}
    write(folder, "v.gz", bomb(b"a\nb\n", b"c\n"))
    return info(folder, "m.safetensors", safetensors(header, bytes(12)), "--vocab",
                folder / "v.gz")


@kind
def word_list_in_json(folder):
    write(folder, "v.json.gz", bomb(b'["a"', b',"c"', b"]"))
    return info(folder, "m.safetensors", safetensors(two_rows(), bytes(8)), "--vocab",
                folder / "v.json.gz")


@kind
def word_list_in_npy(folder):
    head = b"{'descr': '|S1', 'fortran_order': False, 'shape': (400000000,), }"
    head = head.ljust(117) + b"\n"
    write(folder, "v.npy.gz", bomb(
        b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head, b"a"))
    return info(folder, "m.safetensors", safetensors(two_rows(), bytes(8)), "--vocab",
                folder / "v.npy.gz")


@kind
def tokenizer_beside(folder):
    write(folder, "tokenizer.json", bomb(
        b'{"model":{"vocab":{"a":0,"b":1},"merges":["a b"', b',"a b"', b"]}}"))
    return info(folder, "model.safetensors", safetensors(two_rows(), bytes(8)))


@kind
def tokenizer_of_one_text(folder):
    write(folder, "tokenizer.json", bomb(b'{"model":{"x":"', b"a", b'","vocab":{"a":0,"b":1}}}'))
    return info(folder, "model.safetensors", safetensors(two_rows(), bytes(8)))


@kind
def claim_of_rows_for_a_tokenizer(folder):
    header = {"embeddings": {"dtype": "F32", "shape": [4000000000, 1],
                             "data_offsets": [0, 16000000000]}}
    write(folder, "tokenizer.json", '{"model":{"vocab":{"a":0,"b":3999999999}}}')
    return info(folder, "model.safetensors.gz", bomb(safetensors(header), bytes(1)))


@kind
def safetensors_that_goes_on(folder):
    write(folder, "m.vocab.txt", "a\nb\n")
    return info(folder, "m.safetensors.gz", bomb(safetensors(two_rows(), bytes(8)), bytes(1)))


@kind
def safetensors_of_other_tensors(folder):
    header = {"a": {"dtype": "U8", "shape": [BOMB_BYTES], "data_offsets": [0, BOMB_BYTES]},
              "embeddings": {"dtype": "F32", "shape": [2, 1],
                             "data_offsets": [BOMB_BYTES, BOMB_BYTES + 8]}}
    write(folder, "m.vocab.txt", "a\nb\n")
    return info(folder, "m.safetensors.gz", bomb(safetensors(header), bytes(1), bytes(8)))


@kind
def safetensors_of_more_rows_than_words(folder):
    header = {"embeddings": {"dtype": "F32", "shape": [BOMB_BYTES // 4, 1],
                             "data_offsets": [0, BOMB_BYTES]}}
    write(folder, "m.vocab.txt", "a\nb\n")
    return info(folder, "m.safetensors.gz", bomb(safetensors(header), bytes(1)))


@kind
def safetensors_of_more_rows_than_tokens(folder):
    header = {"embeddings": {"dtype": "F32", "shape": [BOMB_BYTES // 4, 1],
                             "data_offsets": [0, BOMB_BYTES]},
              "mapping": {"dtype": "I64", "shape": [2],
                          "data_offsets": [BOMB_BYTES, BOMB_BYTES + 16]}}
    write(folder, "m.vocab.txt", "a\nb\n")
    return info(folder, "m.safetensors.gz", bomb(safetensors(header), bytes(1), bytes(16)))


@kind
def safetensors_of_equal_matrices(folder):
    half = BOMB_BYTES // 2
    header = {"a.wte.weight": {"dtype": "F32", "shape": [half // 4, 1],
                               "data_offsets": [0, half]},
              "b.wte.weight": {"dtype": "F32", "shape": [half // 4, 1],
                               "data_offsets": [half, 2 * half]}}
    write(folder, "m.vocab.txt", "a\nb\n")
    return info(folder, "m.safetensors.gz", bomb(safetensors(header), bytes(1)))


@kind
def index_of_blanks(folder):
    return info(folder, "model.safetensors.index.json.gz", bomb(b'{"weight_map":{}', b" ", b"}"))


def fasttext(entries, matrix):
    head = struct.pack("<2i", 793712314, 12)
    head += struct.pack("<12id", 1, 5, 5, 1, 5, 1, 3, 2, 0, 3, 6, 100, 1e-4)
    count = len(entries)
    head += struct.pack("<3i2q", count, count, 0, 1, -1)
    return head + b"".join(entries) + matrix


@kind
def fasttext_that_goes_on(folder):
    matrix = b"\0" + struct.pack("<2qf", 1, 1, 1)
    return info(folder, "m.bin.gz", bomb(
        fasttext([b"w" + struct.pack("<xqb", 1, 0)], matrix + matrix), bytes(1)))


@kind
def fasttext_word_without_end(folder):
    return info(folder, "m.bin.gz", bomb(
        fasttext([b"v" + struct.pack("<xqb", 1, 0), b""], b"w"), b"w"))


@kind
def fasttext_matrix_of_more_rows(folder):
    matrix = b"\0" + struct.pack("<2q", BOMB_BYTES // 4, 1)
    return info(folder, "m.bin.gz", bomb(
        fasttext([b"w" + struct.pack("<xqb", 1, 0)], matrix), bytes(1)))


@kind
def finalfusion_metadata(folder):
    head = b"FiFu" + struct.pack("<5I", 0, 3, 5, 1, 2) + struct.pack("<IQ", 5, BOMB_BYTES)
    return info(folder, "m.fifu.gz", bomb(head, b" "))


@kind
def finalfusion_vocabulary(folder):
    head = b"FiFu" + struct.pack("<4I", 0, 2, 1, 2) + struct.pack("<IQQ", 1, BOMB_BYTES, 1)
    return info(folder, "m.fifu.gz", bomb(head, bytes(1)))


@kind
def finalfusion_that_goes_on(folder):
    data = b"FiFu" + struct.pack("<4I", 0, 2, 1, 2)
    data += struct.pack("<IQQI", 1, 13, 1, 1) + b"w"
    begin = len(data) + 12 + 16
    padding = 4 - begin % 4
    data += struct.pack("<IQQII", 2, 16 + padding + 4, 1, 1, 10) + bytes(padding + 4)
    return info(folder, "m.fifu.gz", bomb(data, bytes(1)))


@kind
def npy_that_goes_on(folder):
    head = b"{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }".ljust(117) + b"\n"
    write(folder, "m.vocab.txt", "a\nb\n")
    return info(folder, "m.npy.gz", bomb(
        b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + bytes(16), bytes(1)))


@kind
def glove_of_one_line(folder):
    return info(folder, "m.txt.gz", bomb(b"w 1 2\nv", b" 1"))


@kind
def glove_of_blank_lines(folder):
    return info(folder, "m.txt.gz", bomb(b"w 1 2\n", b"\n", b"v 1 2\n"))


@kind
def word2vec_header_that_lies(folder):
    return info(folder, "m.bin.gz", bomb(b"4000000000 60000\nw ", bytes(1)))


@kind
def floret_header_that_lies(folder):
    write(folder, "w.txt", "a\n")
    return info(folder, "m.floret.gz", bomb(b"2 1 3 5 2 1 < >\n0 1\n1 2\n", b"\n"), "--vocab",
                folder / "w.txt")


@kind
def projector_metadata(folder):
    write(folder, "m.tsv", "1\t2\n2\t1\n")
    write(folder, "w.tsv.gz", bomb(b"a\nb\n", b"\n"))
    return ["info", "-m", folder / "m.tsv", "--vocab", folder / "w.tsv.gz"]


@kind
def test_set_of_one_line(folder):
    return ["eval", "analogies", write(folder, "q.gz", bomb(b"w1 w2", b" ")), "-m", model(folder)]


@kind
def test_set_of_blank_lines(folder):
    return ["eval", "similarity", write(folder, "q.gz", bomb(b"w1 w2 3\nw1 w3 2\nw2 w3 1\n", b"\n")),
            "-m", model(folder)]


@kind
def groups_of_blank_lines(folder):
    return ["pca", "-m", model(folder), "--color-by",
            write(folder, "g.gz", bomb(b"w1\tx\nw2\ty\n", b"\n")), "--out", folder / "p.svg"]


@kind
def counts_of_blank_lines(folder):
    write(folder, "c.gz", bomb(b"w1 5\n", b"\n"))
    return ["convert", model(folder), folder / "out.safetensors", "--counts", folder / "c.gz"]


@kind
def text_without_a_line_end(folder):
    return ["embed", "-m", model(folder), "--in", "-"], feed(b"w1 ", b"w2 ")


@kind
def word_without_a_line_end(folder):
    return ["embed", "-m", model(folder), "--in", "-", "--rows"], feed(b"", b"w")


@kind
def query_without_a_line_end(folder):
    return ["nearest", "-m", model(folder)], feed(b"w1", b" + w1")


@kind
def pairs_without_a_line_end(folder):
    return ["similarity", "-m", model(folder)], feed(b"w1", b" w1")


@kind
def vectors_without_a_line_end(folder):
    return ["convert", "-", folder / "out.safetensors"], feed(b"w 1 2\nv", b" 1")


def peak_of(make):
    """The peak of resident memory of one run, its exit status, and what it said."""
    with tempfile.TemporaryDirectory(prefix="memory.", dir=os.environ.get("TMPDIR")) as name:
        folder = Path(name)
        made = make(folder)
        arguments, source = made if isinstance(made, tuple) else (made, None)
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": name,
                       "XDG_DATA_HOME": name, "LANG": "C.UTF-8"}
        with open(folder / "stderr", "w+b") as errors:
            process = subprocess.Popen(
                [cli.BINARY, *map(str, arguments), "--threads", "2"], stderr=errors, cwd=folder,
                stdin=subprocess.PIPE if source else subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, env=environment)
            if source:
                begin, repeated = source
                try:
                    process.stdin.write(begin)
                    for _ in range(BOMB_BYTES // len(repeated)):
                        process.stdin.write(repeated)
                    process.stdin.close()
                except BrokenPipeError:
                    pass
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if source:
                try:
                    process.stdin.close()
                except BrokenPipeError:
                    pass
            errors.seek(0)
            error = errors.read().decode("utf-8", "replace")
        return usage.ru_maxrss * 1024, process.returncode, error


@unittest.skipIf(cli.SANITIZED, "sanitizers need memory of their own")
class Memory(unittest.TestCase):
    pass


class Streams(cli.CommandTest):
    """What is read as far as it is needed is the same as what is read at once."""

    def same(self, name, content, *more):
        self.write(name, content)
        self.write(name + ".gz", gzip.compress(content, 1))
        made = []
        for source in (name, name + ".gz"):
            result = self.run_command("convert", source, "out.safetensors", "--no-index", *more)
            self.assertEqual(result.status, cli.ALL_ANSWERED, result)
            made.append(cli.read_container(self.folder / "out.safetensors"))
        self.assertEqual(made[0], made[1])
        return made[0]

    def test_fasttext(self):
        entries = [f"w{i}".encode() + struct.pack("<xqb", i + 1, 0) for i in range(150_000)]
        rows = struct.pack("<2q", len(entries), 1) + struct.pack(
            f"<{len(entries)}f", *range(len(entries)))
        words, values = self.same("m.bin", fasttext(entries, b"\0" + rows + b"\0" + rows))
        self.assertEqual(words[149_999], b"w149999")
        self.assertEqual(struct.unpack("<f", values[149_999])[0], 149_999)

    def test_finalfusion(self):
        count = 150_000
        data = b"FiFu" + struct.pack("<4I", 0, 2, 1, 2)
        vocabulary = struct.pack("<Q", count) + b"".join(
            struct.pack("<I", 7) + b"w%06d" % i for i in range(count))
        data += struct.pack("<IQ", 1, len(vocabulary)) + vocabulary
        head = struct.pack("<QII", count, 4, 10)
        padding = bytes(4 - (len(data) + 12 + len(head)) % 4)
        rows = struct.pack(f"<{count}f", *range(count)) * 4
        array = head + padding + rows
        data += struct.pack("<IQ", 2, len(array)) + array
        words, values = self.same("m.fifu", data)
        self.assertEqual(words[149_999], b"w149999")
        self.assertEqual(values[149_999], rows[-16:])

    def test_finalfusion_with_unlisted_norms(self):
        for count in (22_000, 30_000, 33_000, 39_000):
            data = b"FiFu" + struct.pack("<4I", 0, 2, 1, 2)
            vocabulary = struct.pack("<Q", count) + b"".join(
                struct.pack("<I", 6) + b"w%05d" % i for i in range(count))
            data += struct.pack("<IQ", 1, len(vocabulary)) + vocabulary
            for number, head, values in ((2, struct.pack("<QII", count, 100, 10), 100 * count),
                                         (6, struct.pack("<QI", count, 10), count)):
                padding = bytes(4 - (len(data) + 12 + len(head)) % 4)
                content = head + padding + struct.pack("<f", number) * values
                data += struct.pack("<IQ", number, len(content)) + content
            _, values = self.same("m.fifu", data)
            self.assertEqual(values[-1], struct.pack("<f", 12) * 100)

    def test_safetensors(self):
        count = 300_000
        other = 3 * MEGABYTE
        header = {"first": {"dtype": "U8", "shape": [other], "data_offsets": [0, other]},
                  "embeddings": {"dtype": "F32", "shape": [count, 2],
                                 "data_offsets": [other, other + 8 * count]},
                  "last": {"dtype": "U8", "shape": [other],
                           "data_offsets": [other + 8 * count, 2 * other + 8 * count]}}
        rows = struct.pack(f"<{2 * count}f", *range(2 * count))
        self.write("w.txt", "".join(f"w{i}\n" for i in range(count)))
        content = safetensors(header, bytes(other) + rows + bytes(other))
        words, values = self.same("m.safetensors", content, "--vocab", "w.txt")
        self.assertEqual(words[-1], b"w299999")
        self.assertEqual(b"".join(values), rows)
        for cut, why in ((1000, "truncated"), (other + 1000, "truncated"), (-5, "bytes after")):
            damaged = content[:-cut] if cut > 0 else content + bytes(-cut)
            self.write("cut.safetensors.gz", gzip.compress(damaged, 1))
            result = self.run_command(
                "convert", "cut.safetensors.gz", "cut.out.safetensors", "--vocab", "w.txt")
            self.assert_says(result, cli.FILE_ERROR, why)
            self.assertNotIn("cut.out.safetensors", self.files())


def add_test(name, make):
    def test(self):
        peak, status, error = peak_of(make)
        self.assertIn(status, range(4), error)
        most = MOST_LIST_BYTES if name.startswith("long list") else MOST_RESIDENT_BYTES
        self.assertLess(peak / MEGABYTE, most / MEGABYTE, f"MB for {name}: {error}")
    setattr(Memory, "test_" + name.replace(" ", "_"), test)


for one, function in KINDS.items():
    add_test(one, function)


def print_table(pattern):
    print("kind                                    peak MB  exit, message")
    for name, make in KINDS.items():
        if re.search(pattern, name):
            peak, status, error = peak_of(make)
            print(f"{name:38s} {peak / MEGABYTE:8.1f}  {status} {error.strip()[:110]!r}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--table":
        print_table(sys.argv[2])
    else:
        unittest.main()
