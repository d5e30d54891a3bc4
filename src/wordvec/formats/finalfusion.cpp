// finalfusion's own files (finalfusion_chunks.h): a vocabulary, a matrix, perhaps norms.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/finalfusion_array.h"
#include "wordvec/formats/finalfusion_chunks.h"
#include "wordvec/formats/finalfusion_vocabulary.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/formats/subword_limits.h"
#include "wordvec/formats/word_file.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kRowPieceBytes = std::size_t{1} << 20;

// A whole file, each size of which has been found to be that of the bytes that are there.
struct Content {
  FinalfusionVocabulary vocabulary;
  FinalfusionArray array;
  std::string_view norms;  // float32, of each word; empty: there are none
  std::uint64_t norms_offset_bytes = 0;
  bool has_norms = false;
};

// n-grams that share rows may be many more values than the file has.
void check_listed_ngrams(const Content& content, const FinalfusionCursor& cursor) {
  constexpr std::uint64_t kMaxTimes = kMaxValuesPerCode * sizeof(float);
  const std::uint64_t ngrams = content.vocabulary.ngram_rows.size();
  const auto size_bytes = checked_multiply(ngrams, content.array.dim() * sizeof(float));
  if (size_bytes && *size_bytes / kMaxTimes <= cursor.offset_bytes()) return;
  cursor.fail(content.vocabulary.lengths_offset_bytes,
              fmt::format("found {} n-grams of {} values, which are more than {} times the {} "
                          "bytes of the file",
                          ngrams, content.array.dim(), kMaxTimes, cursor.offset_bytes()));
}

// finalfusion has n-grams of one character at a word's edges too, "<" and ">", and fastText, whose
// rows these are, has not: an unknown word would get another vector than finalfusion's.
void check_least_length(const FinalfusionVocabulary& vocabulary, const FinalfusionCursor& cursor) {
  const SubwordRules& rules = *vocabulary.rules;
  if (rules.scheme != SubwordScheme::fasttext && rules.scheme != SubwordScheme::floret) return;
  if (rules.min_length >= 2) return;
  cursor.fail(
      vocabulary.lengths_offset_bytes,
      fmt::format("found {} for the least length of n-grams, expected 2 or more: "
                  "finalfusion cuts words into n-grams of one character otherwise than {}, "
                  "and both ways cannot be kept{}",
                  rules.min_length, rules.scheme == SubwordScheme::fasttext ? "fastText" : "floret",
                  rules.scheme == SubwordScheme::fasttext
                      ? " (`convert --no-subwords` reads the words without n-grams)"
                      : ""));
}

void take_norms(FinalfusionCursor& cursor, Content& content) {
  const FinalfusionChunk chunk = begin_finalfusion_chunk(cursor, FinalfusionChunkId::norms);
  const std::uint64_t offset_bytes = cursor.offset_bytes();
  const std::uint64_t count = cursor.take_u64("the number of norms");
  if (count != content.vocabulary.words.size()) {
    cursor.fail(offset_bytes, fmt::format("found {} norms, expected {}: one for each word", count,
                                          content.vocabulary.words.size()));
  }
  cursor.take_type(kFinalfusionFloat32, "the type of the norms");
  cursor.take_padding();
  content.norms_offset_bytes = cursor.offset_bytes();
  content.norms = cursor.take_floats(count, "the norms");
  content.has_norms = true;
  end_finalfusion_chunk(cursor, chunk);
}

void take_metadata(FinalfusionCursor& cursor) {
  const FinalfusionChunk chunk = begin_finalfusion_chunk(cursor, FinalfusionChunkId::metadata);
  cursor.take(chunk.size_bytes, "the metadata");
}

