#include "wordvec/formats/embedding_tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/half.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

// How surely a name is that of embeddings: the lower, the surer.
enum Sureness : std::uint8_t {
  kWholeNames = 0,  // and up: the index in kWhole
  kSharedName = 8,
  kTokenNames,
  kShortNames,
  kUnknownName,
};

// Of a file that holds an embedding layer and little else: the surest first.
constexpr std::array<std::string_view, 4> kWhole = {"embeddings", "embedding.weight", "weight",
                                                    "0"};
// How names end, less ".weight" (PyTorch) or ".embedding" (Flax).
constexpr std::array<std::string_view, 11> kTokenEnds = {
    "embed_tokens", "word_embeddings", "word_embedding",   "tok_embeddings", "tok_embedding", "wte",
    "embed_in",     "token_embedding", "token_embeddings", "token_embd",     "word_emb"};
constexpr std::array<std::string_view, 6> kShortEnds = {"embedding", "embeddings", "embed",
                                                        "emb",       "tok_emb",    "token_emb"};
// What stands before the end in the names of matrices for something else than words.
constexpr std::array<std::string_view, 5> kOtherParts = {"position", "token_type", "vision",
                                                         "visual", "audio"};
constexpr std::array<std::string_view, 8> kOtherPartsOfShort = {
    "segment", "patch", "relative", "label", "image", "speaker", "entity", "relation"};

// What is left of a name that ends in `end`, at a dot; nullopt: it does not.
std::optional<std::string_view> before(std::string_view name, std::string_view end) {
  if (!name.ends_with(end)) return std::nullopt;
  name.remove_suffix(end.size());
  if (!name.empty() && !name.ends_with('.')) return std::nullopt;
  return name;
}

template <class List>
bool has_any(std::string_view text, const List& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

template <class List>
bool ends_in_any(std::string_view name, const List& ends, bool is_short) {
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) {
    const auto prefix = before(name, end);
    return prefix && !has_any(*prefix, kOtherParts) &&
           !(is_short && has_any(*prefix, kOtherPartsOfShort));
  });
}

// Of a module's name.
int sureness_of_stem(std::string_view stem) {
  if (ends_in_any(stem, std::array{std::string_view("shared")}, false)) return kSharedName;
  if (ends_in_any(stem, kTokenEnds, false)) return kTokenNames;
  return ends_in_any(stem, kShortEnds, true) ? kShortNames : kUnknownName;
}

int sureness_of(std::string_view name) {
  const auto* const whole = std::find(kWhole.begin(), kWhole.end(), name);
  if (whole != kWhole.end()) return kWholeNames + static_cast<int>(whole - kWhole.begin());
  for (const std::string_view end : {std::string_view(".weight"), std::string_view(".embedding")}) {
    if (!name.ends_with(end)) continue;
    const int sureness = sureness_of_stem(name.substr(0, name.size() - end.size()));
    if (sureness != kUnknownName) return sureness;
  }
  // A parameter that is no module's.
  return ends_in_any(name, std::array{kShortEnds[0], kShortEnds[1]}, true) ? kShortNames
                                                                           : kUnknownName;
}

bool is_of_model2vec(const Tensor& tensor) {
  return tensor.name == kWhole[0] || tensor.name == kWhole[3];
}

// int8 is a number as it stands in Model2Vec only, and where it is asked for; elsewhere it is one
// times a scale.
bool is_matrix(const Tensor& tensor, bool is_asked_for = false) {
  const auto type = element_type(tensor.dtype);
  return tensor.shape.size() == 2 && type &&
         (*type != ElementType::i8 || is_asked_for || is_of_model2vec(tensor));
}

// Behind the last dot.
std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

// What programs call the scale of quantised weights; CLIP has a "logit_scale", which is none.
bool names_scale(std::string_view part) {
  const std::string lower = lower_case(part);
  return (lower.find("scale") != std::string::npos && lower != "logit_scale") || lower == "scb";
}

