"""Words that are spelt otherwise than the vocabulary has them: by case, by Unicode's forms, with marks
that nobody sees, with the marks of vocabularies, and sums with other operators than + and -.

What is expected of forms comes from Python's unicodedata and str.casefold().
"""

import random
import unicodedata
import unittest

import cli
from cli import ALL_ANSWERED, NOT_FOUND, WRONG_USAGE

VECTORS = "king 5 1\nman 4 0\nwoman 0 4\nqueen 1 5\n"


class SpellingTest(cli.CommandTest):
    def words(self, *words, name="words.vec"):
        """A file of vectors (row, 1) of these words."""
        lines = [f"{len(words)} 2"] + [f"{word} {row} 1" for row, word in enumerate(words)]
        self.write(name, "\n".join(lines) + "\n")
        self.run_command("convert", name, "words.safetensors", "-q")
        return "words.safetensors"

    def rows(self, model, *words, options=()):
        return self.ask("lookup", "--rows", *options, *words, model=model)

    def assert_rows(self, result, *rows):
        self.assertEqual([row for row in result.lines if row != "-1"], [str(row) for row in rows],
                         result)


class Suggestions(SpellingTest):
    def assert_closest(self, words, asked, closest):
        model = self.words(*words)
        result = self.rows(model, asked, options=["--exact-case"])
        self.assert_rows(result)
        self.assert_says(result, NOT_FOUND, f"; (closest:|the vocabulary has it as) {closest}")

    def test_begin_with_another_case(self):
        words = ["ibn", "IBM", "Parish", "Paris", "mixed", "Straße"]
        for asked, closest in (("ibm", "IBM"), ("PARIS", "Paris"), ("MIXED", "mixed"),
                               ("STRASSE", "Straße")):
            self.assert_closest(words, asked, closest)

    def test_count_characters(self):
        words = ["naïve", "küche", "▁king", "Ġqueen", "日本語", "größe"]
        for asked, closest in (("naive", "naïve"), ("kuche", "küche"), ("king", "▁king"),
                               ("queen", "Ġqueen"), ("日本话", "日本語"), ("grosse", "größe"),
                               ("kign", "▁king"), ("qeen", "Ġqueen")):
            self.assert_closest(words, asked, closest)

    def test_know_the_marks_of_vocabularies(self):
        for word in ("/c/en/king", "ENTITY/King", "en:king", "##king", "king</w>", "king@@",
                     "king_NOUN", "_king", "ｋｉｎｇ"):
            self.assert_closest(["kin", "kingdom", word], "king", word)
        self.assert_closest(["new_yorker", "new_york"], "new york", "new_york")
        self.assert_closest(["New_Yorks", "New_York"], "newyork", "New_York")
        self.assert_closest(["newyorks", "newyork"], "New York", "newyork")

    def test_of_hostile_words_come_soon(self):
        model = self.words("king", "e" + "\u0301" * 30000, "x" * 60000)
        result = self.rows(model, "e" + "\u0301\u0323" * 10000, "y" * 60000, "\u200b" * 20000)
        self.assert_says(result, NOT_FOUND, "20001|40001")