// Chunks that the header does not list: finalfusion wrote norms for months before it listed them
// (versions of June to October 2019).
void take_unlisted(FinalfusionCursor& cursor, bool has_metadata, Content& content) {
  while (const auto id = next_finalfusion_chunk(cursor)) {
    if (*id == FinalfusionChunkId::norms && !content.has_norms) {
      take_norms(cursor, content);
    } else if (*id == FinalfusionChunkId::metadata && !std::exchange(has_metadata, true)) {
      take_metadata(cursor);
    } else {
      cursor.fail(cursor.offset_bytes(),
                  fmt::format("found a chunk {} after those that the header lists, expected "
                              "NdNorms or Metadata, once, or the end of the file",
                              name_of(*id)));
    }
  }
  if (cursor.left_bytes() != 0) {
    cursor.fail(cursor.offset_bytes(), fmt::format("found {} bytes after the last chunk, expected "
                                                   "the end of the file",
                                                   cursor.left_bytes()));
  }
}

Content read_content(FinalfusionCursor& cursor) {
  Content content;
  bool has_metadata = false;
  for (const FinalfusionChunkId id : take_finalfusion_header(cursor)) {
    switch (id) {
      case FinalfusionChunkId::metadata:
        take_metadata(cursor);
        has_metadata = true;
        break;
      case FinalfusionChunkId::array:
      case FinalfusionChunkId::quantized_array:
        content.array = FinalfusionArray::take(cursor, id, content.vocabulary.rows());
        break;
      case FinalfusionChunkId::norms:
        take_norms(cursor, content);
        break;
      default:
        content.vocabulary = take_finalfusion_vocabulary(cursor, id);
        cursor.set_most_rows(content.vocabulary.rows());
    }
  }
  take_unlisted(cursor, has_metadata, content);
  check_listed_ngrams(content, cursor);
  return content;
}

// A sum of squares of float32 values cannot overflow in double.
bool has_finite_square(std::span<const float> vector) {
  return std::isfinite(simd::active().dot(vector.data(), vector.data(), vector.size()));
}

struct RowProblem {
  std::size_t index = 0;  // of the row in its piece
  std::uint64_t offset_bytes = 0;
  std::string text;
};

// Some consecutive rows, as they are passed on.
struct RowPiece {
  std::uint64_t first = 0;
  std::size_t count = 0;
  std::vector<float> buffer;
  std::span<const float> vectors;  // in `buffer`, or in the file
  std::vector<RowProblem> problems;
  std::vector<std::size_t> invalid_utf8;  // rows of the piece
  std::vector<std::size_t> blank;         // likewise: their words are blank
};

class FinalfusionReader {
 public:
  FinalfusionReader(ByteSource& source, const ReadOptions& options, RowSink& sink)
      : source_(source),
        options_(options),
        sink_(sink),
        // Views into all of it persist while it is taken.
        bytes_(all_of(source)),
        cursor_(source.name(), bytes_, source.position_bytes()),
        content_(read_content(cursor_)),
        word_rows_(content_.vocabulary.words.size()),
        rows_per_piece_(
            std::max<std::size_t>(1, kRowPieceBytes / (content_.array.dim() * sizeof(float)))) {}

  ReadReport read() {
    if (content_.vocabulary.rules) {
      const bool makes_up_words = content_.vocabulary.rules->scheme == SubwordScheme::floret;
      if (makes_up_words || sink_.wants_subwords()) {
        check_least_length(content_.vocabulary, cursor_);
      }
      if (makes_up_words) make_up_words();
    }
    sink_.begin(content_.array.dim(), content_.vocabulary.words.size());
    report_.read_to_end = true;
    report_.has_subwords = content_.vocabulary.rules.has_value();
    for_pieces(
        0, content_.vocabulary.words.size(), [&](RowPiece& piece) { make_words(piece); },
        [&](const RowPiece& piece) {
          report_.read_to_end = pass_on(piece);
          if (report_.read_to_end && piece.first + piece.count <= word_rows_) {
            skip_to(content_.array.offset_of_row(piece.first + piece.count));
          }
          return report_.read_to_end;
        });
    refusal_.finish();
    if (content_.vocabulary.rules && sink_.wants_subwords()) read_subwords();
    if (report_.read_to_end) skip_to(cursor_.offset_bytes());
    return std::move(report_);
  }

