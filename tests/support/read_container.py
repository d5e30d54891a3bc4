#!/usr/bin/python3
"""Reads a container as src/wordvec/store/FORMAT.md describes it, with NumPy and no code of wordvec.

    read_container.py FILE [WORD...]    prints the header, checks the file, prints the words' vectors,
                                        those of unknown words from their n-grams

Checksums and the places in the hash table are checked too where the Python module xxhash is there.
"""

import json
import struct
import sys

import numpy as np

try:
    import xxhash
except ImportError:
    xxhash = None

DTYPES = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "I16": "<i2", "U16": "<u2", "F16": "<f2", "I32": "<i4",
    "U32": "<u4", "F32": "<f4", "F64": "<f8", "I64": "<i8", "U64": "<u8",
}
REQUIRED = {  # name: (dtype, number of dimensions)
    "embeddings": ("F32", 2),
    "words.slots": ("U32", 1),
    "words.offsets": ("U64", 1),
    "words.text": ("U8", 1),
    "norms": ("F32", 1),
}
CODES = {
    "scan.centroids": ("F32", 2),
    "scan.first_blocks": ("U32", 1),
    "scan.cosines": ("F32", 2),
    "scan.rows": ("U32", 2),
    "scan.codes4": ("U8", 2),
    "scan.codes8": ("U8", 3),
}
NGRAMS = {
    "subwords.ngrams.slots": ("U32", 1),
    "subwords.ngrams.offsets": ("U64", 1),
    "subwords.ngrams.text": ("U8", 1),
}
BLOCK_ROWS = 16
NO_ROW = 2**32 - 1
NEVER_ENOUGH = -1e9
PAGE_BYTES = 4096
TENSOR_ALIGNMENT = 64
MOST_HEADER_BYTES = 100_000_000
MOST_ROWS = 2**32 - 2
MOST_DIM = 65536


