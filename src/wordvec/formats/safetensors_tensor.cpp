#include "wordvec/formats/safetensors_tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
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

constexpr std::string_view kSafetensorsExtension = ".safetensors";
constexpr std::string_view kIndexExtension = ".index.json";  // of safetensors and PyTorch
constexpr std::string_view kWeightMap = "\"weight_map\"";

bool is_index(std::string_view head) {
  const std::size_t begin = head.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && head[begin] == '{' &&
         head.find(kWeightMap) != std::string_view::npos;
}

bool detect_safetensors(const Probe& probe) {
  return looks_like_safetensors(probe.head) ||
         (has_extension(probe.path, kIndexExtension) && is_index(probe.head));
}

// Collects the weight_map of an index, { "weight_map": { tensor: file, … }, … }.
class IndexCollector final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit IndexCollector(const std::string& path) : path_(path) {}

  std::map<std::string, std::string, std::less<>> file_of;  // by tensor

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool string(string_t& value) override {
    if (depth_ != 2 || !in_map_) return true;
    if (file_of.size() == kMaxTensors) fail("lists too many tensors");
    file_of[std::move(key_)] = std::move(value);
    return true;
  }
  bool start_object(std::size_t /*elements*/) override {
    if (depth_ == 1) in_map_ = key_ == "weight_map";
    return start();
  }
  bool start_array(std::size_t /*elements*/) override {
    if (depth_ == 1) in_map_ = false;
    return start();
  }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool key(string_t& value) override {
    key_ = std::move(value);
    return true;
  }
  bool parse_error(std::size_t offset_bytes, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    throw Error::at_offset(path_, offset_bytes, "is not valid JSON");
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::malformed, what, path_);
  }
  bool start() {
    constexpr std::size_t kMaxDepth = 4;
    if (depth_ == kMaxDepth) fail("is nested too deeply");
    ++depth_;
    return true;
  }
  bool end() {
    --depth_;
    return true;
  }

  const std::string& path_;
  std::size_t depth_ = 0;
  bool in_map_ = false;
  std::string key_;
};

// Names the file that holds the tensor, of a model that is cut into several files.
[[noreturn]] void fail_index(ByteSource& source, const ReadOptions& options) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{100} << 20;
  const std::string_view json = source.peek_all(kMaxBytes, "the index of a model");
  IndexCollector index(source.name());
  nlohmann::json::sax_parse(json.begin(), json.end(), &index);
  std::vector<std::string> names;
  if (options.tensor.empty()) {
    for (const auto& entry : index.file_of) names.push_back(entry.first);
    names = known_for_embeddings(names);
  } else {
    names.push_back(options.tensor);
  }
  constexpr std::size_t kMaxNamed = 20;
  if (names.size() > kMaxNamed) names.resize(kMaxNamed);
  std::string files;
  for (const std::string& name : names) {
    const auto found = index.file_of.find(name);
    if (found == index.file_of.end()) continue;
    files += fmt::format("{}the tensor {} is in {}", files.empty() ? "" : ", ", in_quotes(name),
                         in_quotes(found->second));
  }
  throw Error(ErrorCode::usage,
              "lists the files of a model, and holds no vectors: " +
                  (files.empty() ? std::string("name the file that holds the embeddings")
                                 : files + ": name that file"),
              source.name());
}

std::vector<std::string> tensor_word_files(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  return {vocabulary_path_of(path, kSafetensorsExtension), folder + "tokenizer.json",
          folder + "vocab.json", folder + "vocab.txt"};
}

// The words of the file that is asked for, or of one beside the tensors.
class WordsBeside {
 public:
  WordsBeside(const ByteSource& source, const ReadOptions& options)
      : name_(source.name()), asked_(options.vocab) {
    if (!source.path().empty()) beside_ = tensor_word_files(source.path());
  }

  std::optional<std::uint64_t> count(std::uint64_t most_rows) const {
    // A pipe gives its words once.
    if (asked_ == "-" || (asked_.empty() && first_file_of(beside_).empty())) return std::nullopt;
    WordListOptions options;
    options.most_rows = std::min(most_rows, kMaxRows);
    options.are_of_rows = true;
    return read_word_list(find_words(asked_, beside_, name_), options).words.size();
  }