std::string describe(const Tensor& tensor) {
  return fmt::format("{} ({})", printable(tensor.name), type_and_shape(tensor));
}

constexpr std::size_t kMaxNamed = 20;

std::string list_tensors(const std::vector<const Tensor*>& tensors) {
  std::string text;
  for (std::size_t i = 0; i < std::min(kMaxNamed, tensors.size()); ++i) {
    text += (i == 0 ? "" : ", ") + describe(*tensors[i]);
  }
  if (tensors.size() > kMaxNamed) {
    text += fmt::format(" and {} more", tensors.size() - kMaxNamed);
  }
  return text;
}

class Chooser {
 public:
  Chooser(const SafetensorsHeader& header, const TensorBytes& bytes_of, const RowWords& words,
          const std::string& path)
      : header_(header), bytes_of_(bytes_of), words_(words), path_(path) {}

  EmbeddingTensors choose(const std::string& name) {
    chosen_.matrix = name.empty() ? find_known() : find_asked_for(name);
    check_scale();
    find_companions();
    return std::move(chosen_);
  }

 private:
  const Tensor* find_asked_for(const std::string& name) const {
    const Tensor* const tensor = header_.find(name);
    if (tensor == nullptr) fail("has no tensor " + in_quotes(name) + ": " + matrices());
    if (tensor->shape.size() != 2) fail_rank(*tensor);
    if (!is_matrix(*tensor, true)) fail_type(*tensor);
    return tensor;
  }

  const Tensor* find_known() {
    int best = kUnknownName;
    std::vector<const Tensor*> known;
    for (const Tensor& tensor : header_.tensors) {
      const int sureness = sureness_of(tensor.name);
      if (sureness == kUnknownName) continue;
      // Parameters of another kind may have the same name, but for those that only embeddings have.
      const bool is_certain = tensor.name == kWhole[0] || tensor.name == kWhole[1];
      if (!is_certain && tensor.shape.size() != 2) continue;
      if (sureness < best) known.clear();
      best = std::min(best, sureness);
      if (sureness == best) known.push_back(&tensor);
    }
    if (known.empty()) fail_unknown();
    std::vector<const Tensor*> usable;
    std::copy_if(known.begin(), known.end(), std::back_inserter(usable),
                 [](const Tensor* tensor) { return is_matrix(*tensor); });
    if (usable.empty()) {
      // Then another matrix is hardly the one of the embeddings.
      if (known.front()->shape.size() != 2) fail_rank(*known.front());
      fail_type(*known.front());
    }
    if (usable.size() > 1) return find_among(usable);
    remark_others(*usable.front());
    return usable.front();
  }

  // Encoder and decoder have a matrix each, often the same.
  const Tensor* find_among(const std::vector<const Tensor*>& known) {
    const Tensor* const first = known.front();
    const auto count = count_of_words(known);
    const auto fits = [&](const Tensor* tensor) { return count && tensor->shape[0] == *count; };
    // Those of which none fits the words are not worth reading.
    const bool may_be_same = !count || std::any_of(known.begin(), known.end(), fits);
    if (may_be_same) bytes_of_(*known.back());  // so that those of the others stay valid
    const bool are_same =
        may_be_same && std::all_of(known.begin() + 1, known.end(), [&](const Tensor* tensor) {
          return tensor->dtype == first->dtype && tensor->shape == first->shape &&
                 bytes_of_(*tensor) == bytes_of_(*first);
        });
    if (are_same) {
      chosen_.remark =
          fmt::format("{} {} the same", names_but(known, first), known.size() == 2 ? "is" : "are");
      return first;
    }
    std::vector<const Tensor*> fitting;
    std::copy_if(known.begin(), known.end(), std::back_inserter(fitting), fits);
    if (fitting.size() == 1) {
      chosen_.remark =
          fmt::format("it has as many rows as there are words, and {} not",
                      names_but(known, fitting.front()) + (known.size() == 2 ? " has" : " have"));
      return fitting.front();
    }
    fail(
        fmt::format("holds {} matrices that are known for embeddings, and they differ: {}; "
                    "--tensor NAME names one",
                    known.size(), list_tensors(known)));
  }

