#!/usr/bin/python3
"""`wordvec nearest`: its answers, its queries from arguments, pipes and terminals."""

import sys

sys.dont_write_bytecode = True
import cli  # noqa: E402
from cli import ALL_ANSWERED, NOT_FOUND, SAMPLE, WRONG_USAGE  # noqa: E402

# gensim 4.2, KeyedVectors.most_similar on the bundled sample (data/README.md).
KING = [("queen", 0.6976756), ("majesty", 0.6219665), ("prince", 0.6138039),
        ("emperor", 0.6116040), ("kings", 0.6035802)]
KING_MAN_WOMAN = [("queen", 0.7374432), ("princess", 0.6016702), ("elizabeth", 0.5110387)]
CAT = [("dog", 0.6864400), ("mouse", 0.6685107), ("kitten", 0.6605455), ("cats", 0.6096911),
       ("tiger", 0.5655275)]
PARIS_FRANCE_ENGLAND = [("london", 0.7982252), ("edinburgh", 0.6645040), ("york", 0.6471425)]


class Answers(cli.CommandTest):
    def test_of_one_word_are_those_of_gensim(self):
        result = self.ask("nearest", "king")
        self.assert_answered(result)
        self.assertEqual(result.lines[0], "query\trank\tword\tscore")
        self.assertEqual(len(result.fields), 10)
        self.assert_scores(result, "king", KING)

    def test_of_several_words_are_each_their_own(self):
        result = self.ask("nearest", "king", "cat", "-k", 5)
        self.assert_answered(result)
        self.assertEqual([row[0] for row in result.fields], ["king"] * 5 + ["cat"] * 5)
        self.assert_scores(result, "king", KING)
        self.assert_scores(result, "cat", CAT)

    def test_of_a_sum_are_those_of_gensim(self):
        for text, expected in (
            ("king - man + woman", KING_MAN_WOMAN),
            ("paris - france + england", PARIS_FRANCE_ENGLAND),
        ):
            quoted = self.ask("nearest", text, "-k", 3)
            unquoted = self.ask("nearest", *text.split(), "-k", 3)
            with self.subTest(text):
                self.assert_answered(quoted)
                self.assert_scores(quoted, text, expected)
                self.assertEqual(quoted.stdout, unquoted.stdout)

    def test_unquoted_sums_and_words_stand_together(self):
        result = self.ask(
            "nearest", "cat", "king", "-", "man", "+", "woman", "king", "-k", 3, "paris", "-",
            "france", "+", "england",
        )
        self.assert_answered(result)
        self.assertEqual(
            [row[0] for row in result.fields[::3]],
            ["cat", "king - man + woman", "king", "paris - france + england"],
        )
        self.assert_scores(result, "cat", CAT[:3])
        self.assert_scores(result, "king - man + woman", KING_MAN_WOMAN)
        self.assert_scores(result, "king", KING[:3])
        self.assert_scores(result, "paris - france + england", PARIS_FRANCE_ENGLAND)

    def test_signs_and_weights_may_come_in_any_order(self):
        for text in ("woman + king - man", "- man + king + woman", "2 king - 2 man + 2 woman",
                     "-1 man + king + woman", "-.5 man + 0.5 king + .5 woman",
                     "1 king - 1.0 man + 1e0 woman", "0.5 king + 0.5 woman - 0.5 man"):
            with self.subTest(text):
                result = self.ask("nearest", text, "-k", 3)
                self.assert_answered(result)
                self.assert_scores(result, text, KING_MAN_WOMAN)
        # A negative weight is a minus, so that of these only the sign of the second counts.
        result = self.ask("nearest", "king + -1 man + woman", "-k", 3)
        self.assert_answered(result)
        self.assert_scores(result, "king + -1 man + woman", KING_MAN_WOMAN)

    def test_a_weight_does_not_change_a_single_word(self):
        result = self.ask("nearest", "3 king", "king + king", "-k", 5)
        self.assert_answered(result)
        self.assert_scores(result, "3 king", KING)
        self.assert_scores(result, "king + king", KING)

    @cli.needs_numpy
    def test_are_those_of_a_full_scan_in_double_precision(self):
        words, units = cli.sample_words(), cli.unit_matrix()
        queries = {
            "?": [(1, "?")], "ok": [(1, "ok")], "mother": [(1, "mother")],
            "0.7 paris + 0.3 london": [(0.7, "paris"), (0.3, "london")],
            "2 king - 0.5 man + 1.5 woman": [(2, "king"), (-0.5, "man"), (1.5, "woman")],
            "dog + cat + father - war": [(1, "dog"), (1, "cat"), (1, "father"), (-1, "war")],
            "- the": [(-1, "the")],
        }
        result = self.ask("nearest", "-k", 25, stdin="\n".join(queries).encode())
        self.assert_answered(result)
        for query, terms in queries.items():
            inputs = [words.index(word) for _, word in terms]
            vector = sum(weight * units[row] for (weight, _), row in zip(terms, inputs))
            scores = units @ (vector / cli.numpy.linalg.norm(vector))
            scores[inputs] = -2
            order = cli.numpy.argsort(-scores, kind="stable")[:25]
            with self.subTest(query):
                expected = [(words[row], scores[row]) for row in order]
                self.assert_scores(result, query, expected)
                self.assertEqual(len(cli.tsv_words(result, query)), 25)

    def test_all_rows_when_more_are_asked_for(self):
        for k in ("99999999", "18446744073709551615"):
            result = self.ask("nearest", "king", "-k", k)
            self.assert_answered(result)
            self.assertEqual(len(result.fields), 10_000)
            scores = [float(row[3]) for row in result.fields]
            self.assertEqual(scores, sorted(scores, reverse=True))
            self.assertEqual(
                sorted(cli.tsv_words(result) + ["king"]), sorted(cli.sample_words())
            )

    def test_are_the_same_bytes_with_any_threads_and_instruction_set(self):
        queries = "\n".join(cli.sample_words()[100:160] + ["king - man + woman"]).encode()
        reference = self.ask("nearest", "-k", 20, stdin=queries)
        self.assert_answered(reference)
        self.assertEqual(len(reference.fields), 61 * 20)
        for threads in (1, 2, 8):
            result = self.ask("nearest", "-k", 20, "--threads", threads, stdin=queries)
            self.assertEqual(result.stdout, reference.stdout, f"{threads} threads")
        for name in cli.instruction_sets():
            result = self.ask("nearest", "-k", 20, "--isa", name, stdin=queries)
            self.assertEqual(result.stdout, reference.stdout, name)
            result = self.ask("nearest", "-k", 20, stdin=queries, env={"WORDVEC_ISA": name})
            self.assertEqual(result.stdout, reference.stdout, name)

    def test_the_option_beats_the_environment(self):
        result = self.ask("nearest", "king", "--isa", "scalar", env={"WORDVEC_ISA": "nonsense"})
        self.assert_answered(result)
        result = self.ask("nearest", "king", "-vv", env={"WORDVEC_ISA": "scalar"})
        self.assert_says(result, ALL_ANSWERED, "scalar")


