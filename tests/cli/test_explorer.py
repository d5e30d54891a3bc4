#!/usr/bin/python3
"""`wordvec pca --out map.html`: the page that it writes, in a browser."""

import base64
import http.server
import json
import re
import struct
import sys
import threading
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import browser  # noqa: E402
import cli  # noqa: E402
from browser import DOWN, ENTER, ESCAPE, LEFT, RIGHT, SHIFT, Browser  # noqa: E402
from cli import ALL_ANSWERED, FILE_ERROR, SANITIZED, WRONG_USAGE  # noqa: E402

EIGHT = ["man", "woman", "king", "queen", "cat", "dog", "father", "mother"]
# Words that end a script, or begin markup, where they are not escaped; and other scripts.
ODD = ["</script>", "<!--<script>", "<img/src=x/onerror=alert(1)>", "\"'\\", "&lt;", "中国",
       "ملك"]


def read_page(path):
    """The data of a page, as JSON."""
    text = path.read_text()
    found = re.search(r'<script type="application/json" id="data">(.*?)</script', text, re.S)
    return json.loads(found[1])


def decode(data, name, code):
    content = base64.b64decode(data[name])
    return struct.unpack(f"<{len(content) // struct.calcsize(code)}{code}", content)


class PageTest(cli.CommandTest):
    def make(self, *arguments, name="map.html", **options):
        result = self.ask("pca", *arguments, "--out", name, **options)
        self.assertEqual((result.status, result.stdout), (ALL_ANSWERED, b""), result)
        return self.folder / name


class Files(PageTest):
    def test_neighbors_are_those_of_nearest(self):
        data = read_page(self.make(*EIGHT, "--neighbors", "3"))
        self.assertEqual(data["words"][: data["count"]], EIGHT)
        self.assertEqual(decode(data, "rows", "I"), (66, 218, 193, 575, 1546, 794, 200, 248))
        words = base64.b64decode(data["neighborWords"])
        indices = [int.from_bytes(words[i : i + 3], "little") for i in range(0, len(words), 3)]
        found = [(data["words"][i], score / 10000) for i, score in
                 zip(indices, decode(data, "neighborScores", "h"))]
        answers = self.ask("nearest", "-k", "3", *EIGHT).fields
        self.assertEqual(found, [(word, round(float(score), 4)) for _, _, word, score in answers])

    def test_components_and_options(self):
        data = read_page(self.make(*EIGHT, "-c", "3", "--neighbors", "0", "--theme", "dark",
                                   "--title", "Eight </title>", "--lines", "king:queen,man:woman"))
        self.assertEqual(data["theme"], "dark")
        self.assertEqual((data["components"], data["neighbors"]), (3, 0))
        self.assertEqual(len(decode(data, "points", "f")), 24)
        self.assertEqual(data["title"], "Eight </title>")
        self.assertEqual(data["lines"], [[2, 3], [0, 1]])

    def test_the_same_words_make_the_same_bytes(self):
        first = self.make("--top", "50", "--threads", "1").read_bytes()
        self.assertEqual(self.make("--top", "50", "--threads", "2").read_bytes(), first)

    def test_neighbors_are_for_this_page(self):
        result = self.ask("pca", *EIGHT, "--out", "points.csv", "--neighbors", "3")
        self.assert_refused(result, WRONG_USAGE, r"--neighbors is for .*\.html")
        result = self.ask("pca", *EIGHT, "--out", "map.html", "--neighbors", "101")
        self.assert_refused(result, WRONG_USAGE, "--neighbors", "100")

    def test_too_many_words(self):
        rows = "".join(f"w{row} {row % 7} {row % 11}\n" for row in range(100_001))
        self.write("many.txt", rows)
        result = self.ask("pca", "--out", "map.html", "-q", model="many.txt")
        self.assert_refused(result, WRONG_USAGE, "at most 100000 words, found 100001", "--top")
        self.assertEqual(self.files(), ["many.txt"])

    def test_one_component(self):
        result = self.ask("pca", *EIGHT, "--out", "map.html", "-c", "1")
        self.assert_refused(result, WRONG_USAGE, "at least 2 components, found 1")
        result = self.ask("pca", *EIGHT, "--out", "map.html", "-c", "4")
        self.assert_refused(result, WRONG_USAGE, "2 or 3 components, found 4")

    def test_in_a_folder_that_is_not_there(self):
        result = self.ask("pca", *EIGHT, "--out", "no/map.html", "-q")
        self.assert_refused(result, FILE_ERROR, "no/map.html: cannot write: No such file")

    def test_a_full_disk(self):
        self.write("full.html", "")
        (self.folder / "full.html").unlink()
        (self.folder / "full.html").symlink_to("/dev/full")
        result = self.ask("pca", *EIGHT, "--out", "full.html", "-q")
        self.assert_refused(result, FILE_ERROR, "No space left on device")


