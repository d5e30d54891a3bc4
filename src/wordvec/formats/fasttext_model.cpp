// fastText models (.bin, .ftz): the vector of a word is the mean of its own row and those of its
// n-grams, added in float32 in fastText's order.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/fasttext_file.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/formats/subword_limits.h"

namespace wordvec {
namespace {

constexpr std::string_view kFastTextName = "fasttext";
constexpr std::size_t kWordPieceBytes = std::size_t{1} << 20;

bool detect_fasttext(const Probe& probe) {
  return looks_like_fasttext(probe.head);
}

std::size_t rows_in_a_piece(std::size_t dim) {
  return std::max<std::size_t>(1, kWordPieceBytes / (dim * sizeof(float)));
}

struct WordRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

struct WordPiece {
  WordRange piece;
  std::vector<std::string_view> words;  // of the good rows
  std::vector<std::uint64_t> counts;    // of these; empty: the file tells none
  std::unique_ptr<float[]> vectors;
  // Of the bad ones: word, what, and how many good ones come before it.
  struct Problem {
    std::size_t word = 0;
    std::size_t good_before = 0;
    std::string text;
  };
  std::vector<Problem> problems;
};

class FastTextReader {
 public:
  FastTextReader(ByteSource& source, const ReadOptions& options, RowSink& sink)
      : source_(source),
        options_(options),
        sink_(sink),
        begin_(source.position_bytes()),
        bytes_(all_of(source)),
        file_(parse_fasttext(bytes_, source.name())),
        dim_(file_.matrix.dim()),
        // The matrix in the file need not be aligned, so that only rows are asked for.
        subwords_(file_.rules, {file_.buckets, {}},
                  {nullptr, static_cast<std::size_t>(file_.ngrams), dim_}),
        has_counts_(tell_counts(file_.counts)),
        passes_on_ngrams_(file_.ngrams > 0 && sink.wants_subwords()) {}

  ReadReport read() {
    if (!file_.output_problem.empty() && !options_.trust_rows) refuse_cut_output();
    report_.row_count_mismatch = file_.output_problem;
    report_.read_to_end = true;
    report_.has_subwords = file_.ngrams > 0;
    sink_.begin(dim_, file_.words.size());
    read_words();
    refusal_.finish();
    if (passes_on_ngrams_) pass_on_ngrams();
    if (report_.read_to_end) take_up_to(bytes_.size());
    return std::move(report_);
  }

 private:
  // A stream of another format is not worth the memory that all of it takes.
  static std::string_view all_of(ByteSource& source) {
    check_fasttext_head(source.peek(kFastTextHeadBytes), source.name());
    return source.peek_needed(fasttext_bytes_needed);
  }

  [[noreturn]] void refuse_cut_output() const {
    bool has_bad_rows = false;
    const std::size_t step = rows_in_a_piece(dim_);
    for (std::size_t first = 0; first < file_.words.size() && !options_.skip_bad && !has_bad_rows;
         first += step) {
      const WordRange piece{first, std::min(step, file_.words.size() - first)};
      has_bad_rows = !compute(piece).problems.empty();
    }
    throw Error::at_offset(
        source_.name(), begin_ + file_.output_offset_bytes,
        fmt::format("the output matrix is not whole, which no vector needs: {}{}",
                    file_.output_error, remedy_of_rows(has_bad_rows, true)));
  }

  // A program that makes such a file of vectors alone has none to write.
  static bool tell_counts(std::span<const std::int64_t> counts) {
    return std::all_of(counts.begin(), counts.end(), [](auto count) { return count >= 0; }) &&
           std::any_of(counts.begin(), counts.end(), [](auto count) { return count > 0; });
  }

  void read_words() {
    const std::size_t step = rows_in_a_piece(dim_);
    std::size_t next = 0;
    const auto produce = [&]() -> std::optional<WordRange> {
      if (next == file_.words.size()) return std::nullopt;
      const WordRange piece{next, std::min(step, file_.words.size() - next)};
      next += piece.count;
      return piece;
    };
    ordered_pipeline<WordRange, WordPiece>(
        threads_or_default(options_.threads), produce,
        [&](WordRange piece) { return compute(piece); },
        [&](WordPiece piece) { return pass_on(std::move(piece)); });
  }

  // For several threads at once.
  WordPiece compute(WordRange piece) const {
    WordPiece made;
    made.piece = piece;
    made.vectors = std::make_unique_for_overwrite<float[]>(piece.count * dim_);
    std::vector<std::uint32_t> ngrams;
    for (std::size_t word = piece.first; word < piece.first + piece.count; ++word) {
      const std::span<float> vector(made.vectors.get() + made.words.size() * dim_, dim_);
      // The n-grams of a word take a multiple of its bytes, so that its size comes first.
      std::string problem = problem_of_word(file_.words[word], options_.strict_utf8);
      if (problem.empty()) {
        compute_vector(word, ngrams, vector);
        problem = problem_of_values(vector, {});
        if (!problem.empty()) problem = in_quotes(file_.words[word]) + ": " + problem;
      }
      if (problem.empty()) {
        made.words.push_back(file_.words[word]);
        if (has_counts_) made.counts.push_back(static_cast<std::uint64_t>(file_.counts[word]));
      } else {
        made.problems.push_back({word, made.words.size(), std::move(problem)});
      }
    }
    return made;
  }