class SmallModel(cli.CommandTest):
    def setUp(self):
        super().setUp()
        self.model = self.write(
            "small.txt",
            "east 1 0\nnorth 0 2\nfar_east 9 0\nwest -1 0\nnowhere 0 0\nnortheast 3 3\n"
            "south 0 -5\n",
        )
        self.assert_says(self.run_command("convert", "small.txt", "small.safetensors"), 0)

    def small(self, *arguments, **options):
        return self.ask("nearest", *arguments, model="small.safetensors", **options)

    def test_equal_scores_are_in_the_order_of_rows_and_zero_rows_no_answers(self):
        # By hand: cosines of directions that are multiples of 45 degrees.
        result = self.small("east", "-k", 99)
        self.assert_answered(result)
        self.assert_scores(result, "east", [
            ("far_east", 1), ("northeast", 0.5**0.5), ("north", 0), ("south", 0), ("west", -1),
        ])
        self.assertEqual(len(result.fields), 5)

    def test_a_zero_row_has_no_neighbours(self):
        result = self.small("nowhere", "east", "-k", 1)
        self.assert_says(result, WRONG_USAGE, "'nowhere' is all zeros")
        self.assertEqual([row[0] for row in result.fields], ["east"])

    def test_min_score_is_inclusive(self):
        result = self.small("east", "--min-score", 0)
        self.assertEqual(cli.tsv_words(result), ["far_east", "northeast", "north", "south"])
        result = self.small("east", "--min-score", 1)
        self.assertEqual(cli.tsv_words(result), ["far_east"])
        result = self.small("east", "--min-score", -1)
        self.assertEqual(len(result.fields), 5)
        result = self.small("east", "--min-score", 1.5)
        self.assert_says(result, ALL_ANSWERED, "query 'east': no answer: no other word scores 1.5")
        self.assertEqual(result.stdout, b"query\trank\tword\tscore\n")

    def test_infinite_and_nan_rows_never_get_into_a_model(self):
        self.write("bad.txt", "a 1 2\nb nan 2\nc 3 4\n")
        self.run_command("convert", "bad.txt", "bad.safetensors", "--skip-bad")
        result = self.ask("nearest", "a", model="bad.safetensors")
        self.assertEqual(cli.tsv_words(result), ["c"])

    def test_words_with_spaces_and_operators_are_themselves(self):
        self.write("odd.txt", "- 1 0\n+ 1 1\nnew york 2 1\n. . . 0 1\n5 stars 3 1\na - b 1 3\n"
                              "--foo 1 4\n[UNK] 1 5\n[a,b] 2 5\n")
        self.assert_says(self.run_command("convert", "odd.txt", "odd.safetensors"), 0)
        words = ["-", "+", "new york", ". . .", "5 stars", "a - b", "--foo", "[UNK]", "[a,b]"]
        result = self.ask(
            "nearest", "-k", 1, model="odd.safetensors", stdin="\n".join(words).encode()
        )
        self.assert_answered(result)
        self.assertEqual([row[0] for row in result.fields], words)
        result = self.ask("nearest", "new york - . . . + 5 stars", model="odd.safetensors")
        self.assert_answered(result)
        self.assertEqual(len(result.fields), 6)
        result = self.ask("nearest", "-k", 1, "[UNK]", "+", "-", model="odd.safetensors")
        self.assert_answered(result)
        self.assertEqual([row[0] for row in result.fields], ["[UNK] + -"])
        self.assertNotIn(cli.tsv_words(result)[0], ("[UNK]", "-"))
        result = self.run_command(
            "nearest", "-k", 1, "--model", "odd.safetensors", "--", "--foo", "[UNK]", "[a,b]",
        )
        self.assert_answered(result)
        self.assertEqual([row[0] for row in result.fields], ["--foo", "[UNK]", "[a,b]"])
        result = self.ask("nearest", "+", model="odd.safetensors")
        self.assert_answered(result)
        self.assertEqual(result.fields[0][0], "+")


