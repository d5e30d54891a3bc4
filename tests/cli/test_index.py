#!/usr/bin/python3
"""`wordvec index` and `convert --no-index`: search codes, which change no answer."""

import json
import os
import resource
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, SAMPLE, WRONG_USAGE  # noqa: E402

SCAN = ["scan.centroids", "scan.codes4", "scan.codes8", "scan.cosines", "scan.first_blocks",
        "scan.rows"]
TEXT = "king 1 2 3\nqueen 4 5 6.5\n" + "".join(
    f"w{i} {i % 7 - 3} {i % 5 - 2} {i % 11}.5\n" for i in range(60)
)
# By hand: 62 rows of 3 values, none of them zero, are one cluster and 4 blocks. A block of 4-bit
# codes has 64 bytes for up to 8 values and 128 for scales and errors; 16 rows of 8-bit codes have
# 64 bytes each.
CODES_BYTES = 4 * (64 + 128) + 4 * 16 * 64


def scan_tensors(path):
    return sorted(name for name in cli.container_header(path)[0] if name.startswith("scan."))


class IndexTest(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.write("in.txt", TEXT)

    def convert(self, out, *arguments):
        self.assertEqual(self.run_command("convert", "in.txt", out, *arguments).status,
                         ALL_ANSWERED)
        return self.folder / out

    def codes_bytes(self, model):
        result = self.run_command("info", "-f", "json", "-q", "-m", model)
        self.assert_answered(result)
        return json.loads(result.stdout)["codes_bytes"]


class NoIndex(IndexTest):
    def test_leaves_the_codes_out(self):
        small = self.convert("small.safetensors", "--no-index")
        large = self.convert("large.safetensors")
        self.assertEqual(scan_tensors(small), [])
        self.assertEqual(scan_tensors(large), SCAN)
        self.assertGreaterEqual(large.stat().st_size - small.stat().st_size, CODES_BYTES)
        self.assertEqual(cli.read_container(small), cli.read_container(large))

    def test_is_seen_in_info(self):
        self.convert("small.safetensors", "--no-index")
        self.convert("large.safetensors")
        self.assertEqual(self.codes_bytes("small.safetensors"), 0)
        self.assertEqual(self.codes_bytes("large.safetensors"), CODES_BYTES)

    def test_changes_nothing_in_other_formats(self):
        for out in ("out.txt", "out.vec", "out.bin"):
            with_it = self.convert(out, "--no-index").read_bytes()
            self.assertEqual(self.convert(out).read_bytes(), with_it)

    def test_of_a_container_with_codes_takes_them_away(self):
        self.convert("large.safetensors")
        small = self.convert("small.safetensors", "--no-index").read_bytes()
        self.run_command("convert", "large.safetensors", "again.safetensors", "--no-index")
        self.assertEqual(scan_tensors(self.folder / "again.safetensors"), [])
        self.assertEqual(len((self.folder / "again.safetensors").read_bytes()), len(small))


class Adds(IndexTest):
    def test_codes_to_the_byte_as_convert_writes_them(self):
        expected = self.convert("m.safetensors").read_bytes()
        small = self.convert("m.safetensors", "--no-index").read_bytes()
        for arguments in ([], ["--threads", "1"], *(["--isa", i] for i in cli.instruction_sets())):
            with self.subTest(arguments):
                self.write("m.safetensors", small)
                result = self.run_command("index", "m.safetensors", *arguments)
                self.assert_says(result, ALL_ANSWERED, r"m\.safetensors: search codes added in \d")
                self.assertEqual(result.stdout, b"")
                self.assertTrue((self.folder / "m.safetensors").read_bytes() == expected)
                self.assertEqual(self.files(), ["in.txt", "m.safetensors"])
        self.assertEqual(self.codes_bytes("m.safetensors"), CODES_BYTES)

    def test_no_other_answer(self):
        self.assertEqual(
            self.run_command("convert", SAMPLE, "m.safetensors", "--no-index").status,
            ALL_ANSWERED)
        self.assertEqual(self.codes_bytes("m.safetensors"), 0)
        questions = [
            ["nearest", "king", "paris", "the", "-k", "20"],
            ["nearest", "king", "-", "man", "+", "woman"],
            ["nearest", "house", "--min-score", "0.4"],
            ["nearest", "house", "--top-rows", "3000"],
            ["analogy", "man", "king", "woman"],
            ["analogy", "man", "king", "woman", "--method", "mul"],
        ]

        def answers():
            results = [self.run_command(*q, "-q", "-f", "json", "-m", "m.safetensors")
                       for q in questions]
            return [(r.status, r.stdout) for r in results]

        before = answers()
        self.assertTrue(any(stdout for _, stdout in before))
        self.assertEqual(self.run_command("index", "m.safetensors").status, ALL_ANSWERED)
        self.assertGreater(self.codes_bytes("m.safetensors"), 0)
        self.assertEqual(answers(), before)
        self.assert_answered(self.run_command("info", "--verify", "-q", "-m", "m.safetensors"))

    def test_to_a_model_by_its_name(self):
        models = self.data_home / "wordvec"
        models.mkdir()
        self.convert("m.safetensors", "--no-index").rename(models / "mine.safetensors")
        self.assertEqual(self.run_command("index", "mine").status, ALL_ANSWERED)
        self.assertEqual(scan_tensors(models / "mine.safetensors"), SCAN)

    def test_quietly(self):
        self.convert("m.safetensors", "--no-index")
        self.assert_answered(self.run_command("index", "-q", "m.safetensors"))
        self.assert_answered(self.run_command("index", "-q", "m.safetensors"))

    def test_nothing_where_codes_are(self):
        path = self.convert("m.safetensors")
        before = path.read_bytes(), path.stat().st_ino
        result = self.run_command("index", "m.safetensors")
        self.assert_says(result, ALL_ANSWERED,
                         r"note: m\.safetensors has search codes already \(--again makes")
        self.assertEqual((path.read_bytes(), path.stat().st_ino), before)

    def test_the_same_again(self):
        path = self.convert("m.safetensors")
        before = path.read_bytes()
        result = self.run_command("index", "--again", "m.safetensors")
        self.assert_says(result, ALL_ANSWERED, "search codes made")
        self.assertTrue(path.read_bytes() == before)

    @unittest.skipUnless(os.geteuid() == 0, "only root gives files away")
    def test_and_keeps_the_owner(self):
        path = self.convert("m.safetensors", "--no-index")
        os.chown(path, 12345, 23456)
        path.chmod(0o600)
        self.assertEqual(self.run_command("index", "m.safetensors").status, ALL_ANSWERED)
        status = path.stat()
        self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o777),
                         (12345, 23456, 0o600))

    def test_again_in_the_place_of_damaged_ones(self):
        path = self.convert("m.safetensors")
        before = path.read_bytes()
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        self.assertEqual(self.run_command("info", "--verify", "-m", path).status, FILE_ERROR)
        self.assertEqual(self.run_command("index", "--again", path).status, ALL_ANSWERED)
        self.assertTrue(path.read_bytes() == before)

    def test_and_keeps_mode_and_link(self):
        (self.folder / "real").mkdir()
        path = self.convert("real/m.safetensors", "--no-index")
        for mode in (0o600, 0o640, 0o444):
            with self.subTest(oct(mode)):
                self.convert("real/m.safetensors", "--no-index").chmod(mode)
                link = self.folder / "link.safetensors"
                link.unlink(missing_ok=True)
                link.symlink_to("real/m.safetensors")
                self.assertEqual(self.run_command("index", "link.safetensors").status,
                                 ALL_ANSWERED)
                self.assertTrue(link.is_symlink())
                self.assertEqual(path.stat().st_mode & 0o777, mode)
                self.assertEqual(scan_tensors(path), SCAN)
                path.unlink()

    def test_what_a_run_in_the_middle_of_reading_does_not_notice(self):
        self.convert("m.safetensors", "--no-index")
        with self.on_terminal("nearest", "-m", "m.safetensors", "-k", "1", stdout="pipe") as run:
            run.send(b"king\n")
            run.wait_for("stdout", b"king\t")
            self.assertEqual(self.run_command("index", "m.safetensors").status, ALL_ANSWERED)
            run.send(b"queen\n")
            run.wait_for("stdout", b"queen\t")
        self.assertEqual(run.result.status, ALL_ANSWERED)

    def test_to_a_single_row_and_to_rows_of_zeros(self):
        self.write("in.txt", "king 1 2 3\n")
        self.convert("one.safetensors", "--no-index")
        self.assertEqual(self.run_command("index", "one.safetensors").status, ALL_ANSWERED)
        self.assertEqual(scan_tensors(self.folder / "one.safetensors"), SCAN)
        self.write("in.txt", "king 0 0 0\nqueen 0 0 0\n")
        self.convert("zeros.safetensors", "--no-index")
        self.assertEqual(self.run_command("index", "zeros.safetensors").status, ALL_ANSWERED)
        self.assertEqual(scan_tensors(self.folder / "zeros.safetensors"), [])
        self.assert_answered(self.run_command("info", "--verify", "-q", "-m", "zeros.safetensors"))


