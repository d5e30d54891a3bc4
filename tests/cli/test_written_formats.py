#!/usr/bin/python3
"""Each format that is written, read back by another program; and what that program writes."""

import csv
import gzip
import sys
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import needs_numpy, numpy  # noqa: E402

try:
    from gensim.models import KeyedVectors
except ImportError:
    KeyedVectors = None

needs_gensim = unittest.skipIf(KeyedVectors is None, "gensim is not there")
ROWS = 300


@needs_numpy
class WrittenFormats(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.words = cli.sample_words()[:ROWS]
        self.matrix = cli.sample_matrix()[:ROWS].astype("<f4")

    def written(self, name, *options):
        result = self.run_command("convert", cli.SAMPLE, name, "--limit", str(ROWS), *options)
        self.assertEqual(result.status, 0, result)
        return str(self.folder / name)

    def assert_same(self, words, matrix):
        self.assertEqual(list(words), self.words)
        self.assertEqual(matrix.dtype, numpy.float32)
        self.assertTrue(numpy.array_equal(matrix, self.matrix))

    def assert_model(self, model):
        self.assert_same(model.index_to_key, model.vectors)

    @needs_gensim
    def test_gensim_loads_glove_text(self):
        self.assert_model(KeyedVectors.load_word2vec_format(self.written("out.txt"),
                                                            no_header=True))

    @needs_gensim
    def test_gensim_loads_word2vec_text(self):
        self.assert_model(KeyedVectors.load_word2vec_format(self.written("out.vec")))

    @needs_gensim
    def test_gensim_loads_word2vec_binary(self):
        self.assert_model(KeyedVectors.load_word2vec_format(self.written("out.bin"), binary=True))

    def test_numpy_loads_npy_that_is_compressed(self):
        with gzip.open(self.written("out.npy.gz")) as file:
            array = numpy.load(file, allow_pickle=False)
        words = (self.folder / "out.vocab.txt").read_text().splitlines()
        self.assert_same(words, array)

    def test_numpy_loads_npy(self):
        array = numpy.load(self.written("out.npy"), allow_pickle=False)
        words = (self.folder / "out.vocab.txt").read_text().split("\n")
        self.assertEqual(words.pop(), "")
        self.assert_same(words, array)

    def test_numpy_and_csv_load_projector_files(self):
        for name, labels in (("vectors.tsv", "metadata.tsv"), ("out.tsv", "out.metadata.tsv")):
            path = self.written(name)
            with open(self.folder / labels, newline="") as file:
                words = [row[0] for row in
                         csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
            array = numpy.loadtxt(path, delimiter="\t", comments=None).astype("f4")
            self.assert_same(words, array)

    def test_numpy_loads_plain_safetensors(self):
        self.written("out.safetensors", "--to", "safetensors")
        header, data = cli.container_header(self.folder / "out.safetensors")
        tensor = header["embeddings"]
        begin, end = tensor["data_offsets"]
        array = numpy.frombuffer(data[begin:end], "<f4").reshape(tensor["shape"])
        self.assert_same((self.folder / "out.vocab.txt").read_text().split("\n")[:-1], array)

    @needs_gensim
    def test_what_gensim_writes_is_read(self):
        model = KeyedVectors(self.matrix.shape[1])
        model.add_vectors(self.words, self.matrix)
        model.save_word2vec_format(self.folder / "gensim.vec")
        model.save_word2vec_format(self.folder / "gensim.bin", binary=True)
        numpy.save(self.folder / "gensim.npy", model.vectors)
        (self.folder / "gensim.vocab.txt").write_text("\n".join(model.index_to_key))
        # gensim ends no row of its binary format with a line end.
        size = (self.folder / "gensim.bin").stat().st_size
        text = sum(len(word.encode()) + 1 for word in self.words)
        self.assertEqual(size, len(f"{ROWS} 300\n") + text + self.matrix.nbytes)
        for name in ("gensim.vec", "gensim.bin", "gensim.npy"):
            with self.subTest(name):
                result = self.run_command("convert", name, "out.safetensors")
                self.assertEqual(result.status, 0, result)
                words, rows = cli.read_container(self.folder / "out.safetensors")
                self.assert_same([word.decode() for word in words],
                                 numpy.frombuffer(b"".join(rows), "<f4").reshape(ROWS, -1))


if __name__ == "__main__":
    unittest.main()
