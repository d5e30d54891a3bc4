// The foreign formats, behind one registry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/base/byte_source.h"
#include "wordvec/formats/zip_directory.h"
#include "wordvec/model/row_sink.h"

namespace wordvec {

struct ReadOptions {
  bool skip_bad = false;     // drop and count bad rows instead of stopping at the first
  bool trust_rows = false;   // accept a row count that is not the one the header promises
  bool strict_utf8 = false;  // a word that is not UTF-8 makes a bad row
  std::string member;        // of a zip archive; empty: the only one, or the one that fits its name
  std::string member_option = std::string(kMemberOption);  // that gives it, for messages
  std::string vocab;   // file of the words, for formats that keep them apart; empty: beside
  std::string tensor;  // of a file of several; empty: the one that is known for embeddings
  // Told, before the first row, which tensor was taken (ModelInfo::source_tensor); perhaps empty.
  std::function<void(const std::string& source_tensor)> tensor_chosen;
  unsigned threads = 0;  // 0: all there are
  // Told now and then how many bytes of the file have been read (file_position_bytes() of the
  // source); from the calling thread.
  std::function<void(std::uint64_t bytes_read)> progress;
};

// What a reader saw.
struct ReadReport {
  static constexpr std::size_t kMaxExamples = 5;

  std::uint64_t rows_read = 0;  // good rows, before duplicates are dropped
  std::uint64_t bad_rows = 0;
  std::uint64_t blank_lines = 0;          // of the bad rows of a text: lines without anything
  std::vector<std::string> bad_examples;  // "line 17: found 299 values, expected 300 …"
  std::uint64_t invalid_utf8_words = 0;
  std::string first_invalid_utf8;  // where: "line 17", "row 16"
  std::uint64_t blank_words = 0;   // words that is_blank_word() tells, of good rows
  std::string first_blank_word;    // where, likewise
  std::string row_count_mismatch;  // a sentence; empty: the header was right
  std::string note;                // a sentence on rows that belong to no word; empty: all do
  std::string source_tensor;       // as ModelInfo has it; empty: the format has none
  std::string tensor_note;         // a sentence on which tensor that is; likewise
  std::string words_note;          // what was taken of the file of the words (WordList::note), and
  std::string words_warning;       // what may be wrong with it; empty: nothing
  bool tells_end = true;           // false: cut off between two rows, the file would look whole
  bool read_to_end = false;        // false: the sink wanted no more, or the file holds other things
  bool has_subwords = false;       // the file has n-grams, also where the sink wants none

  // Keeps `what` as an example, as long as there are few.
  void keep_example(std::string what) {
    if (bad_examples.size() < kMaxExamples) bad_examples.push_back(std::move(what));
  }
};

// The first bytes of a file, to tell its format by, and where it lies.
struct Probe {
  std::string_view head;
  std::string_view path;  // empty: it is no file
};

struct Format {
  std::string_view name;         // as --from and --to take it
  std::string_view description;  // for --help
  std::string_view extension;    // that files of it have, with the dot
  bool (*detect)(const Probe& probe);
  // Reads all rows into `sink` (begin() and append(), not finish()). Throws Error(malformed) with
  // the file's name and the line or offset.
  ReadReport (*read)(ByteSource& source, const ReadOptions& options, RowSink& sink);
  // A sink that writes the file, published by finish(); compressed where the path ends in ".gz"
  // (FormatOutput). nullptr: the format is only read.
  std::unique_ptr<RowSink> (*make_writer)(const std::string& path, unsigned threads);
  // Which of ReadOptions mean something to it.
  bool takes_vocab = false;
  bool takes_tensor = false;
  // Of a format that keeps words in a file of their own: where this may lie for the vectors at
  // `path`, the likeliest first, which is the one that is written. nullptr: it holds its words.
  std::vector<std::string> (*word_files)(const std::string& path) = nullptr;
  // As make_writer, of values that are rounded to float16, as NumPy's astype() does. The sink
  // throws Error(usage) where one is beyond its range. nullptr: the format has no such values.
  std::unique_ptr<RowSink> (*make_half_writer)(const std::string& path, unsigned threads) = nullptr;
};

// All formats, in the order in which detection tries them. Thread-safe.
std::span<const Format* const> formats() noexcept;

// nullptr: no format has that name.
const Format* find_format(std::string_view name) noexcept;

// The format of what `source` has next, by content. nullptr where none fits; describe_unknown()
// then says what is there instead.
const Format* detect_format(ByteSource& source);

// What a file is that no format fits.
struct UnknownFile {
  std::string description;  // "is compressed with xz: …", "has no format that is known here; it …"
  bool is_known = false;  // as something else than word vectors
};
UnknownFile describe_unknown(ByteSource& source);

extern const Format kFastTextModel;
extern const Format kFinalfusion;
extern const Format kFloretText;
extern const Format kNpy;
extern const Format kSafetensorsTensor;
extern const Format kProjector;
extern const Format kValuesText;
extern const Format kGloveText;
extern const Format kWord2vecText;
extern const Format kWord2vecBinary;

}  // namespace wordvec
