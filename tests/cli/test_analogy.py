#!/usr/bin/python3
"""`wordvec analogy`: A - B + C, added or multiplied."""

import sys

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, NOT_FOUND, WRONG_USAGE  # noqa: E402

# gensim 4.2, most_similar(positive=[A, C], negative=[B]) on the bundled sample (data/README.md).
KING_MAN_WOMAN = [("queen", 0.7374432), ("princess", 0.6016702), ("elizabeth", 0.5110387)]
PARIS_FRANCE_ENGLAND = [("london", 0.7982252), ("edinburgh", 0.6645040), ("york", 0.6471425)]


class Add(cli.CommandTest):
    def test_a_minus_b_plus_c(self):
        result = self.ask("analogy", "king", "man", "woman")
        self.assert_answered(result)
        self.assertEqual(result.lines[0], "query\trank\tword\tscore")
        self.assertEqual(len(result.fields), 10)
        self.assert_scores(result, "king - man + woman", KING_MAN_WOMAN)
        result = self.ask("analogy", "paris", "france", "england", "-k", 3, "--method", "add")
        self.assert_answered(result)
        self.assert_scores(result, "paris - france + england", PARIS_FRANCE_ENGLAND)

    def test_is_the_query_of_nearest(self):
        self.assertEqual(
            self.ask("analogy", "dog", "cat", "father", "-k", 40).stdout,
            self.ask("nearest", "dog - cat + father", "-k", 40).stdout,
        )

    def test_the_three_words_are_no_answers_unless_asked_for(self):
        result = self.ask("analogy", "king", "man", "woman", "-k", 99999)
        self.assertEqual(len(result.fields), 10_001 - 3)
        self.assertFalse({"king", "man", "woman"} & set(cli.tsv_words(result)))
        result = self.ask("analogy", "king", "man", "woman", "-k", 3, "--include-inputs")
        self.assertEqual(cli.tsv_words(result)[0], "king")

    def test_a_word_may_stand_twice(self):
        result = self.ask("analogy", "king", "king", "queen", "-k", 1)
        self.assert_answered(result)
        self.assertNotIn(cli.tsv_words(result)[0], ("king", "queen"))

    def test_help_tells_the_order_of_word2vec(self):
        result = self.run_command("analogy", "--help")
        self.assertRegex(result.stdout.decode(), r"(?s)A - B \+ C.*word2vec.*B A C")


class Multiply(cli.CommandTest):
    @cli.needs_numpy
    def test_is_3cosmul_computed_in_double_precision(self):
        words, units = cli.sample_words(), cli.unit_matrix()
        triples = [("king", "man", "woman"), ("paris", "france", "england"),
                   ("cat", "dog", "father"), ("are", "you", "?")]
        lines = "\n".join(" ".join(triple) for triple in triples).encode()
        result = self.ask("analogy", "--method", "mul", "-k", 20, stdin=lines)
        self.assert_answered(result)
        included = self.ask("analogy", "--method", "mul", "--include-inputs", "-k", 20, stdin=lines)
        restricted = self.ask("analogy", "--method", "mul", "--top-rows", 500, stdin=lines)
        for triple in triples:
            a, b, c = rows = [words.index(word) for word in triple]
            # Levy and Goldberg 2014, with gensim's epsilon.
            cosine = (1 + units @ units[[a, b, c]].T) / 2
            score = cosine[:, 0] * cosine[:, 2] / (cosine[:, 1] + 1e-6)
            query = "{} - {} + {}".format(*triple)
            with self.subTest(query):
                self.assert_best(included, query, score, 20)
                score[rows] = -1
                self.assert_best(result, query, score, 20)
                self.assert_best(restricted, query, score[:500], 10)

    def assert_best(self, result, query, scores, k):
        order = cli.numpy.argsort(-scores, kind="stable")[:k]
        expected = [(cli.sample_words()[row], scores[row]) for row in order]
        self.assert_scores(result, query, expected)

    def test_by_hand(self):
        # Directions at right angles: cosines are 1, 0 and -1, so (1 + cos) / 2 is 1, 1/2 and 0.
        self.write("cross.txt", "east 1 0\nnorth 0 1\nwest -1 0\nsouth 0 -2\nalso_west -3 0\n")
        self.run_command("convert", "cross.txt", "cross.safetensors")
        result = self.ask(
            "analogy", "north", "east", "west", "--method", "mul", model="cross.safetensors"
        )
        self.assert_answered(result)
        self.assert_scores(result, "north - east + west", [
            ("also_west", 0.5 * 1 / 1e-6), ("south", 0.0),
        ], delta=0.1)


