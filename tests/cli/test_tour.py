#!/usr/bin/python3
"""`wordvec tour`: from a text to a picture, in nine steps."""

import os
import re
import subprocess
import sys
import unicodedata

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, SAMPLE, WRONG_USAGE  # noqa: E402

TITLES = {
    "en": ["Text", "Words", "Rows", "One-hot", "Look-up", "Vectors", "Similarity", "Analogy",
           "Picture"],
    "zh": ["文本", "词", "行号", "独热编码", "查表", "向量", "相似度", "类比", "画图"],
}
# What is measured differs from run to run, and so does the room that it takes in a table; the
# sentence with the ratio is broken where its digits end.
TIME = re.compile(r" +[\d.]+ (?:s|ms|µs|ns)\b|(?<=bytes read) +(?=time)"
                  r"|(?s:(?<=The product).*?looks up\.)")


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def titles(text):
    return re.findall(r"(?m)^[1-9]/9 (.*)$", text)


def commands(text):
    return re.findall(r"(?m)^\$ (wordvec .*)$", text)


class Tour(cli.CommandTest):
    def tour(self, *arguments, **options):
        result = self.ask("tour", *arguments, **options)
        self.assertEqual(result.status, ALL_ANSWERED, result)
        return result.stdout.decode()

    def steps(self, text):
        """(command, what is below it) of each step."""
        for part in re.split(r"(?m)^[1-9]/9 .*$", text)[1:]:
            command, output = re.search(r"(?ms)^\$ (.*?)\n(.*)", part).groups()
            yield command, output

    def test_has_nine_steps_in_both_languages(self):
        english, chinese = self.tour("--lang", "en"), self.tour("--lang", "zh")
        self.assertEqual(titles(english), TITLES["en"])
        self.assertEqual(titles(chinese), TITLES["zh"])
        self.assertEqual(commands(english), commands(chinese))
        self.assertEqual(len(commands(english)), 9)
        # No name in braces is left, and Chinese sentences end as such.
        for text in (english, chinese):
            self.assertNotRegex(text, r"\{[a-z]*\}")
        for number in range(9):
            why = chinese.split(f"{number + 1}/9 ")[1].split("\n$ ")[0]
            self.assertRegex(why, r"[。？]")
            self.assertGreater(len(re.findall(r"[一-鿿]", why)), 20)

    def test_shows_the_output_of_the_commands_it_shows(self):
        (self.folder / "wordvec").symlink_to(cli.BINARY)
        path = f"{self.folder}:{os.environ['PATH']}"
        shown = list(self.steps(self.run_command("tour", env={"WORDVEC_MODEL": SAMPLE}).stdout.decode()))
        self.assertEqual(len(shown), 9)
        for command, output in shown:
            done = subprocess.run(
                ["sh", "-c", command], cwd=self.folder, capture_output=True, timeout=60,
                env=self.environment(PATH=path, WORDVEC_MODEL=SAMPLE), stdin=subprocess.DEVNULL,
            )
            with self.subTest(command):
                self.assertEqual(done.returncode, ALL_ANSWERED, done)
                expected = TIME.sub("", done.stdout.decode())
                self.assertGreater(len(expected.splitlines()), 2)
                self.assertTrue(TIME.sub("", output).startswith(expected), (output, expected))

    def test_names_the_model_as_it_was_named(self):
        text = self.tour("--step", 8)
        self.assertEqual(commands(text), [
            f"wordvec analogy king man woman -k 3 --model {SAMPLE} --format table"
        ])
        self.assertIn("queen      0.7374", text)

    def test_is_told_of_the_sample_once(self):
        result = self.run_command("tour")
        self.assertEqual(result.status, ALL_ANSWERED)
        self.assertEqual(result.stderr.count("bundled sample"), 1)
        self.assertNotIn("bundled", self.run_command("tour", "-q").stderr)

    def test_takes_the_language_of_the_environment(self):
        for env, language in (
            ({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LANG": "en_US.UTF-8"}, "en"), ({"LANG": None}, "en"),
            ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
            ({"LANG": "C.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"), ({"LC_ALL": "zh"}, "zh"),
        ):
            self.assertEqual(titles(self.tour("--step", 1, env=env)), TITLES[language][:1], env)
        self.assertEqual(titles(self.tour("--step", 1, "--lang", "en", env={"LANG": "zh"})), ["Text"])

    def test_shows_one_step(self):
        for number in range(1, 10):
            text = self.tour("--step", number)
            self.assertTrue(text.startswith(f"{number}/9 {TITLES['en'][number - 1]}\n"))
            self.assertEqual(len(commands(text)), 1)

    def test_refuses_what_it_has_not(self):
        for arguments, sign in ((("--step", 0), "'0'"), (("--step", 10), "1 to 9"),
                                (("--lang", "de"), "expected en or zh"), (("on",), "one too many")):
            self.assert_refused(self.ask("tour", *arguments), WRONG_USAGE, sign)

    def test_waits_on_a_terminal(self):
        kinds = {"stdin": "terminal"}
        with self.on_terminal("tour", "--model", SAMPLE, "--lang", "en", **kinds) as run:
            run.wait_for("stderr", b"q: quit")
            self.assertNotIn(b"1/9", run.read["stdout"])
            run.send(b"\n")
            run.wait_for("stdout", b"1/9")
            run.pump(lambda: run.read["stderr"].count(b"q: quit") == 2)
            run.send(b"q\n")
        self.assertEqual(run.result.status, ALL_ANSWERED)
        self.assertNotIn(b"2/9", run.result.stdout)
        with self.on_terminal("tour", "--model", SAMPLE, **kinds) as run:
            run.wait_for("stderr", b"q: quit")
            run.end_input()
        self.assertEqual(run.result.status, ALL_ANSWERED)

    def test_does_not_wait_where_nobody_answers(self):
        for columns in (60, 80):
            with self.on_terminal("tour", "--model", SAMPLE, "--lang", "zh", columns=columns) as run:
                pass  # stdin is a pipe
            self.assertEqual(run.result.status, ALL_ANSWERED)
            text = re.sub(r"\x1b\[[\d;]*m", "", run.result.stdout.decode())
            self.assertEqual(titles(text), TITLES["zh"])
            for line in text.splitlines():
                if not line.startswith("$ "):
                    self.assertLessEqual(width(line), columns, line)

    def test_takes_the_words_that_the_model_has(self):
        words = ["haus", "baum", "fluss", "berg", "wolke", "stein", "vogel", "fisch", "blume"]
        rows = "".join(f"{w} {i} {i * i % 7} {-i}\n" for i, w in enumerate(words, 1))
        result = self.run_command("tour", "--model", self.write("m.txt", ", 1 1 1\n" + rows))
        self.assertEqual(result.status, ALL_ANSWERED, result)
        self.assertNotIn("error", result.stderr)
        text = result.stdout.decode()
        shown = commands(text)
        self.assertIn("wordvec lookup haus baum fluss berg wolke stein vogel fisch", shown[5])
        self.assertEqual(len(shown), 8)
        self.assertIn("does not have the words for this step", text.split("8/9")[1].split("9/9")[0])
        chinese = self.run_command("tour", "--lang", "zh", "--model", self.folder / "m.txt")
        self.assertIn("这一步跳过", chinese.stdout.decode())

    def test_never_breaks(self):
        for name, text in (
            ("one word", "haus 1 2\n"), ("two words", "haus 1 2\nbaum 2 1\n"),
            ("no letters", ", 1 2\n. 3 4\n-- 1 1\n"), ("no direction", "haus 0 0\nbaum 0 0\nvogel 0 0\n"),
            ("no UTF-8", b"\xff\xfe 1 2\n\x80 2 1\nab\xc3 1 1\n"), ("options", "--help 1 2\n-q 2 1\n-k 1 1\n"),
            ("one value", "haus 1\nbaum 2\nvogel -1\nfisch 3\n"),
            ("Chinese", "猫 1 2\n狗 2 1\n国王 1 1\n女王 0 1\n男人 1 0\n女人 2 2\n，1 3 4\n"),
            ("equal", "haus 1 1\nbaum 1 1\nvogel 1 1\nfisch 1 1\n"),
        ):
            with self.subTest(name):
                result = self.run_command("tour", "--model", self.write("m.txt", text))
                self.assertEqual(len(titles(result.stdout.decode())), 9)
                self.assertEqual(result.status, ALL_ANSWERED, result)
                self.assertNotIn("error", result.stderr, result)

    def test_is_the_story_of_the_readme(self):
        readme = (cli.ROOT / "README.md").read_text(encoding="utf-8")
        story = readme.split("## Five minutes")[1].split("\n## ")[0]
        told = re.findall(r"(?m)^\$ (wordvec [^|;\n]*[^|;\s])", story)
        at = -1
        for command in commands(self.run_command("tour", env={"WORDVEC_MODEL": SAMPLE}).stdout.decode()):
            command = command.removesuffix(" --format table")
            self.assertIn(command, told[at + 1 :])
            at = told.index(command, at + 1)

    def test_ends_quietly_when_nobody_reads(self):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "wb") as closed:
            result = self.run_command("tour", "-q", stdout=closed)
        self.assertEqual((result.status, result.stderr), (ALL_ANSWERED, ""))


if __name__ == "__main__":
    cli.main()
