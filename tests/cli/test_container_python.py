#!/usr/bin/python3
"""What `wordvec convert` writes is what FORMAT.md says, seen by a reader that shares no code with us.

WORDVEC_BIN names the command. NumPy is needed.
"""

import io
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests" / "support"))
import read_container  # noqa: E402

SAMPLE_TEXT = ROOT / "data" / "sample.10k.300d.txt.gz"
GOLDEN = ROOT / "tests" / "golden"
NEWEST = GOLDEN / "smallest-1.4.safetensors"
FORMAT = ROOT / "src" / "wordvec" / "store" / "FORMAT.md"


def wordvec(*arguments, **options):
    return subprocess.run(
        [os.environ["WORDVEC_BIN"], *map(str, arguments)], check=True, capture_output=True, **options
    )


def fenced(language):
    """The blocks of FORMAT.md that start with ```language."""
    return re.findall(rf"^```{language}\n(.*?)^```", FORMAT.read_text(), re.MULTILINE | re.DOTALL)


class ConvertedSample(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(
            dir=os.environ.get("TMPDIR", os.environ.get("WORDVEC_BUILD_DIR"))
        )
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.path = cls.folder / "sample.safetensors"
        cls.text = subprocess.run(
            ["gzip", "-dc", SAMPLE_TEXT], check=True, stdout=subprocess.PIPE
        ).stdout
        wordvec("convert", "-", cls.path, input=cls.text)
        cls.container = read_container.read(cls.path)

    def test_has_the_words_of_the_text_in_order(self):
        words = [line.split(b" ", 1)[0] for line in self.text.split(b"\n")[:-1]]
        self.assertEqual(len(words), 10001)
        self.assertEqual(self.container.words(), words)
        self.assertEqual(self.container.find(b"king"), 193)
        self.assertEqual(self.container.find(b"ok"), 10000)
        self.assertIsNone(self.container.find(b"king "))

    def test_has_the_values_that_numpy_reads_from_the_text(self):
        values = np.loadtxt(
            io.BytesIO(self.text), dtype=np.float32, delimiter=" ", comments=None,
            usecols=range(1, 301), encoding="utf-8",
        )
        self.assertEqual(self.container.embeddings.shape, (10001, 300))
        self.assertTrue(
            np.array_equal(self.container.embeddings.view(np.uint32), values.view(np.uint32))
        )

    def test_tells_where_it_comes_from(self):
        metadata = self.container.metadata
        self.assertEqual(metadata["source"], "standard input")
        self.assertEqual(metadata["source_format"], "glove")
        self.assertEqual(metadata["source_size"], str(len(self.text)))
        self.assertRegex(metadata["source_xxh3_128"], "^[0-9a-f]{32}$")
        self.assertEqual(metadata["casing"], "lower")
        self.assertRegex(metadata["creator"], r"^wordvec \d+\.\d+\.\d+$")
        if read_container.xxhash is not None:
            self.assertEqual(
                metadata["source_xxh3_128"], read_container.xxhash.xxh3_128_hexdigest(self.text)
            )

    def test_has_the_places_that_the_format_gives(self):
        places = self.container.places
        self.assertEqual(self.container.data_begin % 4096, 0)
        self.assertEqual(self.container.header_text[-1:], b" ")
        self.assertEqual(
            [name for name in places if not name.startswith("padding.")],
            ["embeddings", "words.slots", "words.offsets", "words.text", "norms", *read_container.CODES],
        )
        paddings = [name for name in places if name.startswith("padding.")]
        self.assertEqual(paddings, [f"padding.{i}" for i in range(len(paddings))])

    def test_is_read_by_the_code_in_the_format(self):
        names = {"path": str(self.path)}
        exec(fenced("python")[0], names)
        king = names["embeddings"][names["row_of"]["king"]]
        self.assertTrue(np.array_equal(king, self.container.embeddings[193]))

    def test_is_read_by_the_safetensors_library(self):
        try:
            import safetensors  # noqa: F401
        except ImportError:
            self.skipTest("the Python package safetensors is not there")
        names = {"path": str(self.path)}
        exec(fenced("python")[1], names)
        self.assertTrue(np.array_equal(names["tensors"]["embeddings"], self.container.embeddings))
        self.assertEqual(names["metadata"], self.container.metadata)

    def test_is_read_back_after_the_safetensors_library_has_written_it(self):
        # That writes no padding, a header of any multiple of 8, and the widest elements first.
        order = ["words.offsets", "embeddings", "norms", "words.slots", *read_container.CODES,
                 "words.text"]
        header = {"__metadata__": self.container.metadata}
        data = b""
        for name in order:
            dtype, shape, begin, end = self.container.places[name]
            header[name] = {
                "dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + end - begin],
            }
            data += self.container.data[begin:end]
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        path = self.folder / "rewritten.safetensors"
        path.write_bytes(struct.pack("<Q", len(text)) + text + data)
        wordvec("info", "--verify", "--model", path)
        self.assertEqual(
            wordvec("lookup", "king", "--model", path).stdout,
            wordvec("lookup", "king", "--model", self.path).stdout,
        )

    def test_is_refused_by_the_reader_when_a_byte_is_wrong(self):
        # So that the checks of this reader are known to check.
        places = self.container.places
        for name in ["embeddings", "norms", "words.offsets", "words.slots", "padding.0", "scan.cosines",
                     "scan.rows", "scan.codes4", "scan.codes8"]:
            with self.subTest(name):
                damaged = bytearray(self.container.data)
                damaged[places[name][2]] ^= 0x40
                damaged[places[name][3] - 1] ^= 0x40
                with self.assertRaises(read_container.FormatError):
                    read_container.Container(bytes(damaged)).check()
        with self.assertRaises(read_container.FormatError):
            read_container.Container(self.container.data[:-1])


class SmallestFile(unittest.TestCase):
    def test_is_read(self):
        for path in sorted(GOLDEN.glob("smallest-1.*.safetensors")):
            with self.subTest(path.name):
                container = read_container.read(path)
                self.assertEqual(container.words(), [b"a"])
                self.assertEqual(container.embeddings.tolist(), [[1.0]])
                self.assertEqual(container.norms.tolist(), [1.0])
                self.assertEqual(container.slots.tolist(), [0, 1])

    def test_has_counts(self):
        self.assertEqual(read_container.read(NEWEST).counts.tolist(), [7])
        self.assertIsNone(read_container.read(GOLDEN / "smallest-1.3.safetensors").counts)

    def test_has_ngrams(self):
        subwords = read_container.read(NEWEST).subwords
        self.assertEqual(read_container.fnv1a_32(b"<b>"), 0x8E9A967F)
        self.assertEqual(subwords.vector(b"b").tolist(), [0.5])
        self.assertIsNone(subwords.vector(b"c"))
        self.assertIsNone(read_container.read(GOLDEN / "smallest-1.1.safetensors").subwords)

    def test_is_refused_when_its_ngrams_are_wrong(self):
        golden = NEWEST.read_bytes()
        begin = read_container.Container(golden).places["subwords.buckets"][2]
        for right, wrong in (
            (b'"subwords_vector":"mean"', b'"subwords_vector":"meen"'),
            (b'"subwords_max_length":"3"', b'"subwords_max_length":"2"'),
            (golden[begin : begin + 4] + bytes(60), b"\2" + bytes(63)),
            (b'"words.counts":{"dtype":"U64","shape":[1]', b'"words.counts":{"dtype":"I64","shape":[1]'),
        ):
            with self.subTest(wrong), self.assertRaises(read_container.FormatError):
                read_container.Container(golden.replace(right, wrong)).check()

    def test_is_the_dump_in_the_format(self):
        dumped = b""
        for line in "".join(fenced("dump")).splitlines():
            offset, rest = re.fullmatch(r"([0-9a-f]{8})  (.*)", line).groups()
            self.assertEqual(int(offset, 16), len(dumped), line)
            if repeated := re.match(r"([0-9a-f]{2}) × (\d+) ", rest):
                dumped += bytes.fromhex(repeated[1]) * int(repeated[2])
            elif literal := re.match(r"[0-9a-f]{2}( [0-9a-f]{2})*(?=  )", rest):
                dumped += bytes.fromhex(literal[0])
            else:
                dumped += rest.encode()
        self.assertEqual(dumped, NEWEST.read_bytes())


if __name__ == "__main__":
    unittest.main()
