"""Writes finalfusion files and says what they mean, by the specification and its paper trail alone.

https://finalfusion.github.io/spec, and where that is silent finalfusion-rust. It shares no code
with the reader that is tested. NumPy is needed.
"""

import struct

import numpy

SIMPLE, ARRAY, BUCKETS, QUANTIZED, METADATA, NORMS, FASTTEXT, EXPLICIT, FLORET = range(1, 10)
UINT8, FLOAT32 = 1, 10


def text(item):
    data = item if isinstance(item, bytes) else item.encode()
    return struct.pack("<I", len(data)) + data


def texts(items):
    return b"".join(map(text, items))


class File:
    """Chunks, added in order; bytes() is the file."""

    def __init__(self):
        self.chunks = []  # (id, make), make(offset of the content) → content

    def bytes(self):
        data = b"FiFu" + struct.pack("<II", 0, len(self.chunks))
        data += struct.pack(f"<{len(self.chunks)}I", *(kind for kind, _ in self.chunks))
        for kind, make in self.chunks:
            content = make(len(data) + 12)
            data += struct.pack("<IQ", kind, len(content)) + content
        return data

    def add(self, kind, content):
        make = content if callable(content) else lambda _: content
        self.chunks.append((kind, make))
        return self

    def metadata(self, toml):
        return self.add(METADATA, toml.encode())

    def simple_vocabulary(self, words):
        return self.add(SIMPLE, struct.pack("<Q", len(words)) + texts(words))

    def bucket_vocabulary(self, words, least, most, exponent):
        head = struct.pack("<QIII", len(words), least, most, exponent)
        return self.add(BUCKETS, head + texts(words))

    def fasttext_vocabulary(self, words, least, most, buckets):
        head = struct.pack("<QIII", len(words), least, most, buckets)
        return self.add(FASTTEXT, head + texts(words))

    def explicit_vocabulary(self, words, least, most, rows_of_ngrams):
        head = struct.pack("<QQII", len(words), len(rows_of_ngrams), least, most)
        ngrams = (text(ngram) + struct.pack("<Q", row) for ngram, row in rows_of_ngrams.items())
        return self.add(EXPLICIT, head + texts(words) + b"".join(ngrams))

    def array(self, matrix):
        return self.add(ARRAY, lambda offset: padded(
            offset, struct.pack("<QII", *matrix.shape, FLOAT32)) + floats(matrix))

    def quantized_array(self, quantizer, codes, norms=None):
        """`quantizer` is a Quantizer, `codes` uint8 of rows × codes of a row."""
        centroids = quantizer.centroids
        head = struct.pack(
            "<IIIIIQII", quantizer.projection is not None, norms is not None, codes.shape[1],
            quantizer.dim, centroids.shape[1], codes.shape[0], UINT8, FLOAT32)
        content = b"" if quantizer.projection is None else floats(quantizer.projection)
        content += floats(centroids)
        content += b"" if norms is None else floats(norms)
        content += codes.astype(numpy.uint8).tobytes()
        return self.add(QUANTIZED, lambda offset: padded(offset, head) + content)

    def norms(self, norms):
        return self.add(NORMS, lambda offset: padded(
            offset, struct.pack("<QI", len(norms), FLOAT32)) + floats(norms))


def padded(offset, head):
    """`head`, and what brings the array behind it to a multiple of four: one to four bytes."""
    return head + bytes(4 - (offset + len(head)) % 4)


def floats(values):
    return numpy.ascontiguousarray(values, "<f4").tobytes()


class Quantizer:
    """A product quantiser: `centroids` are codes × centroids × values of a code; `projection`, of
    the optimised kind, dim × dim."""

    def __init__(self, centroids, projection=None):
        self.centroids = numpy.asarray(centroids, numpy.float32)
        self.projection = None if projection is None else numpy.asarray(projection, numpy.float32)
        self.dim = self.centroids.shape[0] * self.centroids.shape[2]

    def encode(self, matrix):
        """The nearest centroid of each part of each row, after its rotation."""
        matrix = numpy.asarray(matrix, numpy.float64)
        if self.projection is not None:
            matrix = matrix @ self.projection.astype(numpy.float64)
        parts = matrix.reshape(len(matrix), self.centroids.shape[0], 1, -1)
        return ((parts - self.centroids) ** 2).sum(-1).argmin(-1)

    def decode(self, codes, norms=None):
        """In float64, what the rows are before they are rounded."""
        parts = [self.centroids[i, codes[:, i]] for i in range(codes.shape[1])]
        matrix = numpy.concatenate(parts, axis=1).astype(numpy.float64)
        if self.projection is not None:
            matrix = matrix @ self.projection.T.astype(numpy.float64)
        return matrix if norms is None else matrix * numpy.asarray(norms)[:, None]


def ngrams_of(word, least, most):
    """finalfusion's n-grams of a word, also those of one character at its edges."""
    marked = f"<{word}>"
    return [marked[begin : begin + size] for begin in range(len(marked))
            for size in range(most, least - 1, -1) if begin + size <= len(marked)]


def bucket(ngram, exponent):
    """finalfusion's: FNV-1a, 64 bits, of the number of characters and of each as 32 bits."""
    state = 0xCBF29CE484222325
    for byte in struct.pack("<Q", len(ngram)) + ngram.encode("utf-32-le"):
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return state % 2**exponent


def fasttext_bucket(ngram, buckets):
    """fastText's: FNV-1a, 32 bits, where bytes are signed."""
    state = 2166136261
    for byte in ngram.encode():
        state = (state ^ (byte | (0xFFFFFF00 if byte & 0x80 else 0))) * 16777619 % 2**32
    return state % buckets


def unknown_word(rows):
    """The vector of a word that is not in the vocabulary, of its n-grams' rows, in float64."""
    total = numpy.sum(numpy.asarray(rows, numpy.float64), axis=0)
    length = numpy.linalg.norm(total)
    return total / length if length else total