class Forms(SpellingTest):
    def test_equivalent_words_are_one(self):
        model = self.words("café", "❤", "e\u0301te\u0301", "☕\ufe0f", "king\u00a0", "한글", "Å")
        asked = ["cafe\u0301", "❤\ufe0f", "été", "☕", "king", "king\u200b",
                 unicodedata.normalize("NFD", "한글"), "A\u030a", "\u212b", "❤\ufe0e"]
        result = self.rows(model, *asked)
        self.assert_rows(result, 0, 1, 2, 3, 4, 4, 5, 6, 6, 1)
        self.assert_says(
            result, ALL_ANSWERED,
            r"note: 'cafe\\u0301' is not in the vocabulary, 'café' is used \(--exact-case",
            r"'❤\\ufe0f' is not .*, '❤' is used", r"'été' is not .*, 'e\\u0301te\\u0301' is used",
            r"'king' is not .*, 'king\\u00a0' is used", r"'\\u212b' is not .*, 'Å' is used")
        self.assertEqual(len(result.stderr.splitlines()), len(asked), result)

    def test_exact_case_turns_that_off(self):
        model = self.words("café", "❤")
        result = self.rows(model, "cafe\u0301", "❤\ufe0f", options=["--exact-case"])
        self.assert_rows(result)
        self.assert_says(
            result, NOT_FOUND,
            r"'cafe\\u0301' is not in the vocabulary; the vocabulary has it as café\n",
            r"'❤\\ufe0f' is not in the vocabulary; the vocabulary has it as ❤\n")

    def test_of_two_none_is_taken(self):
        model = self.words("A\u030a", "Å", "❤", "❤\ufe0f")
        result = self.rows(model, "Å", "A\u030a", "❤\ufe0f")
        self.assert_rows(result, 1, 0, 3)
        self.assert_answered(result)
        result = self.rows(model, "\u212b", "❤\ufe0e")
        self.assert_rows(result)
        self.assert_says(result, NOT_FOUND,
                         r"'\\u212b' is not in .*; the vocabulary has it as A\\u030a, Å\n",
                         r"'❤\\ufe0e' is not in .*; the vocabulary has it as ❤, ❤\\ufe0f\n")

    def test_joiners_count_where_there_are_both(self):
        model = self.words("می\u200cخواهم", "👨\u200d👩\u200d👧", "क\u094d\u200dष")
        result = self.rows(model, "میخواهم", "👨👩👧", "क\u094dष")
        self.assert_rows(result, 0, 1, 2)
        model = self.words("می\u200cخواهم", "میخواهم")
        result = self.rows(model, "میخواهم", "می\u200cخواهم")
        self.assert_rows(result, 1, 0)
        self.assert_answered(result)

    def test_compatible_words_are_suggested_only(self):
        model = self.words("kin", "king")
        result = self.rows(model, "ｋｉｎｇ")
        self.assert_rows(result)
        self.assert_says(result, NOT_FOUND, "'ｋｉｎｇ' is not in the vocabulary; closest: king")

    def test_agree_with_unicodedata(self):
        rng = random.Random(1)
        letters = "aeoAEnN\u0301\u0302\u0323\u0327éệñÅ\u212b\u1100\u1161\u11a8가각\u0915\u093c\u0958"
        words = set()
        while len(words) < 600:
            words.add("".join(rng.choice(letters) for _ in range(rng.randint(1, 4))))
        words = sorted(words)
        rng.shuffle(words)
        known, asked = words[:300], words[300:]
        row_of = {word: row for row, word in enumerate(known)}
        model = self.words(*known)
        self.write("asked", "\n".join(asked) + "\n")
        expected = []
        for word in asked:
            nfc = unicodedata.normalize("NFC", word)
            same = [w for w in known if unicodedata.normalize("NFC", w) == nfc]
            if len(same) == 1:
                expected.append(row_of[same[0]])
        self.assertGreater(len(expected), 5)
        result = self.ask("lookup", "--rows", model=model, stdin=(self.folder / "asked").read_bytes())
        self.assert_rows(result, *expected)

    def test_all_commands_know(self):
        model = self.words("café", "thé", "bar", "pain")
        nfd = unicodedata.normalize("NFD", "café")
        note = r"'cafe\\u0301' is not in the vocabulary, 'café' is used"
        for arguments in (
            ["nearest", f"{nfd} + bar"], ["analogy", nfd, "bar", "pain"],
            ["similarity", nfd, "bar"], ["odd", nfd, "bar", "pain"], ["rank", nfd, "bar"],
            ["pca", nfd, "bar", "pain"], ["axis", nfd, "--between", "bar", "pain"],
            ["explain", "onehot", nfd],
        ):
            result = self.ask(*arguments, model=model)
            self.assert_says(result, ALL_ANSWERED, note)
            result = self.ask(*arguments, "--exact-case", model=model)
            self.assertEqual(result.status, NOT_FOUND, result)
            result = self.ask(*arguments, "--ignore-case", model=model)
            self.assert_says(result, ALL_ANSWERED, note + r" \(--exact-case in place of "
                             r"--ignore-case turns this off\)\n")
        self.write("list", f"{nfd}\nbar\n")
        result = self.ask("nearest", "pain", "--among", "list", model=model)
        self.assert_says(result, ALL_ANSWERED, "1 of 2 words is in the vocabulary by another spelling")
        self.assertEqual({fields[2] for fields in result.fields}, {"café", "bar"})

    def test_lists_and_test_sets_are_found(self):
        model = self.words("café", "thé", "bar", "pain")
        nfd = unicodedata.normalize("NFD", "café")
        note = (r"note: {}1 of {} is in {} by an equivalent spelling only, the first is "
                r"'cafe\\u0301', there 'café'{}\n")
        off = r" \(--exact-case turns this off\)"
        self.write("list", f"{nfd}\nbar\n")
        result = self.run_command("convert", model, "o.txt", "--words", "list")
        self.assert_says(result, ALL_ANSWERED, note.format("", "the words of list", "the model", ""))
        self.assertEqual(self.read_words("o.txt"), ["café", "bar"])

        self.write("counts", f"{nfd} 7\nbar 5\n")
        result = self.run_command("convert", model, "o.safetensors", "--counts", "counts")
        self.assert_says(result, ALL_ANSWERED,
                         r"1 of 4 words is in counts by an equivalent spelling only, the first is "
                         r"'café', there 'cafe\\u0301'\n")
        result = self.ask("lookup", "--counts", "café", "thé", "bar", model="o.safetensors")
        self.assertEqual(result.lines, ["café 7", "thé 0", "bar 5"])

        self.write("other.vec", f"2 2\n{nfd} 1 2\nbar 2 1\n")
        result = self.run_command("convert", model, "o.txt", "--merge", "other.vec", "--no-subwords")
        self.assert_says(result, ALL_ANSWERED, "1 of the words is in other.vec by an equivalent")
        self.assertEqual(self.read_words("o.txt"), ["café", "bar"])

        frequencies = ["embed", "--pool", "sif", "--frequencies", "counts", "café", "bar"]
        result = self.ask(*frequencies, model=model)
        self.assert_says(result, ALL_ANSWERED, r"1 of 2 words is in counts by an equivalent spelling")
        self.assertNotIn("do not occur", result.stderr)
        result = self.ask(*frequencies, "--exact-case", model=model)
        self.assertIn("1 of 2 words does not occur in counts", result.stderr)

        compare = ["compare", model, "other.vec", "-f", "json"]
        result = self.run_command(*compare)
        self.assert_says(result, ALL_ANSWERED,
                         r"1 of 2 shared words is in other.vec by an equivalent spelling only, the "
                         r"first is 'café', there 'cafe\\u0301'" + off)
        self.assertIn('"shared_words":2', result.stdout.decode().replace(" ", ""))
        result = self.run_command(*compare, "--exact-case")
        self.assertEqual(result.status, NOT_FOUND, result)
        for word in ("café", nfd):
            result = self.run_command("compare", model, "other.vec", word, "-f", "tsv")
            self.assertEqual((result.status, len(result.lines)), (ALL_ANSWERED, 2), result)

        self.write("pairs", f"{nfd} bar 1\nthé pain 2\nbar pain 3\n")
        self.write("words", f"{nfd} a\nthé a\nbar b\n")
        self.write("topic", f"{nfd}\nthé\n\nbar\n")
        for topic, file in (("similarity", "pairs"), ("categories", "words"), ("outliers", "topic")):
            asked = ["eval", topic, file]
            where = "" if topic == "outliers" else f"{file}: "
            result = self.ask(*asked, model=model)
            self.assert_says(result, ALL_ANSWERED,
                             note.format(where, "the words", "the vocabulary", off))
            self.assertNotIn("equivalent", self.ask(*asked, "--exact-case", model=model).stderr)
        self.write("questions", f": a\n{nfd} bar thé pain\n")
        result = self.ask("eval", "analogies", "questions", model=model)
        self.assert_says(result, ALL_ANSWERED, note.format("", "the words", "the vocabulary", ""))
        result = self.ask("eval", "analogies", "questions", "--counting", "glove", model=model)
        self.assertEqual(result.status, NOT_FOUND)

    def read_words(self, name):
        return [line.split(" ")[0] for line in (self.folder / name).read_text().splitlines()]

    def test_words_of_texts_are_found(self):
        model = self.words("i", "❤", "café", "king")
        text = "I ❤\ufe0f cafe\u0301 king"
        for options in ([], ["--pretokenized"]):
            result = self.ask("embed", "--rows", *options, text, model=model)
            self.assert_rows(result, "0 1 2 3")
            self.assert_says(result, ALL_ANSWERED,
                             r"\A[^\n]*note: 2 of 4 words are in the vocabulary by another spelling: "
                             r"'❤\\ufe0f' is '❤' \(--exact-case turns this off\)\n\Z")
        # The two options exclude each other.
        result = self.ask("embed", "--rows", "--ignore-case", text, model=model)
        self.assert_says(result, ALL_ANSWERED,
                         r"\(--exact-case in place of --ignore-case turns this off\)\n\Z")
        result = self.ask("embed", "--rows", "--exact-case", text, model=model)
        self.assert_rows(result, "3")
        result = self.ask("distance", "cafe\u0301", "king", model=model)
        self.assert_says(result, ALL_ANSWERED, "1 of 2 words is in the vocabulary by another spelling")


