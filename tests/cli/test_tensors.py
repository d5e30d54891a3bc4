#!/usr/bin/python3
"""Which tensor of another program's safetensors file is taken, and what goes with it."""

import json
import struct
import unittest

from cli import (
    ALL_ANSWERED,
    FILE_ERROR,
    WRONG_USAGE,
    CommandTest,
    main,
    needs_numpy,
    numpy as np,
)

WORDS = ["<s>", "king", "queen"]
VOCABULARY = json.dumps({word: row for row, word in enumerate(WORDS)})
MATRIX = [[1, 2], [3, 4], [5, 6]]


def values(kind, numbers):
    return struct.pack(f"<{len(numbers)}{kind}", *numbers)


def floats(rows):
    return ("F32", [len(rows), len(rows[0])], values("f", [x for row in rows for x in row]))


def tensors_file(tensors):
    """A safetensors file of {name: (dtype, shape, bytes)}."""
    header, data = {}, b""
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {
            "dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)],
        }
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


class ChosenTensor(CommandTest):
    def lookup(self, tensors, *arguments, words=("king",)):
        self.write("m.safetensors", tensors_file(tensors))
        self.write("vocab.json", VOCABULARY)
        return self.run_command("lookup", "-m", "m.safetensors", *words, *arguments)

    def test_is_named_in_a_note_and_by_info(self):
        result = self.lookup({"model.shared.weight": floats(MATRIX), "x": floats(MATRIX)})
        self.assertEqual(result.stdout, b"king 3 4\n")
        self.assertIn("the vectors are the tensor 'model.shared.weight', F32 [3, 2]", result.stderr)
        info = self.run_command("info", "-m", "m.safetensors", "-f", "json")
        self.assertEqual(json.loads(info.stdout)["source_tensor"], "model.shared.weight")

        converted = self.run_command("convert", "m.safetensors", "o.safetensors")
        self.assertIn("the vectors are the tensor 'model.shared.weight'", converted.stderr)
        self.run_command("convert", "o.safetensors", "p.safetensors", "--normalize")
        for path in ("o.safetensors", "p.safetensors"):
            info = self.run_command("info", "-m", path, "-f", "json", "--verify")
            self.assertEqual(json.loads(info.stdout)["source_tensor"], "model.shared.weight")
            self.assertEqual(info.status, ALL_ANSWERED)

    def test_of_another_name_is_not_taken_unasked(self):
        for name in ("wpe.weight", "lm_head.weight", "classifier.weight", "pos.weight"):
            with self.subTest(name):
                result = self.lookup({name: floats(MATRIX), "ln_f.weight": ("F32", [2], bytes(8))})
                self.assertEqual(result.status, WRONG_USAGE)
                self.assertEqual(result.stdout, b"")
                self.assertIn(
                    f"m.safetensors: holds one matrix, {name} (F32 [3, 2]), whose name is not known "
                    f"for embeddings: it may be something else, such as positions or an output "
                    f"layer; --tensor {name} takes it", result.stderr,
                )
                converted = self.run_command("convert", "m.safetensors", "o.safetensors")
                self.assertEqual(converted.status, WRONG_USAGE)
                self.assertNotIn("o.safetensors", self.files())
                asked = self.lookup({name: floats(MATRIX)}, "--tensor", name)
                self.assertEqual(asked.stdout, b"king 3 4\n")
                self.assertIn(f"the vectors are the tensor '{name}'", asked.stderr)

    def test_is_named_first_where_it_fits_the_words(self):
        layers = {f"layers.{i}.q_proj.weight": floats([[1, 0], [0, 1]]) for i in range(48)}
        result = self.lookup({**layers, "my.table": floats(MATRIX)})
        self.assertEqual(result.status, WRONG_USAGE)
        self.assertIn(
            "known for embeddings: my.table (F32 [3, 2]) has as many rows as there are words, 3; "
            "the other matrices are layers.0.q_proj.weight (F32 [2, 2]), ", result.stderr,
        )
        self.assertIn("and 28 more; --tensor NAME names one", result.stderr)

    def test_of_a_file_whose_words_are_not_there(self):
        self.write("m.safetensors", tensors_file({"a": floats(MATRIX), "b": floats(MATRIX)}))
        result = self.run_command("lookup", "-m", "m.safetensors", "king")
        self.assertEqual(result.status, WRONG_USAGE)
        self.assertIn("the matrices are a (F32 [3, 2]), b (F32 [3, 2]); --tensor", result.stderr)

    def test_of_several_files_is_named_with_its_file(self):
        index = {"weight_map": {
            "lm_head.weight": "2.safetensors", "model.layers.0.weight": "1.safetensors",
            "model.embed_tokens.weight": "1.safetensors",
        }}
        self.write("model.safetensors.index.json", json.dumps(index))
        result = self.run_command("lookup", "-m", "model.safetensors.index.json", "king")
        self.assertEqual(result.status, WRONG_USAGE)
        self.assertIn(
            "the tensor 'model.embed_tokens.weight' is in '1.safetensors': name that file",
            result.stderr,
        )