class Refuses(IndexTest):
    def refuse(self, path, status, *patterns, **options):
        before = self.files()
        self.assert_refused(self.run_command("index", path, **options), status, *patterns)
        self.assertEqual(self.files(), before)

    def test_a_foreign_file(self):
        self.convert("in.vec")
        self.convert("in.bin")
        for name in ("in.txt", "in.vec", "in.bin"):
            before = (self.folder / name).read_bytes()
            self.refuse(name, FILE_ERROR, rf"error: {name}: is no container: `wordvec convert`")
            self.assertEqual((self.folder / name).read_bytes(), before)

    def test_what_is_not_there_or_no_file(self):
        self.refuse("./none.safetensors", FILE_ERROR, r"\./none\.safetensors: no such file")
        self.refuse("none", FILE_ERROR, "no model of that name")
        (self.folder / "folder").mkdir()
        self.refuse("./folder", FILE_ERROR, r"\./folder: is a folder, expected a file")
        self.refuse("-", WRONG_USAGE, "a container must be a file, found a pipe")

    def test_to_guess_a_model(self):
        self.assert_says(self.run_command("index"), WRONG_USAGE, "MODEL is required")

    def test_a_truncated_container(self):
        whole = self.convert("m.safetensors", "--no-index").read_bytes()
        for size in (8, 100, 4000, len(whole) // 2, len(whole) - 1):
            with self.subTest(size):
                path = self.write("m.safetensors", whole[:size])
                self.refuse("m.safetensors", FILE_ERROR, r"error: m\.safetensors: ")
                self.assertEqual(path.read_bytes(), whole[:size])

    def test_a_damaged_container(self):
        path = self.convert("m.safetensors", "--no-index")
        whole = path.read_bytes()
        header, data = cli.container_header(path)
        for name in ("embeddings", "norms", "words.text", "words.offsets", "words.slots"):
            with self.subTest(name):
                at = len(whole) - len(data) + header[name]["data_offsets"][1] - 1
                damaged = whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :]
                path.write_bytes(damaged)
                self.refuse("m.safetensors", FILE_ERROR,
                            rf"m\.safetensors: damaged container: tensor '{name}' has the "
                            "checksum [0-9a-f]{32}, expected [0-9a-f]{32}")
                self.assertEqual(path.read_bytes(), damaged)

    def test_a_safetensors_file_that_is_no_model(self):
        header = b'{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
        self.write("other.safetensors", len(header).to_bytes(8, "little") + header + b"x")
        self.refuse("other.safetensors", FILE_ERROR, "is no container")

    def test_to_lose_the_old_file_on_a_full_disk(self):
        path = self.convert("m.safetensors", "--no-index")
        old = path.read_bytes()
        new_size = self.convert("new.safetensors").stat().st_size
        (self.folder / "new.safetensors").unlink()
        for limit in (0, 1, 4096, len(old), len(old) + 1, new_size - 1):
            with self.subTest(limit):
                self.refuse(
                    "m.safetensors", FILE_ERROR, r"m\.safetensors: .*File too large",
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
                )
                self.assertTrue(path.read_bytes() == old)
        enough = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (new_size, new_size))  # noqa
        self.assertEqual(self.run_command("index", path, preexec_fn=enough).status, ALL_ANSWERED)

    @unittest.skipIf(os.geteuid() == 0, "nothing is forbidden to this user")
    def test_a_folder_that_cannot_be_written(self):
        (self.folder / "locked").mkdir()
        path = self.convert("locked/m.safetensors", "--no-index")
        old = path.read_bytes()
        path.parent.chmod(0o500)
        self.addCleanup(path.parent.chmod, 0o700)
        self.refuse("locked/m.safetensors", FILE_ERROR, "Permission denied")
        self.assertEqual(path.read_bytes(), old)


