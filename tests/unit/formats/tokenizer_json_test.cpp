#include "wordvec/formats/tokenizer_json.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/expect_error.h"
#include "wordvec/base/error.h"

namespace wordvec::tokenizer_json_test {
namespace {

using test::expect_error;
using Words = std::vector<std::string>;

// At their rows, with an empty text for a row without a word.
Words parse(const std::string& json, std::uint64_t rows = 4) {
  WordListOptions options;
  options.rows = rows;
  WordList list;
  put_at_rows(parse_tokenizer_json(json, rows, "tokenizer.json"), options, "tokenizer.json", list);
  EXPECT_EQ(list.without_word.size(), rows);
  return list.words;
}

TEST(TokenizerJson, ReadsAVocabularyOfNumberedWords) {
  EXPECT_EQ(parse(R"({"version":"1.0","truncation":null,"padding":{"length":7},
    "added_tokens":[{"id":3,"content":"<s>","special":true}],
    "model":{"type":"BPE","dropout":null,"fuse_unk":false,
      "vocab":{"\u0120king":1,"q":0},"merges":["a b",["c","d"]]}})"),
            (Words{"q", "\xc4\xa0king", "", "<s>"}));
}

TEST(TokenizerJson, ReadsAListOfScoredWords) {
  EXPECT_EQ(parse(R"({"model":{"type":"Unigram","unk_id":0,
    "vocab":[["<unk>",0.0],["\u2581king",-3.5],["x",-1],["y",2]]}})"),
            (Words{"<unk>", "\xe2\x96\x81king", "x", "y"}));
}

TEST(TokenizerJson, ReadsAVocabJson) {
  // Words may be called as the parts of a tokenizer.json are.
  EXPECT_EQ(parse(R"({"model":2,"added_tokens":0,"vocab":1})"),
            (Words{"added_tokens", "vocab", "model", ""}));
}

TEST(TokenizerJson, LetsAddedWordsReplaceOthers) {
  EXPECT_EQ(parse(R"({"model":{"vocab":{"a":0,"b":1}},
    "added_tokens":[{"content":"[PAD]","id":0}]})"),
            (Words{"[PAD]", "b", "", ""}));
}

TEST(TokenizerJson, RefusesNumbersThatAreNoRows) {
  expect_error(ErrorCode::malformed, "tokenizer.json: gives 'a' the number 4, but there are 4 rows",
               [] { parse(R"({"a":4})"); });
  for (const char* number : {"-1", "1.5", "4294967295", "18446744073709551615", "1e3",
                             "99999999999999999999", "-9223372036854775808"}) {
    expect_error(ErrorCode::malformed, "for 'a', expected that of a row",
                 [&] { parse(std::string(R"({"model":{"vocab":{"a":)") + number + "}}}"); });
  }
  expect_error(ErrorCode::malformed, "gives 'a' and 'b' the same number, 1",
               [] { parse(R"({"a":1,"b":1})"); });
}

TEST(TokenizerJson, RefusesWhatIsNoTokenizer) {
  for (const char* json :
       {"{}", R"({"a":{"b":1}})", R"({"model":{}})", R"({"model":{"vocab":{}}})"}) {
    expect_error(ErrorCode::malformed, "has no vocabulary", [&] { parse(json); });
  }
  expect_error(ErrorCode::malformed, "a list, expected an object", [] { parse("[1]"); });
  expect_error(ErrorCode::malformed, "a single value", [] { parse("1.5"); });
  expect_error(ErrorCode::malformed, "the word 'a' without a number",
               [] { parse(R"({"model":{"vocab":{"a":"b"}}})"); });
  for (const char* list : {"[1]", "[[]]", "[[1,2]]", "[{}]", "[null]", "[[null,\"a\"]]"}) {
    expect_error(ErrorCode::malformed, "tokenizer.json: ", [&] {
      parse(std::string(R"({"model":{"vocab":)") + list + "}}");
    });
  }
  expect_error(ErrorCode::malformed, "an added token without its id",
               [] { parse(R"({"added_tokens":[{"content":"a"}],"model":{"vocab":{"a":0}}})"); });
  std::string deep = "{\"a\":";
  for (int i = 0; i < 100'000; ++i) deep += "[";
  expect_error(ErrorCode::malformed, "nested too deeply", [&] { parse(deep); });
}

// One that was passed over would give the words after it the rows of others.
TEST(TokenizerJson, PassesOverNoEntryOfAnotherKind) {
  for (const char* entry : {"{}", "{\"a\":1}", "[[]]", "[{}]", "[\"x\",[1]]", "[\"x\",{}]"}) {
    expect_error(ErrorCode::malformed, "a word of the vocabulary, that of row 1, that is not", [&] {
      parse(std::string(R"({"model":{"vocab":[["a",0],)") + entry + R"(,["b",0]]}})");
    });
  }
  for (const char* value : {"{}", "[]", "[1]", "null", "true"}) {
    const std::string vocabulary = std::string(R"({"a":0,"x":)") + value + R"(,"b":1})";
    for (const std::string& json : {vocabulary, R"({"model":{"vocab":)" + vocabulary + "}}"}) {
      expect_error(ErrorCode::malformed, "the word 'x' without a number", [&] { parse(json); });
    }
  }
  const auto parse_added = [](const std::string& added) {
    return parse(R"({"added_tokens":)" + added + R"(,"model":{"vocab":{"a":0}}})");
  };
  const std::string good = R"({"id":1,"content":"b","more":[{"id":2}]})";
  EXPECT_EQ(parse_added("[" + good + "]"), (Words{"a", "b", "", ""}));
  for (const char* entry : {"[]", "[1,\"c\"]", "2", "\"c\"", "null"}) {
    expect_error(ErrorCode::malformed, "an added token, number 2 of them, that is not an object",
                 [&] { parse_added("[" + good + "," + entry + "]"); });
  }
  expect_error(ErrorCode::malformed, "an added token without its id or content",
               [&] { parse_added(R"([{"id":1,"content":{"content":"c"}}])"); });
  expect_error(ErrorCode::malformed, "an object of added tokens, expected a list",
               [&] { parse_added(R"({"b":1})"); });
}

TEST(TokenizerJson, TakesAnyNumberBesideAModel) {
  EXPECT_EQ(parse(R"({"version":1.5,"seed":-1,"model":{"vocab":{"a":0}}})", 1), Words{"a"});
  expect_error(ErrorCode::malformed, "the number 1.5 for 'version', expected that of a row",
               [] { parse(R"({"version":1.5,"a":0})"); });
}

TEST(TokenizerJson, EndsCleanlyWhereverItIsTruncated) {
  const std::string whole =
      R"({"added_tokens":[{"id":0,"content":"a"}],"model":{"vocab":[["b",-1.5]]}})";
  EXPECT_EQ(parse(whole, 1), Words{"a"});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    expect_error(ErrorCode::malformed, "tokenizer.json: at byte",
                 [&] { parse(whole.substr(0, size), 1); });
  }
  expect_error(ErrorCode::malformed, "is not valid JSON", [] { parse("{\"\xff\":1}"); });
}

}  // namespace
}  // namespace wordvec::tokenizer_json_test
