#include "wordvec/formats/safetensors_tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/array_rows.h"
#include "wordvec/formats/array_writer.h"
#include "wordvec/formats/word_file.h"
#include "wordvec/formats/words_beside.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::string_view kExtension = ".safetensors";
constexpr std::string_view kIndexExtension = ".safetensors.index.json";
constexpr std::string_view kWeightMap = "\"weight_map\"";

// What programs call their matrix of embeddings; the first that is there is taken.
constexpr std::array<std::string_view, 19> kKnownNames = {
    "embeddings",
    "weight",
    "embedding.weight",
    "model.embed_tokens.weight",
    "transformer.wte.weight",
    "wte.weight",
    "bert.embeddings.word_embeddings.weight",
    "embeddings.word_embeddings.weight",
    "shared.weight",
    "roberta.embeddings.word_embeddings.weight",
    "distilbert.embeddings.word_embeddings.weight",
    "model.language_model.embed_tokens.weight",
    "language_model.model.embed_tokens.weight",
    "gpt_neox.embed_in.weight",
    "model.decoder.embed_tokens.weight",
    "encoder.embed_tokens.weight",
    "tok_embeddings.weight",
    "embed_tokens.weight",
    "word_embeddings.weight"};

std::optional<ElementType> element_type(std::string_view dtype) {
  if (dtype == "F32") return ElementType::f32;
  if (dtype == "F16") return ElementType::f16;
  if (dtype == "BF16") return ElementType::bf16;
  if (dtype == "F64") return ElementType::f64;
  return std::nullopt;
}

bool is_matrix(const Tensor& tensor) {
  return tensor.shape.size() == 2 && element_type(tensor.dtype);
}

bool has_other_type(const Tensor& tensor) {
  return tensor.shape.size() == 2 && !element_type(tensor.dtype);
}

std::string matrices_of(const SafetensorsHeader& header) {
  constexpr std::size_t kMostNamed = 20;
  std::string text;
  std::size_t count = 0;
  for (const Tensor& tensor : header.tensors) {
    if (!is_matrix(tensor) || ++count > kMostNamed) continue;
    text += fmt::format("{}{} ({} [{}, {}])", text.empty() ? "" : ", ", printable(tensor.name),
                        tensor.dtype, tensor.shape[0], tensor.shape[1]);
  }
  if (count > kMostNamed) text += fmt::format(" and {} more", count - kMostNamed);
  return text.empty() ? "there is no matrix of F32, F16, BF16 or F64" : "the matrices are " + text;
}

[[noreturn]] void fail_type(const Tensor& tensor, const SafetensorsHeader& header,
                            const std::string& path) {
  throw Error(ErrorCode::usage,
              fmt::format("the tensor {} has the dtype {}, which is not read: {}",
                          in_quotes(tensor.name), printable(tensor.dtype), matrices_of(header)),
              path);
}

bool is_index(std::string_view head) {
  const std::size_t begin = head.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && head[begin] == '{' &&
         head.find(kWeightMap) != std::string_view::npos;
}

bool detect(const Probe& probe) {
  return looks_like_safetensors(probe.head) ||
         (has_extension(probe.path, kIndexExtension) && is_index(probe.head));
}

// Names the file that holds the tensor, of a model that is cut into several files.
[[noreturn]] void fail_index(std::string_view json, const ReadOptions& options,
                             const std::string& path) {
  constexpr int kMaxDepth = 4;
  const auto limit_depth = [&](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    if (depth > kMaxDepth) throw Error(ErrorCode::malformed, "is nested too deeply", path);
    return true;
  };
  std::string file;
  try {
    const auto index = nlohmann::json::parse(json.begin(), json.end(), limit_depth);
    const auto map = index.find("weight_map");
    if (map != index.end() && map->is_object()) {
      const auto file_of = [&](const std::string& name) {
        const auto found = map->find(name);
        if (!file.empty() || found == map->end() || !found->is_string()) return;
        file = fmt::format("{} is in {}", in_quotes(name),
                           in_quotes(found->template get<std::string>()));
      };
      if (!options.tensor.empty()) file_of(options.tensor);
      for (const std::string_view name : kKnownNames) {
        if (options.tensor.empty()) file_of(std::string(name));
      }
    }
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::malformed, "is not valid JSON", path);
  }
  throw Error(ErrorCode::usage,
              "lists the files of a model, and holds no vectors: " +
                  (file.empty() ? std::string("name the file that holds the embeddings")
                                : "the tensor " + file + ", name that file"),
              path);
}

std::vector<std::string> word_files(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  return {vocabulary_path_of(path, kExtension), folder + "tokenizer.json", folder + "vocab.json",
          folder + "vocab.txt"};
}

WordList words_beside(const ByteSource& source, const ReadOptions& options, std::uint64_t rows) {
  std::vector<std::string> beside;
  if (!source.path().empty()) beside = word_files(source.path());
  const std::string path = find_words(options.vocab, beside, source.name());
  WordList list = read_word_list(path, {rows});
  if (list.words.size() != rows) {
    throw Error(ErrorCode::malformed,
                fmt::format("has {} rows, but there are {} words in {}", rows, list.words.size(),
                            printable(input_name(path))),
                source.name());
  }
  return list;
}

ReadReport read(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  constexpr std::size_t kProbeBytes = 4096;
  const std::string_view head = source.peek(kProbeBytes);
  if (!looks_like_safetensors(head) && is_index(head)) {
    fail_index(source.peek_all(), options, source.name());
  }
  WordList list;
  ReadReport report = read_tensor(
      source,
      [&](std::uint64_t rows) {
        list = words_beside(source, options, rows);
        return std::move(list.words);
      },
      options, sink);
  report.words_note = std::move(list.note);
  report.words_warning = std::move(list.warning);
  return report;
}