  WordList of(std::uint64_t rows) const {
    const std::string path = find_words(asked_, beside_, name_);
    WordList list = read_word_list(path, {rows});
    check_words_of_rows(list, rows, path, name_);
    return list;
  }

 private:
  std::string name_;
  std::string asked_;
  std::vector<std::string> beside_;
};

ReadReport read_safetensors(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  constexpr std::size_t kProbeBytes = 4096;
  const std::string_view head = source.peek(kProbeBytes);
  if (!looks_like_safetensors(head) && is_index(head)) {
    fail_index(source, options);
  }
  const WordsBeside words(source, options);
  return read_tensor(source,
                     {[&](std::uint64_t most_rows) { return words.count(most_rows); },
                      [&](std::uint64_t rows) { return words.of(rows); }},
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
    text += fmt::format("; whole numbers are taken as they are, {}",
                        tensors.other_scale != nullptr
                            ? in_quotes(tensors.other_scale->name) + " being no scale of theirs"
                            : "since the file stores no scale");
  }
  if (!tensors.remark.empty()) text += " (" + tensors.remark + ")";
  return text;
}

std::string tensor_header(std::string_view dtype, std::uint64_t value_bytes, std::uint64_t rows,
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

std::unique_ptr<RowSink> make_safetensors_writer(const std::string& path, unsigned threads) {
  const auto header = [](std::uint64_t rows, std::size_t dim) {
    return tensor_header("F32", sizeof(float), rows, dim);
  };
  return make_array_writer(path, kSafetensorsExtension, header, threads);
}

std::unique_ptr<RowSink> make_half_safetensors_writer(const std::string& path, unsigned threads) {
  const auto header = [](std::uint64_t rows, std::size_t dim) {
    return tensor_header("F16", sizeof(std::uint16_t), rows, dim);
  };
  return make_half_array_writer(path, kSafetensorsExtension, header, threads);
}

// The bytes of the tensors of a file: all of them where it lies in memory. Of a stream, the header
// alone, and then those that are asked for: only when it is known how many rows there are to be is
// a matrix worth the memory that it takes.
class TensorFile {
 public:
  explicit TensorFile(ByteSource& source)
      : source_(source),
        start_(source.position_bytes()),
        is_stream_(!source.views_persist()),
        header_(parse_safetensors(is_stream_ ? peek_header(source) : source.peek_all(),
                                  source.name(), UnknownTypes::kept,
                                  is_stream_ ? Extent::begin_of_file : Extent::whole_file)) {}

  const SafetensorsHeader& header() const noexcept { return header_; }

  // See TensorBytes.
  std::string_view bytes_of(const Tensor& tensor) const {
    const std::uint64_t taken = source_.position_bytes() - start_;
    const auto end = static_cast<std::size_t>(tensor.end - taken);
    const std::string_view bytes = source_.peek(end);
    if (bytes.size() < end) {
      throw Error::at_offset(
          source_.name(), source_.position_bytes() + bytes.size(),
          fmt::format("the tensor {} ends at byte {} by the header, but the file here: it is "
                      "truncated",
                      in_quotes(tensor.name), start_ + tensor.end));
    }
    return bytes.substr(static_cast<std::size_t>(tensor.begin - taken),
                        static_cast<std::size_t>(tensor.end - tensor.begin));
  }

  // Of a stream, lets go of what comes before all of `tensors`; nullptr: none.
  void skip_to(std::initializer_list<const Tensor*> tensors) {
    if (!is_stream_) return;
    std::uint64_t begin = header_.end_bytes(0);
    for (const Tensor* tensor : tensors) {
      if (tensor != nullptr) begin = std::min(begin, tensor->begin);
    }
    skip_up_to(begin);
  }

  // Takes all that is left, and checks that it is what the header says.
  void skip_all() {
    if (!is_stream_) {
      source_.skip(source_.peek(0).size());
      return;
    }
    const std::uint64_t end = std::max(header_.end_bytes(0), source_.position_bytes() - start_);
    skip_up_to(end);
    if (!source_.at_end()) {
      throw Error::at_offset(source_.name(), start_ + end,
                             "there are bytes after the last tensor, expected none");
    }
  }

 private:
  static std::string_view peek_header(ByteSource& source) {
    constexpr std::size_t kLengthBytes = 8;
    const std::string_view head = source.peek(kLengthBytes);
    if (head.size() < kLengthBytes) return head;
    return source.peek(static_cast<std::size_t>(safetensors_header_bytes(head)));
  }

  void skip_up_to(std::uint64_t end) {
    while (source_.position_bytes() - start_ < end) {
      const std::uint64_t left = end - (source_.position_bytes() - start_);
      const std::size_t there = source_.peek(1).size();
      if (there == 0) {
        throw Error::at_offset(
            source_.name(), source_.position_bytes(),
            fmt::format("{} bytes are missing by the header: the file is truncated", left));
      }
      source_.skip(static_cast<std::size_t>(std::min<std::uint64_t>(there, left)));
    }
  }

  ByteSource& source_;
  std::uint64_t start_;
  bool is_stream_;
  SafetensorsHeader header_;
};

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
  TensorFile file(source);
  const TensorBytes bytes_of = [&](const Tensor& tensor) { return file.bytes_of(tensor); };
  const EmbeddingTensors tensors =
      choose_embeddings(file.header(), bytes_of, options.tensor, words_of, source.name());
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
  constexpr std::uint64_t kMaxRowsOfAToken = 4;
  constexpr std::uint64_t kFewBytes = std::uint64_t{64} << 20;
  if (!source.views_persist() && tensor.end - tensor.begin > kFewBytes &&
      layout.rows / kMaxRowsOfAToken > tensors.rows()) {
    throw Error(ErrorCode::malformed,
                fmt::format("the tensor {} has {} rows for {} tokens, too many to unpack into "
                            "memory: unpack the file first",
                            in_quotes(tensor.name), layout.rows, tensors.rows()),
                source.name());
  }
  WordList list = words_of.of(tensors.rows());
  std::vector<std::string>& words = list.words;
  const WordlessRows wordless(list);
  while (!words.empty() && wordless.is_left_out(words.size() - 1)) words.pop_back();
  file.skip_to({tensors.matrix, tensors.mapping, tensors.weights});
  const RowMap map = row_map_of(tensors, bytes_of);
  const std::string_view data = bytes_of(tensor);
  const std::string formula = tensors.formula();
  if (options.tensor_chosen) options.tensor_chosen(formula);
  ReadReport report = read_array_rows(data, start + tensor.begin, source.name(), layout, words,
                                      options, sink, map, list.counts, wordless);
  report.words_note = std::move(list.note);
  report.words_warning = std::move(list.warning);
  report.source_tensor = formula;
  report.tensor_note = note_of(tensors);
  if (report.read_to_end) {
    report.note =
        tensors.mapping != nullptr
            ? wordless.note(tensors.rows(), in_quotes(tensors.mapping->name), "entry", "entries")
            : wordless.note(tensors.rows(), in_quotes(tensor.name));
  }
  // The other tensors of a transformer are gigabytes, which only a checksum would read.
  const std::size_t used =
      std::size_t{1} + (tensors.mapping != nullptr ? 1 : 0) + (tensors.weights != nullptr ? 1 : 0);
  const bool all_were_asked_for = report.read_to_end;
  report.read_to_end = all_were_asked_for && file.header().tensors.size() == used;
  if (report.read_to_end || (all_were_asked_for && !source.views_persist())) file.skip_all();
  return report;
}

const Format kSafetensorsTensor = {
    "safetensors",
    "a tensor of a safetensors file, with the words in a file beside it",
    kSafetensorsExtension,
    detect_safetensors,
    read_safetensors,
    make_safetensors_writer,
    true,
    true,
    tensor_word_files,
    make_half_safetensors_writer};

}  // namespace wordvec