class FormatError(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise FormatError(message)


def fnv1a_32(data):
    """With each byte's sign extended."""
    h = 2166136261
    for byte in data:
        h = ((h ^ (byte if byte < 128 else byte + 2**32 - 256)) * 16777619) % 2**32
    return h


def fnv1a_64(data):
    h = 0xCBF29CE484222325
    for byte in data:
        h = ((h ^ byte) * 0x100000001B3) % 2**64
    return h


def murmur3_x64_128(data, seed):
    """The two halves of the hash."""
    most = 2**64 - 1

    def rotate(x, by):
        return (x << by | x >> (64 - by)) & most

    def lane(piece, first, by, second):
        return rotate(int.from_bytes(piece, "little") * first & most, by) * second & most

    def mix(x):
        x = (x ^ x >> 33) * 0xFF51AFD7ED558CCD & most
        x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53 & most
        return x ^ x >> 33

    c1, c2 = 0x87C37B91114253D5, 0x4CF5AD432745937F
    h1 = h2 = seed
    whole = len(data) // 16 * 16
    for at in range(0, whole, 16):
        h1 = ((rotate(h1 ^ lane(data[at : at + 8], c1, 31, c2), 27) + h2) * 5 + 0x52DCE729) & most
        h2 = ((rotate(h2 ^ lane(data[at + 8 : at + 16], c2, 33, c1), 31) + h1) * 5 + 0x38495AB5) & most
    h2 ^= lane(data[whole + 8 :], c2, 33, c1)
    h1 ^= lane(data[whole : whole + 8], c1, 31, c2)
    h1, h2 = h1 ^ len(data), h2 ^ len(data)
    h1 = (h1 + h2) & most
    h2 = (h2 + h1) & most
    h1, h2 = mix(h1), mix(h2)
    h1 = (h1 + h2) & most
    return h1, (h2 + h1) & most


class Subwords:
    """The n-grams of a container, from which unknown words get vectors."""

    def __init__(self, container):
        metadata, places = container.metadata, container.places
        self.scheme = metadata["subwords_scheme"]
        expect(self.scheme in ("fasttext", "floret", "finalfusion", "listed"), "unknown scheme")
        self.min = int(metadata["subwords_min_length"])
        self.max = int(metadata["subwords_max_length"])
        expect(0 <= self.min <= self.max <= 64, "lengths of n-grams")
        self.begin = metadata["subwords_begin"].encode()
        self.end = metadata["subwords_end"].encode()
        self.is_unit = metadata["subwords_vector"] == "unit"
        expect(self.is_unit or metadata["subwords_vector"] == "mean", "neither mean nor unit")
        dtype, shape, begin, _ = places["subwords.embeddings"]
        expect(dtype == "F32" and shape[1:] == container.places["embeddings"][1][1:], f"{dtype} {shape}")
        self.rows = shape[0]
        self.matrix = container.tensor("subwords.embeddings")
        self.row_of = None
        names = ["subwords.embeddings"]
        if self.scheme == "listed":
            names += NGRAMS
            for name, (dtype, dimensions) in NGRAMS.items():
                expect((places[name][0], len(places[name][1])) == (dtype, dimensions), name)
            self.offsets = container.tensor("subwords.ngrams.offsets").astype(np.int64)
            self.text = container.tensor("subwords.ngrams.text").tobytes()
            self.slots = container.tensor("subwords.ngrams.slots")
            expect(len(self.offsets) == self.rows + 1, "not an n-gram for each row")
            self.ngrams = [self.text[a:b] for a, b in zip(self.offsets, self.offsets[1:])]
            self.row_of = {ngram: row for row, ngram in enumerate(self.ngrams)}
        else:
            self.buckets = int(metadata["subwords_buckets"])
            if "subwords.buckets" in places:
                names.append("subwords.buckets")
                expect(places["subwords.buckets"][:2] == ("U32", [self.rows]), "subwords.buckets")
                self.kept = container.tensor("subwords.buckets").astype(np.int64)
                self.row_of = {bucket: row for row, bucket in enumerate(self.kept.tolist())}
            else:
                self.kept = np.arange(self.rows)
                expect(self.rows == self.buckets, "not a row for each bucket")
        if self.scheme == "floret":
            self.hash_count = int(metadata["subwords_hash_count"])
            self.seed = int(metadata["subwords_seed"])
        for name in names:
            expect(places[name][2] % TENSOR_ALIGNMENT == 0, f"{name} begins at byte {places[name][2]}")
        self.names = names

    def check(self):
        expect(np.isfinite(self.matrix).all(), "values of n-grams are not finite")
        if self.scheme == "listed":
            expect(self.offsets[0] == 0 and self.offsets[-1] == len(self.text), "n-grams' text")
            expect((np.diff(self.offsets) >= 0).all(), "offsets of n-grams fall")
            expect(len(self.row_of) == self.rows, "an n-gram comes twice")
            used = np.sort(self.slots[self.slots != 0])
            expect(np.array_equal(used, np.arange(1, self.rows + 1)), "an n-gram is not in one slot")
        else:
            expect((np.diff(self.kept) > 0).all() and self.kept[-1] < self.buckets, "buckets")

    def vector(self, word):
        """float32 values for a word (bytes), or None."""
        rows = self._rows(word)
        if not rows:
            return None
        total = np.zeros(self.matrix.shape[1], dtype=np.float32)
        for row in rows:
            total += self.matrix[row]
        if not self.is_unit:
            return total * np.float32(1 / len(rows))
        wide = total.astype(np.float64)
        length = np.sqrt(np.square(wide).sum())
        return (wide / length).astype(np.float32) if length > 0 else total

    def _rows(self, word):
        text = self.begin + word + self.end
        if self.scheme == "listed":
            found = [self.row_of.get(b"".join(n)) for n in self._finalfusion_ngrams(text)]
            return [row for row in found if row is not None]
        if self.scheme == "finalfusion":
            hashes = [self._finalfusion_hash(ngram) for ngram in self._finalfusion_ngrams(text)]
        elif self.scheme == "fasttext":
            hashes = [] if word == b"</s>" else list(map(fnv1a_32, self._fasttext_ngrams(text)))
        else:
            ngrams = [text] + ([] if word == b"</s>" else self._fasttext_ngrams(text))
            hashes = []
            for ngram in ngrams:
                h1, h2 = murmur3_x64_128(ngram, self.seed)
                numbers = [h1 % 2**32, h1 >> 32, h2 % 2**32, h2 >> 32]
                hashes += numbers[: self.hash_count]
        buckets = [h % self.buckets for h in hashes]
        if self.row_of is None:
            return buckets
        return [self.row_of[bucket] for bucket in buckets if bucket in self.row_of]

    def _fasttext_ngrams(self, text):
        begins = [i for i, byte in enumerate(text) if byte & 0xC0 != 0x80] + [len(text)]
        ngrams = []
        for first in range(len(begins) - 1):
            for last in range(first + 1, min(first + self.max, len(begins) - 1) + 1):
                begin, end = begins[first], begins[last]
                is_edge = last == first + 1 and (begin == 0 or end == len(text))
                if last - first >= self.min and not is_edge:
                    ngrams.append(text[begin:end])
        return ngrams

    def _finalfusion_ngrams(self, text):
        """Each as a list of its characters."""
        characters, at = [], 0
        while at < len(text):
            for size in (1, 2, 3, 4):
                try:
                    text[at : at + size].decode()
                    break
                except UnicodeDecodeError:
                    continue
            else:
                size = 1
            characters.append(text[at : at + size])
            at += size
        return [
            characters[first : first + count]
            for first in range(len(characters))
            for count in range(min(self.max, len(characters) - first), max(self.min, 1) - 1, -1)
        ]

    @staticmethod
    def _finalfusion_hash(ngram):
        points = [ord(character.decode("utf-8", "replace")) for character in ngram]
        return fnv1a_64(struct.pack(f"<Q{len(points)}I", len(points), *points))


class Container:
    """A whole container in memory. The constructor checks everything that the header tells."""

    def __init__(self, data):
        expect(len(data) >= 8, "fewer than 8 bytes")
        (length,) = struct.unpack_from("<Q", data)
        expect(length <= MOST_HEADER_BYTES and length <= len(data) - 8, f"header of {length} bytes")
        self.data = data
        self.data_begin = 8 + length
        self.header_text = data[8 : self.data_begin]
        expect(self.header_text[:1] == b"{", "the header does not start with '{'")
        self.header = json.loads(self.header_text.decode("utf-8"))
        self.metadata = self.header.get("__metadata__", {})
        self.places = {}  # name: (dtype, shape, begin, end), bytes from the start of the file
        for name, tensor in self.header.items():
            if name != "__metadata__":
                begin, end = (self.data_begin + offset for offset in tensor["data_offsets"])
                self.places[name] = (tensor["dtype"], tensor["shape"], begin, end)
        self._check_places()
        self._check_metadata()
        self._check_shapes()

        self.embeddings = self.tensor("embeddings")
        self.norms = self.tensor("norms")
        self.slots = self.tensor("words.slots")
        self.offsets = self.tensor("words.offsets")
        self.text = self.tensor("words.text").tobytes()
        self.counts = self.tensor("words.counts") if "words.counts" in self.places else None
        self.rows, self.dim = self.embeddings.shape
        has_ngrams = any(name in self.places for name in ("subwords.embeddings", "subwords.buckets", *NGRAMS))
        self.subwords = Subwords(self) if has_ngrams or "subwords_scheme" in self.metadata else None

    def tensor(self, name):
        dtype, shape, begin, end = self.places[name]
        return np.frombuffer(self.data[begin:end], dtype=DTYPES[dtype]).reshape(shape)

    def words(self):
        offsets = self.offsets.tolist()
        return [self.text[a:b] for a, b in zip(offsets, offsets[1:])]

    def find(self, word):
        """The row of a word (bytes) or None, by looking at every word."""
        words = self.words()
        return words.index(word) if word in words else None

    def _check_places(self):
        at = self.data_begin
        for name, (dtype, shape, begin, end) in sorted(self.places.items(), key=lambda i: i[1][2:]):
            expect(dtype in DTYPES, f"{name} has the dtype {dtype}")
            expect(begin == at, f"{name} begins at byte {begin}, the one before it ends at {at}")
            size = np.dtype(DTYPES[dtype]).itemsize
            for extent in shape:
                size *= extent
            expect(end - begin == size, f"{name} has {end - begin} bytes, its shape {size}")
            at = end
        expect(at == len(self.data), f"tensors end at byte {at}, the file at {len(self.data)}")

    def _check_metadata(self):
        for key, value in self.metadata.items():
            expect(isinstance(value, str), f"metadata {key} is not a string")
        expect(self.metadata.get("format") == "wordvec", "the format is not wordvec")
        expect(self.metadata["format_version"].split(".")[0] == "1", "not of version 1")
        expect(self.metadata["casing"] in ("lower", "mixed"), "unknown casing")

    def _check_shapes(self):
        for name, (dtype, dimensions) in REQUIRED.items():
            expect(name in self.places, f"{name} is missing")
            found_dtype, shape, begin, _ = self.places[name]
            expect((found_dtype, len(shape)) == (dtype, dimensions), f"{name} is {found_dtype} {shape}")
            alignment = PAGE_BYTES if name == "embeddings" else TENSOR_ALIGNMENT
            expect(begin % alignment == 0, f"{name} begins at byte {begin}")
        rows, dim = self.places["embeddings"][1]
        expect(1 <= rows <= MOST_ROWS and 1 <= dim <= MOST_DIM, f"{rows} rows of {dim}")
        expect(self.places["norms"][1] == [rows], "norms are not one for each row")
        expect(self.places["words.offsets"][1] == [rows + 1], "offsets are not rows + 1")
        if "words.counts" in self.places:
            dtype, shape, begin, _ = self.places["words.counts"]
            expect((dtype, shape) == ("U64", [rows]), f"words.counts is {dtype} {shape}")
            expect(begin % TENSOR_ALIGNMENT == 0, f"words.counts begins at byte {begin}")
        slots = 2
        while slots < 2 * rows:
            slots *= 2
        expect(self.places["words.slots"][1] == [slots], f"not {slots} slots")
        self.has_codes = any(name in self.places for name in CODES)
        if self.has_codes:
            self._check_code_shapes(rows, dim)

    def _check_code_shapes(self, rows, dim):
        for name, (dtype, dimensions) in CODES.items():
            expect(name in self.places, f"{name} is missing")
            found_dtype, shape, begin, _ = self.places[name]
            expect((found_dtype, len(shape)) == (dtype, dimensions), f"{name} is {found_dtype} {shape}")
            expect(begin % TENSOR_ALIGNMENT == 0, f"{name} begins at byte {begin}")
        clusters, blocks = self.places["scan.centroids"][1][0], self.places["scan.rows"][1][0]
        expect(1 <= clusters <= 4096, f"{clusters} clusters")
        expect(1 <= blocks <= rows // BLOCK_ROWS + clusters, f"{blocks} blocks")
        for name, shape in {
            "scan.centroids": [clusters, dim],
            "scan.first_blocks": [clusters + 1],
            "scan.cosines": [blocks, 2],
            "scan.rows": [blocks, BLOCK_ROWS],
            "scan.codes4": [blocks, 64 * -(-dim // 8) + 128],
            "scan.codes8": [blocks, BLOCK_ROWS, 64 * -(-(dim + 8) // 64)],
        }.items():
            expect(self.places[name][1] == shape, f"{name} is {self.places[name][1]}, not {shape}")

    def check(self):
        """Checks the bytes of the tensors. Raises FormatError."""
        self._check_vocabulary()
        self._check_norms()
        expect(self.counts is None or self.counts.any(), "all counts are 0")
        for name in self.places:
            if name.startswith("padding."):
                expect(not self.tensor(name).any(), f"{name} is not zero")
        if self.subwords is not None:
            self.subwords.check()
        if self.has_codes:
            self._check_codes()
        if xxhash is not None:
            self._check_hashes()

    def _check_vocabulary(self):
        offsets = self.offsets.astype(np.int64)
        expect(offsets[0] == 0 and offsets[-1] == len(self.text), "offsets do not span the text")
        expect((np.diff(offsets) >= 0).all(), "offsets fall")
        expect(len(set(self.words())) == self.rows, "a word comes twice")
        used = np.sort(self.slots[self.slots != 0])
        expect(np.array_equal(used, np.arange(1, self.rows + 1)), "a row is not in one slot")

    def _check_norms(self):
        expect(np.isfinite(self.embeddings).all(), "values are not finite")
        squares = np.square(self.embeddings.astype(np.float64))
        with np.errstate(over="ignore", invalid="ignore"):
            lengths = np.sqrt(squares.sum(axis=1)).astype(np.float32)
            # The sums may be taken in another order than the file's: one unit in the last place.
            same = np.abs(lengths - self.norms) <= np.spacing(self.norms)
        same |= lengths == self.norms
        expect(same.all(), f"the length of row {np.argmin(same)} is not that of its vector")

    def _check_codes(self):
        """That every bound holds, from the definitions alone, in float64."""
        matrix = self.embeddings.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            squared = np.square(matrix).sum(axis=1)
        has_direction = (squared > 0) & np.isfinite(squared)
        rows = self.tensor("scan.rows").reshape(-1)
        used = rows[rows != NO_ROW]
        expect(
            np.array_equal(np.sort(used), np.flatnonzero(has_direction)),
            "not one position for each row that has a direction",
        )
        first_blocks = self.tensor("scan.first_blocks").astype(np.int64)
        cosines = self.tensor("scan.cosines").astype(np.float64)
        blocks = len(cosines)
        expect(first_blocks[0] == 0 and first_blocks[-1] == blocks, "clusters are not all blocks")
        expect((np.diff(first_blocks) >= 0).all(), "blocks of clusters fall")
        scales4, errors4, z4 = self._decode4(blocks)
        scales8, errors8, z8 = self._decode8(blocks)
        empty = rows == NO_ROW
        for scales, errors in ((scales4, errors4), (scales8, errors8)):
            expect((scales[empty] == 0).all(), "an empty lane has a scale")
            expect((errors[empty] == np.float32(NEVER_ENOUGH)).all(), "an empty lane may be found")
        centroids = self.tensor("scan.centroids").astype(np.float64)
        for c, centroid in enumerate(centroids):
            begin, end = first_blocks[c], first_blocks[c + 1]
            expect((np.diff(cosines[begin:end], axis=0) >= 0).all(), "cosines of a cluster fall")
            places = np.arange(begin * BLOCK_ROWS, end * BLOCK_ROWS)
            places = places[~empty[places]]
            if len(places) == 0:
                continue
            units = matrix[rows[places]] / np.sqrt(squared[rows[places]])[:, None]
            length = np.linalg.norm(centroid)
            p = units @ centroid / length if length > 0 else np.zeros(len(places))
            bounds = cosines[places // BLOCK_ROWS]
            expect((bounds[:, 0] <= p + 1e-9).all(), "a cosine is below its block's least")
            expect((bounds[:, 1] >= p - 1e-9).all(), "a cosine is above its block's greatest")
            for scales, errors, z in ((scales4, errors4, z4), (scales8, errors8, z8)):
                left = np.linalg.norm(units - centroid - scales[places, None] * z[places], axis=1)
                expect((left <= errors[places] + 1e-9).all(), "an error is smaller than what is left out")

    def _decode4(self, blocks):
        """Scales and errors [positions], z [positions, dim] of the 4-bit codes."""
        raw = self.tensor("scan.codes4")
        groups = -(-self.dim // 8)
        codes = raw[:, : 64 * groups].reshape(blocks, groups, BLOCK_ROWS, 4)
        codes = np.concatenate([codes & 15, codes >> 4], axis=3)  # [block, group, lane, 8 elements]
        codes = codes.transpose(0, 2, 1, 3).reshape(blocks * BLOCK_ROWS, groups * 8)
        expect((codes[:, self.dim :] == 0).all(), "an element beyond the dimension has a code")
        numbers = np.ascontiguousarray(raw[:, 64 * groups :]).view("<f4").astype(np.float64)
        scales, errors = numbers[:, :BLOCK_ROWS].reshape(-1), numbers[:, BLOCK_ROWS:].reshape(-1)
        return scales, errors, 2.0 * codes[:, : self.dim] - 15

    def _decode8(self, blocks):
        raw = self.tensor("scan.codes8").reshape(blocks * BLOCK_ROWS, -1)
        expect((raw[:, self.dim : -8] == 0).all(), "padding of 8-bit codes is not zero")
        numbers = np.ascontiguousarray(raw[:, -8:]).view("<f4").astype(np.float64)
        return numbers[:, 0], numbers[:, 1], raw[:, : self.dim] - 128.0

    def _check_hashes(self):
        ngrams = self.subwords.names if self.subwords is not None else ()
        counts = () if self.counts is None else ("words.counts",)
        for name in [*REQUIRED, *counts, *ngrams, *(CODES if self.has_codes else ())]:
            _, _, begin, end = self.places[name]
            found = xxhash.xxh3_128_hexdigest(self.data[begin:end])
            expect(self.metadata[f"xxh3_128.{name}"] == found, f"the checksum of {name} is {found}")
        self._check_table(self.slots, self.words())
        if self.subwords is not None and self.subwords.scheme == "listed":
            self._check_table(self.subwords.slots, self.subwords.ngrams)

    @staticmethod
    def _check_table(table, words):
        mask = len(table) - 1
        slots = [0] * len(table)
        for row, word in enumerate(words):
            slot = xxhash.xxh3_64_intdigest(word) & mask
            while slots[slot]:
                slot = (slot + 1) & mask
            slots[slot] = row + 1
        expect(slots == table.tolist(), "the hash table is not the one of these words")


def read(path):
    """The checked container at `path`. Raises FormatError."""
    with open(path, "rb") as file:
        container = Container(file.read())
    container.check()
    return container


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        container = read(arguments[0])
    except (OSError, FormatError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 3
    for key, value in container.metadata.items():
        print(f"{key}: {value}")
    for name, (dtype, shape, begin, end) in container.places.items():
        print(f"{name}: {dtype} {shape}, bytes {begin} to {end}")
    print("all checks passed" if xxhash else "all checks passed; no xxhash, so not the checksums")
    missing = False
    for word in arguments[1:]:
        row = container.find(word.encode())
        if row is not None:
            print(f"{word}: row {row}, {container.embeddings[row]}")
            continue
        vector = None if container.subwords is None else container.subwords.vector(word.encode())
        missing = missing or vector is None
        print(f"{word}:", "not found" if vector is None else f"from its n-grams, {vector}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
