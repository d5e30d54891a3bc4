#!/usr/bin/python3
"""What options share: none is given twice, and those that commands share may stand before one."""

import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, NOT_FOUND, SAMPLE, WRONG_USAGE  # noqa: E402

SHARED = ["-m", "-f", "--threads", "--isa", "--from", "--vocab", "--member", "--tensor"]
FLAGS = ["-q", "-v", "-vv", "--quiet", "--verbose", "--no-header", "--csv-safe"]


class OptionsTest(cli.CommandTest):
    def help(self, *command):
        result = self.run_command(*command, "--help")
        self.assert_answered(result)
        return result.stdout.decode()

    def commands(self):
        """Each command, and each topic, as lists of words."""
        found = []
        overview = self.help().split("\nUsage:")[1].split("\nOptions:")[0]
        for name in re.findall(r"(?m)^  (\w+) +\S", overview):
            topics = re.search(r"\nTopics:\n(.*?)\n\n", self.help(name), re.S)
            if topics:
                found += [[name, topic] for topic in re.findall(r"(?m)^  (\w+) ", topics[1])]
            else:
                found.append([name])
        self.assertGreater(len(found), 20)
        return found

    def options(self, command):
        """(names, values) of each option: how many values it takes at once, -1: each its own."""
        for line in self.help(*command).split("\n"):
            if line[27:28] == " ":  # the description begins there
                line = line[:28]
            line = re.sub(r" Excludes: .*", "", line)
            match = re.match(r"  ((?:-\w,)?--[\w-]+|-\w)((?: \S+)*) *$", line)
            if not match:
                continue
            names, value = match[1].split(","), match[2].split()
            many = value[-1:] == ["..."]
            yield names, -1 if many else len(value)


