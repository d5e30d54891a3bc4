// From any format to any other.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/formats/format.h"
#include "wordvec/model/row_filter.h"
#include "wordvec/store/codes_writer.h"

namespace wordvec {

struct ConvertOptions {
  std::string from;  // a format's name; empty: told by content
  std::string to;    // a format's name; empty: told by the output's extension
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();  // rows to keep, from the first
  std::optional<std::vector<std::string>> words;                    // keep these, in this order
  std::string source;    // to note; empty: the input's name
  std::string license;   // empty: as the source says
  std::string citation;  // likewise
  ReadOptions read;      // its progress is set by convert()
  // How much of the input has been read, and how much there is to read, where that is known; from
  // the calling thread.
  std::function<void(std::uint64_t done_bytes, std::optional<std::uint64_t> all_bytes)> progress;
  bool codes = true;             // a container gets search codes
  bool subwords = true;          // a container keeps n-grams
  CodesProgress codes_progress;  // of these, once all rows are read
};

struct ConvertReport {
  std::string output_path;
  std::string words_path;  // of a format that keeps the words in a file of their own
  std::string from;
  std::string to;
  std::uint64_t rows = 0;
  std::size_t dim = 0;
  RowFilter::Counts counts;
  ReadReport read;
  bool kept_subwords = false;              // those that read.has_subwords tells of
  std::vector<std::string> missing_words;  // of options.words; when it is all of them, rows is 0
                                           // and nothing was written
};

// The formats that can be written, by the names that `to` takes.
std::vector<std::string_view> written_format_names();

// What is known before the first row is read.
struct ConvertPlan {
  std::string output_path;
  std::string to;
};

// "glove.6B.300d" of "/data/glove.6B.300d.txt.gz": the name less the format's and archive's
// extensions. Looks at no file.
std::string stem_of(const std::string& input);

// Where `input` goes when `output` is empty: its name, or that of the archive's member that is
// asked for, less the format's and archive's extensions, plus that of the format, in the current
// folder. Throws Error(usage) when the format cannot be told, when `input` is a pipe and there is
// no output, and for a container called ".gz".
ConvertPlan plan_conversion(const std::string& input, const std::string& output,
                            const ConvertOptions& options);

// Reads `input` ("-": standard input) and writes `output` ("-": standard output; empty: see
// plan_conversion). The output appears when it is whole; an existing one is replaced. Memory does
// not grow with the matrix, only with the vocabulary. Throws Error; nothing is left then.
ConvertReport convert(const std::string& input, const std::string& output,
                      const ConvertOptions& options);

}  // namespace wordvec