std::string header_of(std::string_view dtype, std::uint64_t value_bytes, std::uint64_t rows,
                      std::size_t dim) {
  constexpr std::uint64_t kHeaderBytes = 192;
  SafetensorsHeader header;
  header.tensors.push_back({"embeddings",
                            std::string(dtype),
                            {rows, dim},
                            kHeaderBytes,
                            kHeaderBytes + rows * dim * value_bytes});
  return write_safetensors_header(header, kHeaderBytes);
}

std::unique_ptr<RowSink> make_writer(const std::string& path, unsigned threads) {
  const auto header = [](std::uint64_t rows, std::size_t dim) {
    return header_of("F32", sizeof(float), rows, dim);
  };
  return make_array_writer(path, kExtension, header, threads);
}

std::unique_ptr<RowSink> make_half_writer(const std::string& path, unsigned threads) {
  const auto header = [](std::uint64_t rows, std::size_t dim) {
    return header_of("F16", sizeof(std::uint16_t), rows, dim);
  };
  return make_half_array_writer(path, kExtension, header, threads);
}

}  // namespace

const Tensor& choose_tensor(const SafetensorsHeader& header, const std::string& name,
                            const std::string& path) {
  if (!name.empty()) {
    const Tensor* const tensor = header.find(name);
    if (tensor != nullptr && is_matrix(*tensor)) return *tensor;
    if (tensor != nullptr && has_other_type(*tensor)) fail_type(*tensor, header, path);
    throw Error(ErrorCode::usage,
                (tensor == nullptr ? "has no tensor " + in_quotes(name)
                                   : fmt::format("the tensor {} is {} [{}], no matrix of numbers",
                                                 in_quotes(name), tensor->dtype,
                                                 fmt::join(tensor->shape, ", "))) +
                    ": " + matrices_of(header),
                path);
  }
  for (const std::string_view known : kKnownNames) {
    const Tensor* const tensor = header.find(known);
    if (tensor != nullptr && is_matrix(*tensor)) return *tensor;
  }
  // Then another matrix is hardly the one of the embeddings.
  for (const std::string_view known : kKnownNames) {
    const Tensor* const tensor = header.find(known);
    if (tensor != nullptr && has_other_type(*tensor)) fail_type(*tensor, header, path);
  }
  const auto first = std::find_if(header.tensors.begin(), header.tensors.end(), is_matrix);
  if (first != header.tensors.end() &&
      std::find_if(first + 1, header.tensors.end(), is_matrix) == header.tensors.end()) {
    return *first;
  }
  throw Error(ErrorCode::usage,
              "holds no tensor that is known for embeddings: " + matrices_of(header) +
                  (first == header.tensors.end() ? "" : "; --tensor NAME names one"),
              path);
}

ReadReport read_tensor(ByteSource& source, const RowWords& words_of, const ReadOptions& options,
                       RowSink& sink) {
  const std::uint64_t start = source.position_bytes();
  constexpr std::size_t kProbeBytes = 4096;
  if (const std::string_view head = source.peek(kProbeBytes);
      head.size() > kProbeBytes / 2 && !looks_like_safetensors(head)) {
    // A stream of another format is not worth the memory that all of it takes.
    throw Error(ErrorCode::malformed,
                "is no safetensors file: found no length of a header, and its JSON, in the first "
                "bytes",
                source.name());
  }
  const std::string_view file = source.peek_all();
  const SafetensorsHeader header = parse_safetensors(file, source.name(), UnknownTypes::kept);
  const Tensor& tensor = choose_tensor(header, options.tensor, source.name());
  const ArrayLayout layout{*element_type(tensor.dtype), false, false, tensor.shape[0],
                           static_cast<std::size_t>(tensor.shape[1])};
  if (layout.dim == 0 || layout.dim > kMaxDim || layout.rows > kMaxRows) {
    throw Error(ErrorCode::malformed,
                fmt::format("the tensor {} has {} rows of {} values, expected at most {} rows of 1 "
                            "to {} values",
                            in_quotes(tensor.name), layout.rows, layout.dim, kMaxRows, kMaxDim),
                source.name());
  }

  std::vector<std::string> words = words_of(layout.rows);
  while (!words.empty() && words.back().empty()) words.pop_back();
  const std::string_view data = file.substr(static_cast<std::size_t>(tensor.begin),
                                            static_cast<std::size_t>(tensor.end - tensor.begin));
  ReadReport report =
      read_array_rows(data, start + tensor.begin, source.name(), layout, words, options, sink);
  if (const std::uint64_t left = layout.rows - words.size(); left > 0 && report.read_to_end) {
    report.note =
        fmt::format("the last {} of {} in {} {} no word and {} left out",
                    left == 1 ? "row" : fmt::format("{} rows", left), layout.rows,
                    in_quotes(tensor.name), left == 1 ? "has" : "have", left == 1 ? "is" : "are");
  }
  // The other tensors of a transformer are gigabytes, which only a checksum would read.
  report.read_to_end = report.read_to_end && header.tensors.size() == 1;
  if (report.read_to_end) source.skip(file.size());
  return report;
}

const Format kSafetensorsTensor = {
    "safetensors", "a tensor of a safetensors file, with the words in a file beside it",
    kExtension,    detect,
    read,          make_writer,
    true,          true,
    word_files,    make_half_writer};

}  // namespace wordvec
