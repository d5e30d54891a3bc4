// From any format to any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/analysis/row_edits.h"
#include "wordvec/formats/format.h"
#include "wordvec/model/row_filter.h"
#include "wordvec/model/row_merge.h"
#include "wordvec/open/model.h"
#include "wordvec/store/codes_writer.h"

namespace wordvec {

struct Merge {
  Model model;
  MergeBy by = MergeBy::concatenate;
};

// How often words occurred, as a file lists it.
struct ListedCounts {
  std::vector<std::string> words;
  std::vector<std::uint64_t> counts;  // of each word
  std::string name;                   // of the file, without its folders, to note in the container
};

// Rows are chosen by words and limit, then merged, then edited, then rounded to float16.
struct ConvertOptions {
  std::string from;  // a format's name; empty: told by content
  std::string to;    // a format's name; empty: told by the output's extension
  static constexpr std::uint64_t kAllRows = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t limit = kAllRows;                 // rows to keep, from the first
  std::optional<std::vector<std::string>> words;  // keep these, in this order
  std::optional<Merge> merge;
  RowEdits edits;
  bool half = false;                   // write float16: only to formats that have it
  std::string source;                  // to note; empty: the input's name
  std::optional<ListedCounts> counts;  // for a container, in place of those of the source
  std::string license;                 // empty: as the source says
  std::string citation;                // likewise
  ReadOptions read;                    // its progress is set by convert()
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
  std::uint64_t rows = 0;  // 0: nothing was written, as no word that was listed, or of the model to
                           // merge, was found
  std::size_t dim = 0;
  std::string edits;                    // that were made, as ModelInfo::edits has them
  RowFilter::Counts counts;             // of the rows that were chosen
  std::uint64_t merge_dropped = 0;      // of those: words that the other model has not
  std::uint64_t zero_rows = 0;          // that were written, before they were rounded to float16,
  std::uint64_t half_zero_rows = 0;     // and that this made zero
  std::uint64_t centred_zero_rows = 0;  // that came in, and from which a mean was subtracted
  std::vector<PoorStep> poor_steps;     // edits of which the rows were too few, or too much alike
  ReadReport read;
  bool kept_subwords = false;              // those that read.has_subwords tells of
  std::vector<std::string> missing_words;  // of options.words
  // Of options.words, those that a row has by another spelling, and of the rows, those that the
  // other model and options.counts have so.
  OtherSpellings words_spelt_otherwise;
  OtherSpellings merged_spelt_otherwise;
  OtherSpellings counts_spelt_otherwise;
  std::uint64_t missing_counts = 0;  // rows that options.counts lacks: their count is 0; all that
                                     // there are: nothing was written, and `rows` is 0
  std::string first_missing_count;   // the word of the first of these
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
// folder. Throws Error(usage) when the format cannot be told, or has no float16 and that is asked
// for, when `input` is a pipe and there is no output, and for a container called ".gz", and
// where counts are to go to something else than a container.
ConvertPlan plan_conversion(const std::string& input, const std::string& output,
                            const ConvertOptions& options);

// Reads `input` ("-": standard input) and writes `output` ("-": standard output; empty: see
// plan_conversion). The output appears when it is whole; an existing one is replaced. Memory does
// not grow with the matrix, only with the vocabulary; but where words are listed, or an edit needs
// all rows, these are kept in memory. A container notes what was done to its rows
// (ModelInfo::edits). Throws Error; nothing is left then.
ConvertReport convert(const std::string& input, const std::string& output,
                      const ConvertOptions& options);

}  // namespace wordvec