  void compute_vector(std::size_t word, std::vector<std::uint32_t>& ngrams,
                      std::span<float> vector) const {
    ngrams.clear();
    subwords_.rows_of(file_.words[word], ngrams);
    std::fill(vector.begin(), vector.end(), 0.0F);
    file_.matrix.add_row(word, vector);
    for (const std::uint32_t ngram : ngrams) {
      file_.matrix.add_row(file_.matrix_row_of_ngram(ngram), vector);
    }
    const auto share = static_cast<float>(1.0 / static_cast<double>(ngrams.size() + 1));
    for (float& x : vector) x *= share;
  }

  bool pass_on(WordPiece piece) {
    std::size_t good = piece.words.size();
    // The rows before the first bad one may be all that the sink wants.
    const bool stops = !options_.skip_bad && !piece.problems.empty();
    if (stops) good = piece.problems.front().good_before;
    if (good > 0) refusal_.check();
    const std::span<const std::string_view> words(piece.words.data(), good);
    for (std::size_t i = 0; i < good; ++i) {
      note_blank_word(words[i], report_,
                      [&] { return fmt::format("row {}", row_of(words[i], piece)); });
      if (is_valid_utf8(words[i]) || report_.invalid_utf8_words++ > 0) continue;
      report_.first_invalid_utf8 = fmt::format("row {}", row_of(words[i], piece));
    }
    if (good > 0) {
      const std::span<const std::uint64_t> counts(piece.counts);
      report_.read_to_end = sink_.append({dim_,
                                          words,
                                          {piece.vectors.get(), good * dim_},
                                          has_counts_ ? counts.first(good) : counts});
    }
    report_.rows_read += good;
    if (!report_.read_to_end) return false;
    for (const auto& problem : piece.problems) {
      std::string text = fmt::format("row {}: {}", problem.word, problem.text);
      if (!options_.skip_bad) {
        const auto error_of = [this, word = problem.word](const std::string& what) {
          return Error::at_offset(source_.name(), offset_of(file_.words[word].data()), what);
        };
        refusal_.refuse(text, error_of, report_.rows_read > 0 || !piece.words.empty());
      }
      note_bad_row(std::move(text));
    }
    units_done_ += piece.piece.count;
    show_progress();
    return true;
  }

  std::uint64_t offset_of(const char* byte) const {
    return begin_ + static_cast<std::uint64_t>(byte - bytes_.data());
  }
  std::size_t row_of(std::string_view word, const WordPiece& piece) const {
    std::size_t row = piece.piece.first;
    while (file_.words[row].data() != word.data()) ++row;
    return row;
  }

  void note_bad_row(std::string problem) {
    ++report_.bad_rows;
    report_.keep_example(std::move(problem));
  }

  void pass_on_ngrams() {
    sink_.begin_subwords(file_.rules, {file_.buckets, {}}, file_.ngrams);
    const std::size_t step = rows_in_a_piece(dim_);
    std::vector<float> vectors;
    std::uint64_t zeroed = 0;
    std::string first_zeroed;
    for (std::uint64_t first = 0; first < file_.ngrams; first += step) {
      const auto count =
          static_cast<std::size_t>(std::min<std::uint64_t>(step, file_.ngrams - first));
      vectors.resize(count * dim_);
      for (std::size_t i = 0; i < count; ++i) {
        const std::span<float> vector = std::span(vectors).subspan(i * dim_, dim_);
        const std::uint64_t row = file_.matrix_row_of_ngram(first + i);
        file_.matrix.copy_row(row, vector);
        const std::string problem = problem_of_values(vector, {});
        if (problem.empty()) continue;
        const std::string text = fmt::format("the n-gram of row {}: {}", first + i, problem);
        if (!options_.skip_bad) {
          throw Error::at_offset(source_.name(), offset_of(file_.matrix.begin_of_row(row)),
                                 text + kZeroNgramsRemedy);
        }
        if (zeroed++ == 0) first_zeroed = text;
        std::fill(vector.begin(), vector.end(), 0.0F);
      }
      sink_.append_subwords(vectors);
      units_done_ += count;
      show_progress();
    }
    report_.note = note_of_zeroed_ngrams(zeroed, first_zeroed);
  }

  // The file is not read from front to back; what has been read is told, and taken for its
  // checksum, in proportion to the rows that are done.
  void show_progress() {
    if (!report_.read_to_end) return;
    const double units =
        static_cast<double>(file_.words.size() + (passes_on_ngrams_ ? file_.ngrams : 0));
    take_up_to(static_cast<std::size_t>(static_cast<double>(units_done_) / units *
                                        static_cast<double>(bytes_.size())));
    if (options_.progress) options_.progress(source_.file_position_bytes());
  }
  void take_up_to(std::size_t end) {
    end = std::min(end, bytes_.size());
    if (end > taken_) source_.skip(end - taken_);
    taken_ = std::max(taken_, end);
  }

  ByteSource& source_;
  const ReadOptions& options_;
  RowSink& sink_;
  std::uint64_t begin_;
  std::string_view bytes_;
  FastTextFile file_;
  std::size_t dim_;
  Subwords subwords_;
  bool has_counts_;
  bool passes_on_ngrams_;
  ReadReport report_;
  BadRowRefusal refusal_;
  std::uint64_t units_done_ = 0;  // rows of words, then of n-grams
  std::size_t taken_ = 0;
};

ReadReport read_fasttext(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  return FastTextReader(source, options, sink).read();
}

}  // namespace

const Format kFastTextModel = {
    kFastTextName, "fastText model, its n-grams too (.bin, .ftz); only read",
    ".bin",        detect_fasttext,
    read_fasttext, nullptr};

}  // namespace wordvec
