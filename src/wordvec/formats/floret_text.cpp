// floret's table of n-gram vectors: "buckets dim minn maxn hashes seed BOW EOW\n", then for each
// bucket "index value … value\n". It has a vector for any word, and lists none.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/formats/subword_limits.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/word_file.h"
#include "wordvec/model/subwords.h"

namespace wordvec {
namespace {

constexpr std::string_view kFloretName = "floret";
constexpr std::size_t kHeaderFields = 8;
constexpr std::size_t kMaxFloretHeaderBytes = 512;
constexpr std::size_t kTablePieceBytes = std::size_t{1} << 20;

struct Header {
  std::uint64_t dim = 0;
  SubwordRules rules;
};

// nullopt: the line is not six whole numbers and two other fields.
std::optional<Header> parse_header(std::string_view line) {
  std::array<std::string_view, kHeaderFields> fields;
  if (count_fields(line) != kHeaderFields) return std::nullopt;
  for (std::size_t i = kHeaderFields; i-- > 0;) {
    fields[i] = last_field(line);
    line = line.substr(0, static_cast<std::size_t>(fields[i].data() - line.data()));
  }
  const auto buckets = parse_number<std::uint64_t>(fields[0]);
  const auto dim = parse_number<std::uint64_t>(fields[1]);
  const auto min_length = parse_number<std::uint32_t>(fields[2]);
  const auto max_length = parse_number<std::uint32_t>(fields[3]);
  const auto hash_count = parse_number<std::uint32_t>(fields[4]);
  const auto seed = parse_number<std::uint32_t>(fields[5]);
  if (!buckets || !dim || !min_length || !max_length || !hash_count || !seed) return std::nullopt;
  Header header;
  header.dim = *dim;
  header.rules.scheme = SubwordScheme::floret;
  header.rules.buckets = *buckets;
  header.rules.min_length = *min_length;
  header.rules.max_length = *max_length;
  header.rules.hash_count = *hash_count;
  header.rules.seed = *seed;
  header.rules.begin = fields[6];
  header.rules.end = fields[7];
  return header;
}

// A line of GloVe text may be six numbers and two other fields too; what comes next is not its
// like.
bool detect_floret(const Probe& probe) {
  if (probe.head.empty()) return false;
  const TextLine line = first_line(probe.head);
  const auto header = parse_header(line.text);
  if (!header || header->dim == 0 || !problem_of(header->rules).empty()) return false;
  if (is_number(header->rules.end)) return false;
  const std::string_view rest = probe.head.substr(line.size_bytes);
  if (rest.empty()) return true;
  const std::string_view next = first_line(rest).text;
  return count_fields(next) == header->dim + 1 && is_number(last_field(next));
}

Header take_floret_header(ByteSource& source, std::string_view bytes) {
  if (bytes.empty()) throw Error(ErrorCode::malformed, "is empty", source.name());
  const TextLine line = first_line(bytes.substr(0, kMaxFloretHeaderBytes));
  auto header = parse_header(line.text);
  if (!header) {
    throw Error::at_line(source.name(), 1,
                         "found no header, expected six whole numbers and two marks: buckets, "
                         "dimension, shortest and longest n-gram, hashes, seed, begin and end of "
                         "a word");
  }
  if (header->dim == 0 || header->dim > kMaxDim) {
    throw Error::at_line(
        source.name(), 1,
        fmt::format("the header gives the dimension {}, expected 1 to {}", header->dim, kMaxDim));
  }
  const std::string problem = problem_of(header->rules);
  if (!problem.empty()) throw Error::at_line(source.name(), 1, problem);
  const std::uint64_t left = bytes.size() - line.size_bytes;
  const std::uint64_t row_bytes = shortest_row_bytes(static_cast<std::size_t>(header->dim));
  if (header->rules.buckets > left / row_bytes + 1) {
    throw Error::at_line(source.name(), 1,
                         fmt::format("the header promises {} rows, and {} bytes follow, expected "
                                     "{} for each at least: the file is truncated",
                                     header->rules.buckets, left, row_bytes));
  }
  source.skip(line.size_bytes);
  return *std::move(header);
}

// How many bytes a table has that begins with `begin`: as long as it holds rows as the header
// promises them it goes on.
std::uint64_t needed_bytes(std::string_view begin) {
  constexpr std::uint64_t kMaxValueBytes = 32;
  constexpr std::uint64_t kMore = 1 << 16;
  const TextLine line = first_line(begin.substr(0, kMaxFloretHeaderBytes));
  const auto header = parse_header(line.text);
  if (!header || header->dim == 0 || header->dim > kMaxDim) return 0;
  const auto lines = static_cast<std::uint64_t>(std::count(begin.begin(), begin.end(), '\n'));
  const std::uint64_t row_bytes = shortest_row_bytes(static_cast<std::size_t>(header->dim));
  const bool are_rows = lines <= std::min(header->rules.buckets, kMaxRows) + kMore &&
                        lines * row_bytes <= begin.size() + kMore * row_bytes &&
                        begin.size() <= (lines + 1) * (header->dim + 2) * kMaxValueBytes + kMore;
  return are_rows ? 2 * begin.size() : 0;
}

// Keeps the rows of the table, which say themselves where they belong.
class FloretTable final : public RowSink {
 public:
  FloretTable(const std::string& name, std::uint64_t rows, std::size_t dim)
      : name_(name), dim_(dim), is_there_(static_cast<std::size_t>(rows)) {
    vectors_.resize(is_there_.size() * dim);
  }

