#!/usr/bin/python3
"""No input takes more than n log n time: each kind of file is made in a bad shape of two sizes, one
four times the other, and the instructions that the command needs for them, counted by valgrind, are
compared.

The sizes are 128 and 512 kB; WORDVEC_GROWTH_KB=1024 makes them 1 and 4 MB. With --table PATTERN
prints a table of the kinds that match, of 1 and 4 MB, and tests nothing.
"""

import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
import cli  # noqa: E402

MEGABYTE = 1 << 20
SMALL = int(os.environ.get("WORDVEC_GROWTH_KB", "1024" if "--table" in sys.argv else "128")) << 10
LARGE = 4 * SMALL
# Four times the bytes: n log n is 4.4 times the work; the rest is for steps such as a table's that
# doubles. What is quadratic takes sixteen times.
MOST_GROWTH = 6.0

KINDS = {}


def kind(function):
    """Registers a function (folder, bytes) that makes files, and returns the command's arguments
    and perhaps its standard input."""
    KINDS[function.__name__.replace("_", " ")] = function
    return function


def lines(size, line):
    """Lines line(0), line(1), … of `size` bytes in all."""
    made, total = [], 0
    while total < size:
        made.append(line(len(made)))
        total += len(made[-1]) + 1
    return "\n".join(made) + "\n"


def vectors(path, size, line=lambda i: f"w{i} 1 {i % 7}"):
    path.write_text(lines(size, line), encoding="utf-8", errors="surrogateescape")
    return path


def safetensors(header, data=b""):
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def convert(path, *more):
    return ["convert", path, path.with_name("out.safetensors"), "--no-index", *more]


def small_model(folder):
    """A container of eight words, for commands whose other input is large."""
    path = folder / "model.safetensors"
    if not path.exists():
        text = folder / "model.txt"
        text.write_text("".join(f"w{i} {i % 3} {i % 5} 1\n" for i in range(8)))
        subprocess.run([cli.BINARY, "convert", text, path, "-q"], check=True)
    return path


# Of vectors


@kind
def safetensors_tensors(folder, size):
    path = folder / "many.safetensors"
    count = size // 62
    header = {f"t{i}": {"dtype": "U8", "shape": [1], "data_offsets": [i, i + 1]}
              for i in range(count)}
    path.write_bytes(safetensors(header, bytes(count)))
    return ["info", "-m", path]


@kind
def safetensors_embeddings(folder, size):
    """Matrices of which each may be the one."""
    path = folder / "many.safetensors"
    count = size // 90
    header = {f"{i}.embed_tokens.weight": {"dtype": "F16", "shape": [1, 1],
                                           "data_offsets": [2 * i, 2 * i + 2]}
              for i in range(count)}
    path.write_bytes(safetensors(header, bytes(2 * count)))
    (folder / "vocab.txt").write_text("a\n")
    return ["info", "-m", path]