class Model2Vec(CommandTest):
    """What StaticModel does: embedding[mapping[token]] * weights[token] (model2vec/model.py)."""

    words = ["[PAD]", "[UNK]", "king", "queen", "man", "woman"]

    def files_of(self, tensors):
        self.write("m.safetensors", tensors_file(tensors))
        self.write("tokenizer.json", json.dumps({
            "version": "1.0", "added_tokens": [],
            "model": {"type": "WordLevel", "vocab": {w: i for i, w in enumerate(self.words)}},
        }))

    def expect(self, tensors, *lines):
        """`lines` from the file itself and from the container made of it."""
        self.files_of(tensors)
        self.run_command("convert", "m.safetensors", "c.safetensors")
        for path in ("m.safetensors", "c.safetensors"):
            result = self.run_command("lookup", "-m", path, *[line.split()[0] for line in lines])
            self.assertEqual(result.lines, list(lines), result)

    mapping = ("I64", [6], values("q", [0, 0, 1, 2, 1, 2]))
    few = floats([[0, 0], [1, 0], [0, 1]])
    many = floats([[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10, 11]])

    def test_mapping_and_weights(self):
        weights = ("F32", [6], values("f", [0, 0, 0.5, 0.25, 2, 4]))
        self.expect({"embeddings": self.few, "mapping": self.mapping, "weights": weights},
                    "king 0.5 0", "queen 0 0.25", "man 2 0", "woman 0 4")
        self.expect({"embeddings": self.many, "mapping": self.mapping}, "king 2 3", "woman 4 5")
        self.expect({"embeddings": self.many, "weights": weights}, "king 2 2.5", "woman 40 44")

    def test_other_types(self):
        weights = ("F64", [6], values("d", [0, 0, -2, 0.1, 2, 4]))
        mapping = ("I32", [6], values("i", [2, 2, 1, 0, 1, 2]))
        whole = ("I8", [3, 2], struct.pack("<6b", -128, 127, 1, 2, 3, 4))
        half = ("F16", [3, 2], values("e", [0.5, 1, 2, 3, 4, 5]))
        self.expect({"embeddings": whole, "mapping": mapping, "weights": weights},
                    "king -2 -4", "queen -12.8 12.7", "woman 12 16")
        self.expect({"embeddings": half, "mapping": mapping}, "king 2 3", "queen 0.5 1")
        self.expect({"0": half, "mapping": mapping}, "king 2 3")
        result = self.run_command("info", "-m", "c.safetensors", "-f", "json")
        self.assertEqual(json.loads(result.stdout)["source_tensor"], "0[mapping]")

    def test_faults_are_named(self):
        for tensors, message in (
            ({"mapping": ("I64", [6], values("q", [0, 0, 1, 3, 1, 2]))},
             "row 3: the tensor 'mapping' gives 'queen' the row 3, expected 0 to 2"),
            ({"mapping": ("I64", [6], values("q", [0, 0, -1, 1, 1, 2]))},
             "row 2: the tensor 'mapping' gives 'king' the row -1, expected 0 to 2"),
            ({"mapping": ("F32", [6], bytes(24))}, "'mapping', which goes with 'embeddings', is F32"),
            ({"mapping": self.mapping, "weights": ("F32", [3], bytes(12))},
             "'weights', which goes with 'embeddings', is F32 [3], expected a factor for each of "
             "the 6 tokens of 'mapping'"),
            ({"mapping": self.mapping, "weights": ("F32", [6], values("f", [1, 1, float("nan"), 1, 1, 1]))},
             "row 2: the tensor 'weights' gives 'king' the factor nan"),
            ({"mapping": ("I64", [2], bytes(16))}, "there are 2 rows"),
        ):
            with self.subTest(message):
                self.files_of({"embeddings": self.few, **tensors})
                for arguments in (("lookup", "king", "-m", "m.safetensors"),
                                  ("convert", "m.safetensors", "c.safetensors")):
                    result = self.run_command(*arguments)
                    self.assertEqual(result.status, FILE_ERROR, result)
                    self.assertIn(message, result.stderr)
                self.assertNotIn("c.safetensors", self.files())

    @needs_numpy
    def test_is_what_numpy_makes_of_it(self):
        random = np.random.default_rng(5)
        embeddings = random.normal(size=(40, 7)).astype(np.float16)
        mapping = random.integers(0, 40, 500)
        weights = random.normal(size=500)
        self.words = [f"w{i}" for i in range(500)]
        self.files_of({
            "embeddings": ("F16", [40, 7], embeddings.tobytes()),
            "mapping": ("I64", [500], mapping.astype("<i8").tobytes()),
            "weights": ("F64", [500], weights.astype("<f8").tobytes()),
        })
        self.run_command("convert", "m.safetensors", "o.npy")
        expected = (embeddings[mapping] * weights[:, None]).astype(np.float32)
        self.assertTrue(np.array_equal(np.load(self.folder / "o.npy"), expected))


if __name__ == "__main__":
    main()