class GivenTwice(OptionsTest):
    def test_each_option_of_each_command_is_refused_that_cannot_be(self):
        seen = set()
        for command in self.commands():
            for names, count in self.options(command):
                first, last = names[0], names[-1]
                if first == "-h" or count == -1:
                    continue
                seen.add(last)
                with self.subTest(command=command, option=last):
                    if count == 0:  # a flag says the same again
                        result = self.run_command(*command, last, last, "--no-such-option")
                        self.assertEqual(result.status, WRONG_USAGE)
                        self.assertNotIn("given", result.stderr)
                        continue
                    one = [str(value) for value in range(1, 1 + count)]
                    two = [str(value) for value in range(5, 5 + count)]
                    with_one = " ".join(f"'{value}'" for value in one)
                    with_two = " ".join(f"'{value}'" for value in two)
                    said = f"the option {', '.join(names)} is given twice, with {with_one} and " \
                           f"with {with_two}: give it once"
                    forms = [[first, *one, last, *two]]
                    if count == 1:
                        forms.append([f"{last}=1", f"{last}=5"])
                        forms.append([last, "1", f"{last}=5"])
                    for form in forms:
                        result = self.run_command(*command, *form)
                        self.assertIn(said, result.stderr)
                        self.assert_refused(result, WRONG_USAGE, r"\(see `wordvec " + command[0])
        self.assertLessEqual({"--model", "--count", "--between", "--weat", "--seed", "--url",
                              "--columns", "--limit", "--out", "--format", "--threads"}, seen)

    def test_is_told_of_with_all_that_was_said(self):
        for arguments, said in (
            (["nearest", "king", "-k", "3", "-k", "2"], "-k, --count is given twice, with '3' and with '2'"),
            (["nearest", "-k3", "king", "-k2"], "with '3' and with '2'"),
            (["nearest", "king", "-k3", "-k=2", "--count", "3"], "is given 3 times, with '3', "),
            (["nearest", "king", "-f", "csv", "-f", "csv"], "with 'csv' and with 'csv'"),
            (["-f", "csv", "nearest", "king", "--format=json"], "with 'csv' and with 'json'"),
            (["-m", "A", "nearest", "-m", "B", "king"], "with 'A' and with 'B'"),
            (["-m", "A", "-m", "B", "nearest", "king"], "with 'A' and with 'B'"),
            (["-f", "csv", "eval", "-f", "tsv", "similarity", "x"], "with 'csv' and with 'tsv'"),
            (["explain", "nearest", "king", "--isa", "scalar", "--isa", "avx2"], "with 'scalar'"),
            # Also where one of the values is wrong.
            (["nearest", "king", "-k", "3", "-k", "x"], "with '3' and with 'x'"),
            (["nearest", "king", "-f", "no", "-f", "tsv"], "with 'no' and with 'tsv'"),
            (["axis", "king", "--between", "a", "b", "--between", "c", "d"],
             "with 'a' 'b' and with 'c' 'd'"),
            (["fetch", "--url", "x://y", "--url=z"], "with 'x://y' and with 'z'"),
            (["pca", "--out", "a.png", "-o", "b.png"], "with 'a.png' and with 'b.png'"),
            (["nearest", "king", "-q", "--quiet=false"], "with 'true' and with 'false'"),
        ):
            with self.subTest(arguments):
                result = self.run_command(*arguments)
                self.assertIn(said, result.stderr)
                self.assert_refused(result, WRONG_USAGE)
        self.assertEqual(self.files(), [])

    def test_is_refused_by_the_programs_that_commands_run(self):
        for program, option in (("wordvec-fetch", "--dir"), ("wordvec-png", "--out")):
            path = cli.BUILD / "bin" / program
            if not path.exists():
                continue
            done = subprocess.run([path, option, "a", option, "b"], capture_output=True, text=True,
                                  cwd=self.folder, env=self.environment(), timeout=60)
            self.assertEqual(done.returncode, WRONG_USAGE)
            self.assertIn("is given twice, with 'a' and with 'b'", done.stderr)

    def test_may_be_said_again_of_flags(self):
        for flags in (["-q", "-q"], ["-v", "-v"], ["-vv", "--verbose"], ["--no-header"] * 2):
            result = self.ask("nearest", "king", "-k", 1, *flags)
            self.assertEqual(result.status, ALL_ANSWERED, result)

    def test_have_no_other_value_than_true_and_false(self):
        for flag in ("--verbose", "--quiet", "--no-header", "--help"):
            for value in ("", "x", "2", "99999999999999999999", "-99999999999999999999", "[true]"):
                result = self.ask("nearest", "king", f"{flag}={value}")
                said = f"error: {flag}: expected true or false, found '{value}' (see"
                self.assertIn(said, result.stderr)
                self.assert_refused(result, WRONG_USAGE)
        self.assertEqual(self.ask("nearest", "king", "--no-header=false").lines[0][:5], "query")
        self.assertNotIn("query", self.ask("nearest", "king", "--no-header=true").lines[0])

    def test_is_no_matter_of_words(self):
        result = self.ask("lookup", "--rows", "--", "king", "-k", "-k")
        self.assertEqual(result.status, NOT_FOUND, result)
        self.assertEqual(self.ask("nearest", "king", "king", "-k", 1).status, ALL_ANSWERED)

    def test_is_no_help(self):
        self.assertIn("Examples", self.run_command("nearest", "-k", 1, "-k", 2, "--help").stdout.decode())

    def test_empty_values_take_no_word(self):
        for option in ("--model=", "--count=", "--format="):
            result = self.run_command("nearest", option, "king")
            self.assert_refused(result, WRONG_USAGE, option[:-1] + ": found an empty value")
        self.assert_refused(self.run_command("--model=", "nearest", "king"), WRONG_USAGE,
                            "--model: found an empty value")



class Brackets(cli.CommandTest):
    """A value in brackets is no list."""

    def test_are_part_of_a_file_s_name(self):
        for name in ("[a]", "[a,b]", "[]", "[[x]]", "\x01[a]", "[a"):
            (self.folder / name).write_text("king\tqueen\t9\nman\twoman\t8\ncat\tdog\t7\n")
            with self.subTest(name):
                result = self.ask("eval", "similarity", name)
                self.assertEqual(result.status, ALL_ANSWERED, result)
                behind = self.run_command("eval", "similarity", "-m", SAMPLE, "--", name)
                self.assertEqual(behind.status, ALL_ANSWERED, behind)
                (self.folder / name).unlink()
                self.assertEqual(self.ask("eval", "similarity", name).status, FILE_ERROR)

    def test_are_part_of_values_and_words(self):
        result = self.ask("nearest", "[UNK]", "-f", "json")
        self.assertEqual(result.status, NOT_FOUND)
        self.assertIn("'[UNK]'", result.stderr)
        result = self.ask("axis", "king", "--between", "[a]", "woman")
        self.assertIn("'[a]'", result.stderr)
        result = self.ask("nearest", "king", "--count", "[3]")
        self.assertEqual(result.status, WRONG_USAGE)
        self.assertIn("'[3]'", result.stderr)
        result = self.run_command("convert", "[a]", "b", "[c,d]")
        self.assertEqual(result.status, WRONG_USAGE)
        self.assertIn("'[c,d]'", result.stderr)
        self.assertIn("[m]: no such file", self.run_command("nearest", "king", "-m", "[m]").stderr)
        self.assertNotIn("\x01", self.run_command("nearest", "king", "-m", "[m]").stderr)


