#!/usr/bin/python3
"""`wordvec models`: what is installed, and which is the default."""

import json
import os
import sys

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, WRONG_USAGE  # noqa: E402


class Models(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.models = self.data_home / "wordvec"

    def install(self, name, rows=2, **options):
        self.models.mkdir(exist_ok=True)
        text = self.write("m.txt", "".join(f"{name}{i} 1 2 3\n" for i in range(rows)))
        path = self.models / f"{name}.safetensors"
        self.assert_answered(self.run_command("convert", text, path, "-q", "--license", "CC0"))
        return path

    def test_lists_names_shapes_sizes_and_the_default(self):
        small, large = self.install("small"), self.install("large", 50)
        self.assert_says(self.run_command("models", "--default", "small"), ALL_ANSWERED, "default now")
        result = self.run_command("models")
        self.assert_answered(result)
        self.assertEqual(result.lines[0].split("\t"),
                         ["name", "default", "rows", "dim", "file_bytes", "license", "problem"])
        self.assertEqual(result.fields, [
            ["large", "no", "50", "3", str(large.stat().st_size), "CC0", ""],
            ["small", "yes", "2", "3", str(small.stat().st_size), "CC0", ""],
        ])
        objects = json.loads(self.run_command("models", "-f", "json").stdout)
        self.assertEqual([model["name"] for model in objects], ["large", "small"])
        self.assertEqual(objects[1]["rows"], 2)

    def test_the_default_is_what_is_asked_without_a_name_and_can_be_changed(self):
        self.install("a")
        self.install("b")
        for name in ("a", "b", "b"):
            self.run_command("models", "--default", name)
            result = self.run_command("lookup", "--rows", f"{name}1")
            self.assert_answered(result)
            self.assertEqual(result.lines, ["1"])
        self.assertEqual(os.readlink(self.models / "default.safetensors"), "b.safetensors")
        self.assertEqual(sorted(os.listdir(self.models)),
                         ["a.safetensors", "b.safetensors", "default.safetensors"])

    def test_a_default_that_is_a_file_is_listed_and_not_replaced(self):
        path = self.install("default")
        self.install("a")
        result = self.run_command("models")
        self.assertEqual([row[:2] for row in result.fields], [["default", "yes"], ["a", "no"]])
        before = path.read_bytes()
        self.assert_refused(self.run_command("models", "--default", "a"), FILE_ERROR,
                            "a file of its own")
        self.assertEqual(path.read_bytes(), before)

    def test_damaged_models_are_listed_with_what_is_wrong(self):
        path = self.install("cut")
        path.write_bytes(path.read_bytes()[:100])
        self.install("whole")
        (self.models / "text.safetensors").write_text("king 1 2\n")
        (self.models / "gone.safetensors").symlink_to("nowhere")
        (self.models / "folder.safetensors").mkdir()
        (self.models / "other.txt").write_text("")
        result = self.run_command("models")
        self.assert_answered(result)
        rows = {row[0]: row for row in result.fields}
        self.assertEqual(sorted(rows), ["cut", "folder", "gone", "text", "whole"])
        for name in ("cut", "folder", "gone", "text"):
            self.assertEqual(rows[name][2], "0")
            self.assertNotEqual(rows[name][6], "")
        self.assert_refused(self.run_command("models", "--default", "cut"), FILE_ERROR, "cut")

    def test_what_is_no_file_is_not_opened(self):
        self.models.mkdir()
        os.mkfifo(self.models / "pipe.safetensors")
        result = self.run_command("models")
        self.assertEqual([[row[0], row[6]] for row in result.fields],
                         [["pipe", "is no regular file"]])
        self.assert_refused(self.run_command("models", "--default", "pipe"), FILE_ERROR,
                            "no regular file")
        self.assert_refused(self.run_command("lookup", "x", "-m", "pipe"), FILE_ERROR,
                            "no regular file")

    def test_a_default_that_is_gone_is_told(self):
        self.install("a")
        self.install("b")
        self.run_command("models", "--default", "a")
        (self.models / "a.safetensors").unlink()
        self.assert_says(self.run_command("models"), ALL_ANSWERED,
                         "warning: the default leads to a.safetensors.*models --default NAME")
        self.assert_refused(self.run_command("lookup", "b1"), FILE_ERROR,
                            "a link to 'a.safetensors'.*models --default NAME")

    def test_the_files_name_is_a_name_too_and_a_folder_hides_no_model(self):
        self.install("a")
        (self.folder / "a").mkdir()
        for name in ("a", "a.safetensors"):
            result = self.run_command("lookup", "--rows", "a1", "-m", name)
            self.assert_answered(result)
            self.assertEqual(result.lines, ["1"])
        (self.folder / "c").mkdir()
        self.assert_refused(self.run_command("lookup", "x", "-m", "c"), FILE_ERROR, "c: ")

    def test_help_and_version_also_behind_common_flags(self):
        for flag in ("--help", "--version"):
            result = self.run_command("-q", flag)
            self.assert_answered(result)
            self.assertEqual(result.stdout, self.run_command(flag).stdout)

    def test_no_models_is_no_error(self):
        result = self.run_command("models")
        self.assert_says(result, ALL_ANSWERED, "no models in .*wordvec fetch --list")
        self.assertEqual(result.fields, [])

    def test_names_that_are_not_there(self):
        self.install("glove.6B.50d")
        for name in ("glove.6B.5d", "../x", "", "default"):
            status = WRONG_USAGE if name == "" else FILE_ERROR
            self.assert_refused(self.run_command("models", "--default", name), status, "error: ")
        self.assert_refused(self.run_command("lookup", "x", "-m", "glove.6B.5d"), FILE_ERROR,
                            "did you mean 'glove.6B.50d'", "wordvec fetch --list")
        self.assert_refused(self.run_command("models", "--default", "glove.6B.5d"), FILE_ERROR,
                            "did you mean 'glove.6B.50d'")
        result = self.run_command("models", env={"HOME": None, "XDG_DATA_HOME": None})
        self.assert_refused(result, WRONG_USAGE, "no models folder")


if __name__ == "__main__":
    cli.main()