@kind
def safetensors_metadata(folder, size):
    path = folder / "many.safetensors"
    header = {"__metadata__": {f"k{i}": "v" for i in range(size // 14)},
              "t": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}
    path.write_bytes(safetensors(header, b"\0"))
    return ["info", "-m", path]


@kind
def safetensors_shape(folder, size):
    path = folder / "many.safetensors"
    header = {"t": {"dtype": "U8", "shape": [1] * (size // 2), "data_offsets": [0, 1]}}
    path.write_bytes(safetensors(header, b"\0"))
    return ["info", "-m", path]


@kind
def safetensors_nesting(folder, size):
    path = folder / "many.safetensors"
    text = b'{"t":' + b"[" * (size // 2) + b"]" * (size // 2) + b"}"
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    return ["info", "-m", path]


@kind
def safetensors_index(folder, size):
    path = folder / "model.safetensors.index.json"
    path.write_text(json.dumps({"weight_map": {f"{i}.wte.weight": "f" for i in
                                               range(size // 24)}}))
    return ["info", "-m", path]


def grown_container(folder, tensors, metadata):
    """Our container, with tensors and metadata that it does not know."""
    header, data = cli.container_header(small_model(folder))
    header["__metadata__"].update(metadata)
    for i in range(tensors):
        header[f"x{i}"] = {"dtype": "U8", "shape": [0], "data_offsets": [len(data), len(data)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text = text.ljust(-(-(len(text) + 8) // 4096) * 4096 - 8)
    path = folder / "grown.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


@kind
def container_tensors(folder, size):
    return ["info", "--verify", "-m", grown_container(folder, size // 130, {
        f"checksum.y{i}": "0" for i in range(size // 48)})]


@kind
def container_index(folder, size):
    return ["index", "--again", grown_container(folder, size // 130, {
        f"k{i}": "v" for i in range(size // 28)})]


@kind
def glove_text(folder, size):
    return convert(vectors(folder / "v.txt", size))


@kind
def glove_phrases(folder, size):
    return convert(vectors(folder / "v.txt", size, lambda i: f"a b c d{i} 1 2"))


@kind
def glove_duplicates(folder, size):
    return convert(vectors(folder / "v.txt", size, lambda i: "the 1 2"))


@kind
def glove_bad_lines(folder, size):
    return convert(vectors(folder / "v.txt", size, lambda i: f"w{i} 1 2" if i % 2 else f"w{i} 1"),
                   "--skip-bad")


@kind
def glove_one_line(folder, size):
    return convert(vectors(folder / "v.txt", size, lambda i: "w" + " 1" * 65000))


@kind
def glove_wide_line(folder, size):
    return convert(vectors(folder / "v.txt", size, lambda i: "w " + "1 " * (size // 2)))


@kind
def glove_long_words(folder, size):
    return convert(vectors(folder / "v.txt", size, lambda i: f"{i}" + "x" * 60000 + " 1 2"))


@kind
def glove_blank_lines(folder, size):
    return convert(vectors(folder / "v.txt", size, lambda i: "w 1 2" if i == 0 else ""),
                   "--skip-bad")


@kind
def word2vec_text(folder, size):
    body = lines(size, lambda i: f"w{i} 1 2")
    path = folder / "v.txt"
    path.write_text(f"{body.count(chr(10))} 2\n" + body)
    return convert(path)


def word2vec_binary(folder, size, row):
    made, total = [], 0
    while total < size:
        made.append(row(len(made)))
        total += len(made[-1])
    dim = 2
    path = folder / "v.bin"
    path.write_bytes(f"{len(made)} {dim}\n".encode() + b"".join(made))
    return convert(path, "--from", "word2vec-bin")


@kind
def word2vec_binary_rows(folder, size):
    return word2vec_binary(folder, size, lambda i: f"w{i} ".encode() + struct.pack("<2f", 1, i % 7))


@kind
def word2vec_binary_line_ends(folder, size):
    return word2vec_binary(
        folder, size, lambda i: f"w{i} ".encode() + struct.pack("<2f", 1, i % 7) + b"\n")


@kind
def word2vec_binary_phrases(folder, size):
    return word2vec_binary(
        folder, size, lambda i: f"new york {i} ".encode() + struct.pack("<2f", 1, i % 7))


@kind
def word2vec_binary_blanks(folder, size):
    """Values whose bytes may be words: each division into rows must be thought of."""
    return word2vec_binary(folder, size, lambda i: b"a b c " + b"a bc" + b"d ef")


@kind
def word2vec_binary_spaces(folder, size):
    return word2vec_binary(folder, size, lambda i: b" " * 17)


def fasttext(folder, size, entry, buckets=0):
    entries, total = [], 0
    while total < size:
        entries.append(entry(len(entries)))
        total += len(entries[-1]) + 4
    dim = 1
    rows = len(entries) + buckets
    head = struct.pack("<2i", 793712314, 12)
    head += struct.pack("<12id", dim, 5, 5, 1, 5, 1, 3, 2, buckets, 3, 6, 100, 1e-4)
    head += struct.pack("<3i2q", len(entries), len(entries), 0, 1, -1)
    matrix = b"\0" + struct.pack("<2q", rows, dim) + struct.pack("<f", 1) * (rows * dim)
    path = folder / "v.bin"
    path.write_bytes(head + b"".join(entries) + matrix + b"\0" + struct.pack("<2qf", 1, 1, 1))
    return convert(path)


@kind
def fasttext_words(folder, size):
    return fasttext(folder, size, lambda i: f"w{i}".encode() + struct.pack("<xqb", 1, 0))


@kind
def fasttext_long_words(folder, size):
    return fasttext(folder, size,
                    lambda i: f"{i}".encode() + b"x" * 60000 + struct.pack("<xqb", 1, 0), 100)


def finalfusion(folder, chunks):
    """Of (id, how to make the content from the place where it begins)."""
    data = b"FiFu" + struct.pack("<2I", 0, len(chunks))
    data += b"".join(struct.pack("<I", number) for number, _ in chunks)
    for number, make in chunks:
        content = make(len(data) + 12)
        data += struct.pack("<IQ", number, len(content)) + content
    path = folder / "v.fifu"
    path.write_bytes(data)
    return convert(path)


def text_of(value):
    return struct.pack("<I", len(value)) + value


def finalfusion_array(rows, dim=1):
    def make(begin):
        head = struct.pack("<QII", rows, dim, 10)
        padding = 4 - (begin + len(head)) % 4
        return head + bytes(padding) + struct.pack("<f", 1) * (rows * dim)
    return make


@kind
def finalfusion_words(folder, size):
    count = size // 16
    words = b"".join(text_of(f"w{i}".encode()) for i in range(count))
    return finalfusion(folder, [(1, lambda _: struct.pack("<Q", count) + words),
                                (2, finalfusion_array(count))])


@kind
def finalfusion_ngrams(folder, size):
    count = size // 26
    ngrams = b"".join(text_of(f"n{i}".encode()) + struct.pack("<Q", i) for i in range(count))
    return finalfusion(folder, [
        (8, lambda _: struct.pack("<2Q2I", 1, count, 3, 6) + text_of(b"word") + ngrams),
        (2, finalfusion_array(count + 1))])


def npy(dtype, shape, data):
    head = repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode()
    head = head.ljust(-(-(len(head) + 11) // 64) * 64 - 11) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + data


@kind
def npy_words(folder, size):
    count = size // 14
    path = folder / "v.npy"
    path.write_bytes(npy("<f4", (count, 1), struct.pack("<f", 1) * count))
    (folder / "v.vocab.txt").write_text(lines(size // 2, lambda i: f"w{i}"))
    count = (folder / "v.vocab.txt").read_text().count("\n")
    path.write_bytes(npy("<f4", (count, 1), struct.pack("<f", 1) * count))
    return convert(path)


@kind
def npy_header(folder, size):
    path = folder / "v.npy"
    head = b"{" + b"'a':(" * (size // 5)
    path.write_bytes(b"\x93NUMPY\x02\x00" + struct.pack("<I", len(head)) + head)
    return ["info", "-m", path]


def words_of_rows(folder, rows, name, content):
    (folder / name).write_text(content)
    path = folder / "v.npy"
    path.write_bytes(npy("<f4", (rows, 1), struct.pack("<f", 1) * rows))
    return convert(path, "--vocab", folder / name)


@kind
def words_and_counts(folder, size):
    content = lines(size, lambda i: f"w{i} {size - i}")
    return words_of_rows(folder, content.count("\n"), "v.txt", content)


@kind
def words_and_blank_lines(folder, size):
    content = lines(size, lambda i: f"w{i}\n")
    return words_of_rows(folder, content.count("\n") // 2, "v.txt", content)


@kind
def words_in_a_json_list(folder, size):
    count = size // 11
    return words_of_rows(folder, count, "v.json", json.dumps([f"w{i}" for i in range(count)]))


@kind
def words_in_a_json_object(folder, size):
    count = size // 18
    return words_of_rows(folder, count, "v.json",
                         json.dumps({f"w{i}": count - 1 - i for i in range(count)}))


@kind
def words_in_json_lines(folder, size):
    content = lines(size, lambda i: json.dumps({"word": f"w{i}", "count": i + 1}))
    return words_of_rows(folder, content.count("\n"), "v.jsonl", content)


@kind
def words_in_json_of_keys(folder, size):
    """One line of JSON that has many members."""
    return words_of_rows(folder, 1, "v.jsonl", json.dumps(
        {"word": "w", **{f"k{i}": i for i in range(size // 16)}}) + "\n\"x\"\n")


@kind
def tokenizer_words(folder, size):
    count = size // 24
    tokenizer = {"added_tokens": [{"id": i, "content": f"w{i}"} for i in range(0, count, 20)],
                 "model": {"vocab": {f"w{i}": i for i in range(count)},
                           "merges": [f"a b{i}" for i in range(count // 2)]}}
    return words_of_rows(folder, count, "tokenizer.json", json.dumps(tokenizer))


@kind
def tokenizer_nesting(folder, size):
    return words_of_rows(folder, 2, "tokenizer.json",
                         '{"model":{"x":' + "[" * (size // 2) + "]" * (size // 2) + "}}")


@kind
def tokenizer_text(folder, size):
    return words_of_rows(folder, 2, "tokenizer.json",
                         '{"model":{"vocab":{"' + "\\u00e4" * (size // 6) + '":0}}}')


@kind
def values_and_words(folder, size):
    path = vectors(folder / "v.txt", size // 2, lambda i: f"1 {i % 7}")
    rows = path.read_text().count("\n")
    (folder / "w.txt").write_text("".join(f"w{i}\n" for i in range(rows)))
    return convert(path, "--vocab", folder / "w.txt")


@kind
def projector_metadata(folder, size):
    path = vectors(folder / "v.tsv", size // 2, lambda i: f"1\t{i % 7}")
    rows = path.read_text().count("\n")
    (folder / "v.metadata.tsv").write_text("".join(f"\\\\w{i}\n" for i in range(rows)))
    return convert(path)


@kind
def projector_columns(folder, size):
    path = vectors(folder / "v.tsv", 8, lambda i: f"1\t{i % 7}")
    (folder / "v.metadata.tsv").write_text("\t".join("c" * (size // 2)) + "\nw\tx\n")
    return convert(path)


@kind
def floret_text(folder, size):
    body = lines(size, lambda i: f"{i} 1 2")
    path = folder / "v.floret"
    path.write_text(f"{body.count(chr(10))} 2 3 5 2 2166136261 < >\n" + body)
    (folder / "w.txt").write_text("king\n")
    return convert(path, "--vocab", folder / "w.txt")


@kind
def counts(folder, size):
    path = vectors(folder / "v.txt", size // 2)
    rows = path.read_text().count("\n")
    (folder / "c.txt").write_text("".join(f"w{i} {rows - i}\n" for i in range(rows)))
    return convert(path, "--counts", folder / "c.txt")


@kind
def zip_members(folder, size):
    path = folder / "v.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(size // 100):
            archive.writestr(f"m{i}", b"")
    return ["info", "-m", path]


@kind
def zip_comment(folder, size):
    """Ends that are none."""
    path = folder / "v.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("v.txt", "w 1 2\nx 2 1\n" + "y 1 1\n" * (size // 6))
        archive.comment = b"PK\x05\x06" * 16000
    return ["info", "-m", path]


# Of what is asked


@kind
def queries(folder, size):
    return ["nearest", "-m", small_model(folder)], lines(size // 8, lambda i: f"w{i % 8} - w1")


@kind
def unknown_queries(folder, size):
    return ["nearest", "-m", small_model(folder)], lines(size // 8, lambda i: f"v{i}")


@kind
def query_of_many_terms(folder, size):
    return ["nearest", "-m", small_model(folder)], " + ".join(f"w{i % 8}" for i in
                                                              range(size // 40)) + "\n"


@kind
def lookups(folder, size):
    return ["lookup", "-m", small_model(folder), "--rows"], lines(size, lambda i: f"w{i}")


@kind
def text_of_many_lines(folder, size):
    return ["embed", "-m", small_model(folder), "--in", "-", "--rows"], lines(
        size, lambda i: "w1 w2, w3!")


@kind
def text_of_one_line(folder, size):
    return ["embed", "-m", small_model(folder), "--in", "-", "--rows"], "w1 w2 " * (size // 6)


@kind
def text_of_one_word(folder, size):
    return ["embed", "-m", small_model(folder), "--in", "-", "--rows"], "w" * size


@kind
def text_of_marks(folder, size):
    return ["embed", "-m", small_model(folder), "--in", "-", "--rows"], "e\u0301\u200d" * (size // 6)


@kind
def text_for_sif(folder, size):
    return (["embed", "-m", small_model(folder), "--in", "-", "--pool", "sif"],
            lines(size // 4, lambda i: f"w{i % 8} w{i % 3}"))


@kind
def pairs(folder, size):
    return ["similarity", "-m", small_model(folder)], lines(size, lambda i: f"w{i % 8}\tw1")


@kind
def word_list_of_pca(folder, size):
    (folder / "w.txt").write_text(lines(size, lambda i: f"w{i % 8}"))
    return ["pca", "-m", small_model(folder), "--words", folder / "w.txt", "-f", "tsv"]


@kind
def groups_of_pca(folder, size):
    (folder / "g.tsv").write_text(lines(size, lambda i: f"w{i}\tg{i}"))
    return ["pca", "-m", small_model(folder), "--color-by", folder / "g.tsv", "--out",
            folder / "p.svg"]


# Of test sets


def evaluation(folder, topic, content, name="set.txt"):
    (folder / name).write_text(content)
    return ["eval", topic, folder / name, "-m", small_model(folder)]


@kind
def analogies_to_solve(folder, size):
    return evaluation(folder, "analogies", lines(size // 4, lambda i: f"w1 w2 w3 w{i % 8}"))


@kind
def analogy_sections(folder, size):
    return evaluation(folder, "analogies", lines(
        size // 4, lambda i: f": section {i}\nw1 w2 w3 w4"))


@kind
def unknown_analogies(folder, size):
    return evaluation(folder, "analogies", lines(size, lambda i: f"a{i} b{i} c{i} d{i}"))


@kind
def rated_pairs(folder, size):
    return evaluation(folder, "similarity", lines(
        size // 4, lambda i: f"w{i % 8}\tw{i % 5}\t{i % 9}")) + ["--resamples", "100"]


@kind
def columns_of_pairs(folder, size):
    return evaluation(folder, "similarity", lines(size, lambda i: "w1\tw2\t" + "5\t" * 60000))


@kind
def categories(folder, size):
    return evaluation(folder, "categories", lines(size, lambda i: f"w{i}\tg{i}"))


@kind
def outlier_topics(folder, size):
    return evaluation(folder, "outliers", lines(size, lambda i: f"w{i}") + "\nx\n")


@kind
def catalogue(folder, size):
    (folder / "catalogue.json").write_text(json.dumps(
        [{"name": f"m{i}", "archive": "a.zip", "urls": ["http://127.0.0.1:9/a.zip"]}
         for i in range(size // 80)]))
    return ["fetch", "--catalogue", folder / "catalogue.json", "none"]


@kind
def catalogue_nesting(folder, size):
    (folder / "catalogue.json").write_text("[" * (size // 2) + "]" * (size // 2))
    return ["fetch", "--catalogue", folder / "catalogue.json", "none"]


VALGRIND = shutil.which("valgrind")


def count_instructions(make, size):
    """How many the command takes for the input that make() makes of `size` bytes."""
    with tempfile.TemporaryDirectory(prefix="growth.", dir=os.environ.get("TMPDIR")) as name:
        folder = Path(name)
        made = make(folder, size)
        arguments, stdin = made if isinstance(made, tuple) else (made, "")
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": name,
                       "XDG_DATA_HOME": name, "LANG": "C.UTF-8"}
        done = subprocess.run(
            [VALGRIND, "--tool=cachegrind", "--trace-children=yes", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
             "--log-file=" + str(folder / "log"), cli.BINARY, *map(str, arguments),
             "--threads", "1"],
            input=stdin.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            cwd=folder, timeout=600)
        log = (folder / "log").read_text()
        found = re.search(r"I\s+refs:\s+([\d,]+)", log)
        error = done.stderr.decode("utf-8", "replace")
        if done.returncode not in range(4) or not found:
            raise AssertionError(f"{arguments} exited with {done.returncode}: {error[:500]} {log}")
        return int(found.group(1).replace(",", "")), done.returncode, error


def growth(make):
    start = count_instructions(make, 64)[0]  # what hardly any input takes, or another answer
    small = count_instructions(make, SMALL)
    large = count_instructions(make, LARGE)
    start = min(start, small[0] // 4)
    return small[0], large[0], (large[0] - start) / (small[0] - start), large[1:]


@unittest.skipIf(VALGRIND is None, "valgrind is not there")
@unittest.skipIf(cli.SANITIZED, "valgrind does not run sanitizers")
class Growth(unittest.TestCase):
    pass


def add_test(name, make):
    def test(self):
        _, large, ratio, outcome = growth(make)
        self.assertLess(ratio, MOST_GROWTH, f"{name}: {outcome}")
        self.assertLess(large / LARGE, 10_000, f"{name}: instructions a byte")
    setattr(Growth, "test_" + name.replace(" ", "_"), test)


for one, function in KINDS.items():
    add_test(one, function)


def print_table(pattern):
    print(f"kind{'':26s} {SMALL >> 10:8d} kB {LARGE >> 10:9d} kB   ratio  exit, message")
    for name, make in KINDS.items():
        if not re.search(pattern, name):
            continue
        try:
            small, large, ratio, (status, error) = growth(make)
            note = f"{status} {error.strip()[:90]!r}"
            print(f"{name:30s} {small / 1e6:12.1f} {large / 1e6:12.1f} {ratio:7.2f}  {note}",
                  flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as problem:
            print(f"{name:30s} {str(problem)[:200]}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--table":
        print_table(sys.argv[2])
    else:
        unittest.main()