class Killed(IndexTest):
    def test_leaves_the_old_file_or_the_new_one(self):
        self.write("in.txt", b"\n".join(cli.sample_lines()[:3000]) + b"\n")
        new = self.convert("m.safetensors").read_bytes()
        path = self.convert("m.safetensors", "--no-index")
        old = path.read_bytes()
        left = set()
        for milliseconds in range(0, 60, 6):
            path.write_bytes(old)
            process = subprocess.Popen(
                [cli.BINARY, "index", "-q", "m.safetensors"], cwd=self.folder,
                env=self.environment(), stdin=subprocess.DEVNULL,
            )
            try:
                process.wait(milliseconds / 1000)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            found = path.read_bytes()
            self.assertTrue(found in (old, new), f"after {milliseconds} ms")
            # A whole new file may have its second name for an instant (base/output_file.h).
            others = [name for name in self.files() if name not in ("in.txt", "m.safetensors")]
            for name in others:
                self.assertRegex(name, r"^\.wordvec-")
                self.assertTrue((self.folder / name).read_bytes() == new)
                (self.folder / name).unlink()
            left.add(found == new)
        self.assertIn(False, left, "no run was killed early enough to tell")


class Damaged(IndexTest):
    def test_codes_are_named_with_the_remedy(self):
        self.write("in.txt", b"\n".join(cli.sample_lines()[:2000]) + b"\n")
        path = self.convert("m.safetensors")
        whole = path.read_bytes()
        header, data = cli.container_header(path)
        for name, value in (("scan.first_blocks", b"\xff\xff\xff\x7f"), ("scan.rows", b"\0\0\0\x7f")):
            begin, end = header[name]["data_offsets"]
            at, size = len(whole) - len(data) + begin, end - begin
            path.write_bytes(whole[:at] + value * (size // 4) + whole[at + size :])
            for query in (["nearest", "king"], ["analogy", "king", "man", "woman"]):
                with self.subTest(name, query=query):
                    self.assert_says(
                        self.run_command(*query, "-m", "m.safetensors"), FILE_ERROR,
                        r"error: m\.safetensors: damaged search codes; `wordvec index --again`")
        self.assertEqual(self.run_command("index", "--again", "m.safetensors").status, ALL_ANSWERED)
        self.assertTrue(path.read_bytes() == whole)


class Verify(IndexTest):
    def test_finds_a_changed_byte_in_each_tensor_of_codes(self):
        path = self.convert("m.safetensors")
        whole = path.read_bytes()
        header, data = cli.container_header(path)
        self.assert_answered(self.run_command("info", "--verify", "-q", "-m", "m.safetensors"))
        for name in SCAN:
            begin, end = header[name]["data_offsets"]
            for place in (begin, (begin + end) // 2, end - 1):
                with self.subTest(name, place=place - begin):
                    at = len(whole) - len(data) + place
                    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
                    result = self.run_command("info", "--verify", "-q", "-m", "m.safetensors")
                    self.assert_says(result, FILE_ERROR,
                                     rf"error: m\.safetensors: tensor '{name}' has the checksum")

    def test_finds_codes_that_lie_under_right_checksums(self):
        # The checksums' own text is taken from a container of other rows.
        path = self.convert("m.safetensors")
        self.write("in.txt", TEXT.replace("queen 4 5 6.5", "queen -4 5 6.5"))
        other = self.convert("other.safetensors")
        header, data = cli.container_header(path)
        other_header, other_data = cli.container_header(other)
        changed = bytearray(data)
        for name in SCAN:
            begin, end = header[name]["data_offsets"]
            other_begin, other_end = other_header[name]["data_offsets"]
            changed[begin:end] = other_data[other_begin:other_end]
            key = "xxh3_128." + name
            header["__metadata__"][key] = other_header["__metadata__"][key]
        text = json.dumps(header).encode()
        text += b" " * (-(8 + len(text)) % 4096)
        path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(changed))
        result = self.run_command("info", "--verify", "-q", "-m", "m.safetensors")
        self.assert_says(result, FILE_ERROR, "the search codes have [0-9]+ positions")
        self.assertNotIn("checksum", result.stderr)


if __name__ == "__main__":
    cli.main()