 private:
  // A stream of another format is not worth the memory that all of it takes.
  static std::string_view all_of(ByteSource& source) {
    constexpr std::size_t kMaxFinalfusionHeaderBytes = 64;
    FinalfusionCursor header(source.name(), source.peek(kMaxFinalfusionHeaderBytes),
                             source.position_bytes());
    take_finalfusion_header(header);
    return source.peek_needed([&](std::string_view begin) {
      FinalfusionCursor cursor(source.name(), begin, source.position_bytes());
      try {
        read_content(cursor);
      } catch (const Error&) {
        // Told when what is there is taken: there may be more.
      }
      return cursor.needed_bytes();
    });
  }

  // make() for each piece of the rows [next, end) on all threads, take() in their order until it is
  // false.
  template <class Make, class Take>
  void for_pieces(std::uint64_t next, std::uint64_t end, Make make, Take take) {
    ordered_pipeline<RowPiece, RowPiece>(
        threads_or_default(options_.threads),
        [&]() -> std::optional<RowPiece> {
          if (next == end) return std::nullopt;
          RowPiece piece;
          piece.first = next;
          piece.count =
              static_cast<std::size_t>(std::min<std::uint64_t>(rows_per_piece_, end - next));
          next += piece.count;
          return piece;
        },
        [&](RowPiece piece) {
          make(piece);
          return piece;
        },
        [&](const RowPiece& piece) { return take(piece); });
  }

  std::span<const float> row_of(const RowPiece& piece, std::size_t index) const {
    return piece.vectors.subspan(index * content_.array.dim(), content_.array.dim());
  }

  // floret's table has no words, and a vector for any: for those that --vocab names.
  void make_up_words() {
    if (options_.vocab.empty()) {
      throw Error(ErrorCode::malformed,
                  "has floret's n-grams only, and no words: name a file of words (--vocab WORDS)",
                  source_.name());
    }
    WordList list = read_word_list(options_.vocab);
    words_ = std::move(list.words);
    counts_ = std::move(list.counts);
    report_.words_note = std::move(list.note);
    report_.words_warning = std::move(list.warning);
    content_.vocabulary.words.assign(words_.begin(), words_.end());
    const auto rows = static_cast<std::size_t>(content_.vocabulary.subword_rows);
    const std::span<const float> table = content_.array.vectors(0, rows, table_);
    subwords_ = Subwords(*content_.vocabulary.rules, {{}, content_.vocabulary.ngrams.view()},
                         {table.data(), rows, content_.array.dim()});
  }

  void make_words(RowPiece& piece) const {
    const std::size_t dim = content_.array.dim();
    if (words_.empty()) {
      piece.vectors = content_.array.vectors(piece.first, piece.count, piece.buffer);
    } else {
      piece.buffer.resize(piece.count * dim);
      for (std::size_t i = 0; i < piece.count; ++i) {
        subwords_.vector_of(word_of(piece.first + i),
                            std::span(piece.buffer).subspan(i * dim, dim));
      }
      piece.vectors = piece.buffer;
    }
    if (!content_.norms.empty()) {
      // The embedding with its norm, as finalfusion's into_unnormalized() gives it: in float32.
      if (piece.buffer.empty()) piece.buffer.assign(piece.vectors.begin(), piece.vectors.end());
      for (std::size_t i = 0; i < piece.count; ++i) {
        const float norm = norm_of(piece.first + i);
        for (float& value : std::span(piece.buffer).subspan(i * dim, dim)) value *= norm;
      }
      piece.vectors = piece.buffer;
    }
    for (std::size_t i = 0; i < piece.count; ++i) {
      const std::string_view word = word_of(piece.first + i);
      const bool is_utf8 = is_valid_utf8(word);
      if (std::optional<RowProblem> problem = problem_of(piece, i, is_utf8)) {
        piece.problems.push_back(*std::move(problem));
      } else if (!is_utf8) {
        piece.invalid_utf8.push_back(i);
      } else if (is_blank_word(word)) {
        piece.blank.push_back(i);
      }
    }
  }

  std::string_view word_of(std::uint64_t row) const {
    return content_.vocabulary.words[static_cast<std::size_t>(row)];
  }

  float norm_of(std::uint64_t row) const {
    return load_le<float>(content_.norms.data() + row * sizeof(float));
  }