class BeforeTheCommand(OptionsTest):
    def test_options_that_commands_share_are_taken(self):
        expected = self.ask("nearest", "king", "-k", 2, "-f", "csv")
        for before, after in (
            (["-m", SAMPLE, "-f", "csv"], ["-k", 2]),
            ([f"--model={SAMPLE}", "--format=csv", "-q"], ["-k", 2]),
            (["--threads", 1, "-m", SAMPLE], ["-k", 2, "-f", "csv"]),
            ([f"-m{SAMPLE}", "-fcsv", "-v", "-qv"], ["-k", 2]),
            (["--isa", "scalar", "-q", "-f", "csv"], ["-k", 2, "-m", SAMPLE]),
        ):
            with self.subTest(before):
                found = self.run_command(*before, "nearest", "king", *after)
                self.assertEqual((found.status, found.stdout), (0, expected.stdout), found)

    def test_also_options_of_how_a_file_is_read(self):
        self.write("rows.npy", cli_npy([[1, 0], [0, 1]]))
        self.write("words", "king\nqueen\n")
        found = self.run_command("--vocab", "words", "-m", "rows.npy", "--from", "npy", "-q",
                                 "lookup", "--rows", "king", "queen")
        self.assertEqual((found.status, found.lines), (0, ["0", "1"]), found)

    def test_also_stand_before_topics(self):
        self.write("pairs", "king queen 8\nking dog 1\nman woman 7\n")
        expected = self.run_command("eval", "similarity", "pairs", "-m", SAMPLE, "-f", "json")
        for arguments in (["-m", SAMPLE, "-f", "json", "eval", "similarity", "pairs"],
                          ["eval", "-m", SAMPLE, "-f", "json", "similarity", "pairs"],
                          ["-f=json", "eval", f"--model={SAMPLE}", "similarity", "pairs"]):
            found = self.run_command(*arguments)
            if arguments[0] == "-f=json":  # which has no such form: -f takes "=json"
                self.assert_says(found, WRONG_USAGE, "'=json'")
                continue
            self.assertEqual((found.status, found.stdout), (0, expected.stdout), found)

    def test_of_others_and_mistakes_are_told_of(self):
        for arguments, *said in (
            (["-m", "nearest", "king"], "there is no command 'king'",
             "the option -m took 'nearest' as its value"),
            (["-m", "nearest"], "expected a command; the option -m took 'nearest' as its value"),
            (["-q", "--model", "nearest", "pick", "-f", "csv"], "--model took 'nearest'"),
            (["eval", "-m", "similarity", "pairs"], "there is no topic 'pairs'",
             "-m took 'similarity'"),
            (["eval", "-m", "similarity"], "expected a topic; the option -m took 'similarity'"),
            (["-m", "X"], "expected a command"), (["explain", "-m", "X"], "expected a topic"),
            (["eval", "--format=json"], "expected a topic"),
            (["-m"], "the option -m needs a value"),
            (["--threads"], "the option --threads needs a value"),
            (["-k", "3", "nearest", "king"], "expected a command, found '-k', an option that stands "
             "after the command's name"),
            (["--top=3", "nearest"], "expected a command, found '--top=3'"),
            (["--columns", "1,2,3", "eval", "similarity"], "an option that stands after"),
            (["--modle", "X", "nearest"], "expected a command, found '--modle'"),
            (["-m", "X", "completion", "bash"], "wordvec completion has no option '-m'"),
            (["-m", "X", "convert", "a", "b"], "wordvec convert has no option '-m'"),
            (["--model=X", "convert", "a", "b"], "wordvec convert has no option '--model'"),
            (["-m", "X", "explain", "positions"], "wordvec explain positions has no option '-m'"),
            (["-m", "X", "compare", "a", "b"], "compare has no --model"),
            (["-m", "X", "nearst", "king"], "there is no command 'nearst'", "nearest"),
            (["-f", "xml", "nearest", "king"], "unknown output format 'xml'"),
            (["--threads", "0", "nearest", "king"], "--threads: found '0'"),
        ):
            with self.subTest(arguments):
                result = self.run_command(*arguments)
                self.assert_refused(result, WRONG_USAGE)
                for text in said:
                    self.assertIn(text, result.stderr)
        self.assert_refused(self.run_command("-m", "absent.txt", "nearest", "king"), FILE_ERROR,
                            "absent.txt")

    def test_stand_before_help_and_the_version(self):
        overview = self.help()
        for arguments in (["-m", "X", "--help"], ["-q", "-h"], ["-m", "X", "help"]):
            self.assertEqual(self.run_command(*arguments).stdout.decode(), overview)
        self.assertEqual(self.run_command("-f", "csv", "--version").stdout,
                         self.run_command("--version").stdout)
        self.assertEqual(self.run_command("-m", "X", "nearest", "--help").stdout.decode(),
                         self.help("nearest"))
        self.assertEqual(self.run_command("-m", "X", "help", "nearest").stdout.decode(),
                         self.help("nearest"))
        for name in SHARED + ["-q", "-v", "--no-header", "--csv-safe"]:
            self.assertRegex(overview.split("may also stand before")[1], rf"[ ,]{name}\b")

    def test_each_is_an_option_of_a_command_of_the_same_kind(self):
        """What stands before is moved behind: it must take as many values there."""
        kinds = {}
        for command in self.commands():
            for names, count in self.options(command):
                for name in names:
                    kinds.setdefault(name, {}).setdefault(count != 0, []).append(command)
        for name in SHARED + ["-q", "-v", "--no-header", "--csv-safe"]:
            self.assertEqual(len(kinds[name]), 1, name)

    def test_are_completed(self):
        script = self.run_command("completion", "bash").stdout.decode()
        (self.data_home / "wordvec").mkdir()
        (self.data_home / "wordvec" / "mine.safetensors").symlink_to(SAMPLE)
        (self.home / "wordvec").symlink_to(cli.BINARY)

        def complete(*words):
            quoted = " ".join(f"'{word}'" for word in ("wordvec", *words))
            run = script + (f"COMP_WORDS=({quoted}); COMP_CWORD={len(words)}\n_wordvec\n"
                            'printf "%s\\n" "${COMPREPLY[@]}"\n')
            done = subprocess.run(
                ["bash", "--norc", "-c", run], cwd=self.folder, capture_output=True, text=True,
                env=self.environment(PATH=f"{self.home}:/usr/bin:/bin"), timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return set(done.stdout.splitlines()) - {""}

        for words, expected in (
            (["-m", "mi"], {"mine"}), (["--model", "=", "mi"], {"mine"}),
            (["--model=mi"], {"--model=mine"}), (["-m", "mine", "near"], {"nearest"}),
            (["--model=mine", "near"], {"nearest"}), (["--model", "=", "mine", "near"], {"nearest"}),
            (["-q", "-m", "mine", "near"], {"nearest"}), (["-f", "cs"], {"csv"}),
            (["--isa", "sca"], {"scalar"}), (["--from", "fastt"], {"fasttext"}),
            (["--thr"], {"--threads"}), (["-m", "mine", "nearest", "--cou"], {"--count"}),
            (["eval", "-m", "mine", "simi"], {"similarity"}),
            (["-m", "mine", "eval", "-f", "csv", "similarity", "--see"], {"--seed"}),
            (["-f", "csv", "analogy", "--method", "m"], {"mul"}),
            (["index", "--threads", "2", "mi"], {"mine"}),
        ):
            with self.subTest(words):
                self.assertEqual(complete(*words), expected)
        self.assertLessEqual(set(SHARED) | {"-q", "-v", "--help", "--version"}, complete("-"))
        self.assertNotIn("-m", complete(""))


def cli_npy(rows):
    """A matrix of float32, as NumPy writes it."""
    import struct

    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({len(rows)}, {len(rows[0])}), }}"
    header = header.ljust(117) + "\n"
    values = [value for row in rows for value in row]
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
            + struct.pack(f"<{len(values)}f", *values))


if __name__ == "__main__":
    unittest.main()