@unittest.skipUnless(browser.IS_THERE, "Debian's chromium and chromium-driver are not there")
@unittest.skipIf(SANITIZED, "the page is the same as that of the other build")
class InABrowser(PageTest):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def open(self, *arguments, **options):
        self.path = self.make(*arguments, **options)
        self.browser.open(self.path)
        self.browser.wait_until("return document.getElementById('overlay').dataset.ready")
        # Whatever a test does, the page has nothing to complain of.
        self.addCleanup(lambda: self.assertEqual(self.browser.console(), []))

    def told(self, name):
        return self.browser.run(
            "return document.getElementById('overlay').dataset[arguments[0]]", name)

    def text(self, selector):
        return self.browser.run("return document.querySelector(arguments[0]).textContent", selector)

    def texts(self, selector):
        return self.browser.run(
            "return [...document.querySelectorAll(arguments[0])].map((found) => found.textContent)",
            selector)

    def settled(self):
        """Once the view has come to rest, its scale."""
        self.browser.run_until_called(
            "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        self.browser.wait_until(
            "return document.getElementById('overlay').dataset.moving === 'false'")
        return float(self.told("scale"))

    def find(self, word):
        self.browser.run("document.getElementById('search').focus()")
        self.browser.press(*word)
        return self.texts("#matches [role=option] bdi")

    def place_of(self, word):
        """Where a word's point is, in the window."""
        data = read_page(self.path)
        point = data["words"].index(word)
        x, y = decode(data, "points", "f")[2 * point : 2 * point + 2]
        left, top, width, height = self.browser.run(
            "const box = document.getElementById('overlay').getBoundingClientRect();"
            "return [box.left, box.top, box.width, box.height];")
        pixels = float(self.told("pixels"))
        return (left + width / 2 + (x - float(self.told("x"))) * pixels,
                top + height / 2 - (y - float(self.told("y"))) * pixels)

    def written(self):
        """What is written on the map when it is drawn again."""
        return self.browser.run("""
            const drawn = [];
            const fill = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
              drawn.push(text);
              return fill.call(this, text, ...rest);
            };
            document.getElementById("theme").click();
            return new Promise((done) => requestAnimationFrame(() =>
              requestAnimationFrame(() => done(drawn))));""")

    def shown_neighbors(self):
        return self.browser.run(
            "return [...document.querySelectorAll('#neighbors li')].map((item) =>"
            " [item.querySelector('bdi').textContent, item.querySelector('.score').textContent]);")

    def test_search_finds_a_word_and_its_nearest(self):
        self.open()
        self.assertEqual(self.told("drawn"), "10001")
        self.assertRegex(self.text("#summary"), r"10,001 words .* 8\.1 % of the variance")
        self.assertEqual(self.find("ki")[:2], ["king", "kind"])
        self.browser.press(ENTER)
        self.assertEqual(self.told("selected"), "193")
        self.assertEqual(self.text("#word-name"), "king")
        expected = [[word, f"{float(score):.4f}"] for _, _, word, score in
                    self.ask("nearest", "king").fields]
        self.assertEqual(self.shown_neighbors(), expected)
        self.assertTrue(self.browser.run("return location.hash") == "#king")
        # On to the first of them, by the keyboard alone.
        self.browser.run("document.querySelector('#neighbors button').focus()")
        self.browser.press(ENTER)
        self.assertEqual(self.text("#word-name"), "queen")
        self.browser.press(ESCAPE)
        self.assertEqual(self.told("selected"), "")
        self.assertEqual(self.find("no such word"), [])
        self.assertEqual(self.text("#matches"), "No such word on this map")

    def test_a_click_shows_the_nearest(self):
        self.open(*EIGHT, "--neighbors", "5")
        self.browser.move(*self.place_of("cat"))
        self.browser.wait_until("return !document.getElementById('hover').hidden")
        self.assertEqual(self.text("#hover"), "cat")
        self.browser.click(*self.place_of("cat"))
        self.assertEqual(self.text("#word-name"), "cat")
        neighbors = self.ask("nearest", "cat", "-k", "5").fields
        self.assertEqual(self.shown_neighbors(),
                         [[word, f"{float(score):.4f}"] for _, _, word, score in neighbors])
        # Of these five only the dog is on the map.
        self.assertEqual(self.texts("#neighbors button bdi"), ["dog"])

    def test_zoom_and_pan(self):
        self.open(*EIGHT)
        self.assertEqual(self.settled(), 1)
        before = self.place_of("dog")
        self.browser.wheel(*before, -200)
        zoomed = self.settled()
        self.assertGreater(zoomed, 1.2)
        # What is below the pointer stays there.
        for found, expected in zip(self.place_of("dog"), before):
            self.assertAlmostEqual(found, expected, delta=1.5)
        self.browser.run("document.getElementById('zoom-in').click()")
        self.assertGreater(self.settled(), zoomed * 1.5)
        self.browser.press("0")
        self.assertEqual(self.settled(), 1)
        x, y = self.place_of("dog")
        self.browser.drag([(400, 300), (410, 310), (460, 280)])
        self.settled()
        self.assertAlmostEqual(self.place_of("dog")[0], x + 60, delta=1.5)
        self.assertAlmostEqual(self.place_of("dog")[1], y - 20, delta=1.5)
        self.assertEqual(self.told("selected"), "")  # a drag is no click

    def test_keyboard(self):
        self.open(*EIGHT)
        self.browser.run("document.getElementById('overlay').focus()")
        self.browser.press("+")
        self.assertGreater(self.settled(), 1.5)
        self.browser.press("-", "0")
        self.assertEqual(self.settled(), 1)
        self.browser.press(RIGHT)
        self.settled()
        self.assertNotEqual(self.told("cursor"), "")
        self.browser.press(LEFT, DOWN, ENTER)
        self.settled()
        self.assertNotEqual(self.told("selected"), "")
        x = float(self.told("x"))
        self.browser.press(RIGHT, held=SHIFT)
        self.settled()
        self.assertGreater(float(self.told("x")), x)
        self.browser.press("/")
        self.assertEqual(self.browser.run("return document.activeElement.id"), "search")
        self.browser.press(ESCAPE)
        self.browser.run("document.activeElement.blur()")
        self.browser.press("?")
        self.assertTrue(self.browser.run("return document.getElementById('keys').open"))

    def test_words_stay_text(self):
        model = "".join(f"{word} {i % 3} {i * i % 7} {i}\n" for i, word in enumerate(ODD, 1))
        self.write("odd.txt", model.encode() + b"bad\xff 1 2 3\n")
        self.open(model="odd.txt")
        self.assertEqual(self.browser.run("return document.scripts.length"), 2)
        self.assertEqual(self.browser.run("return document.images.length"), 0)
        self.assertEqual(self.told("drawn"), str(len(ODD) + 1))
        self.assertEqual(self.find("</s"), ["</script>"])
        self.browser.press(ENTER)
        self.assertEqual(self.text("#word-name"), "</script>")
        shown = {word for word, _ in self.shown_neighbors()}
        self.assertEqual(shown, {*ODD[1:], "bad\\xff"})

    def test_dark(self):
        def brightness():
            color = self.browser.run("return getComputedStyle(document.body).backgroundColor")
            return sum(map(int, re.findall(r"\d+", color)[:3])) / 3

        dark = [{"name": "prefers-color-scheme", "value": "dark"}]
        self.browser.command("Emulation.setEmulatedMedia", features=dark)
        self.addCleanup(self.browser.command, "Emulation.setEmulatedMedia", features=[])
        self.open(*EIGHT)
        self.assertLess(brightness(), 60)
        self.browser.run("document.getElementById('theme').click()")
        self.assertGreater(brightness(), 200)

    def test_on_a_phone(self):
        self.browser.command("Emulation.setDeviceMetricsOverride", width=360, height=640,
                             deviceScaleFactor=3, mobile=True)
        self.addCleanup(self.browser.command, "Emulation.clearDeviceMetricsOverride")
        self.open("--top", "300")
        inside = ("return document.documentElement.scrollWidth <= 360 && "
                  "document.documentElement.scrollHeight <= 640")
        self.assertTrue(self.browser.run(inside))
        self.browser.click(*self.place_of("king"), pointer="touch")
        self.assertEqual(self.text("#word-name"), "king")
        self.assertTrue(self.browser.run(inside))
        panel = self.browser.run(
            "return document.getElementById('panel').getBoundingClientRect().top")
        self.assertTrue(320 < panel < 600, panel)

    def test_three_components_are_turned(self):
        self.open("--top", "200", "--components", "3")
        before = self.told("turn")
        self.browser.drag([(400, 300), (420, 300), (500, 340)])
        self.settled()
        self.assertNotEqual(self.told("turn"), before)

    def test_groups_can_be_hidden(self):
        self.write("groups.tsv", "cat\tanimals\ndog\tanimals\nking\troyals\nqueen\troyals\n")
        self.open(*EIGHT, "--color-by", "groups.tsv")
        self.assertEqual(self.texts("#legend button"), ["animals2", "royals2", "other4"])
        self.browser.run("document.querySelector('#legend button').click()")
        self.settled()
        self.assertEqual(self.told("drawn"), "6")

    def test_a_swipe_over_the_words_found_chooses_none(self):
        self.browser.command("Emulation.setDeviceMetricsOverride", width=360, height=640,
                             deviceScaleFactor=3, mobile=True)
        self.addCleanup(self.browser.command, "Emulation.clearDeviceMetricsOverride")
        self.open("--top", "300")
        self.assertGreater(len(self.find("a")), 5)
        x, y = self.browser.run(
            "const box = document.querySelector('#matches li').getBoundingClientRect();"
            "return [box.left + 40, box.top + box.height / 2];")
        self.browser.drag([(x, y + 60), (x, y + 30), (x, y)], pointer="touch")
        self.settled()
        self.assertEqual(self.told("selected"), "")
        word = self.browser.run(
            "return document.elementFromPoint(...arguments).closest('li').children[0].textContent",
            x, y)
        self.browser.click(x, y, pointer="touch")
        self.browser.wait_until(
            "return document.getElementById('overlay').dataset.selected !== ''")
        self.assertEqual(self.text("#word-name"), word)

    def test_a_click_on_a_word_found_chooses_it(self):
        self.open(*EIGHT)
        self.assertEqual(self.find("mo"), ["mother"])
        x, y = self.browser.run(
            "const box = document.querySelector('#matches li').getBoundingClientRect();"
            "return [box.left + 40, box.top + box.height / 2];")
        self.browser.click(x, y)
        self.assertEqual(self.text("#word-name"), "mother")

    def test_letters_are_keys_in_either_case(self):
        self.open(*EIGHT, "--neighbors", "3", "--theme", "light")
        self.browser.run("document.getElementById('overlay').focus()")
        self.browser.press("D")
        self.assertEqual(self.browser.run("return document.documentElement.dataset.theme"), "dark")
        self.browser.run("location.hash = '#cat'")
        self.browser.wait_until("return document.getElementById('word-name').textContent == 'cat'")
        self.settled()
        self.browser.press("Z")
        self.assertGreater(self.settled(), 1)

    def test_lines_go_with_the_groups_that_are_hidden(self):
        words = [f"w{i}" for i in range(30)]
        # So close to each other that few of the labels have room: those of the line have.
        self.write("many.txt", "".join(f"{word} {i} {i * 1e-3}\n" for i, word in enumerate(words)))
        self.write("groups", "".join(f"{word}\t{'a' if i > 27 else 'b'}\n"
                                     for i, word in enumerate(words)))
        self.open("--color-by", "groups", "--lines", "w28:w29", model="many.txt")
        self.assertLessEqual({"w28", "w29"}, set(self.written()))
        self.browser.run("document.querySelectorAll('#legend button')[1].click()")
        self.settled()
        self.assertEqual(self.text("#legend button[aria-pressed=false] bdi"), "a")
        self.assertEqual(self.told("drawn"), "28")
        self.assertEqual(self.texts("#legend button"), ["b28", "a2"])
        self.assertEqual([text for text in self.written() if text in ("w28", "w29")], [])

    def test_groups_past_the_colours_are_grey_and_it_is_said(self):
        self.write("groups", "".join(f"{word}\tg{min(i, 9)}\n"
                                     for i, word in enumerate(cli.sample_words()[:20])))
        result = self.ask("pca", "--top", "20", "--color-by", "groups", "--out", "map.html")
        self.assertIn("2 of 10 groups, the smallest, have no colour of their own", result.stderr)
        self.open("--top", "20", "--color-by", "groups")
        self.assertEqual(self.text("#legend-note"),
                         "The 8 largest groups have colours, the others are grey.")
        colours = self.browser.run("return [...document.querySelectorAll('#legend i')].map((swatch)"
                                   " => getComputedStyle(swatch).backgroundColor)")
        self.assertEqual(len(set(colours)), 9)
        self.assertEqual(colours[7], colours[8])
        self.assertNotIn(colours[9], colours[:9], "the last group is the largest")

    def test_words_that_others_were_fitted_for_say_so(self):
        self.write("fit", "\n".join(cli.sample_words()[:50]))
        self.open(*EIGHT, "--fit", "fit")
        self.assertRegex(self.text("#summary"), "% of the fitted words’ variance")
        self.assertIn("in which some other words differ most", self.text("#about-map"))
        self.assertEqual(self.text("#variance-title"), "Variance explained, of the fitted words")

    def test_numbers_of_axes_are_short(self):
        self.write("large.txt", "a 1e30 1e28\nb -2e30 3e28\nc 5e29 -1e30\n")
        self.open(model="large.txt")
        numbers = [text for text in self.written() if re.match("[−\\d]", text)]
        self.assertGreater(len(numbers), 3)
        self.assertLess(max(map(len, numbers)), 9, numbers)

    def test_asks_nothing_of_the_network(self):
        asked = []

        class Server(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Server)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.open(*EIGHT)
        self.assertEqual(
            self.browser.run("return performance.getEntriesByType('resource').length"), 0)
        # And if it wanted to, it could not.
        address = f"http://127.0.0.1:{server.server_port}/"
        refused = self.browser.run_until_called(
            "const [address, done] = arguments;"
            "new Image().src = address + 'image';"
            "fetch(address + 'fetch').then(() => done('fetched'), () => done('refused'));", address)
        self.assertEqual((refused, asked), ("refused", []))
        self.assertEqual(self.browser.run(
            "const script = document.createElement('script');"
            "script.textContent = 'document.title = \"changed\"';"
            "document.body.append(script); return document.title;"), "A map of words")
        self.assertTrue(all("Content Security Policy" in line for line in self.browser.console()))


if __name__ == "__main__":
    cli.main()
