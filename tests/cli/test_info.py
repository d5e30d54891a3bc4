#!/usr/bin/python3
"""`wordvec info`: what a model is, and whether its file is whole."""

import csv
import io
import json
import os
import sys

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, SAMPLE  # noqa: E402

TEXT = "king 1 2 3\nqueen 4 5 6.5\nÉlan 7 8 9\n"


class Fields(cli.CommandTest):
    def info(self, *arguments, model=SAMPLE):
        result = self.ask("info", "-f", "json", *arguments, model=model)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return json.loads(result.stdout)

    def test_of_the_sample(self):
        fields = self.info()
        # 10,001 words of 300 dimensions; the text that the values were counted in.
        text_bytes = sum(len(line) + 1 for line in cli.sample_lines())
        for name, value in (
            ("path", SAMPLE), ("format", "wordvec"), ("rows", 10_001), ("dim", 300),
            ("casing", "lower"), ("file_bytes", os.path.getsize(SAMPLE)),
            ("matrix_bytes", 10_001 * 300 * 4), ("source_format", "glove"),
            ("words_bytes", sum(len(word.encode()) for word in cli.sample_words())),
            ("source_bytes", text_bytes), ("license", "public domain"),
        ):
            self.assertEqual(fields[name], value, name)
        self.assertRegex(fields["source"], r"^sample\.10k\.300d\.txt")
        self.assertRegex(fields["creator"], r"^wordvec \d+\.\d+\.\d+$")
        self.assertRegex(fields["source_xxh3_128"], "^[0-9a-f]{32}$")
        self.assertIn("Gutenberg", fields["citation"])
        self.assertLessEqual(fields["resident_bytes"], fields["file_bytes"] + 4096)

    def test_of_a_model_of_ones_own(self):
        self.write("own.txt", TEXT)
        self.run_command("convert", "own.txt", "own.safetensors", "--license", "CC0 1.0",
                         "--citation", "Someone, “Vectors”, 2020")
        fields = self.info(model="own.safetensors")
        for name, value in (
            ("rows", 3), ("dim", 3), ("casing", "mixed"), ("source", "own.txt"),
            ("source_bytes", len(TEXT.encode())), ("license", "CC0 1.0"),
            ("citation", "Someone, “Vectors”, 2020"), ("matrix_bytes", 36),
            ("words_bytes", len("kingqueenÉlan".encode())),
        ):
            self.assertEqual(fields[name], value, name)

    def test_of_a_foreign_file(self):
        self.write("own.txt", TEXT)
        fields = self.info("-q", model="own.txt")
        self.assertEqual(
            (fields["format"], fields["rows"], fields["dim"], fields["file_bytes"]),
            ("glove", 3, 3, len(TEXT.encode())),
        )
        self.assertNotIn("license", fields)

    def test_are_the_same_in_every_format(self):
        expected = {name: str(value) for name, value in self.info().items()}
        varies = "resident_bytes"
        for form, delimiter in (("csv", ","), ("tsv", "\t")):
            result = self.ask("info", "-f", form)
            rows = list(csv.reader(io.StringIO(result.stdout.decode()), delimiter=delimiter))
            self.assertEqual(rows[0], ["field", "value"])
            self.assertEqual(
                {k: v for k, v in rows[1:] if k != varies},
                {k: v for k, v in expected.items() if k != varies},
            )
        result = self.ask("info", "-f", "ndjson")
        self.assertEqual(json.loads(result.stdout)["rows"], 10_001)
        self.assertEqual(result.stdout.count(b"\n"), 1)

    def test_on_a_terminal_have_grouped_digits(self):
        with self.on_terminal("info", "-m", SAMPLE) as run:
            pass
        self.assertRegex(run.result.stdout.decode(), r"(?m)^rows +10,001$")


class Verify(cli.CommandTest):
    def test_says_that_all_is_right(self):
        result = self.ask("info", "--verify")
        self.assert_says(result, ALL_ANSWERED, "note: .*all checksums are right")
        self.assertIn(b"rows\t10001", result.stdout)
        self.assert_answered(self.ask("info", "--verify", "-q"))

    def test_says_that_a_foreign_file_has_no_checksums(self):
        self.write("own.txt", TEXT)
        result = self.ask("info", "--verify", model="own.txt")
        self.assert_says(result, ALL_ANSWERED, "own.txt is no container and has no checksums")


if __name__ == "__main__":
    cli.main()