  std::optional<RowProblem> problem_of(const RowPiece& piece, std::size_t index,
                                       bool is_utf8) const {
    const std::uint64_t row = piece.first + index;
    const std::string_view word = word_of(row);
    const auto at_word = [&](const std::string& text) {
      return RowProblem{index, words_.empty() ? cursor_.offset_of(word) : 0,
                        fmt::format("row {}: {}", row, text)};
    };
    const std::string problem = problem_of_word(word, options_.strict_utf8 && !is_utf8);
    if (!problem.empty()) return at_word(problem);
    if (!content_.norms.empty() && !(norm_of(row) >= 0 && std::isfinite(norm_of(row)))) {
      return RowProblem{index, content_.norms_offset_bytes + row * sizeof(float),
                        fmt::format("row {}: the norm of {} is {}, expected a length", row,
                                    in_quotes(word), norm_of(row))};
    }
    if (has_finite_square(row_of(piece, index))) return std::nullopt;
    return describe_vector(piece, index, in_quotes(word), words_.empty());
  }

  // Of a vector that is not finite, which is perhaps a row of the array.
  RowProblem describe_vector(const RowPiece& piece, std::size_t index, const std::string& whose,
                             bool is_in_array) const {
    const std::span<const float> vector = row_of(piece, index);
    const std::uint64_t row = piece.first + index;
    std::string text = is_in_array ? content_.array.problem_of_codes(row) : std::string();
    if (text.empty()) text = problem_of_values(vector, whose);
    return RowProblem{index, content_.array.offset_of_row(is_in_array ? row : 0),
                      fmt::format("row {}: {}", row, text)};
  }

  // Passes the good rows on; false: the sink wants no more. The rows before a bad one may be all
  // that the sink wants: then there is no error.
  bool pass_on(const RowPiece& piece) {
    for (const std::size_t index : piece.invalid_utf8) {
      if (report_.invalid_utf8_words++ == 0) {
        report_.first_invalid_utf8 = fmt::format("row {}", piece.first + index);
      }
    }
    for (const std::size_t index : piece.blank) {
      note_blank_word(word_of(piece.first + index), report_,
                      [&] { return fmt::format("row {}", piece.first + index); });
    }
    std::size_t begin = 0;
    for (const RowProblem& problem : piece.problems) {
      if (!append(piece, begin, problem.index)) return false;
      if (!options_.skip_bad) {
        const auto error_of = [this, offset = problem.offset_bytes](const std::string& text) {
          return Error::at_offset(source_.name(), offset, text);
        };
        refusal_.refuse(problem.text, error_of, report_.rows_read > 0);
      }
      ++report_.bad_rows;
      report_.keep_example(problem.text);
      begin = problem.index + 1;
    }
    const bool more = append(piece, begin, piece.count);
    if (options_.progress) options_.progress(source_.file_position_bytes());
    return more;
  }

  bool append(const RowPiece& piece, std::size_t begin, std::size_t end) {
    if (begin == end) return true;
    refusal_.check();
    report_.rows_read += end - begin;
    const std::size_t dim = content_.array.dim();
    const auto words = std::span(content_.vocabulary.words)
                           .subspan(static_cast<std::size_t>(piece.first) + begin, end - begin);
    const std::span<const std::uint64_t> counts(counts_);
    return sink_.append(
        {dim, words, piece.vectors.subspan(begin * dim, words.size() * dim),
         counts.empty()
             ? counts
             : counts.subspan(static_cast<std::size_t>(piece.first) + begin, words.size())});
  }

