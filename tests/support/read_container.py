#!/usr/bin/python3
"""Reads a container as src/wordvec/store/FORMAT.md describes it, with NumPy and no code of wordvec.

    read_container.py FILE [WORD...]    prints the header, checks the file, prints the words' vectors

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
        self.rows, self.dim = self.embeddings.shape

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
        for name in self.places:
            if name.startswith("padding."):
                expect(not self.tensor(name).any(), f"{name} is not zero")
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
        for name in [*REQUIRED, *(CODES if self.has_codes else ())]:
            _, _, begin, end = self.places[name]
            found = xxhash.xxh3_128_hexdigest(self.data[begin:end])
            expect(self.metadata[f"xxh3_128.{name}"] == found, f"the checksum of {name} is {found}")
        mask = len(self.slots) - 1
        slots = [0] * len(self.slots)
        for row, word in enumerate(self.words()):
            slot = xxhash.xxh3_64_intdigest(word) & mask
            while slots[slot]:
                slot = (slot + 1) & mask
            slots[slot] = row + 1
        expect(slots == self.slots.tolist(), "the hash table is not the one of these words")


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
        missing = missing or row is None
        print(f"{word}:", "not found" if row is None else f"row {row}, {container.embeddings[row]}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