  void begin(std::size_t /*dim*/, std::optional<std::uint64_t> /*rows_hint*/) override {}
  bool append(const RowBatch& batch) override {
    for (std::size_t i = 0; i < batch.size(); ++i, ++found_) {
      const auto row = parse_number<std::uint64_t>(batch.words[i]);
      const std::uint64_t line = found_ + 2;
      if (!row || *row >= is_there_.size()) {
        throw Error::at_line(name_, line,
                             fmt::format("found the row {}, expected 0 to {}",
                                         in_quotes(batch.words[i]), is_there_.size() - 1));
      }
      if (is_there_[static_cast<std::size_t>(*row)]) {
        throw Error::at_line(name_, line, fmt::format("the row {} is there already", *row));
      }
      is_there_[static_cast<std::size_t>(*row)] = true;
      const auto values = batch.vectors.subspan(i * dim_, dim_);
      std::copy(values.begin(), values.end(),
                vectors_.begin() + static_cast<std::ptrdiff_t>(*row * dim_));
    }
    return true;
  }
  // That so many rows are missing is no error: they stay zeros.
  void accept_missing(std::uint64_t rows) { accepted_ = rows; }
  // Throws where rows are missing.
  void finish() override {
    if (found_ + accepted_ == is_there_.size()) return;
    if (found_ == is_there_.size()) {
      throw Error(ErrorCode::malformed,
                  fmt::format("found {} bad rows beside the {} that the header promises", accepted_,
                              found_),
                  name_);
    }
    const auto missing = std::find(is_there_.begin(), is_there_.end(), false);
    throw Error(
        ErrorCode::malformed,
        fmt::format("found {} rows, the header promises {}: the first that is missing is {}",
                    found_, is_there_.size(), missing - is_there_.begin()),
        name_);
  }

  MatrixView view() const { return {vectors_.data(), is_there_.size(), dim_}; }