class IgnoreCase(SpellingTest):
    def test_takes_the_first_row(self):
        model = self.words("Paris", "Ibm", "IBM", "ibm", "PARIS", "Straße", "ΟΔΟΣ")
        result = self.rows(model, "paris", "iBM", "IBM", "ibm", "STRASSE", "οδος",
                           options=["--ignore-case"])
        self.assert_rows(result, 0, 1, 2, 3, 5, 6)
        self.assert_says(result, ALL_ANSWERED, "'paris' is not in the vocabulary, 'Paris' is used")
        result = self.rows(model, "paris", options=["-q"])
        self.assertEqual(result.status, NOT_FOUND)

    def test_agrees_with_casefold(self):
        rng = random.Random(2)
        letters = "aAbBéÉßẞsSςσΣİiIıǆǅǄﬁ\u0301"
        words = sorted({"".join(rng.choice(letters) for _ in range(rng.randint(1, 3)))
                        for _ in range(900)})
        rng.shuffle(words)
        known, asked = words[:400], words[400:]
        row_of = {word: row for row, word in enumerate(known)}

        def fold(word):
            return unicodedata.normalize("NFC", unicodedata.normalize("NFC", word).casefold())

        model = self.words(*known)
        expected = []
        for word in asked:
            nfc = unicodedata.normalize("NFC", word)
            same = [w for w in known if unicodedata.normalize("NFC", w) == nfc]
            folded = [w for w in known if fold(w) == fold(word)]
            if len(same) == 1:
                expected.append(row_of[same[0]])
            elif folded:
                expected.append(row_of[folded[0]])
        self.assertGreater(len(expected), 50)
        self.write("asked", "\n".join(asked) + "\n")
        result = self.ask("lookup", "--rows", "--ignore-case", model=model,
                          stdin=(self.folder / "asked").read_bytes())
        self.assert_rows(result, *expected)

    def test_is_for_all_commands(self):
        model = self.words("Cat", "DOG", "Bird", "fish")
        for arguments in (["nearest", "cat - dog"], ["analogy", "cat", "dog", "bird"],
                          ["similarity", "cat", "dog"], ["odd", "cat", "dog", "bird"],
                          ["pca", "cat", "dog", "bird"], ["explain", "nearest", "cat"],
                          ["embed", "cat dog"], ["distance", "cat", "dog"],
                          ["axis", "bird", "--between", "cat", "dog"], ["closer", "cat", "dog"]):
            result = self.ask(*arguments, "--ignore-case", model=model)
            self.assertEqual(result.status, ALL_ANSWERED, result)
            self.assertEqual(self.ask(*arguments, model=model).status, NOT_FOUND)
        result = self.ask("compare", model, model, "cat", "--ignore-case")
        self.assertNotIn("is not in the vocabulary; ", result.stderr)

    def test_and_exact_case_exclude_each_other(self):
        result = self.ask("nearest", "king", "--ignore-case", "--exact-case")
        self.assert_refused(result, WRONG_USAGE, "--exact-case")


