// Which word each row of a transformer's embeddings belongs to, from the file of its tokenizer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/formats/list_numbers.h"

namespace wordvec {

// The words of `json` and their rows, in the order of these: either a tokenizer.json
// (https://huggingface.co/docs/tokenizers: model.vocab, an object of word: row or for Unigram
// models a list of [word, score], and added_tokens, which have precedence), or a vocab.json, an
// object of word: row. Words are as the tokenizer has them: "Ġking" and "▁king" begin with what
// stands for a space. Of many more words than `rows` it is no tokenizer's. Throws Error(malformed)
// naming `path`, also for a row number that two words of the vocabulary have.
std::vector<NumberedWord> parse_tokenizer_json(std::string_view json,
                                               std::optional<std::uint64_t> rows,
                                               const std::string& path);

}  // namespace wordvec
