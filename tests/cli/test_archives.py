#!/usr/bin/python3
"""Files compressed with gzip and members of zip archives, read and written by every command."""

import gzip
import io
import os
import random
import shutil
import subprocess
import sys
import unittest
import zipfile

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, WRONG_USAGE, float32  # noqa: E402

try:
    import gensim
    import gensim.models
except ImportError:
    gensim = None

WORDS = ["king", "queen", "naïve", "страна", "don't"]
VALUES = [(1.5, -2, 0.25), (0, 0.5, 3), (1e-05, 1e20, -0.0), (7, 8, 9.5), (0.0625, 65504, -1)]
TEXT = "".join(
    f"{word} {' '.join(map(repr, row))}\n" for word, row in zip(WORDS, VALUES)
).encode()
BINARY = b"5 3\n" + b"".join(
    word.encode() + b" " + float32(*row) + b"\n" for word, row in zip(WORDS, VALUES)
)
CONTENT = {"a.txt": TEXT, "a.vec": b"5 3\n" + TEXT, "a.bin": BINARY}


def zip_of(members, method=zipfile.ZIP_DEFLATED, comment=b"", zip64=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            with archive.open(name, "w", force_zip64=zip64) as file:
                file.write(content)
        archive.comment = comment
    return out.getvalue()


class ArchiveTest(cli.CommandTest):
    def convert(self, *arguments, **options):
        return self.run_command("convert", *arguments, **options)

    def assert_converts(self, *arguments, out="out.safetensors", **options):
        result = self.convert(*arguments, out, **options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        words, rows = cli.read_container(self.folder / out)
        self.assertEqual([word.decode() for word in words], WORDS)
        self.assertEqual(rows, [float32(*row) for row in VALUES])

    def assert_leaves_nothing(self, result, status, *patterns):
        self.assert_refused(result, status, *patterns)
        self.assertNotIn("out.safetensors", self.files())


class Gzip(ArchiveTest):
    def test_under_every_format(self):
        for name, content in CONTENT.items():
            with self.subTest(name):
                self.write(f"{name}.gz", gzip.compress(content))
                self.assert_converts(f"{name}.gz")
                self.assert_converts("-", stdin=gzip.compress(content))
                self.assert_converts(f"{name}.gz", "--threads", "1")

    def test_of_gzip_itself(self):
        self.write("a.txt", TEXT)
        subprocess.run(["gzip", "-9", "a.txt"], cwd=self.folder, check=True)
        self.assert_converts("a.txt.gz")

    def test_of_several_members(self):
        parts = [gzip.compress(TEXT[i:i + 7]) for i in range(0, len(TEXT), 7)]
        self.write("a.gz", b"".join(parts) + b"\0" * 512)
        self.assert_converts("a.gz")

    def test_is_a_model(self):
        self.write("a.vec.gz", gzip.compress(CONTENT["a.vec"]))
        result = self.run_command("lookup", "queen", "--model", "a.vec.gz", "-q")
        self.assertEqual(result.stdout, b"queen 0 0.5 3\n", result)

    def test_that_is_cut_off_leaves_nothing(self):
        content = "".join(f"w{i} {i / 8} 1\n" for i in range(100_000)).encode()
        whole = gzip.compress(content, 1)
        for size in (9, 17, 5000, len(whole) - 8, len(whole) - 1):
            self.write("a.gz", whole[:size])
            result = self.convert("a.gz", "out.safetensors")
            self.assert_leaves_nothing(result, FILE_ERROR, r"a\.gz: at byte \d+: .* is cut off")
        self.write("a.gz", whole[:-8] + b"1234" + whole[-4:])
        result = self.convert("a.gz", "out.safetensors")
        self.assert_leaves_nothing(result, FILE_ERROR, "damaged: incorrect data check")
        self.write("a.gz", whole + b"more")
        result = self.convert("a.gz", "out.safetensors")
        self.assert_leaves_nothing(result, FILE_ERROR, "other bytes follow the gzip data")

    def test_errors_name_the_line_within(self):
        self.write("a.txt.gz", gzip.compress(b"a 1 2\nb 1\n"))
        self.assert_leaves_nothing(
            self.convert("a.txt.gz", "out.safetensors"), FILE_ERROR, r"a\.txt\.gz:2: found 1 value,"
        )

    def test_only_the_rows_that_are_wanted_need_be_whole(self):
        content = "".join(f"w{i} {i / 8} 1\n" for i in range(500_000)).encode()
        whole = gzip.compress(content, 1)
        self.write("a.gz", whole[: len(whole) // 2])
        self.assertEqual(self.convert("a.gz", "out.txt", "--limit", "10").status, ALL_ANSWERED)
        self.assertEqual(len((self.folder / "out.txt").read_bytes().splitlines()), 10)

    def test_of_a_container_is_refused(self):
        self.write("a.txt", TEXT)
        self.assert_converts("a.txt")
        container = (self.folder / "out.safetensors").read_bytes()
        self.write("out.safetensors.gz", gzip.compress(container))
        for arguments in (("info", "--model"), ("convert", "--to", "glove")):
            result = self.run_command(*arguments, "out.safetensors.gz")
            self.assert_refused(result, FILE_ERROR, r"safetensors\.gz: .*mapped.*unpack")


class Zip(ArchiveTest):
    def test_under_every_format(self):
        for name, content in CONTENT.items():
            for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                for zip64 in (False, True):
                    with self.subTest(f"{name} {method} {zip64}"):
                        self.write("a.zip", zip_of({name: content}, method, b"comment", zip64))
                        self.assert_converts("a.zip")

    @unittest.skipIf(shutil.which("zip") is None, "zip is not there")
    def test_of_zip_itself(self):
        (self.folder / "folder").mkdir()
        self.write("folder/a.txt", TEXT)
        self.write("folder/LICENSE", b"text")
        subprocess.run(["zip", "-q", "-r", "a.zip", "folder"], cwd=self.folder, check=True)
        self.assert_converts("a.zip")
        self.assert_converts("a.zip", "--member", "folder/a.txt")
        self.assert_converts("a.zip", "--member", "a.txt")
        with open(self.folder / "pipe.zip", "wb") as out:  # sizes behind the data
            zipped = subprocess.Popen(["zip", "-q", "-r", "-", "folder"], cwd=self.folder,
                                      stdout=subprocess.PIPE)
            shutil.copyfileobj(zipped.stdout, out)
            zipped.stdout.close()
            self.assertEqual(zipped.wait(), 0)
        self.assert_converts("pipe.zip", "--member", "a.txt")

    def test_of_several_members(self):
        other = b"x 1 2\n"
        self.write("g.6B.zip", zip_of({"g.6B.2d.txt": other, "g.6B.3d.txt": TEXT}))
        result = self.convert("g.6B.zip")
        self.assert_refused(result, WRONG_USAGE, r"g\.6B\.zip: .*--member", "'g.6B.2d.txt', 'g.6B.3d.txt'")
        result = self.convert("g.6B.zip", "--member", "g.6B.4d.txt")
        self.assert_refused(result, WRONG_USAGE, "no file called 'g.6B.4d.txt'", "'g.6B.3d.txt'")
        self.assertEqual(self.files(), ["g.6B.zip"])
        result = self.convert("g.6B.zip", "--member", "g.6B.3d.txt")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(self.files(), ["g.6B.3d.safetensors", "g.6B.zip"])
        lookup = self.run_command("lookup", "x", "--model", "g.6B.zip", "--member", "g.6B.2d.txt")
        self.assertEqual(lookup.stdout, b"x 1 2\n", lookup)

    def test_of_words_names_the_command_that_unpacks_a_member(self):
        self.write("m.txt", b"king 1 2\nqueen 2 1\n")
        self.write("my w.zip", zip_of({"a.txt": b"king\n", "b.txt": b"queen\n"}))
        expected = "several files: `unzip -p 'my w\\.zip' b\\.txt > FILE` takes one out of 'a.txt', "
        for command in (
            ["lookup", "--words", "my w.zip"],
            ["nearest", "king", "--among", "my w.zip"],
            ["pca", "king", "--fit", "my w.zip"],
            ["pca", "king", "queen", "--out", "p.svg", "--color-by", "my w.zip"],
            ["embed", "king", "--pool", "sif", "--frequencies", "my w.zip"],
            ["eval", "similarity", "my w.zip"],
            ["eval", "analogies", "my w.zip"],
        ):
            with self.subTest(command):
                result = self.run_command(*command, "--model", "m.txt", "-q")
                self.assert_refused(result, WRONG_USAGE, expected)
        for option in ("--words", "--counts"):
            self.assert_leaves_nothing(
                self.convert("m.txt", "out.safetensors", option, "my w.zip", "-q"), WRONG_USAGE, expected)
        self.write("v.values", b"1 2\n2 1\n")
        self.assert_leaves_nothing(
            self.convert("v.values", "out.safetensors", "--vocab", "my w.zip"), WRONG_USAGE, expected)
        self.write("h.zip", zip_of({".v.txt": b"king\n"}))
        self.assert_refused(
            self.run_command("lookup", "--words", "h.zip", "--model", "m.txt", "-q"), WRONG_USAGE,
            "only files that are hidden, or of the system: `unzip -p h.zip .v.txt > FILE` takes out")

    def test_of_hidden_files_only(self):
        self.write("h.zip", zip_of({".v.txt": TEXT, ".h/v.txt": TEXT}))
        self.assert_leaves_nothing(
            self.convert("h.zip", "out.safetensors"), WRONG_USAGE,
            r"hidden, or of the system: --member NAME chooses one of '\.v\.txt', '\.h/v\.txt'")
        self.assert_converts("h.zip", "--member", ".v.txt")

    def test_is_named_as_the_source(self):
        self.write("g.zip", zip_of({"b.txt": TEXT, "a": b""}))
        self.assert_converts("g.zip", "--member", "b.txt")
        info = self.run_command("info", "--model", "out.safetensors", "--format", "json")
        self.assertIn(b'"g.zip:b.txt"', info.stdout)
        self.assertIn(f'"source_bytes":{len(TEXT)},'.encode(), info.stdout)

    def test_that_is_damaged_leaves_nothing(self):
        content = "".join(f"w{i} {i / 8} 1\n" for i in range(100_000)).encode()
        whole = zip_of({"a.txt": content})
        for size in (3, 4, 40, len(whole) // 2, len(whole) - 1):
            self.write("a.zip", whole[:size])
            result = self.convert("a.zip", "out.safetensors")
            self.assert_leaves_nothing(result, FILE_ERROR, r"a\.zip: ")
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:]
        self.write("a.zip", flipped)
        result = self.convert("a.zip", "out.safetensors")
        self.assert_leaves_nothing(result, FILE_ERROR, r"a\.zip:a\.txt:")
        self.assertEqual(self.files(), ["a.zip"])

    def test_from_a_pipe_is_refused_with_a_way_to_go(self):
        result = self.convert("-", "out.safetensors", stdin=zip_of({"a.txt": TEXT}))
        self.assert_leaves_nothing(result, WRONG_USAGE, "standard input: is a zip .*unzip -p")

    def test_of_another_method_is_named(self):
        self.write("a.zip", zip_of({"a.txt": TEXT}, zipfile.ZIP_BZIP2))
        self.assert_converts("a.zip")
        (self.folder / "out.safetensors").unlink()
        self.write("a.zip", zip_of({"a.txt": TEXT}, zipfile.ZIP_LZMA))
        result = self.convert("a.zip", "out.safetensors")
        self.assert_leaves_nothing(result, WRONG_USAGE, "'a.txt' is compressed with LZMA")

    @unittest.skipIf(shutil.which("zip") is None, "zip is not there")
    def test_that_is_encrypted_is_named(self):
        self.write("a.txt", TEXT)
        subprocess.run(["zip", "-q", "-P", "secret", "a.zip", "a.txt"], cwd=self.folder, check=True)
        result = self.convert("a.zip", "out.safetensors")
        self.assert_leaves_nothing(result, WRONG_USAGE, "'a.txt' is encrypted")

    def test_member_of_what_is_no_zip_archive(self):
        self.write("a.txt", TEXT)
        result = self.convert("a.txt", "out.safetensors", "--member", "b")
        self.assert_leaves_nothing(result, WRONG_USAGE, r"a\.txt: is no zip archive")


class Written(ArchiveTest):
    def setUp(self):
        super().setUp()
        self.write("in.txt", TEXT)

    def test_in_every_format(self):
        for name in CONTENT:
            with self.subTest(name):
                self.assertEqual(self.convert("in.txt", name).status, ALL_ANSWERED)
                self.assertEqual(self.convert("in.txt", f"{name}.gz").status, ALL_ANSWERED)
                plain = (self.folder / name).read_bytes()
                with gzip.open(self.folder / f"{name}.gz") as file:
                    self.assertEqual(file.read(), plain)
                self.assert_converts(f"{name}.gz")

    def test_large_and_the_same_for_every_number_of_threads(self):
        rng = random.Random(1)
        rows = [f"w{i} {rng.random():.6f} {rng.random():.6f}\n" for i in range(200_000)]
        rows.insert(1000, rows[0])  # a duplicate: fewer rows than promised
        self.write("large.vec", f"200001 2\n{''.join(rows)}")
        made = set()
        for threads in ("1", "2", "3"):
            result = self.convert("large.vec", "out.vec.gz", "--threads", threads)
            self.assertEqual(result.status, ALL_ANSWERED, result)
            made.add((self.folder / "out.vec.gz").read_bytes())
        self.assertEqual(len(made), 1)
        lines = gzip.decompress(made.pop()).splitlines()
        self.assertEqual(lines[0], b"200000 2")
        self.assertEqual(len(lines), 200_001)
        self.assertEqual(subprocess.run(["gzip", "-t", self.folder / "out.vec.gz"]).returncode, 0)

    def test_without_a_name_for_the_format(self):
        result = self.convert("in.txt", "out.gz", "--to", "glove")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(gzip.decompress((self.folder / "out.gz").read_bytes()).split(b" ")[0],
                         b"king")
        self.assert_refused(self.convert("in.txt", "out2.gz"), WRONG_USAGE, "with or without .gz")

    def test_containers_are_not(self):
        for arguments in (("x.safetensors.gz",), ("x.gz", "--to", "wordvec")):
            self.assert_refused(self.convert("in.txt", *arguments), WRONG_USAGE,
                                "x.*gz: a container is mapped.*leave .gz out")

    @unittest.skipIf(gensim is None, "gensim is not there")
    def test_is_read_by_gensim(self):
        for name, binary in (("out.vec.gz", False), ("out.bin.gz", True)):
            self.assertEqual(self.convert("in.txt", name).status, ALL_ANSWERED)
            found = gensim.models.KeyedVectors.load_word2vec_format(
                os.fspath(self.folder / name), binary=binary)
            self.assertEqual(found.index_to_key, WORDS)
            self.assertEqual([row.tobytes() for row in found.vectors],
                             [float32(*row) for row in VALUES])


if __name__ == "__main__":
    unittest.main()
