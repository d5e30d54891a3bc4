#include "wordvec/formats/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/array_writer.h"
#include "wordvec/formats/npy_header.h"
#include "wordvec/formats/word_file.h"
#include "wordvec/formats/words_beside.h"

namespace wordvec {
namespace {

struct Descr {
  std::string_view text;
  ElementType type;
  bool big_endian;
};
// '=' is the order of the machine that wrote the file: little-endian, unless it is a curiosity.
constexpr std::array<Descr, 9> kDescrs = {{{"<f4", ElementType::f32, false},
                                           {"<f2", ElementType::f16, false},
                                           {"<f8", ElementType::f64, false},
                                           {"=f4", ElementType::f32, false},
                                           {"=f2", ElementType::f16, false},
                                           {"=f8", ElementType::f64, false},
                                           {">f4", ElementType::f32, true},
                                           {">f2", ElementType::f16, true},
                                           {">f8", ElementType::f64, true}}};

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

ReadReport read_rows(ByteSource& source, const ArrayLayout& layout,
                     std::span<const std::string> words, const std::string& words_name,
                     const ReadOptions& options, RowSink& sink,
                     std::span<const std::uint64_t> counts = {}) {
  if (words.size() != layout.rows) {
    throw Error(ErrorCode::malformed,
                fmt::format("has {} rows, but there are {} words in {}", layout.rows, words.size(),
                            printable(input_name(words_name))),
                source.name());
  }
  return take_array_rows(source, layout, words, options, sink, counts);
}

bool detect(const Probe& probe) {
  return looks_like_npy(probe.head);
}

ReadReport read(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  const ArrayLayout layout = take_npy_layout(source);
  std::vector<std::string> beside;
  if (!source.path().empty()) beside.push_back(vocabulary_path_of(source.path(), kNpyExtension));
  const std::string words_path = find_words(options.vocab, beside, source.name());
  WordList words = read_word_list(words_path, {layout.rows});
  ReadReport report =
      read_rows(source, layout, words.words, words_path, options, sink, words.counts);
  report.words_note = std::move(words.note);
  report.words_warning = std::move(words.warning);
  return report;
}

std::vector<std::string> word_files(const std::string& path) {
  return {vocabulary_path_of(path, kNpyExtension)};
}

std::unique_ptr<RowSink> make_writer(const std::string& path, unsigned threads) {
  const auto header = [](std::uint64_t rows, std::size_t dim) { return npy_header(rows, dim); };
  return make_array_writer(path, kNpyExtension, header, threads);
}

std::unique_ptr<RowSink> make_half_writer(const std::string& path, unsigned threads) {
  const auto header = [](std::uint64_t rows, std::size_t dim) {
    return npy_header(rows, dim, kNpyFloat16);
  };
  return make_half_array_writer(path, kNpyExtension, header, threads);
}

}  // namespace

ArrayLayout take_npy_layout(ByteSource& source) {
  const NpyHeader header = take_npy_header(source);
  const auto fail = [&](const std::string& message) {
    throw Error(ErrorCode::malformed, message, source.name());
  };
  const auto* const descr = std::find_if(kDescrs.begin(), kDescrs.end(),
                                         [&](const Descr& d) { return d.text == header.descr; });
  if (descr == kDescrs.end()) {
    fail(fmt::format("the array has the type {}, expected '<f4', '<f8' or '<f2'",
                     in_quotes(header.descr)));
  }
  if (header.shape.size() != 2) {
    fail(fmt::format("the array has the shape {}, expected (rows, values of a row)",
                     shape_text(header.shape)));
  }
  const ArrayLayout layout{descr->type, descr->big_endian, header.fortran_order, header.shape[0],
                           static_cast<std::size_t>(header.shape[1])};
  check_array(source, layout);
  return layout;
}

ReadReport read_npy(ByteSource& source, std::span<const std::string> words,
                    const std::string& words_name, const ReadOptions& options, RowSink& sink) {
  return read_rows(source, take_npy_layout(source), words, words_name, options, sink);
}

const Format kNpy = {"npy",         "NumPy array (.npy), with the words in NAME.vocab.txt",
                     kNpyExtension, detect,
                     read,          make_writer,
                     true,          false,
                     word_files,    make_half_writer};

}  // namespace wordvec