  static std::string names_but(const std::vector<const Tensor*>& tensors, const Tensor* left_out) {
    std::vector<std::string> names;
    std::size_t more = 0;
    for (const Tensor* tensor : tensors) {
      if (tensor == left_out) continue;
      if (names.size() < kMaxNamed) {
        names.push_back(in_quotes(tensor->name));
      } else {
        ++more;
      }
    }
    return fmt::format("{}{}", fmt::join(names, ", "),
                       more == 0 ? "" : fmt::format(" and {} more", more));
  }

  // Other matrices that a person may have meant.
  void remark_others(const Tensor& taken) {
    std::vector<const Tensor*> others;
    for (const Tensor& tensor : header_.tensors) {
      if (&tensor != &taken && is_matrix(tensor) && sureness_of(tensor.name) < kShortNames) {
        others.push_back(&tensor);
      }
    }
    if (others.empty()) return;
    chosen_.remark = fmt::format("{} {} not read; --tensor names another",
                                 names_but(others, nullptr), others.size() == 1 ? "is" : "are");
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(ErrorCode::usage, message, path_);
  }
  [[noreturn]] void fail_type(const Tensor& tensor) const {
    if (tensor.dtype == "I8") {
      if (const Tensor* const scale = scale_of(tensor)) fail_scale(tensor, *scale);
      fail(
          fmt::format("the tensor {} is {}: whole numbers, which are no vectors without their "
                      "scale (--tensor {} takes them as they are)",
                      in_quotes(tensor.name), type_and_shape(tensor), printable(tensor.name)));
    }
    fail(fmt::format("the tensor {} has the dtype {}, which is not read: {}",
                     in_quotes(tensor.name), printable(tensor.dtype), matrices()));
  }
  [[noreturn]] void fail_rank(const Tensor& tensor) const {
    fail(fmt::format("the tensor {} is {}, no matrix of numbers: {}", in_quotes(tensor.name),
                     type_and_shape(tensor), matrices()));
  }
  [[noreturn]] void fail_unknown() const {
    const std::vector<const Tensor*> all = all_matrices();
    if (all.size() == 1) {
      fail(
          fmt::format("holds one matrix, {}, whose name is not known for embeddings: it may be "
                      "something else, such as positions or an output layer; --tensor {} takes it",
                      describe(*all.front()), printable(all.front()->name)));
    }
    fail("holds no tensor that is known for embeddings: " + matrices() +
         (all.empty() ? "" : "; --tensor NAME names one"));
  }

  std::vector<const Tensor*> all_matrices() const {
    std::vector<const Tensor*> all;
    for (const Tensor& tensor : header_.tensors) {
      if (is_matrix(tensor)) all.push_back(&tensor);
    }
    return all;
  }

  // Those that fit the words come first: the others of a transformer are hundreds.
  std::string matrices() const {
    std::vector<const Tensor*> all = all_matrices();
    if (all.empty()) return "there is no matrix of F32, F16, BF16 or F64";
    const auto count = all.size() > 1 ? count_of_words(all) : std::nullopt;
    const auto fitting_end = std::stable_partition(
        all.begin(), all.end(),
        [&](const Tensor* tensor) { return count && tensor->shape[0] == *count; });
    const std::vector<const Tensor*> fitting(all.begin(), fitting_end);
    // Matrices often have some rows more, for alignment.
    std::stable_partition(fitting_end, all.end(), [&](const Tensor* tensor) {
      constexpr std::uint64_t kMaxPadding = 1024;
      return count && tensor->shape[0] > *count && tensor->shape[0] - *count < kMaxPadding;
    });
    if (fitting.empty()) return "the matrices are " + list_tensors(all);
    const std::vector<const Tensor*> others(fitting_end, all.end());
    return fmt::format("{} {} as many rows as there are words, {}{}", list_tensors(fitting),
                       fitting.size() == 1 ? "has" : "have", *count,
                       others.empty() ? "" : "; the other matrices are " + list_tensors(others));
  }