class StandardInput(cli.CommandTest):
    def test_has_three_words_a_line(self):
        for arguments in ([], ["-"]):
            result = self.ask(
                "analogy", "-k", 3, *arguments,
                stdin=b"king man woman\nparis\tfrance\tengland\r\nking   man woman ",
            )
            self.assert_answered(result)
            self.assert_scores(result, "paris - france + england", PARIS_FRANCE_ENGLAND)
            self.assertEqual([row[0] for row in result.fields][::3], [
                "king - man + woman", "paris - france + england", "king - man + woman",
            ])

    def test_words_with_spaces_stand_between_tabs(self):
        self.write("odd.txt", "paris 2 1\nnew york 1 0.5\nus 1 2\nfrance 1 3\n")
        self.run_command("convert", "odd.txt", "odd.safetensors")
        result = self.ask("analogy", model="odd.safetensors", stdin=b"new york\tus\tfrance\n")
        self.assert_answered(result)
        self.assertEqual(cli.tsv_words(result), ["paris"])

    def test_other_lines_are_errors_with_their_number_and_the_rest_is_answered(self):
        result = self.ask(
            "analogy", "-k", 1, stdin=b"king man\nking man woman\n\na b c d\nparis france england\n"
        )
        self.assert_says(
            result, WRONG_USAGE, "standard input:1: .*found 2 words, expected three",
            "standard input:4: .*found 4 words",
        )
        self.assertEqual(cli.tsv_words(result), ["queen", "london"])


class UnknownWords(cli.CommandTest):
    def test_are_named(self):
        for method in ("add", "mul"):
            result = self.ask(
                "analogy", "king", "mann", "womann", "--method", method, "--no-header"
            )
            self.assert_says(result, NOT_FOUND, "'mann' is not .*man", "'womann' is not .*woman")
            self.assertEqual(result.stdout, b"")

    def test_do_not_stop_the_other_lines(self):
        result = self.ask("analogy", "-k", 1, stdin=b"king xqzxqz woman\nking man woman\n")
        self.assert_says(result, NOT_FOUND, "'xqzxqz' is not in the vocabulary")
        self.assertEqual(cli.tsv_words(result), ["queen"])

    def test_upper_case_is_lowered_with_a_note(self):
        result = self.ask("analogy", "Paris", "France", "England", "-k", 3)
        self.assert_says(result, ALL_ANSWERED, "'paris' is used", "'france' is", "'england' is")
        self.assert_scores(result, "Paris - France + England", PARIS_FRANCE_ENGLAND)
        result = self.ask("analogy", "Paris", "France", "England", "--exact-case")
        self.assert_says(result, NOT_FOUND, "'Paris' is not", "'France' is not")

    def test_words_are_not_queries(self):
        result = self.ask("analogy", "king - man", "man", "woman")
        self.assert_says(result, NOT_FOUND, "'king - man' is not in the vocabulary")


class Interactive(cli.CommandTest):
    def test_a_terminal_gets_a_prompt(self):
        with self.on_terminal("analogy", "-k", 1, "-m", cli.SAMPLE, stdin="terminal") as run:
            run.wait_for("stderr", b"> ")
            run.send(b"king man woman\n")
            run.wait_for("stdout", b"queen")
            run.end_input()
        self.assertEqual(run.result.status, ALL_ANSWERED)


if __name__ == "__main__":
    cli.main()
