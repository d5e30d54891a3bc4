#!/usr/bin/python3
"""`wordvec pca` draws: SVG, PNG, and pictures on a terminal."""

import os
import re
import struct
import sys
import unittest
import xml.etree.ElementTree as xml
import zlib

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, BINARY, FILE_ERROR, NOT_FOUND, SAMPLE, WRONG_USAGE  # noqa: E402
from test_pca import POINTS  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
HAS_PNG = os.path.exists(os.path.join(os.path.dirname(BINARY), "wordvec-png"))
needs_png = unittest.skipUnless(HAS_PNG, "wordvec-png is not built")


class PictureTest(cli.CommandTest):
    def pca(self, *arguments, **options):
        return self.ask("pca", *arguments, **options)

    def svg(self, *arguments, name="x.svg", status=ALL_ANSWERED, **options):
        result = self.pca(*arguments, "--out", name, **options)
        self.assertEqual((result.status, result.stdout), (status, b""), result)
        self.stderr = result.stderr
        return xml.parse(self.folder / name).getroot()


def points_of(root):
    """Word and centre of each circle."""
    return [
        (mark.find(SVG + "title").text, float(mark.get("cx")), float(mark.get("cy")))
        for mark in root.iter(SVG + "circle")
    ]


def texts_of(root):
    return [text.text for text in root.iter(SVG + "text")]


def fills_of(root):
    """The CSS class of each circle's colour."""
    return [re.search(r"\bf\d+", mark.get("class"))[0] for mark in root.iter(SVG + "circle")]