  // Whole numbers that a scale goes with are no vectors without it.
  void check_scale() {
    const Tensor& matrix = *chosen_.matrix;
    if (*element_type(matrix.dtype) != ElementType::i8) return;
    if (const Tensor* const scale = scale_of(matrix)) fail_scale(matrix, *scale);
    const auto other =
        std::find_if(header_.tensors.begin(), header_.tensors.end(), [&](const Tensor& tensor) {
          return &tensor != &matrix && names_scale(last_part(tensor.name));
        });
    if (other != header_.tensors.end()) chosen_.other_scale = &*other;
  }

  // Of the same module: "scales" of "embeddings", "x.weight_scale" and "x.SCB" of "x.weight".
  // nullptr: there is none.
  const Tensor* scale_of(const Tensor& matrix) const {
    const std::string_view name = matrix.name;
    const std::string_view module = name.substr(0, name.size() - last_part(name).size());
    const auto found =
        std::find_if(header_.tensors.begin(), header_.tensors.end(), [&](const Tensor& tensor) {
          if (&tensor == &matrix || !names_scale(last_part(tensor.name))) return false;
          const std::string_view other = tensor.name;
          return other.starts_with(matrix.name + '.') ||
                 other.substr(0, other.size() - last_part(other).size()) == module;
        });
    return found == header_.tensors.end() ? nullptr : &*found;
  }

  [[noreturn]] void fail_scale(const Tensor& matrix, const Tensor& scale) const {
    fail(
        fmt::format("the tensor {} is quantised, with its scale in {}, which is not applied: "
                    "use the model as F32, F16 or BF16",
                    in_quotes(matrix.name), in_quotes(scale.name)));
  }

  [[noreturn]] void fail_companion(const Tensor& tensor, const std::string& expected) const {
    throw Error(
        ErrorCode::malformed,
        fmt::format("the tensor {}, which goes with {}, is {}, expected {}", in_quotes(tensor.name),
                    in_quotes(chosen_.matrix->name), type_and_shape(tensor), expected),
        path_);
  }

  void find_companions() {
    const std::string& name = chosen_.matrix->name;
    const auto prefix =
        name == kWhole[3] ? std::optional(std::string_view()) : before(name, kWhole[0]);
    if (!prefix) return;
    chosen_.mapping = header_.find(std::string(*prefix) + "mapping");
    chosen_.weights = header_.find(std::string(*prefix) + "weights");
    if (const Tensor* const mapping = chosen_.mapping) {
      constexpr std::array<std::string_view, 8> kWholeNumbers = {"I64", "I32", "I16", "I8",
                                                                 "U64", "U32", "U16", "U8"};
      const bool is_whole = std::find(kWholeNumbers.begin(), kWholeNumbers.end(), mapping->dtype) !=
                            kWholeNumbers.end();
      if (mapping->shape.size() != 1 || !is_whole) {
        fail_companion(*mapping, "a row number for each token, I64 or I32 [tokens]");
      }
    }
    if (const Tensor* const weights = chosen_.weights) {
      const auto type = element_type(weights->dtype);
      const std::uint64_t tokens = chosen_.rows();
      if (weights->shape.size() != 1 || !type || *type == ElementType::i8 ||
          weights->shape[0] != tokens) {
        fail_companion(
            *weights,
            fmt::format("a factor for each of the {} {}, F32, F64 or F16 [{}]", tokens,
                        chosen_.mapping != nullptr ? "tokens of " + in_quotes(chosen_.mapping->name)
                                                   : "rows",
                        tokens));
      }
    }
  }

  std::optional<std::uint64_t> count_of_words(const std::vector<const Tensor*>& matrices) const {
    std::uint64_t most_rows = 0;
    for (const Tensor* matrix : matrices) most_rows = std::max(most_rows, matrix->shape[0]);
    return words_.count(most_rows);
  }

