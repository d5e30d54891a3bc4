#include "wordvec/formats/safetensors_tensor.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/array_rows.h"
#include "wordvec/formats/array_writer.h"
#include "wordvec/formats/embedding_tensor.h"
#include "wordvec/formats/word_file.h"
#include "wordvec/formats/words_beside.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::string_view kExtension = ".safetensors";
constexpr std::string_view kIndexExtension = ".safetensors.index.json";
constexpr std::string_view kWeightMap = "\"weight_map\"";

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
  std::string files;
  try {
    const auto index = nlohmann::json::parse(json.begin(), json.end(), limit_depth);
    const auto map = index.find("weight_map");
    if (map != index.end() && map->is_object()) {
      std::vector<std::string> names;
      for (const auto& entry : map->items()) names.push_back(entry.key());
      names = options.tensor.empty() ? known_for_embeddings(names)
                                     : std::vector<std::string>{options.tensor};
      for (const std::string& name : names) {
        const auto found = map->find(name);
        if (found == map->end() || !found->is_string()) continue;
        files += fmt::format("{}the tensor {} is in {}", files.empty() ? "" : ", ", in_quotes(name),
                             in_quotes(found->template get<std::string>()));
      }
    }
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::malformed, "is not valid JSON", path);
  }
  throw Error(ErrorCode::usage,
              "lists the files of a model, and holds no vectors: " +
                  (files.empty() ? std::string("name the file that holds the embeddings")
                                 : files + ": name that file"),
              path);
}

std::vector<std::string> word_files(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  return {vocabulary_path_of(path, kExtension), folder + "tokenizer.json", folder + "vocab.json",
          folder + "vocab.txt"};
}

// The words of the file that is asked for, or of one beside the tensors.
class WordsBeside {
 public:
  WordsBeside(const ByteSource& source, const ReadOptions& options)
      : name_(source.name()), asked_(options.vocab) {
    if (!source.path().empty()) beside_ = word_files(source.path());
  }

  std::optional<std::uint64_t> count() const {
    // A pipe gives its words once.
    if (asked_ == "-" || (asked_.empty() && first_file_of(beside_).empty())) return std::nullopt;
    return read_word_list(find_words(asked_, beside_, name_)).words.size();
  }

  WordList of(std::uint64_t rows) const {
    const std::string path = find_words(asked_, beside_, name_);
    WordList list = read_word_list(path, {rows});
    if (list.words.size() == rows) return list;
    throw Error(ErrorCode::malformed,
                fmt::format("has {} rows, but there are {} words in {}", rows, list.words.size(),
                            printable(input_name(path))),
                name_);
  }

 private:
  std::string name_;
  std::string asked_;
  std::vector<std::string> beside_;
};

ReadReport read(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  constexpr std::size_t kProbeBytes = 4096;
  const std::string_view head = source.peek(kProbeBytes);
  if (!looks_like_safetensors(head) && is_index(head)) {
    fail_index(source.peek_all(), options, source.name());
  }
  const WordsBeside words(source, options);
  return read_tensor(
      source, {[&] { return words.count(); }, [&](std::uint64_t rows) { return words.of(rows); }},
      options, sink);
}

void check_rows(const EmbeddingTensors& tensors, const std::string& path) {
  if (tensors.rows() <= kMaxRows) return;
  throw Error(ErrorCode::malformed,
              fmt::format("the tensor {} has {} entries, expected at most {}",
                          in_quotes(tensors.mapping->name), tensors.rows(), kMaxRows),
              path);
}

// Which tensor was read, in a sentence.
std::string note_of(const EmbeddingTensors& tensors) {
  std::string text = fmt::format("the vectors are the tensor {}, {}",
                                 in_quotes(tensors.matrix->name), type_and_shape(*tensors.matrix));
  if (tensors.mapping != nullptr) {
    text += fmt::format("; {} says which row a token has", in_quotes(tensors.mapping->name));
  }
  if (tensors.weights != nullptr) {
    text += fmt::format("; each row is multiplied by its token's factor in {}",
                        in_quotes(tensors.weights->name));
  }
  if (*element_type(tensors.matrix->dtype) == ElementType::i8) {
    text += "; whole numbers are taken as they are, since the file stores no scale";
  }
  if (!tensors.remark.empty()) text += " (" + tensors.remark + ")";
  return text;
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
  const EmbeddingTensors tensors =
      choose_embeddings(header, file, options.tensor, words_of, source.name());
  const Tensor& tensor = *tensors.matrix;
  const ArrayLayout layout{*element_type(tensor.dtype), false, false, tensor.shape[0],
                           static_cast<std::size_t>(tensor.shape[1])};
  if (layout.dim == 0 || layout.dim > kMaxDim || layout.rows > kMaxRows) {
    throw Error(ErrorCode::malformed,
                fmt::format("the tensor {} has {} rows of {} values, expected at most {} rows of 1 "
                            "to {} values",
                            in_quotes(tensor.name), layout.rows, layout.dim, kMaxRows, kMaxDim),
                source.name());
  }

  check_rows(tensors, source.name());
  WordList list = words_of.of(tensors.rows());
  std::vector<std::string>& words = list.words;
  while (!words.empty() && words.back().empty()) words.pop_back();
  const std::string_view data = file.substr(static_cast<std::size_t>(tensor.begin),
                                            static_cast<std::size_t>(tensor.end - tensor.begin));
  const std::string formula = tensors.formula();
  if (options.tensor_chosen) options.tensor_chosen(formula);
  const RowMap map = row_map_of(tensors, file);
  ReadReport report = read_array_rows(data, start + tensor.begin, source.name(), layout, words,
                                      options, sink, map, list.counts);
  report.words_note = std::move(list.note);
  report.words_warning = std::move(list.warning);
  report.source_tensor = formula;
  report.tensor_note = note_of(tensors);
  if (const std::uint64_t left = tensors.rows() - words.size(); left > 0 && report.read_to_end) {
    const bool is_mapped = tensors.mapping != nullptr;
    report.note =
        fmt::format("the last {}{} of {} in {} {} no word and {} left out",
                    left == 1 ? "" : fmt::format("{} ", left),
                    is_mapped ? (left == 1 ? "entry" : "entries") : (left == 1 ? "row" : "rows"),
                    tensors.rows(), in_quotes(is_mapped ? tensors.mapping->name : tensor.name),
                    left == 1 ? "has" : "have", left == 1 ? "is" : "are");
  }
  // The other tensors of a transformer are gigabytes, which only a checksum would read.
  const std::size_t used =
      std::size_t{1} + (tensors.mapping != nullptr ? 1 : 0) + (tensors.weights != nullptr ? 1 : 0);
  report.read_to_end = report.read_to_end && header.tensors.size() == used;
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