class Svg(PictureTest):
    def test_has_the_points_where_scikit_learn_has_them(self):
        root = self.svg(*POINTS)
        found = points_of(root)
        self.assertEqual([word for word, _, _ in found], list(POINTS))
        # One scale for both axes, the second one upwards; each up to the sign of the component.
        pixels = {word: (x, -y) for word, x, y in found}
        scale = None
        for axis in (0, 1):
            drawn = pixels["king"][axis] - pixels["dog"][axis]
            real = POINTS["king"][axis] - POINTS["dog"][axis]
            scale = scale or abs(drawn / real)
            sign = 1 if drawn * real > 0 else -1
            for word, values in POINTS.items():
                self.assertAlmostEqual(
                    (pixels[word][axis] - pixels["dog"][axis]) / scale,
                    sign * (values[axis] - POINTS["dog"][axis]),
                    delta=0.01,
                )

    def test_has_labels_axes_and_a_title(self):
        root = self.svg(*POINTS, "--title", "Eight words")
        texts = texts_of(root)
        for text in (*POINTS, "PC 1 (31.4 % of variance)", "PC 2 (23.4 % of variance)",
                     "Eight words", "0", "−2"):
            self.assertIn(text, texts)
        self.assertEqual(root.find(SVG + "title").text, "Eight words")
        self.assertIn("8 words", root.find(SVG + "desc").text)
        self.assertEqual(root.get("width"), "960")
        self.assertNotIn("hidden", self.stderr)

    def test_of_a_size(self):
        root = self.svg(*POINTS, "--size", "400x300")
        self.assertEqual((root.get("width"), root.get("height")), ("400", "300"))
        self.assertEqual(root.get("viewBox"), "0 0 400 300")
        for _, x, y in points_of(root):
            self.assertTrue(0 < x < 400 and 0 < y < 300)

    def test_themes(self):
        light, dark, auto = (
            (self.svg(*POINTS, "--theme", theme), (self.folder / "x.svg").read_text())[1]
            for theme in ("light", "dark", "auto")
        )
        self.assertNotIn("prefers-color-scheme", light + dark)
        self.assertIn("prefers-color-scheme", auto)
        self.assertNotEqual(light, dark)

    def test_is_the_same_bytes_each_time(self):
        first, second = (
            (self.svg("--top", 200, "--color-by", "cluster", "--threads", threads),
             (self.folder / "x.svg").read_bytes())[1]
            for threads in (1, 2)
        )
        self.assertEqual(first, second)

    def test_hides_labels_that_would_cover_others_and_counts_them(self):
        root = self.svg("--top", 1000)
        words = cli.sample_words()[:1000]
        self.assertEqual(len(points_of(root)), 1000)
        hidden = int(re.search(r"note: (\d+) of 1000 labels are hidden", self.stderr)[1])
        shown = [text for text in root.iter(SVG + "text") if " h" in text.get("class")]
        self.assertEqual(len(shown) + hidden, 1000)
        self.assertGreater(len(shown), 100)
        self.assertLessEqual({text.text for text in shown}, set(words))
        larger = self.svg("--top", 1000, "--size", "3000x3000")
        more = [text for text in larger.iter(SVG + "text") if " h" in text.get("class")]
        self.assertGreater(len(more), len(shown))

    def test_words_stay_text(self):
        words = ["</script>", "a<b&c", "'\"", "مرحبا", "北京", "bell\x07", "москва"]
        lines = b"".join(
            word.encode() + f" {i} {i * i % 5}\n".encode() for i, word in enumerate(words)
        )
        self.write("odd.txt", lines + b"\xff\xfe 3 9\n")
        root = self.svg("-q", model="odd.txt")
        expected = [*words[:5], "bell\\x07", "москва", "\\xff\\xfe"]
        self.assertEqual([word for word, _, _ in points_of(root)], expected)
        self.assertLessEqual(set(expected), set(texts_of(root)))

    def test_of_few_or_equal_points(self):
        self.write("same.txt", "a 1 2\nb 1 2\nc 1 2\nd 1 2\n")
        for words, model in ((["king", "queen"], None), (["a", "b"], "same.txt"),
                             (["a", "b", "c", "d"], "same.txt")):
            root = self.svg(*words, **({"model": model} if model else {}))
            self.assertEqual([word for word, _, _ in points_of(root)], words)
            self.assertEqual([text for text in texts_of(root) if text in words], words)

    def test_fitted_on_others_says_whose_variance_it_is(self):
        self.write("fit", "\n".join(cli.sample_words()[:50]))
        root = self.svg(*POINTS, "--fit", "fit")
        titles = [text for text in texts_of(root) if "of the fitted words' variance)" in text]
        self.assertEqual(len(titles), 2)
        self.assertIn("8 words on components of others", root.find(SVG + "desc").text)

    def test_titles_of_axes_stay_in_a_small_picture(self):
        self.write("large.txt", "a 123456 1\nb -98765 2345\nc 5 -77000\n")
        for size in ("200x150", "120x100"):
            root = self.svg("--size", size, model="large.txt")
            width, height = map(int, size.split("x"))
            for text in root.iter(SVG + "text"):
                half = 0.6 * float(text.get("font-size")) * len(text.text) / 2  # and more
                if "transform" in text.attrib:
                    y = float(re.match(r"translate\(\S+ ([\d.]+)\)", text.get("transform"))[1])
                    self.assertTrue(y - half > 0 and y + half < height, text.text)
                elif text.get("text-anchor") == "middle":
                    self.assertTrue(float(text.get("x")) + half < width, text.text)
                elif text.get("text-anchor") == "end" and re.match(r"[−\d]", text.text):
                    # A number of the second axis begins right of the axis's title.
                    self.assertGreater(float(text.get("x")) - 2 * half, 16)

    def test_of_three_components_shows_two_and_says_so(self):
        root = self.svg(*POINTS, "--components", 3)
        self.assertIn("first two of 3 components", self.stderr)
        self.assertEqual(len(points_of(root)), 8)
        result = self.pca(*POINTS, "--components", 1, "--out", "y.svg")
        self.assert_refused(result, WRONG_USAGE, "at least 2 components, found 1")