 private:
  const std::string& name_;
  std::size_t dim_;
  std::vector<bool> is_there_;
  std::vector<float> vectors_;
  std::uint64_t found_ = 0;
  std::uint64_t accepted_ = 0;
};

std::string problem_of_row(std::string_view word, std::span<const float> vector, bool strict_utf8) {
  std::string problem = problem_of_word(word, strict_utf8);
  if (!problem.empty() || !first_not_finite(vector)) return problem;
  return problem_of_values(vector, in_quotes(word));
}

// Computes the rows of the words and passes on the good ones.
void pass_on_words(const WordList& list, const Subwords& subwords, const ReadOptions& options,
                   RowSink& sink, ReadReport& report) {
  const std::vector<std::string>& words = list.words;
  const std::size_t dim = subwords.matrix().dim;
  const std::size_t step = std::max<std::size_t>(1, kTablePieceBytes / (dim * sizeof(float)));
  std::vector<float> vectors;
  BadRowRefusal refusal;
  report.read_to_end = true;
  for (std::size_t first = 0; first < words.size() && report.read_to_end; first += step) {
    const std::size_t count = std::min(step, words.size() - first);
    vectors.resize(count * dim);
    parallel_for(threads_or_default(options.threads), count, [&](std::size_t i) {
      subwords.vector_of(words[first + i], std::span(vectors).subspan(i * dim, dim));
    });
    std::vector<std::string_view> good;
    std::vector<std::uint64_t> counts;  // of those
    const auto pass_on = [&] {
      report.rows_read += good.size();
      if (!good.empty()) {
        report.read_to_end = sink.append(
            {dim, good, std::span<const float>(vectors).first(good.size() * dim), counts});
      }
      good.clear();
      counts.clear();
    };
    for (std::size_t i = 0; i < count; ++i) {
      const std::string& word = words[first + i];
      const auto vector = std::span(vectors).subspan(i * dim, dim);
      std::string problem = problem_of_row(word, vector, options.strict_utf8);
      if (problem.empty()) {
        refusal.check();
        if (!is_valid_utf8(word) && report.invalid_utf8_words++ == 0) {
          report.first_invalid_utf8 = fmt::format("line {} of the words", first + i + 1);
        }
        note_blank_word(word, report,
                        [&] { return fmt::format("line {} of the words", first + i + 1); });
        std::copy(vector.begin(), vector.end(),
                  vectors.begin() + static_cast<std::ptrdiff_t>(good.size() * dim));
        good.push_back(word);
        if (!list.counts.empty()) counts.push_back(list.counts[first + i]);
      } else if (options.skip_bad) {
        ++report.bad_rows;
        report.keep_example(fmt::format("line {} of the words: {}", first + i + 1, problem));
      } else {
        // The rows before a bad one may be all that the sink wants.
        pass_on();
        if (!report.read_to_end) return;
        const auto error_of = [&options, line = first + i + 1](const std::string& text) {
          return Error::at_line(options.vocab, line, text);
        };
        refusal.refuse(problem, error_of, report.rows_read > 0);
      }
    }
    pass_on();
  }
  refusal.finish();
}

ReadReport read_floret(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  if (options.vocab.empty()) {
    throw Error(ErrorCode::usage,
                "has vectors of n-grams and lists no words: name a file of words, one a line, with "
                "--vocab FILE",
                source.name());
  }
  WordList list = read_word_list(options.vocab);
  const Header header = take_floret_header(source, source.peek_needed(needed_bytes));
  const auto dim = static_cast<std::size_t>(header.dim);
  FloretTable table(source.name(), header.rules.buckets, dim);
  ReadOptions row_options = options;
  row_options.strict_utf8 = false;
  ReadReport of_table;
  TextRows rows;
  rows.dim = dim;
  rows.first_line = 2;
  rows.promised_rows = header.rules.buckets;
  read_text_rows(source, rows, row_options, table, of_table);
  // Rows that are there and bad are zeros; others are as many as the table lacks.
  table.accept_missing(of_table.bad_rows - of_table.blank_lines);
  table.finish();

  ReadReport report;
  report.has_subwords = true;
  report.words_note = std::move(list.note);
  report.words_warning = std::move(list.warning);
  report.note =
      note_of_zeroed_ngrams(of_table.bad_rows - of_table.blank_lines,
                            of_table.bad_examples.empty() ? "" : of_table.bad_examples.front());
  sink.begin(dim, list.words.size());
  const MatrixView matrix = table.view();
  pass_on_words(list, Subwords(header.rules, {}, matrix), options, sink, report);
  if (sink.wants_subwords()) {
    sink.begin_subwords(header.rules, {}, matrix.rows);
    const std::size_t step = std::max<std::size_t>(1, kTablePieceBytes / (dim * sizeof(float)));
    for (std::size_t first = 0; first < matrix.rows; first += step) {
      const std::size_t count = std::min(step, matrix.rows - first);
      sink.append_subwords(matrix.values().subspan(first * dim, count * dim));
    }
  }
  return report;
}

}  // namespace

const Format kFloretText = {
    kFloretName, "floret's table of n-grams, for the words of --vocab; only read",
    ".floret",   detect_floret,
    read_floret, nullptr,
    true};

}  // namespace wordvec