class Operators(SpellingTest):
    def setUp(self):
        super().setUp()
        self.write("sums.txt", VECTORS)
        self.run_command("convert", "sums.txt", "sums.safetensors", "-q")
        self.expected = self.nearest("king - man + woman").fields[0][1:]

    def nearest(self, *arguments, **options):
        return self.ask("nearest", "-k", 1, *arguments, model="sums.safetensors", **options)

    def test_of_typography_are_operators(self):
        for minus in "−–—‐‑－":
            for result in (self.nearest(f"king {minus} man + woman"),
                           self.nearest("king", minus, "man", "＋", "woman"),
                           self.nearest(f"king\u00a0{minus}\u00a0man + woman"),
                           self.nearest(stdin=f"king {minus} man + woman\n".encode())):
                self.assert_answered(result)
                self.assertEqual([fields[1:] for fields in result.fields], [self.expected])

    def test_that_are_words_stay_words(self):
        model = self.words("–", "a – b", "a", "b")
        self.assert_rows(self.rows(model, "–"), 0)
        result = self.ask("nearest", "a – b", "-k", 9, model=model)
        self.assertNotIn("a – b", [fields[2] for fields in result.fields])

    def test_without_spaces_are_shown(self):
        for asked, meant in (
            ("king-man+woman", "king - man \\+ woman"), ("king -queen", "king - queen"),
            ("king−man", "king - man"), ("king - man +woman", "king - man \\+ woman"),
            ("king-man", "king - man"), ("−king", "- king"),
        ):
            result = self.nearest(asked)
            self.assert_says(result, NOT_FOUND,
                                f"; operators are \\+ and - between spaces: '{meant}'")
        for asked, meant in (("2*king", "2 king"), ("king×0.5 - man", "0.5 king - man"),
                             ("0,5 king + 0,5 man", "0.5 king \\+ 0.5 man"),
                             ("king/2", "0.5 king"), ("king / 4 - man", "0.25 king - man")):
            result = self.nearest(asked)
            self.assertEqual(result.status, NOT_FOUND, result)
            self.assertRegex(result.stderr, f", and weights are numbers before words: '{meant}'\n")
        for asked, meant in (("(king - man)", "king - man"),
                             ("queen - (king - man)", "queen - king \\+ man")):
            result = self.nearest(asked)
            self.assertEqual(result.status, NOT_FOUND, result)
            self.assertRegex(result.stderr, f", and there are no parentheses: '{meant}'\n")

    def test_missing_between_words_are_told(self):
        result = self.nearest("king queen")
        self.assert_says(result, NOT_FOUND, "'king queen' is not in the vocabulary; 'king' and "
                            "'queen' are: give each by itself, or a sum: 'king \\+ queen'")
        result = self.ask("lookup", "king queen", model="sums.safetensors")
        self.assert_says(result, NOT_FOUND, "'king' and 'queen' are: give each by itself\n")
        result = self.ask("similarity", "king - man", "queen", model="sums.safetensors")
        self.assert_says(result, NOT_FOUND,
                            "sums of words are for `wordvec nearest`: 'king - man'")

    def test_are_no_part_of_an_analogy(self):
        for command in (["analogy"], ["explain", "analogy"]):
            result = self.ask(*command, "king", "-", "man", "+", "woman", model="sums.safetensors")
            self.assert_says(result, WRONG_USAGE, "found 5 words, expected three: A B C; leave out "
                                "the operators: king man woman")
            result = self.ask(*command, "king − man + woman", model="sums.safetensors")
            self.assert_says(result, WRONG_USAGE, "leave out the operators: king man woman")
            result = self.ask(*command, "king man woman", model="sums.safetensors")
            self.assert_says(result, WRONG_USAGE, "found 1 word, .*leave out the quotes")
        result = self.ask("analogy", model="sums.safetensors", stdin=b"king - man + woman\n")
        self.assert_says(result, WRONG_USAGE, "standard input:1: .*leave out the operators")


if __name__ == "__main__":
    unittest.main()