class Lines(PictureTest):
    def arrows(self, root):
        """Those lines that are thicker than the grid's."""
        return [path for path in root.iter(SVG + "path") if path.get("stroke-width") == "1.5"]

    def test_go_from_word_to_word(self):
        root = self.svg(*POINTS, "--lines", "man:woman,dog:cat")
        at = {word: (x, y) for word, x, y in points_of(root)}
        arrows = self.arrows(root)
        self.assertEqual(len(arrows), 2)
        for arrow, (start, end) in zip(arrows, (("man", "woman"), ("dog", "cat"))):
            x1, y1, x2, y2 = map(float, re.findall(r"-?[\d.]+", arrow.get("d")))
            (ax, ay), (bx, by) = at[start], at[end]
            # On the straight line between the two, in that direction.
            for x, y in ((x1, y1), (x2, y2)):
                distance = abs((bx - ax) * (y - ay) - (by - ay) * (x - ax))
                self.assertLess(distance / ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5, 0.2)
            self.assertGreater((x2 - x1) * (bx - ax) + (y2 - y1) * (by - ay), 0)

    def test_take_other_cases_and_escapes(self):
        root = self.svg("man", "woman", ":", ",", "--lines", r"Man:woman,\::\,")
        self.assertEqual(len(self.arrows(root)), 2)

    def test_of_unknown_words_are_named_and_left_out(self):
        for word in ("xqzxqz", "king"):
            root = self.svg("man", "woman", "cat", "--lines", f"man:woman,man:{word}",
                            status=NOT_FOUND)
            self.assertIn(f"error: --lines: '{word}' is not among the words", self.stderr)
            self.assertEqual(len(self.arrows(root)), 1)

    def test_from_a_word_to_itself_are_named_and_left_out(self):
        root = self.svg("man", "king", "--lines", "man:king,King:king")
        self.assertEqual(len(self.arrows(root)), 1)
        self.assertIn("'King' and 'king' are the same point", self.stderr)

    def test_between_points_that_touch_are_counted(self):
        model = self.write("m.txt", "a 0 0\nb 0.001 0\nc 1 1\nd 2 3\n")
        root = self.svg("--top", "4", "--lines", "a:b,c:d", model=model)
        self.assertEqual(len(self.arrows(root)), 1)
        self.assertIn("1 of 2 lines is not drawn: the points at its ends touch (--size makes room)",
                      self.stderr)

    def test_of_bad_syntax(self):
        for text in ("king", "king:", ":king", "a:b:c", "a:b,", ","):
            result = self.pca("king", "queen", "--lines", text, "--out", "x.svg")
            self.assert_refused(result, WRONG_USAGE, "--lines: found", "king:queen,man:woman")