class Inputs(cli.CommandTest):
    def test_are_no_answers_unless_asked_for(self):
        result = self.ask("nearest", "king - man + woman", "-k", 3, "--include-inputs")
        self.assert_answered(result)
        words = cli.tsv_words(result)
        self.assertEqual(words[0], "king")
        result = self.ask("nearest", "king", "-k", 1, "--include-inputs")
        self.assert_scores(result, "king", [("king", 1.0)], delta=0)
        result = self.ask("nearest", "king - man + woman", "-k", 99999)
        self.assertEqual(len(result.fields), 10_001 - 3)
        for word in ("king", "man", "woman"):
            self.assertNotIn(word, cli.tsv_words(result))

    def test_folded_words_are_no_answers_either(self):
        result = self.ask("nearest", "KING", "-k", 5)
        self.assert_scores(result, "KING", KING)


class Restrictions(cli.CommandTest):
    def test_top_rows_are_the_first(self):
        # Of man (66), king (193), father (200), woman (218), mother (248), queen (575).
        result = self.ask("nearest", "king", "--top-rows", 201, "-k", 10_000)
        self.assert_answered(result)
        self.assertEqual(len(result.fields), 200)
        self.assertIn("father", cli.tsv_words(result))
        self.assertEqual(
            set(cli.tsv_words(result)), set(cli.sample_words()[:201]) - {"king"}
        )
        full = self.ask("nearest", "king", "--top-rows", 999_999_999, "-k", 5)
        self.assert_scores(full, "king", KING)
        result = self.ask("nearest", "king", "--top-rows", 575)
        self.assertNotIn("queen", cli.tsv_words(result))
        result = self.ask("nearest", "king", "--top-rows", 576)
        self.assert_scores(result, "king", KING[:1])

    def test_min_score(self):
        result = self.ask("nearest", "king", "cat", "--min-score", 0.61, "-k", 100)
        self.assert_answered(result)
        self.assert_scores(result, "king", KING[:4])
        self.assert_scores(result, "cat", CAT[:3])
        self.assertEqual(len(result.fields), 7)

    def test_among_a_list_of_words(self):
        self.write("list", "tiger\nprince\ndog\nqueen\nqueen\n\nking\n")
        result = self.ask("nearest", "king", "cat", "--among", "list")
        self.assert_answered(result)
        self.assert_scores(result, "king", [KING[0], KING[2]])
        self.assertEqual(
            set(cli.tsv_words(result, "king")), {"queen", "prince", "tiger", "dog"}
        )
        self.assert_scores(result, "cat", [CAT[0], CAT[4]])
        self.assertEqual(len(cli.tsv_words(result, "cat")), 5)
        result = self.ask("nearest", "king", "--among", "list", "--top-rows", 600)
        self.assertEqual(cli.tsv_words(result)[0], "queen")
        self.assertNotIn("tiger", cli.tsv_words(result))

    def test_among_reports_words_that_are_missing(self):
        self.write("list", "queen\r\nnosuchword\r\nneitherthis\r\n")
        result = self.ask("nearest", "king", "--among", "list")
        self.assert_says(
            result, NOT_FOUND, "list: 2 words are not in the vocabulary, the first 'nosuchword'"
        )
        self.assert_scores(result, "king", KING[:1])
        self.assertEqual(len(result.fields), 1)

    def test_among_an_empty_list_nothing_is_found(self):
        self.write("list", "")
        result = self.ask("nearest", "king", "--among", "list")
        self.assertEqual(result.fields, [])


