#!/usr/bin/python3
"""`cmake --install` gives a tree that works wherever it is moved to, for the command and the library.

WORDVEC_BUILD_DIR names a finished build. With WORDVEC_SANITIZE=1 no program is linked with the
library, which would have to be built with sanitizers too.
"""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = os.environ["WORDVEC_BUILD_DIR"]
SANITIZED = os.environ.get("WORDVEC_SANITIZE") == "1"


def run(*command, **options):
    done = subprocess.run(
        list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, **options
    )
    if done.returncode != 0:
        raise AssertionError(f"{command} exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class InstalledTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", BUILD))
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        first = cls.folder / "installed"
        run("cmake", "--install", BUILD, "--prefix", first)
        cls.tree = cls.folder / "moved" / "else where"
        cls.tree.parent.mkdir()
        first.rename(cls.tree)
        cls.home = cls.folder / "home"
        cls.home.mkdir()

    def build_consumer(self, source, build):
        run("cmake", "-G", "Ninja", "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={self.tree}")
        run("cmake", "--build", build)

    def test_has_the_command_the_library_and_the_sample(self):
        for path in [
            "bin/wordvec",
            *(f"bin/{name}" for name in ("wordvec-fetch", "wordvec-png")
              if (Path(BUILD) / "bin" / name).exists()),
            "lib/libwordvec.a",
            "lib/cmake/wordvec/wordvec-config.cmake",
            "lib/cmake/wordvec/wordvec-config-version.cmake",
            "lib/cmake/wordvec/wordvec-targets.cmake",
            "share/wordvec/sample.safetensors",
            "share/doc/wordvec/FORMAT.md",
            "share/doc/wordvec/LICENSE",
        ]:
            self.assertTrue((self.tree / path).is_file(), path)

    def test_has_the_headers_and_nothing_else_of_the_sources(self):
        source = ROOT / "src" / "wordvec"
        expected = {path.relative_to(source) for path in source.rglob("*.h")}
        # Of a library that is for wordvec-fetch alone.
        expected = {path for path in expected if path.parts[0] != "fetch"}
        include = self.tree / "include" / "wordvec"
        found = {path.relative_to(include) for path in include.rglob("*") if path.is_file()}
        self.assertEqual(found, expected)

    def test_names_no_folder_of_the_build(self):
        for path in (self.tree / "lib" / "cmake" / "wordvec").iterdir():
            self.assertNotIn(str(BUILD), path.read_text(), path.name)
            self.assertNotIn(str(ROOT), path.read_text(), path.name)

    def test_command_finds_the_sample_from_where_it_was_moved(self):
        environment = {"HOME": str(self.home)}
        if SANITIZED and "ASAN_OPTIONS" in os.environ:
            environment["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]
        line = run(self.tree / "bin" / "wordvec", "lookup", "king", cwd=self.home, env=environment)
        fields = line.split()
        self.assertEqual(fields[0], "king")
        self.assertEqual(len(fields), 301)
        self.assertEqual(list(self.home.iterdir()), [])

    @unittest.skipIf(SANITIZED, "the library is built with sanitizers")
    def test_library_is_found_and_linked_by_another_project(self):
        build = self.folder / "consumer"
        self.build_consumer(ROOT / "tests" / "support" / "consumer", build)
        answers = run(build / "consumer", self.tree / "share" / "wordvec" / "sample.safetensors")
        # gensim 4.2 on the same vectors; data/README.md.
        expected = [("queen", 0.7374432), ("princess", 0.6016702), ("elizabeth", 0.5110387)]
        found = [line.split() for line in answers.splitlines()][: len(expected)]
        self.assertEqual([word for word, _ in found], [word for word, _ in expected])
        for (_, score), (_, reference) in zip(found, expected):
            self.assertAlmostEqual(float(score), reference, delta=2e-6)

        missing = subprocess.run([build / "consumer", "there/is/none"], capture_output=True, text=True)
        self.assertEqual(missing.returncode, 1, missing)
        self.assertEqual(missing.stdout, "")
        self.assertRegex(missing.stderr, r"^consumer: there/is/none: .*\n$")

    @unittest.skipIf(SANITIZED, "the library is built with sanitizers")
    def test_headers_need_no_library_but_the_standard_one(self):
        source = self.folder / "headers"
        source.mkdir()
        include = self.tree / "include"
        headers = sorted(path.relative_to(include) for path in include.rglob("*.h"))
        (source / "main.cpp").write_text(
            "".join(f'#include "{header}"\n' for header in headers) + "int main() {}\n"
        )
        run("c++", "-std=c++20", "-fsyntax-only", "-I", include, source / "main.cpp")


if __name__ == "__main__":
    unittest.main()