class Groups(PictureTest):
    def test_of_a_file_have_colours_and_a_legend(self):
        self.write("groups.csv", "word,group\nking,royal\nqueen,royal\ncat,animal\nzebra,no\n")
        root = self.svg(*POINTS, "--color-by", "groups.csv")
        colours = dict(zip((word for word, _, _ in points_of(root)), fills_of(root)))
        self.assertEqual(colours["king"], colours["queen"])
        self.assertEqual(colours["man"], colours["dog"], "both are of no group")
        self.assertEqual(len({colours[word] for word in ("king", "cat", "man")}), 3)
        texts = texts_of(root)
        for name in ("royal", "animal", "other"):
            self.assertIn(name, texts)
        self.assertNotIn("no", texts)
        self.assertRegex(self.stderr, "5 of 8 words have no group there, the first is 'man'")

    def test_of_a_file_may_have_blank_lines(self):
        self.write("groups", "king\troyal\n  \n\t\nqueen\troyal\n\ncat\tanimal\n ")
        king, queen, cat = fills_of(self.svg("king", "queen", "cat", "--color-by", "groups"))[:3]
        self.assertEqual(king, queen)
        self.assertNotEqual(king, cat)

    def test_of_a_file_are_of_any_case(self):
        self.write("groups", "King\troyal\nQUEEN\troyal\nCat\tanimal\ndog\tanimal\nDog\tno\n")
        root = self.svg("king", "queen", "cat", "dog", "--color-by", "groups")
        king, queen, cat, dog = fills_of(root)[:4]
        self.assertEqual((king, cat), (queen, dog))
        self.assertNotEqual(king, cat)
        self.assertNotIn("no", texts_of(root), "of dog, its own line decides")
        self.write("groups", "KING\troyal\nKing\tchess\nqueen\troyal\n")
        result = self.pca("king", "queen", "--color-by", "groups", "--out", "x.svg")
        self.assert_refused(result, FILE_ERROR, "groups: 'KING' and 'King', both 'king' in the")
        exact = self.svg("king", "queen", "--color-by", "groups", "--exact-case")
        self.assertIn("other", texts_of(exact))

    def test_more_clusters_than_words(self):
        self.svg(*POINTS, "--color-by", "cluster", "--clusters", 50)
        self.assertIn("8 words make 8 clusters, fewer than the 50 asked for", self.stderr)

    def test_have_room_in_the_legend_of_a_low_picture(self):
        words = cli.sample_words()[:60]
        self.write("groups", "".join(f"{word}\tgroup{i % 28}\n" for i, word in enumerate(words)))
        for size in ("960x300", "500x160"):
            root = self.svg("--top", 60, "--color-by", "groups", "--size", size)
            entries = [text for text in root.iter(SVG + "text")
                       if re.match("group|… ", text.text) and " h" not in text.get("class")]
            width, height = map(int, size.split("x"))
            places = [(float(text.get("x")), float(text.get("y"))) for text in entries]
            for i, (x, y) in enumerate(places):
                self.assertTrue(0 < x < width and 0 < y < height - 2, (x, y))
                for other_x, other_y in places[:i]:
                    self.assertTrue(abs(x - other_x) > 20 or abs(y - other_y) >= 12)
            left_out = re.search(r"legend has no room for (\d+) of its entries", self.stderr)
            if left_out:
                self.assertEqual(entries.pop().text, f"… {left_out[1]} more")
            self.assertEqual(len(entries) + int(left_out[1] if left_out else 0), 28)

    def test_that_are_more_than_a_terminal_has_colours(self):
        words = cli.sample_words()[:40]
        self.write("groups", "".join(f"{word}\tg{i % 9}\n" for i, word in enumerate(words)))
        with self.on_terminal("pca", "--top", 40, "--color-by", "groups", "-m", SAMPLE) as run:
            pass
        self.assertIn("2 of 9 groups, the smallest, have no look", run.result.stderr)
        colours = re.findall("\x1b\\[([0-9;]+)m●", run.result.lines[-1] + run.result.lines[-2])
        self.assertEqual(len(set(colours)), 8)
        self.assertIn("other (2 groups)", run.result.stdout.decode())

    def test_of_clusters_need_no_more_than_their_number(self):
        self.svg(*POINTS, "--color-by", "cluster", "--clusters", 4)
        expected = (self.folder / "x.svg").read_bytes()
        self.svg(*POINTS, "--clusters", 4)
        self.assertEqual((self.folder / "x.svg").read_bytes(), expected)
        text = " ".join(self.run_command("pca", "--help").stdout.decode().split())
        self.assertIn("--clusters N Colour by N clusters, also without --color-by", text)

    def test_of_clusters_keep_the_related_together(self):
        root = self.svg(*POINTS, "--color-by", "cluster", "--clusters", 4)
        colours = dict(zip((word for word, _, _ in points_of(root)), fills_of(root)))
        self.assertEqual(colours["king"], colours["queen"])
        self.assertEqual(colours["cat"], colours["dog"])
        self.assertNotEqual(colours["king"], colours["cat"])

    def test_that_are_more_than_the_looks(self):
        words = cli.sample_words()[:60]
        self.write("groups", "".join(f"{word}\tg{i % 40}\n" for i, word in enumerate(words)))
        self.svg("--top", 60, "--color-by", "groups")
        self.assertIn("12 of 40 groups, the smallest, have no look of their own", self.stderr)

    def test_of_bad_files(self):
        self.write("bad", "king\troyal\nqueen\n")
        result = self.pca("king", "queen", "--color-by", "bad", "--out", "x.svg")
        self.assert_refused(result, FILE_ERROR, "bad:2: found 1 field, expected 2")
        result = self.pca("king", "queen", "--color-by", "missing", "--out", "x.svg")
        self.assert_refused(result, FILE_ERROR, "missing.*No such file")
        result = self.pca("king", "queen", "--color-by", "bad", "--clusters", 2, "--out", "x.svg")
        self.assert_refused(result, WRONG_USAGE, "--clusters is for")
        self.assertEqual(self.files(), ["bad"])