  void read_subwords() {
    const FinalfusionVocabulary& vocabulary = content_.vocabulary;
    const SubwordIndex index = {{}, vocabulary.ngrams.view()};
    std::uint64_t zeroed = 0;
    std::string first_zeroed;
    const auto pass_on_subwords = [&](const RowPiece& piece) {
      if (!piece.problems.empty() && zeroed == 0) first_zeroed = piece.problems.front().text;
      zeroed += piece.problems.size();
      report_.note = note_of_zeroed_ngrams(zeroed, first_zeroed);
      sink_.append_subwords(piece.vectors);
      if (options_.progress) options_.progress(source_.file_position_bytes());
      return true;
    };
    if (vocabulary.rules->scheme == SubwordScheme::listed) {
      sink_.begin_subwords(*vocabulary.rules, index, vocabulary.ngram_rows.size());
      for_pieces(
          0, vocabulary.ngram_rows.size(), [&](RowPiece& piece) { make_ngrams(piece); },
          pass_on_subwords);
      return;
    }
    sink_.begin_subwords(*vocabulary.rules, index, vocabulary.subword_rows);
    for_pieces(
        word_rows_, word_rows_ + vocabulary.subword_rows,
        [&](RowPiece& piece) { make_rows(piece, piece.buffer); },
        [&](const RowPiece& piece) {
          if (report_.read_to_end) skip_to(content_.array.offset_of_row(piece.first + piece.count));
          return pass_on_subwords(piece);
        });
  }

  // Rows of n-grams as the array has them, or zeros; with --skip-bad the problems tell which.
  void make_rows(RowPiece& piece, std::vector<float>& buffer) const {
    piece.vectors = content_.array.vectors(piece.first, piece.count, buffer);
    for (std::size_t i = 0; i < piece.count; ++i) {
      if (has_finite_square(row_of(piece, i))) continue;
      RowProblem problem = describe_vector(piece, i, "an n-gram", true);
      if (!options_.skip_bad) {
        throw Error::at_offset(source_.name(), problem.offset_bytes,
                               problem.text + kZeroNgramsRemedy);
      }
      piece.problems.push_back(std::move(problem));
    }
    if (piece.problems.empty()) return;
    if (piece.vectors.data() != buffer.data()) {
      buffer.assign(piece.vectors.begin(), piece.vectors.end());
      piece.vectors = buffer;
    }
    const std::size_t dim = content_.array.dim();
    for (const RowProblem& problem : piece.problems) {
      const std::span<float> row = std::span(buffer).subspan(problem.index * dim, dim);
      std::fill(row.begin(), row.end(), 0.0F);
    }
  }

  // The row of each of the list's n-grams, which may be that of several.
  void make_ngrams(RowPiece& piece) const {
    piece.buffer.reserve(piece.count * content_.array.dim());
    std::vector<float> buffer;
    for (std::size_t i = 0; i < piece.count; ++i) {
      RowPiece row;
      row.first =
          word_rows_ + content_.vocabulary.ngram_rows[static_cast<std::size_t>(piece.first) + i];
      row.count = 1;
      make_rows(row, buffer);
      piece.buffer.insert(piece.buffer.end(), row.vectors.begin(), row.vectors.end());
      std::move(row.problems.begin(), row.problems.end(), std::back_inserter(piece.problems));
    }
    piece.vectors = piece.buffer;
  }

  void skip_to(std::uint64_t offset_bytes) {
    source_.skip(static_cast<std::size_t>(offset_bytes - source_.position_bytes()));
  }

  ByteSource& source_;
  const ReadOptions& options_;
  RowSink& sink_;
  std::string_view bytes_;
  FinalfusionCursor cursor_;
  Content content_;
  std::uint64_t word_rows_;  // rows of the array that are words'
  std::size_t rows_per_piece_;
  std::vector<std::string> words_;     // where the file has none
  std::vector<std::uint64_t> counts_;  // of words_; empty: not known
  std::vector<float> table_;
  Subwords subwords_;  // the vectors of words_
  ReadReport report_;
  BadRowRefusal refusal_;
};

// Also of versions that are not read. Text may have a word that begins with the magic: what comes
// behind it is then no small number.
bool detect_finalfusion(const Probe& probe) {
  if (!probe.head.starts_with(kFinalfusionMagic)) return false;
  const std::string_view rest = probe.head.substr(kFinalfusionMagic.size());
  return rest.size() < sizeof(std::uint32_t) || load_le<std::uint32_t>(rest.data()) < 256;
}

ReadReport read_finalfusion(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  return FinalfusionReader(source, options, sink).read();
}

}  // namespace

const Format kFinalfusion = {"finalfusion",
                             "finalfusion, with or without n-grams, norms and quantisation",
                             ".fifu",
                             detect_finalfusion,
                             read_finalfusion,
                             nullptr,
                             true};

}  // namespace wordvec
