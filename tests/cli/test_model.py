#!/usr/bin/python3
"""Which model is asked: --model, $WORDVEC_MODEL, the default, the bundled sample."""

import sys

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, SAMPLE  # noqa: E402


class Choice(cli.CommandTest):
    def install(self, name, word, folder=None):
        """A model whose only words are `word` and "common"."""
        folder = folder or self.data_home / "wordvec"
        folder.mkdir(parents=True, exist_ok=True)
        text = self.write("model.txt", f"{word} 1 2\ncommon 2 1\n")
        result = self.run_command("convert", text, folder / f"{name}.safetensors", "-q")
        self.assert_answered(result)
        text.unlink()
        return folder / f"{name}.safetensors"

    def word_of(self, *arguments, note=None, **options):
        """The first word of the model that is asked."""
        result = self.run_command("pca", "--top", 2, "-c", 1, *arguments, **options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        notes = [line for line in result.stderr.splitlines() if "variance" not in line]
        if note is None:
            self.assertEqual(notes, [])
        else:
            self.assertEqual(len(notes), 1, result)
            self.assertRegex(notes[0], rf"\Awordvec: note: .*{note}")
        return result.fields[0][0]

    def test_without_any_is_the_bundled_sample_with_a_note(self):
        # The sample's first row is that of the comma.
        word = self.word_of(note="bundled sample of 10001 words; .*`wordvec fetch glove.6B.300d`.*convert.*--model")
        self.assertEqual(word, ",")
        self.assertEqual(self.word_of("-q"), ",")

    def test_a_path(self):
        path = self.install("own", "fromfile", self.folder)
        for name in ("own.safetensors", "./own.safetensors", path):
            self.assertEqual(self.word_of("--model", name), "fromfile")
            self.assertEqual(self.word_of("-m", name), "fromfile")
        self.assertEqual(self.word_of(f"--model={path}"), "fromfile")

    def test_a_name_is_an_installed_model(self):
        self.install("mine", "installed")
        self.assertEqual(self.word_of("--model", "mine"), "installed")
        self.assertEqual(self.word_of(env={"WORDVEC_MODEL": "mine"}), "installed")

    def test_a_file_of_that_name_comes_before_an_installed_model(self):
        self.install("mine", "installed")
        self.install("mine", "infolder", self.folder).rename(self.folder / "mine")
        self.assertEqual(self.word_of("--model", "mine"), "infolder")

    def test_the_environment_comes_before_the_default_and_model_before_both(self):
        self.install("default", "standard")
        self.assertEqual(self.word_of(), "standard")
        other = self.install("other", "environment", self.folder)
        self.assertEqual(self.word_of(env={"WORDVEC_MODEL": other}), "environment")
        third = self.install("third", "option", self.folder)
        self.assertEqual(
            self.word_of("--model", third, env={"WORDVEC_MODEL": other}), "option"
        )
        self.assertEqual(self.word_of(env={"WORDVEC_MODEL": ""}), "standard")

    def test_installed_models_are_in_the_home_folder_without_xdg_data_home(self):
        self.install("default", "athome", self.home / ".local" / "share" / "wordvec")
        for unset in (None, ""):
            self.assertEqual(self.word_of(env={"XDG_DATA_HOME": unset}), "athome")
        self.assertEqual(self.word_of(note="sample"), ",")

    def test_no_home_at_all(self):
        word = self.word_of(note="sample", env={"XDG_DATA_HOME": None, "HOME": None})
        self.assertEqual(word, ",")

    def test_every_command_follows(self):
        path = self.install("own", "fromfile", self.folder)
        for command in (
            ["lookup", "fromfile"], ["nearest", "fromfile"], ["info"], ["pca", "-q"],
            ["analogy", "-q", "fromfile", "common", "fromfile"],
        ):
            with self.subTest(command):
                self.assert_answered(self.run_command(*command, "--model", path))
                self.assert_answered(self.run_command(*command, env={"WORDVEC_MODEL": path}))

    def test_that_is_not_there(self):
        result = self.run_command("lookup", "king", "--model", "nosuch")
        self.assert_refused(
            result, FILE_ERROR, "nosuch: no such file, and no model of that name",
            f"{self.data_home}/wordvec/nosuch.safetensors",
        )
        result = self.run_command("lookup", "king", "--model", "no/such.safetensors")
        self.assert_refused(result, FILE_ERROR, "no/such.safetensors: no such file")
        result = self.run_command("lookup", "king", env={"WORDVEC_MODEL": "nosuch"})
        self.assert_refused(result, FILE_ERROR, "nosuch: no such file")

    def test_a_broken_default_is_an_error_and_not_passed_over(self):
        self.install("default", "standard").write_bytes(b"")
        result = self.run_command("lookup", "king")
        self.assert_refused(result, FILE_ERROR, "default.safetensors: is empty")

    def test_nothing_is_written_for_a_query(self):
        for command in (["lookup", "king"], ["nearest", "king"], ["info", "--verify"]):
            self.run_command(*command)
        for folder in (self.folder, self.home, self.data_home):
            self.assertEqual(list(folder.iterdir()), [])


class ForeignFiles(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.lines = cli.sample_lines()[:1000]
        self.text = b"\n".join(self.lines) + b"\n"

    def test_are_read_with_a_note(self):
        self.write("model.txt", self.text)
        self.write("model.vec", b"1000 300\n" + self.text)
        reference = self.ask("nearest", "king", "--top-rows", 1000)
        self.run_command("convert", "model.txt", "model.bin", "-q")
        for name in ("model.txt", "model.vec", "model.bin"):
            with self.subTest(name):
                result = self.ask("nearest", "king", model=name)
                self.assert_says(
                    result, ALL_ANSWERED, rf"\Awordvec: note: reading {name} took \d+\.\d s; "
                    r".*wordvec convert.*at once\n\Z",
                )
                self.assertEqual(result.stdout, reference.stdout)
                quiet = self.ask("nearest", "king", "-q", model=name)
                self.assert_answered(quiet)
                self.assertEqual(quiet.stdout, reference.stdout)

    def test_a_container_has_no_note(self):
        self.assert_answered(self.ask("nearest", "king", model=SAMPLE))

    def test_from_names_the_format(self):
        # Either a header of three rows, or four words that are numbers.
        self.write("open.txt", "3 1\n4 1\n5 1\n6 1\n")
        result = self.ask("lookup", "--rows", "4", "--from", "glove", "-q", model="open.txt")
        self.assertEqual(result.lines, ["1"])
        result = self.ask(
            "lookup", "--rows", "4", "--from", "word2vec-text", "-q", model="open.txt"
        )
        self.assertEqual(result.lines, ["0"])

    def test_duplicates_are_warned_of(self):
        self.write("twice.txt", "a 1 2\nb 3 4\na 5 6\n")
        result = self.ask("lookup", "a", model="twice.txt")
        self.assert_says(result, ALL_ANSWERED, "warning: 1 row .* dropped, the first of 'a'")
        self.assertEqual(result.lines, ["a 1 2"])

    def test_from_a_pipe(self):
        result = self.run_command("lookup", "--rows", "king", "--model", "-", stdin=self.text)
        self.assert_says(result, ALL_ANSWERED, "note: reading ")
        self.assertEqual(result.lines, ["193"])

    def test_a_container_cannot_come_from_a_pipe(self):
        with open(SAMPLE, "rb") as file:
            start = file.read(100_000)
        result = self.run_command("lookup", "king", "--model", "-", stdin=start)
        self.assert_refused(result, FILE_ERROR, "standard input: a container must be a file")


if __name__ == "__main__":
    cli.main()