def read_png(data):
    """Width, height and rows of RGB, without interlacing; the standard library decodes."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, pixels, header = 8, b"", None
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        (crc,) = struct.unpack_from(">I", data, at + 8 + size)
        assert crc == zlib.crc32(kind + content), kind
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", content)
        if kind == b"IDAT":
            pixels += content
        at += 12 + size
    assert kind == b"IEND" and header[2:4] == (8, 2), header
    return header[0], header[1], zlib.decompress(pixels)


@needs_png
class Png(PictureTest):
    def png(self, *arguments, **options):
        result = self.pca(*arguments, "--out", "x.png", **options)
        self.assertEqual((result.status, result.stdout), (ALL_ANSWERED, b""), result)
        self.stderr = result.stderr
        return (self.folder / "x.png").read_bytes()

    def test_is_a_picture_of_the_size_and_scale(self):
        width, height, pixels = read_png(self.png(*POINTS, "--size", "300x200"))
        self.assertEqual((width, height), (600, 400))
        self.assertEqual(len(pixels), height * (1 + 3 * width))
        self.assertGreater(len(set(pixels)), 20, "it is not empty")
        self.assertIn("explained variance ratio: 0.31362674", self.stderr)
        width, height, _ = read_png(self.png(*POINTS, "--size", "300x200", "--scale", "1"))
        self.assertEqual((width, height), (300, 200))

    def test_is_the_same_bytes_each_time(self):
        arguments = (*POINTS, "--size", "300x200", "--lines", "man:woman", "--theme", "dark")
        self.assertEqual(self.png(*arguments), self.png(*arguments))

    def test_is_not_written_where_it_cannot_be(self):
        result = self.pca("king", "queen", "--out", "no/x.png", "-q")
        self.assert_refused(result, FILE_ERROR, "no/x.png: cannot write: No such file")
        result = self.pca("king", "queen", "--out", "x.png", "--size", "9000x9000", "--scale", "9",
                          "-q")
        self.assert_refused(result, WRONG_USAGE, "81000 x 81000 dots")
        self.assertEqual(self.files(), [])

    def test_takes_words_from_a_pipe_and_of_all_scripts(self):
        self.write("odd.txt", "مرحبا 1 2\n北京 2 1\nмосква 3 3\nabcمرحبا 1 5\n")
        self.png("-", stdin="北京\nмосква\nمرحبا\n".encode(), model="odd.txt")


class Usage(PictureTest):
    def test_options_of_pictures_are_refused_for_data(self):
        for option, value in (("--lines", "king:queen"), ("--color-by", "cluster"),
                              ("--theme", "dark"), ("--size", "300x200"), ("--title", "x")):
            for more in ([], ["--out", "x.csv"]):
                result = self.pca("king", "queen", option, value, *more)
                self.assert_refused(result, WRONG_USAGE, f"{option} is for pictures", r"\.svg, \.png")

    def test_values_that_make_no_sense(self):
        for option, value in (("--theme", "pink"), ("--size", "300"), ("--size", "1x1"),
                              ("--size", "300x-5"), ("--size", "99999x300"), ("--scale", "0"),
                              ("--clusters", "0"), ("--format", "csv")):
            result = self.pca("king", "queen", option, value, "--out", "x.svg")
            self.assert_refused(result, WRONG_USAGE, option.lstrip("-"))
        self.assertEqual(self.files(), [])

    def test_options_without_effect(self):
        self.write("g", "king\ta\n")
        for out, options in (("x.svg", ["--scale", 3]), ("x.html", ["--scale", 3]),
                             ("x.html", ["--size", "300x200"])):
            result = self.pca("king", "queen", "cat", "--out", out, *options)
            self.assert_refused(result, WRONG_USAGE, f"{options[0]} has no meaning for {out[1:]}")
        result = self.pca("king", "queen", "--out", "x.png", "--theme", "auto")
        self.assert_refused(result, WRONG_USAGE, "--theme has no meaning for .png as auto")
        for option, value in (("--theme", "dark"), ("--size", "300x200"), ("--scale", 3)):
            with self.on_terminal("pca", "king", "queen", option, value, "-m", SAMPLE) as run:
                pass
            self.assertEqual(run.result.status, WRONG_USAGE)
            self.assertIn(f"{option} has no meaning on a terminal", run.result.stderr)
        self.assertEqual(self.files(), ["g"])

    def test_standard_input_has_one_reader(self):
        for arguments, readers, both in (
            (["-", "--color-by", "-"], "the words and --color-by", "both"),
            (["king", "queen", "--fit", "-", "--color-by", "-"], "--fit and --color-by", "both"),
            (["--words", "-", "--fit", "-", "--color-by", "-"],
             "the words and --fit and --color-by", "all"),
        ):
            result = self.pca(*arguments, "--out", "x.svg", stdin=b"king\nqueen\n")
            self.assert_refused(result, WRONG_USAGE, f"{readers} cannot {both} come from standard")
        result = self.pca("-", "-q", "--out", "x.svg", stdin=b"a 1 2\nb 2 1\n", model="-")
        self.assert_refused(result, WRONG_USAGE, "the model and the words cannot both come from")

    def test_pictures_that_cannot_be_written(self):
        result = self.pca("king", "queen", "--out", "no/x.svg", "-q")
        self.assert_refused(result, FILE_ERROR, "no/x.svg: cannot write: No such file")
        result = self.pca("king", "--out", "x.svg", "-q")
        self.assert_refused(result, WRONG_USAGE, "at least 2 words, found 1")
        self.assertEqual(self.files(), [])


class OnATerminal(PictureTest):
    def show(self, *arguments, **options):
        with self.on_terminal("pca", *arguments, "-m", SAMPLE, **options) as run:
            pass
        self.assertEqual(run.result.status, ALL_ANSWERED, run.result)
        return run.result

    def test_words_are_a_picture(self):
        result = self.show(*POINTS, env={"TERM": "dumb"})
        lines = result.lines
        for word in POINTS:
            self.assertTrue(any(re.search(rf"\b{word}\b", line) for line in lines), word)
        self.assertIn("→ PC 1 (31.4 % of variance)   ↑ PC 2 (23.4 % of variance)", lines[-1])
        self.assertLessEqual(len(lines), 24)
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertTrue(any("\u2800" <= c <= "\u28ff" for c in result.stdout.decode()))
        self.assertNotIn(b"\x1b", result.stdout)

    def test_groups_have_colours_and_a_legend(self):
        result = self.show(*POINTS, "--color-by", "cluster")
        self.assertRegex(result.stdout.decode(), "\x1b\\[0;38;5;32m[\u2800-\u28ff]")
        self.assertRegex(result.lines[-1], "●.* 1: .*●.* 2: ")
        plain = self.show(*POINTS, "--color-by", "cluster", env={"NO_COLOR": "1"})
        self.assertNotIn(b"\x1b", plain.stdout)
        self.assertIn("groups have the same look here", plain.stderr)
        self.assertNotIn("the same look", result.stderr)

    def test_labels_that_find_no_room_are_counted(self):
        result = self.show("--top", 500)
        self.assertRegex(result.stderr, r"\d+ of 500 labels are hidden.*larger terminal")


if __name__ == "__main__":
    cli.main()
