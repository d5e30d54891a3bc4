#include "wordvec/formats/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
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

constexpr std::string_view kLoad = "numpy.load(FILE)";
constexpr std::string_view kLoadTrusted = "numpy.load(FILE, allow_pickle=True)";
constexpr std::string_view kToFloat = ".astype('float32')";

std::string saved(const std::string& array) {
  return "in Python, numpy.save('m.npy', " + array + ")";
}

// What gives `array`, of a shape that is read: rows of the last dimension.
std::string with_two_dimensions(std::string_view array, std::span<const std::uint64_t> shape) {
  if (shape.size() == 2) return std::string(array);
  return fmt::format("{}.reshape(-1, {})", array,
                     shape.size() > 2 ? fmt::to_string(shape.back()) : "DIM");
}

// What elements of a type that is not read are, and what makes vectors of them.
struct OtherType {
  std::string_view what;
  std::string remedy;
};

OtherType other_type(const NpyHeader& header) {
  const std::string_view descr = header.descr;
  const std::string plain = with_two_dimensions(kLoad, header.shape) + std::string(kToFloat);
  if (is_structured(descr)) {
    const bool has_objects = descr.find("|O") != std::string_view::npos;
    const std::string_view load = has_objects ? kLoadTrusted : kLoad;
    return {"elements with fields",
            saved(fmt::format("{}['NAME']{}", load, kToFloat)) +
                " writes the field of the vectors; numpy.lib.recfunctions has "
                "structured_to_unstructured() for values with a field each"};
  }
  const char kind = descr.size() < 2 ? '\0' : descr[1];
  switch (kind) {
    case 'i':
    case 'u':
      return {"whole numbers",
              saved(plain) + " writes them as vectors, unless they are quantised or rows of words"};
    case 'b':
      return {"truth values", saved(plain) + " writes them as 0 and 1"};
    case 'f':
      return {"floats of another size", saved(plain) + " writes them as float32"};
    case 'c': {
      const std::string array = with_two_dimensions("A", header.shape);
      return {"complex numbers",
              fmt::format("in Python, A = {}; numpy.save('m.npy', numpy.hstack(({}.real, {}.imag))"
                          "{}) writes the imaginary parts behind the real ones",
                          kLoad, array, array, kToFloat)};
    }
    case 'O':
      if (header.shape.empty()) {
        return {"a Python object, pickled",
                fmt::format("if you trust it, and it is a dict of words and vectors: in Python, D "
                            "= {}.item(); numpy.save('m.npy', numpy.array(list(D.values()), "
                            "'float32')) writes these, and the words are list(D), which go one a "
                            "line to m.vocab.txt",
                            kLoadTrusted)};
      }
      return {"Python objects, pickled",
              "if you trust it: " +
                  saved(fmt::format("numpy.array({}.tolist(), 'float32')", kLoadTrusted)) +
                  " writes rows of one length as vectors"};
    case 'S':
    case 'U':
      return {"text", saved(plain) +
                          " writes numbers that are stored as text; words belong to "
                          "--vocab"};
    case 'V':
      if (descr.substr(2) != "2") break;
      return {"raw bytes",
              saved(with_two_dimensions("numpy.load(FILE).view(ml_dtypes.bfloat16)", header.shape) +
                    std::string(kToFloat)) +
                  " writes them, if they are bfloat16"};
    default:
      break;
  }
  return {"no numbers that are known here",
          "load it in the program that wrote it, and use numpy.save() of an array of float32"};
}

std::string remedy_of_shape(std::span<const std::uint64_t> shape) {
  if (shape.empty() || shape.back() == 0) return {};
  const std::string remedy = ": " + saved(with_two_dimensions(kLoad, shape));
  return shape.size() == 1 ? remedy + " makes rows of DIM values, and reshape(1, -1) a single one"
                           : remedy + " makes rows of its last dimension";
}

ReadReport read_rows(ByteSource& source, const ArrayLayout& layout,
                     std::span<const std::string> words, const std::string& words_name,
                     const ReadOptions& options, RowSink& sink,
                     std::span<const std::uint64_t> counts = {},
                     const WordlessRows& wordless = {}) {
  if (words.size() != layout.rows) {
    throw Error(ErrorCode::malformed, describe_other_count(layout.rows, words, words_name),
                source.name());
  }
  return take_array_rows(source, layout, words, options, sink, counts, wordless);
}

bool detect_npy(const Probe& probe) {
  return looks_like_npy(probe.head);
}

ReadReport read_npy_source(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  const ArrayLayout layout = take_npy_layout(source);
  std::vector<std::string> beside;
  if (!source.path().empty()) beside.push_back(vocabulary_path_of(source.path(), kNpyExtension));
  const std::string words_path = find_words(options.vocab, beside, source.name());
  WordList words = read_word_list(words_path, {layout.rows});
  check_words_of_rows(words, layout.rows, words_path, source.name());
  const WordlessRows wordless(words);
  ReadReport report =
      read_rows(source, layout, words.words, words_path, options, sink, words.counts, wordless);
  if (report.read_to_end) report.note = wordless.note(layout.rows, printable(source.name()));
  report.words_note = std::move(words.note);
  report.words_warning = std::move(words.warning);
  return report;
}

std::vector<std::string> npy_word_files(const std::string& path) {
  return {vocabulary_path_of(path, kNpyExtension)};
}

std::unique_ptr<RowSink> make_npy_writer(const std::string& path, unsigned threads) {
  const auto header = [](std::uint64_t rows, std::size_t dim) { return npy_header(rows, dim); };
  return make_array_writer(path, kNpyExtension, header, threads);
}

std::unique_ptr<RowSink> make_half_npy_writer(const std::string& path, unsigned threads) {
  const auto header = [](std::uint64_t rows, std::size_t dim) {
    return npy_header(rows, dim, kNpyFloat16);
  };
  return make_half_array_writer(path, kNpyExtension, header, threads);
}

}  // namespace

ArrayLayout take_npy_layout(ByteSource& source) {
  constexpr std::size_t kShownTypeBytes = 80;
  const NpyHeader header = take_npy_header(source);
  const auto fail = [&](const std::string& message) {
    throw Error(ErrorCode::malformed, message, source.name());
  };
  const auto* const descr = std::find_if(kDescrs.begin(), kDescrs.end(),
                                         [&](const Descr& d) { return d.text == header.descr; });
  if (descr == kDescrs.end()) {
    const OtherType other = other_type(header);
    fail(fmt::format("the array has the type {}, {}, expected '<f4', '<f8' or '<f2': {}",
                     in_quotes(std::string_view(header.descr).substr(0, kShownTypeBytes)),
                     other.what, other.remedy));
  }
  if (header.shape.size() != 2) {
    fail(fmt::format("the array has the shape {}, expected (rows, values of a row){}",
                     shape_text(header.shape), remedy_of_shape(header.shape)));
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

const Format kNpy = {"npy",
                     "NumPy array (.npy), with the words in NAME.vocab.txt",
                     kNpyExtension,
                     detect_npy,
                     read_npy_source,
                     make_npy_writer,
                     true,
                     false,
                     npy_word_files,
                     make_half_npy_writer};

}  // namespace wordvec
