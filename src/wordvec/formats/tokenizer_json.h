// Which word each row of a transformer's embeddings belongs to, from the file of its tokenizer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wordvec {

// The words of `rows` rows, from `json`, which is either a tokenizer.json
// (https://huggingface.co/docs/tokenizers: model.vocab, an object of word: row or for Unigram
// models a list of [word, score], and added_tokens, which have precedence), or a vocab.json, an
// object of word: row. Words are as the tokenizer has them: "Ġking" and "▁king" begin with what
// stands for a space. A row without a word has an empty text. Without `rows` the words are in the
// order of their rows, and only those. Throws Error(malformed) naming `path`: for a row number that
// is not below `rows`, or that two words of the vocabulary have.
std::vector<std::string> parse_tokenizer_json(std::string_view json,
                                              std::optional<std::uint64_t> rows,
                                              const std::string& path);

struct NumberedWord {
  std::string word;
  std::uint64_t row = 0;
};

// Each word at its row, as parse_tokenizer_json() has them; those of `added` replace others.
std::vector<std::string> words_by_row(std::vector<NumberedWord> vocabulary,
                                      std::vector<NumberedWord> added,
                                      std::optional<std::uint64_t> rows, const std::string& path);

}  // namespace wordvec