class UnknownWords(cli.CommandTest):
    def test_are_named_with_the_closest_spellings(self):
        result = self.ask("nearest", "kign", "--no-header")
        self.assert_refused(
            result, NOT_FOUND, "'kign' is not in the vocabulary; closest: .*king"
        )

    def test_do_not_stop_the_others(self):
        result = self.ask("nearest", "king", "qqqzzz", "cat", "-k", 5)
        self.assert_says(result, NOT_FOUND, r"\A[^\n]*error: 'qqqzzz' is not in the vocabulary\n\Z")
        self.assert_scores(result, "king", KING)
        self.assert_scores(result, "cat", CAT)
        self.assertEqual(len(result.fields), 10)

    def test_within_a_sum_are_never_a_silent_zero(self):
        result = self.ask("nearest", "king - mann + woman + quen", "--no-header")
        self.assert_says(result, NOT_FOUND, "'mann' is not", "'quen' is not .*queen")
        self.assertEqual(result.stdout, b"")

    def test_are_errors_also_when_quiet(self):
        result = self.ask("nearest", "kign", "-q")
        self.assert_says(result, NOT_FOUND, "'kign' is not in the vocabulary")

    def test_upper_case_is_lowered_with_a_note(self):
        result = self.ask("nearest", "King", "-k", 5)
        self.assert_says(
            result, ALL_ANSWERED, r"\Awordvec: note: 'King' is not .*'king' is used.*--exact-case"
        )
        self.assert_scores(result, "King", KING)
        result = self.ask("nearest", "King", "-k", 5, "-q")
        self.assert_answered(result)

    def test_upper_case_is_unknown_with_exact_case(self):
        result = self.ask("nearest", "King", "--exact-case", "--no-header")
        self.assert_refused(result, NOT_FOUND, "'King' is not in the vocabulary; closest: king")

    def test_upper_case_stays_in_a_vocabulary_that_has_it(self):
        self.write("mixed.txt", "king 1 0\nParis 0 1\n")
        self.run_command("convert", "mixed.txt", "mixed.safetensors")
        result = self.ask("nearest", "King", model="mixed.safetensors")
        self.assert_says(result, NOT_FOUND, "'King' is not in the vocabulary; closest: king")
        result = self.ask("nearest", "Paris", model="mixed.safetensors")
        self.assert_answered(result)

    def test_lower_case_beyond_ascii(self):
        self.write("words.txt", "élan 1 0\nстрана 0 1\n")
        self.run_command("convert", "words.txt", "words.safetensors")
        result = self.ask("nearest", "ÉLAN", "СТРАНА", model="words.safetensors")
        self.assert_says(result, ALL_ANSWERED, "'élan' is used", "'страна' is used")