  const SafetensorsHeader& header_;
  const TensorBytes& bytes_of_;
  const RowWords& words_;
  const std::string& path_;
  EmbeddingTensors chosen_;
};

template <class T>
std::vector<std::int64_t> whole_numbers(std::string_view bytes) {
  std::vector<std::int64_t> numbers(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const T number = load_le<T>(bytes.data() + i * sizeof(T));
    // Beyond all rows either way (RowMap).
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    numbers[i] = std::in_range<std::int64_t>(number) ? static_cast<std::int64_t>(number) : kMax;
  }
  return numbers;
}

std::vector<std::int64_t> whole_numbers(std::string_view bytes, std::string_view dtype) {
  if (dtype == "I64") return whole_numbers<std::int64_t>(bytes);
  if (dtype == "I32") return whole_numbers<std::int32_t>(bytes);
  if (dtype == "I16") return whole_numbers<std::int16_t>(bytes);
  if (dtype == "I8") return whole_numbers<std::int8_t>(bytes);
  if (dtype == "U64") return whole_numbers<std::uint64_t>(bytes);
  if (dtype == "U32") return whole_numbers<std::uint32_t>(bytes);
  if (dtype == "U16") return whole_numbers<std::uint16_t>(bytes);
  return whole_numbers<std::uint8_t>(bytes);
}

std::vector<double> factors_of(std::string_view bytes, std::string_view dtype) {
  const ElementType type = *element_type(dtype);
  std::vector<double> factors(bytes.size() / element_bytes(type));
  if (type == ElementType::f64) {
    for (std::size_t i = 0; i < factors.size(); ++i) {
      factors[i] = load_le<double>(bytes.data() + i * sizeof(double));
    }
    return factors;
  }
  std::vector<float> values(factors.size());
  convert_elements(type, false, bytes.data(), values);
  std::copy(values.begin(), values.end(), factors.begin());
  return factors;
}

}  // namespace

std::string EmbeddingTensors::formula() const {
  std::string text = matrix->name;
  if (mapping != nullptr) text += '[' + mapping->name + ']';
  if (weights != nullptr) text += " * " + weights->name;
  return text;
}

std::uint64_t EmbeddingTensors::rows() const noexcept {
  return mapping != nullptr ? mapping->shape[0] : matrix->shape[0];
}

std::optional<ElementType> element_type(std::string_view dtype) noexcept {
  if (dtype == "F32") return ElementType::f32;
  if (dtype == "F16") return ElementType::f16;
  if (dtype == "BF16") return ElementType::bf16;
  if (dtype == "F64") return ElementType::f64;
  if (dtype == "I8") return ElementType::i8;
  return std::nullopt;
}

std::string type_and_shape(const Tensor& tensor) {
  return fmt::format("{} [{}]", printable(tensor.dtype), fmt::join(tensor.shape, ", "));
}

EmbeddingTensors choose_embeddings(const SafetensorsHeader& header, const TensorBytes& bytes_of,
                                   const std::string& name, const RowWords& words,
                                   const std::string& path) {
  return Chooser(header, bytes_of, words, path).choose(name);
}

std::vector<std::string> known_for_embeddings(const std::vector<std::string>& names) {
  int best = kUnknownName;
  std::vector<std::string> known;
  for (const std::string& name : names) {
    const int sureness = sureness_of(name);
    if (sureness == kUnknownName) continue;
    if (sureness < best) known.clear();
    best = std::min(best, sureness);
    if (sureness == best) known.push_back(name);
  }
  return known;
}

RowMap row_map_of(const EmbeddingTensors& tensors, const TensorBytes& bytes_of) {
  RowMap map;
  if (const Tensor* const mapping = tensors.mapping) {
    map.rows = whole_numbers(bytes_of(*mapping), mapping->dtype);
    map.rows_name = mapping->name;
  }
  if (const Tensor* const weights = tensors.weights) {
    map.factors = factors_of(bytes_of(*weights), weights->dtype);
    map.factors_name = weights->name;
  }
  return map;
}

}  // namespace wordvec
