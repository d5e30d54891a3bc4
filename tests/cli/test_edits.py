#!/usr/bin/python3
"""`wordvec convert`: edits of the vectors, against NumPy and scikit-learn."""

import json
import re
import sys

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, NOT_FOUND, SAMPLE, WRONG_USAGE, FILE_ERROR  # noqa: E402

numpy = cli.numpy


def mean_removed(rows):
    return rows - rows.mean(0)


def all_but_the_top(rows, components):
    """Mu and Viswanath 2018, algorithm 1, of the centred rows."""
    rows = mean_removed(rows)
    directions = numpy.linalg.svd(rows, full_matrices=False)[2][:components]
    return rows - rows @ directions.T @ directions


def principal_coordinates(rows, components):
    """scikit-learn's, with the sign that wordvec promises; NumPy's where that is not there."""
    try:
        from sklearn.decomposition import PCA
    except ImportError:
        directions = numpy.linalg.svd(mean_removed(rows), full_matrices=False)[2][:components]
    else:
        directions = PCA(components, svd_solver="full").fit(rows).components_
    largest = numpy.take_along_axis(
        directions, numpy.abs(directions).argmax(1)[:, None], 1)
    return mean_removed(rows) @ (directions * numpy.sign(largest)).T


def unit(rows):
    lengths = numpy.linalg.norm(rows, axis=1, keepdims=True)
    return rows / numpy.where(lengths == 0, 1, lengths)


