// A container's n-grams: its tensors subwords.* and what its metadata say of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/model/subwords.h"
#include "wordvec/store/tensor_reader.h"

namespace wordvec {

// The name of a scheme in the metadata: "fasttext", …
std::string_view name_of(SubwordScheme scheme) noexcept;

// The entries of the metadata, in the order in which they are written. Throws Error(malformed) when
// the texts around a word are not UTF-8, which JSON cannot hold.
std::vector<std::pair<std::string, std::string>> subword_metadata(const SubwordRules& rules);
bool is_subword_key(std::string_view key) noexcept;
bool is_subword_tensor(std::string_view name) noexcept;

// Why the rules, the index and the number of vectors cannot be those of one model; empty: they can.
std::string problem_of(const SubwordRules& rules, const SubwordIndex& index, std::uint64_t rows);

// The n-grams of a container whose vectors have `dim` values; empty: it has none. Looks at the
// header only. Throws Error(malformed).
Subwords read_subwords(const TensorReader& reader, std::uint64_t dim);

}  // namespace wordvec