class StandardInput(cli.CommandTest):
    def test_has_one_reader(self):
        for arguments in (("--among", "-"), ("--among", "-", "-"), ("--among", "-", "-m", "-", "a")):
            result = self.run_command("nearest", *arguments, stdin=b"a 1\nb 2\n")
            self.assert_says(result, cli.WRONG_USAGE, "cannot (both|all) come from standard input")
        result = self.run_command("nearest", "-k", "1", "-v king", "-m", cli.SAMPLE)
        self.assert_refused(result, cli.WRONG_USAGE, "there is no option '-v king'")

    def test_has_a_query_a_line(self):
        lines = b"king\nking - man + woman\ncat\n"
        for arguments in ([], ["-"]):
            result = self.ask("nearest", *arguments, "-k", 3, stdin=lines)
            with self.subTest(arguments):
                self.assert_answered(result)
                self.assert_scores(result, "king", KING[:3])
                self.assert_scores(result, "king - man + woman", KING_MAN_WOMAN)
                self.assert_scores(result, "cat", CAT[:3])
                self.assertEqual(len(result.fields), 9)

    def test_may_have_crlf_and_no_last_line_end(self):
        result = self.ask("nearest", "-k", 3, stdin=b"king\r\ncat")
        self.assert_answered(result)
        self.assert_scores(result, "king", KING[:3])
        self.assert_scores(result, "cat", CAT[:3])

    def test_may_be_empty_or_closed(self):
        result = self.ask("nearest", stdin=b"")
        self.assert_answered(result)
        self.assertEqual(result.stdout, b"query\trank\tword\tscore\n")
        with open("/dev/null", "rb") as nothing:
            self.assert_answered(self.ask("nearest", stdin=nothing))

    def test_is_left_alone_when_queries_are_arguments(self):
        result = self.ask("nearest", "king", "-k", 1, stdin=b"cat\n")
        self.assertEqual([row[0] for row in result.fields], ["king"])

    def test_many_lines_are_answered_in_their_order(self):
        words = cli.sample_words()[:700]
        result = self.ask("nearest", "-k", 1, stdin="\n".join(words).encode())
        self.assert_answered(result)
        self.assertEqual([row[0] for row in result.fields], words)

    def test_a_line_is_answered_before_the_next_one_comes(self):
        with self.on_terminal(
            "nearest", "-k", 1, "--model", SAMPLE, stdout="pipe", stderr="pipe"
        ) as run:
            run.send(b"king\n")
            run.wait_for("stdout", b"king\t1\tqueen\t")
            run.send(b"ca")
            run.send(b"t\n")
            run.wait_for("stdout", b"cat\t1\tdog\t")
        self.assert_answered(run.result)

    def test_an_unknown_word_among_the_lines(self):
        result = self.ask("nearest", "-k", 3, stdin=b"king\nkign\ncat\n")
        self.assert_says(result, NOT_FOUND, "'kign' is not in the vocabulary; closest: .*king")
        self.assertEqual([row[0] for row in result.fields], ["king"] * 3 + ["cat"] * 3)


class Interactive(cli.CommandTest):
    def test_a_terminal_gets_a_prompt_and_ends_at_ctrl_d(self):
        with self.on_terminal("nearest", "-k", 2, "--model", SAMPLE, stdin="terminal") as run:
            run.wait_for("stderr", b"> ")
            run.send(b"king\n")
            run.wait_for("stdout", b"majesty")
            run.pump(lambda: run.read["stderr"].count(b"> ") == 2)
            run.send(b"kign\n")
            run.wait_for("stderr", b"closest: ")
            run.send(b"cat\n")
            run.wait_for("stdout", b"mouse")
            run.end_input()
        self.assertEqual(run.result.status, NOT_FOUND, run.result)
        self.assertTrue(run.result.stderr.endswith("\n"), "the shell's prompt is on a new line")

    def test_ends_with_0_when_all_is_answered(self):
        with self.on_terminal("nearest", "--model", SAMPLE, stdin="terminal") as run:
            run.wait_for("stderr", b"> ")
            run.end_input()
        self.assertEqual((run.result.status, run.result.stderr), (ALL_ANSWERED, "> \n"))
        self.assertEqual(run.result.stdout, b"")

    def test_no_prompt_in_a_pipe(self):
        with self.on_terminal("nearest", "-k", 1, "--model", SAMPLE) as run:
            run.send(b"king\n")
        self.assertEqual((run.result.status, run.result.stderr), (ALL_ANSWERED, ""))
        self.assertIn(b"queen", run.result.stdout)


if __name__ == "__main__":
    cli.main()