@cli.needs_numpy
class EditTest(cli.CommandTest):
    def rows(self, count=120, dim=10, seed=1):
        """Float32 values, as float64; columns of different spread, about a common mean."""
        random = numpy.random.default_rng(seed)
        values = random.normal(size=(count, dim)) * numpy.arange(dim, 0, -1) + random.normal(size=dim)
        return values.astype(numpy.float32).astype(numpy.float64)

    def save(self, name, rows, words=None):
        words = words or [f"w{i}" for i in range(len(rows))]
        numpy.save(self.folder / f"{name}.npy", rows.astype(numpy.float32))
        self.write(f"{name}.vocab.txt", "".join(word + "\n" for word in words))
        return f"{name}.npy"

    def convert(self, *arguments, **options):
        return self.run_command("convert", *arguments, **options)

    def load(self, name):
        words = (self.folder / name).with_suffix(".vocab.txt").read_text().splitlines()
        return words, numpy.load(self.folder / name)

    def edited(self, rows, *options):
        """`rows` once they were edited."""
        result = self.convert(self.save("in", rows), "out.npy", *options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        words, found = self.load("out.npy")
        self.assertEqual(words, [f"w{i}" for i in range(len(rows))])
        self.assertEqual(found.dtype, numpy.float32)
        return found

    def assert_close(self, found, expected, delta=1e-5):
        self.assertEqual(found.shape, expected.shape)
        self.assertLess(numpy.abs(found - expected).max(), delta)

    def edits_of(self, name):
        result = self.run_command("info", "-m", name, "-f", "json")
        return json.loads(result.stdout).get("edits")


class Vectors(EditTest):
    def test_center_subtracts_the_mean_row(self):
        rows = self.rows()
        self.assert_close(self.edited(rows, "--center"), mean_removed(rows))

    def test_remove_components_is_all_but_the_top(self):
        rows = self.rows()
        for components in (1, 3, 9):
            with self.subTest(components):
                found = self.edited(rows, "--remove-components", components)
                self.assert_close(found, all_but_the_top(rows, components))

    def test_reduce_is_pca(self):
        rows = self.rows()
        for dim in (1, 4, 10):
            with self.subTest(dim):
                self.assert_close(self.edited(rows, "--reduce", dim),
                                  principal_coordinates(rows, dim))
        few = self.rows(4, 10)  # fewer rows than dimensions
        self.assert_close(self.edited(few, "--reduce", 3), principal_coordinates(few, 3))

    def test_normalize_scales_to_unit_length_and_leaves_zeros(self):
        rows = self.rows()
        rows[[5, 7]] = 0
        rows[6] *= 1e-30
        rows[8] *= 1e30
        found = self.edited(rows, "--normalize")
        # The value nearest to the exact one, or its neighbour.
        self.assert_close(found, unit(rows), 1e-7)
        result = self.convert("in.npy", "out.npy", "--normalize")
        self.assert_says(result, ALL_ANSWERED, "note: 2 rows are all zeros")
        self.assertNotIn("warning", result.stderr)

    def test_of_the_sample(self):
        # So many rows take another way to the components than few.
        result = self.convert(SAMPLE, "out.npy", "--remove-components", 3, "--reduce", 20,
                              "--normalize")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        words, found = self.load("out.npy")
        self.assertEqual(words, cli.sample_words())
        rows = mean_removed(cli.sample_matrix())
        directions = numpy.linalg.eigh(rows.T @ rows)[1].T[::-1][3:23]
        largest = numpy.take_along_axis(directions, numpy.abs(directions).argmax(1)[:, None], 1)
        self.assert_close(found, unit(rows @ (directions * numpy.sign(largest)).T), 1e-5)

    def test_are_edited_in_one_order_whatever_that_of_the_options(self):
        rows = self.rows()
        expected = unit(principal_coordinates(all_but_the_top(rows, 2), 4))
        options = [["--remove-components", "2"], ["--reduce", "4"], ["--normalize"], ["--center"]]
        reference = self.edited(rows, *sum(options, []))
        self.assert_close(reference, expected)
        self.assertEqual(self.edited(rows, *sum(options[::-1], [])).tobytes(), reference.tobytes())

    def test_in_one_run_are_what_they_are_in_several(self):
        rows = self.rows()
        steps = [["--center"], ["--remove-components", "2"], ["--reduce", "4"], ["--normalize"]]
        at_once = self.edited(rows, *sum(steps, []))
        self.assertEqual(self.convert(self.save("in", rows), "0.safetensors").status, 0)
        for i, step in enumerate(steps):
            result = self.convert(f"{i}.safetensors", f"{i + 1}.safetensors", *step)
            self.assertEqual(result.status, ALL_ANSWERED, result)
        self.convert("4.safetensors", "steps.npy")
        self.assertEqual(self.load("steps.npy")[1].tobytes(), at_once.tobytes())
        self.assertEqual(self.edits_of("4.safetensors"),
                         "center; remove-components 2; reduce 4; normalize")
        self.convert("0.safetensors", "once.safetensors", *sum(steps, []))
        self.assertEqual(self.edits_of("once.safetensors"), self.edits_of("4.safetensors"))

    def test_are_the_same_with_any_threads_and_instruction_set(self):
        self.save("in", self.rows(3000, 17))
        options = ["--remove-components", "2", "--reduce", "5", "--normalize"]
        self.convert("in.npy", "reference.npy", *options)
        reference = (self.folder / "reference.npy").read_bytes()
        for more in [("--threads", n) for n in (1, 3)] + [
            ("--isa", name) for name in cli.instruction_sets()
        ]:
            self.convert("in.npy", "out.npy", *options, *more)
            self.assertEqual((self.folder / "out.npy").read_bytes(), reference, more)

    def test_of_zeros_are_told_of_when_the_mean_is_subtracted(self):
        rows = self.rows()
        rows[5] = 0
        self.assert_close(self.edited(rows, "--center"), mean_removed(rows))
        result = self.convert("in.npy", "out.npy", "--center")
        self.assert_says(result, ALL_ANSWERED, "warning: 1 row of zeros counts in the mean")

    def test_that_float32_cannot_hold_are_refused(self):
        self.write("huge.txt", "a 3e38 1\nb -3e38 1\nc -3e38 2\nd -3e38 0\n")
        result = self.convert("huge.txt", "out.safetensors", "--center")
        self.assert_refused(result, FILE_ERROR, "'a' has a value that is not finite, or")
        self.assertEqual(self.files(), ["huge.txt"])


class Numbers(EditTest):
    def refused(self, *options, rows=None, status=WRONG_USAGE):
        rows = self.rows(20, 5) if rows is None else rows
        result = self.convert(self.save("in", rows), "out.safetensors", *options)
        self.assertEqual(self.files(), ["in.npy", "in.vocab.txt"])
        self.assert_refused(result, status)
        return result.stderr

    def test_that_make_no_sense(self):
        for option in ("--remove-components", "--reduce"):
            for value in ("0", "-1", "two", "", "65537", "1.5"):
                self.assertIn(option, self.refused(option, value))
        self.assertIn("remove 5 components of vectors of dimension 5",
                      self.refused("--remove-components", 5))
        self.assertIn("dimension 5 to 6: expected at most 5", self.refused("--reduce", 6))
        self.assertIn("of which 2 components are removed, to 4: expected at most 3",
                      self.refused("--remove-components", 2, "--reduce", 4))
        self.assertIn("4 components of 3 vectors", self.refused("--reduce", 4, rows=self.rows(3, 5)))
        self.assertIn("at least 2 words, found 1",
                      self.refused("--remove-components", 1, rows=self.rows(1, 5)))


class Words(EditTest):
    def test_list_is_not_overwritten(self):
        self.save("in", self.rows())
        self.write("list.txt", "w9\n")
        self.assert_refused(self.convert("in.npy", "list.txt", "--words", "list.txt"), WRONG_USAGE,
                            "list.txt: is both input and output")
        self.assertEqual((self.folder / "list.txt").read_text(), "w9\n")

    def test_keep_the_order_of_the_list_and_edits_are_of_those_rows(self):
        rows = self.rows()
        self.save("in", rows)
        self.write("list", "w9\nunknown\nw3\nw70\nw3\n")
        result = self.convert("in.npy", "out.safetensors", "--words", "list", "--center")
        self.assert_says(result, NOT_FOUND, "list: 1 word is not in the vocabulary.*'unknown'")
        words, _ = cli.read_container(self.folder / "out.safetensors")
        self.assertEqual(words, [b"w9", b"w3", b"w70"])
        self.convert("out.safetensors", "out.npy")
        self.assert_close(self.load("out.npy")[1], mean_removed(rows[[9, 3, 70]]))
        self.assertEqual(self.edits_of("out.safetensors"), "words 5; center")
        self.convert("in.npy", "out.npy", "--limit", 30, "--center")
        self.assert_close(self.load("out.npy")[1], mean_removed(rows[:30]))


class Merge(EditTest):
    def setUp(self):
        super().setUp()
        self.a, self.b = self.rows(30, 4, 1), self.rows(30, 4, 2)
        self.save("a", self.a, [f"w{i}" for i in range(30)])
        self.save("b", self.b, [f"w{i}" for i in range(39, 9, -1)])  # shared: w10 … w29
        self.shared = [f"w{i}" for i in range(10, 30)]

    def test_concatenates_the_rows_of_shared_words_in_the_order_of_the_first(self):
        result = self.convert("a.npy", "out.npy", "--merge", "b.npy")
        self.assert_says(result, ALL_ANSWERED, "note: 10 words are not in .*b.npy and left out",
                         "20 rows of 8 values")
        words, found = self.load("out.npy")
        self.assertEqual(words, self.shared)
        expected = numpy.hstack([self.a[10:], self.b[::-1][:20]]).astype(numpy.float32)
        self.assertEqual(found.tobytes(), expected.tobytes())

    def test_averages(self):
        result = self.convert("a.npy", "out.npy", "--merge", "b.npy", "--merge-by", "average")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        words, found = self.load("out.npy")
        self.assertEqual(words, self.shared)
        expected = ((self.a[10:] + self.b[::-1][:20]) / 2).astype(numpy.float32)
        self.assertEqual(found.tobytes(), expected.tobytes())

    def test_comes_before_the_edits_and_after_the_words(self):
        self.write("list", "w20\nw5\nw11\nw12\n")
        result = self.convert("a.npy", "out.safetensors", "--normalize", "--center", "--merge",
                              "b.npy", "--words", "list")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(self.edits_of("out.safetensors"),
                         "words 4; merge concatenate b.npy; center; normalize")
        self.convert("out.safetensors", "out.npy")
        words, found = self.load("out.npy")
        self.assertEqual(words, ["w20", "w11", "w12"])
        merged = numpy.hstack([self.a[[20, 11, 12]], self.b[[19, 28, 27]]])
        self.assert_close(found, unit(mean_removed(merged)))

    def test_takes_a_container_or_the_name_of_a_model(self):
        self.convert("b.npy", "b.safetensors")
        self.convert("a.npy", "1.npy", "--merge", "b.npy")
        for model in ("b.safetensors", "other"):
            (self.data_home / "wordvec").mkdir(exist_ok=True)
            (self.data_home / "wordvec" / "other.safetensors").write_bytes(
                (self.folder / "b.safetensors").read_bytes())
            result = self.convert("a.npy", "2.npy", "--merge", model)
            self.assertEqual(result.status, ALL_ANSWERED, result)
            self.assertEqual((self.folder / "1.npy").read_bytes(),
                             (self.folder / "2.npy").read_bytes())

    def test_without_a_shared_word(self):
        self.save("c", self.rows(3, 4), ["x", "y", "z"])
        before = self.files()
        for more in ((), ("--center",), ("--words", "list")):
            self.write("list", "w1\n")
            result = self.convert("a.npy", "out.npy", "--merge", "c.npy", *more)
            self.assert_says(result, NOT_FOUND, "error: c.npy has none of the [0-9]+ words?: nothing")
            self.assertEqual(self.files(), sorted(before + ["list"]))

    def test_that_makes_no_sense(self):
        self.save("wide", self.rows(30, 6))
        before = self.files()
        for options, pattern in (
            (["--merge", "wide.npy", "--merge-by", "average"], "4 and 6 values have no average"),
            (["--merge", "b.npy", "--merge-by", "sum"], "'sum', expected concatenate or average"),
            (["--merge-by", "average"], "--merge names another"),
        ):
            self.assert_refused(
                self.convert("a.npy", "out.safetensors", "-q", *options), WRONG_USAGE, pattern)
        self.assert_refused(
            self.convert("a.npy", "b.npy", "-q", "--merge", "b.npy"), WRONG_USAGE, "both input and")
        for options, readers in ((["--merge", "-"], "IN and --merge cannot both"),
                                 (["--words", "-"], "IN and --words cannot both"),
                                 (["--words", "-", "--merge", "-"], "IN .* and --merge cannot all")):
            self.assert_refused(
                self.convert("-", "o.txt", "-q", *options), WRONG_USAGE, readers)
        self.assert_refused(
            self.convert("a.npy", "o.txt", "--merge", "no.txt"), FILE_ERROR, "no.txt: no such file, and no model")
        self.assertEqual(self.files(), before)


class Float16(EditTest):
    def values(self):
        """Every float16 that is finite, what lies halfway to the next, and a little beside that."""
        halves = numpy.arange(0x7c00, dtype=numpy.uint16).view(numpy.float16).astype(numpy.float64)
        halfway = ((halves[1:] + halves[:-1]) / 2).astype(numpy.float32)
        up, down = (numpy.nextafter(halfway, numpy.float32(end)) for end in (1e30, 0))
        tiny = numpy.float32([1e-45, 1e-30, 65519.99])
        values = numpy.concatenate([halves.astype(numpy.float32), halfway, up, down, tiny])
        values = numpy.concatenate([values, -values])
        return values[: len(values) // 8 * 8].reshape(-1, 8)

    def test_rounds_as_numpy(self):
        values = self.values()
        self.save("in", values)
        for arguments in (["out.npy"], ["halves.safetensors", "--to", "safetensors"]):
            result = self.convert("in.npy", *arguments, "--dtype", "f16")
            self.assertEqual(result.status, ALL_ANSWERED, result)
        expected = values.astype(numpy.float16)
        self.assertEqual(self.load("out.npy")[1].dtype, numpy.float16)
        self.assertEqual(self.load("out.npy")[1].tobytes(), expected.tobytes())
        header, data = cli.container_header(self.folder / "halves.safetensors")
        self.assertEqual(header["embeddings"]["dtype"], "F16")
        begin, end = header["embeddings"]["data_offsets"]
        self.assertEqual(data[begin:end], expected.tobytes())
        self.assertEqual(header["embeddings"]["shape"], list(values.shape))
        # And back.
        self.convert("halves.safetensors", "back.npy")
        self.assertEqual(self.load("back.npy")[1].tobytes(),
                         expected.astype(numpy.float32).tobytes())

    def test_is_the_last_step(self):
        rows = self.rows()
        result = self.convert(self.save("in", rows), "out.npy", "--dtype", "f16", "--normalize")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        full = self.edited(rows, "--normalize")
        self.convert("in.npy", "out.npy", "--dtype", "f16", "--normalize")
        self.assertEqual(self.load("out.npy")[1].tobytes(), full.astype(numpy.float16).tobytes())

    def test_beyond_its_range(self):
        for value in ("65520", "-65520", "1e38"):
            self.write("in.txt", f"a 1 2\nb 3 {value}\n")
            result = self.convert("in.txt", "out.npy", "--dtype", "f16")
            self.assert_refused(result, WRONG_USAGE, "'b' has the value -?(65520|1e[+]38)", "65504")
        self.assertEqual(self.files(), ["in.txt"])

    def test_rows_that_it_makes_zero_are_counted(self):
        # float16 ends at 2^-24, and half of that rounds to zero.
        tie = 2.0 ** -25
        above = float(numpy.nextafter(numpy.float32(tie), numpy.float32(1)))
        rows = numpy.array([[tie, -tie], [above, 0], [1e-30, 0], [0, 0], [-above, 1e-9], [1e-9, 1],
                            [-1e-45, tie], [0, -0.0]], numpy.float32)
        zeroed = int((rows.any(1) & ~rows.astype(numpy.float16).any(1)).sum())
        self.assertEqual(zeroed, 3)
        for arguments in (["out.npy"], ["halves.safetensors", "--to", "safetensors"]):
            result = self.convert(self.save("in", rows), *arguments, "--dtype", "f16")
            self.assert_says(result, ALL_ANSWERED, "note: 2 rows are all zeros: they have no",
                             "warning: 3 rows become all zeros as float16, .* of them "
                             r"\(--normalize keeps it")
        self.assertEqual(int((~self.load("out.npy")[1].any(1)).sum()), 3 + 2)
        result = self.convert("in.npy", "out.npy", "--dtype", "f16", "--limit", 1)
        self.assert_says(result, ALL_ANSWERED, "warning: 1 row becomes all zeros as .* left of it ")
        # Counted is what is written: edited, and only where it is rounded.
        for options in (["--dtype", "f16", "--normalize"], ["--dtype", "f32"]):
            result = self.convert("in.npy", "out.npy", *options)
            self.assert_says(result, ALL_ANSWERED, "note: 2 rows are all zeros")
            self.assertNotIn("float16", result.stderr)
            self.assertEqual(int((~self.load("out.npy")[1].any(1)).sum()), 2)

    def test_is_for_formats_that_have_it(self):
        self.save("in", self.rows())
        for options in (["out.safetensors"], ["out.txt"], ["out.bin"], []):
            result = self.convert("in.npy", *options, "--dtype", "f16")
            self.assert_refused(result, WRONG_USAGE, "float32 only: write float16 with --to npy or "
                                "safetensors")
        self.assert_refused(self.convert("in.npy", "o.npy", "--dtype", "f64"), WRONG_USAGE,
                            "'f64', expected f32 or f16")
        self.assertEqual(self.files(), ["in.npy", "in.vocab.txt"])
        result = self.convert("in.npy", "out.safetensors", "--dtype", "f32")
        self.assertEqual(result.status, ALL_ANSWERED, result)


class Containers(EditTest):
    def test_have_codes_and_lengths_of_the_edited_rows(self):
        result = self.convert(SAMPLE, "out.safetensors", "--limit", 2000, "--remove-components", 5)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        result = self.run_command("info", "-m", "out.safetensors", "--verify")
        self.assert_says(result, ALL_ANSWERED, "all checksums are right")
        rows = unit(all_but_the_top(cli.sample_matrix()[:2000], 5))
        words = cli.sample_words()
        king = words.index("king")
        scores = rows @ rows[king]
        best = [i for i in numpy.argsort(-scores)[:6] if i != king][:5]
        result = self.run_command("nearest", "king", "-k", 5, "-m", "out.safetensors")
        self.assert_scores(result, "king", [(words[i], scores[i]) for i in best], 1e-5)

    def test_note_what_was_done_and_keep_what_is_known_of_the_source(self):
        self.convert(SAMPLE, "plain.safetensors")
        self.assertIsNone(self.edits_of("plain.safetensors"))
        self.convert("plain.safetensors", "out.safetensors", "--center")
        header, _ = cli.container_header(self.folder / "out.safetensors")
        before, _ = cli.container_header(self.folder / "plain.safetensors")
        for key in ("source", "source_format", "source_size", "source_xxh3_128", "license"):
            self.assertEqual(header["__metadata__"].get(key), before["__metadata__"].get(key))
        self.assertEqual(header["__metadata__"]["edits"], "center")
        self.assertEqual(header["__metadata__"]["format_version"], "1.4")
        result = self.run_command("index", "out.safetensors", "--again")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertEqual(self.edits_of("out.safetensors"), "center")

    def test_are_told_in_the_note(self):
        self.write("list", "king\nqueen\nman\nwoman\n")
        for options, edits in (
            ([], None),
            (["--center"], "center"),
            (["--words", "list", "--remove-components", 2, "--limit", 3, "--normalize"],
             "words 4; limit 3; remove-components 2; normalize"),
        ):
            result = self.convert(SAMPLE, "out.safetensors", "--no-index", *options)
            self.assertEqual(self.edits_of("out.safetensors"), edits)
            told = f" ({edits})" if edits else ""
            self.assert_says(result, ALL_ANSWERED, r"→ out\.safetensors \(wordvec\): \d+ rows of 300 "
                             rf"values{re.escape(told)} in [\d.]+ s\n\Z")
        # What was done now, also to a file that does not note it; not what was done before.
        result = self.convert("out.safetensors", "out.txt", "--center")
        self.assert_says(result, ALL_ANSWERED, r"3 rows of 300 values \(center\) in [\d.]+ s\n\Z")

    def test_whose_values_are_not_finite_are_refused(self):
        self.convert(self.save("in", self.rows()), "in.safetensors")
        data = (self.folder / "in.safetensors").read_bytes()
        header, _ = cli.container_header(self.folder / "in.safetensors")
        begin = int.from_bytes(data[:8], "little") + 8
        for bad in (b"\0\0\x80\x7f", b"\0\0\xc0\xff"):
            self.write("bad.safetensors", data[: begin + 40] + bad + data[begin + 44 :])
            for options in (["--center"], ["--reduce", "2"], ["--normalize"]):
                result = self.convert("bad.safetensors", "out.safetensors", *options)
                self.assert_refused(result, FILE_ERROR, "not finite")
        self.assertNotIn("out.safetensors", self.files())


class Ngrams(EditTest):
    """Of characters 3 to 4, listed: a word's vector is the mean of its n-grams' rows."""

    def setUp(self):
        super().setUp()
        self.words = self.rows(40, 6)
        self.convert(self.save("in", self.words), "words.safetensors")

    def model(self, vector):
        texts = ["<ab", "abc", "bc>", "<abc", "abc>"]
        text = "".join(texts).encode()
        offsets = [0]
        for ngram in texts:
            offsets.append(offsets[-1] + len(ngram))
        self.rows_of_ngrams = self.rows(8, 6, 3)
        cli.add_ngrams(
            self.folder / "words.safetensors", self.folder / "model.safetensors",
            dict(subwords_scheme="fasttext", subwords_min_length="3", subwords_max_length="4",
                 subwords_begin="<", subwords_end=">", subwords_buckets="8",
                 subwords_vector=vector),
            self.rows_of_ngrams.tolist())
        return "model.safetensors"

    def vector(self, word, model):
        result = self.run_command("lookup", word, "-m", model, "-q")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return numpy.array([float(x) for x in result.lines[0].split(" ")[1:]])

    def test_are_edited_as_the_vectors_that_are_built_from_them(self):
        model = self.model("mean")
        before = self.vector("abc", model)
        mean = self.words.mean(0)
        directions = numpy.linalg.svd(self.words - mean, full_matrices=False)[2]
        fixed = directions * numpy.sign(numpy.take_along_axis(
            directions, numpy.abs(directions).argmax(1)[:, None], 1))
        centred = before - mean
        top = centred - centred @ directions[:2].T @ directions[:2]
        for options, expected in (
            (["--center"], centred),
            (["--remove-components", "2"], top),
            (["--reduce", "3"], fixed[:3] @ centred),
            (["--normalize"], before / numpy.linalg.norm(before)),
            (["--remove-components", "2", "--normalize"], top / numpy.linalg.norm(top)),
            (["--reduce", "3", "--normalize"],
             fixed[:3] @ centred / numpy.linalg.norm(fixed[:3] @ centred)),
        ):
            with self.subTest(options):
                result = self.convert(model, "out.safetensors", *options)
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.assert_close(self.vector("abc", "out.safetensors"), expected, 1e-5)
                result = self.run_command("info", "-m", "out.safetensors", "--verify")
                self.assertEqual(result.status, ALL_ANSWERED, result)

    def test_whose_sum_has_unit_length_can_be_normalized_only(self):
        model = self.model("unit")
        before = self.vector("abc", model)
        result = self.convert(model, "out.safetensors", "--normalize")
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assert_close(self.vector("abc", "out.safetensors"), before, 1e-6)
        for options in (["--center"], ["--reduce", "3"], ["--remove-components", "1"]):
            result = self.convert(model, "bad.safetensors", *options)
            self.assert_refused(result, WRONG_USAGE, "unit length", "--no-subwords")
            result = self.convert(model, "out.safetensors", *options, "--no-subwords")
            self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertNotIn("bad.safetensors", self.files())

    def test_are_not_merged(self):
        model = self.model("mean")
        result = self.convert(model, "out.safetensors", "--merge", "words.safetensors")
        self.assert_refused(result, WRONG_USAGE, "n-grams .* cannot be merged.*--no-subwords")
        self.assertNotIn("out.safetensors", self.files())
        for arguments in (["out.safetensors", "--no-subwords"], ["out.txt"]):
            result = self.convert(model, *arguments, "--merge", "words.safetensors")
            self.assertEqual(result.status, ALL_ANSWERED, result)


if __name__ == "__main__":
    cli.main()
