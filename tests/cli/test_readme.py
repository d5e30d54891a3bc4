"""Runs what README.md shows and compares.

Each ```console block is a terminal session: lines after "$ " are given to bash on a pseudo-terminal,
in one folder for the whole file; the lines below are what the terminal must show. The ```python block
is ask.py there, and the ```bash block ask.sh. The program and
its CMakeLists.txt must be those of tests/support/consumer, which test_install.py builds and runs.
"""

import os
import pathlib
import pty
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMANDS = ["convert", "lookup", "embed", "nearest", "analogy", "similarity", "odd", "rank",
            "closer", "distance", "axis", "pca", "explain onehot", "explain positions",
            "explain analogy", "explain nearest", "explain subwords", "tour", "eval analogies",
            "eval similarity", "eval categories", "eval outliers", "compare", "info", "fetch",
            "models"]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def sessions():
    """(command, expected lines) of all console blocks, in order."""
    for block in blocks("console"):
        command, expected = None, []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command is not None:
                    yield command, expected
                command, expected = line[2:], []
            else:
                expected.append(line)
        if command is not None:
            yield command, expected


def run_on_terminal(command, folder, env):
    """What a terminal shows of `command`: standard output and standard error, as they come."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        ["bash", "-c", command],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    shown = b""
    try:
        while piece := os.read(leader, 65536):
            shown += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(leader)
    process.wait()
    return shown.decode("utf-8").replace("\r\n", "\n").splitlines()


def without_times(lines):
    """What is measured differs from run to run, and so does the room that it takes in a table."""
    times = re.compile(
        r" +[\d.]+ (?:s|ms|µs|ns)\b|(?<=bytes read) +(?=time)"
    )
    # The sentence with the ratio is broken where its digits end.
    text = times.sub(" …", "\n".join(lines))
    return re.sub(r"(?s)(?<=The product).*?looks up\.", " …", text).splitlines()


class Readme(unittest.TestCase):
    def test_sessions_show_what_they_promise(self):
        binary = pathlib.Path(os.environ["WORDVEC_BIN"])
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        env = {
            "PATH": f"{binary.parent}:/usr/bin:/bin",
            "HOME": folder,
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "WORDVEC_MODEL": os.environ["WORDVEC_SAMPLE"],
        }
        for name, language in (("ask.py", "python"), ("ask.sh", "bash")):
            script = next(block for block in blocks(language) if name == "ask.sh" or "wordvec" in block)
            (pathlib.Path(folder) / name).write_text(script, encoding="utf-8")
        ran = 0
        for command, expected in sessions():
            with self.subTest(command=command):
                shown = run_on_terminal(command, folder, env)
                self.assertEqual(without_times(shown), without_times(expected))
            ran += 1
        self.assertGreaterEqual(ran, 9)

    def test_every_command_is_in_the_table(self):
        help_text = subprocess.run(
            [os.environ["WORDVEC_BIN"], "--help"], capture_output=True, text=True, check=True
        ).stdout
        listed = re.findall(r"^  (\w+)  +\S", help_text.split("Usage:")[1], re.MULTILINE)
        self.assertIn("nearest", listed)
        for command in listed:
            self.assertRegex(README, rf"\| `{command}\b")

    def test_every_option_is_named(self):
        for command in COMMANDS:
            help_text = subprocess.run(
                [os.environ["WORDVEC_BIN"], *command.split(), "--help"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for option in re.findall(r"^  (?:-\w,)?(--[\w-]+)", help_text, re.MULTILINE):
                short = re.search(rf"^  (-\w),{option}\b", help_text, re.MULTILINE)
                names = [option] + ([short.group(1)] if short else [])
                with self.subTest(command=command, option=option):
                    self.assertTrue(
                        any(re.search(rf"`[^`\n]*{name}\b", README) for name in names)
                    )

    def test_library_example_is_the_program_that_is_built(self):
        consumer = ROOT / "tests" / "support" / "consumer"
        self.assertEqual(blocks("cpp"), [(consumer / "main.cpp").read_text(encoding="utf-8")])
        self.assertEqual(
            blocks("cmake"), [(consumer / "CMakeLists.txt").read_text(encoding="utf-8")]
        )


if __name__ == "__main__":
    unittest.main()
