// GloVe text: "word value … value\n", no header; the dimension is that of most of the first lines.
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/known_csv.h"
#include "wordvec/formats/table_parts.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/text_survey.h"
#include "wordvec/formats/text_writer.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::string_view kGloveName = "glove";

// True of a line that may be a word and its values.
bool ends_with_value(std::string_view line) {
  const std::string_view last = last_field(line);
  if (count_fields(line) < 2 || !is_number(last)) return false;
  // Other files have zeros; a word may too, in front of several values.
  return line.find('\0') == std::string_view::npos ||
         is_number(last_field(line.substr(0, static_cast<std::size_t>(last.data() - line.data()))));
}

bool detect_glove(const Probe& probe) {
  const std::string_view text = after_blank_lines(probe.head);
  if (text.empty()) return false;
  // "the, 0.5, 1"
  if (known_csv(text.substr(0, kKindBytes))) return false;
  if (ends_with_value(first_line(text).text)) return true;
  // The first line may be a bad one, or that of a word which is a line end.
  const RowSurvey rows = survey_probe(text);
  return rows.dim > 1 && !rows.is_assumed && rows.agreeing > 1 && 2 * rows.agreeing > rows.rows;
}

// Vectors of one value are rarely meant.
std::string warning_of_one_value(std::string_view text, const ByteSource& source) {
  constexpr int kLookedAtLines = 100;
  bool are_whole = true;
  for (int i = 0; i < kLookedAtLines && !text.empty(); ++i) {
    const TextLine line = first_line(text);
    text.remove_prefix(line.size_bytes);
    are_whole = are_whole &&
                last_field(line.text).find_first_not_of("0123456789") == std::string_view::npos;
  }
  return fmt::format(
      "{}: each line has a word and one {}number, as a list of words and their {} has, which "
      "--words, --vocab and --counts take: these are vectors of one value, all of which point one "
      "way or the other",
      printable(source.name()), are_whole ? "whole " : "", are_whole ? "counts" : "scores");
}

// What programs put around, before or behind each word of a file.
enum class Dress { none, quotes, base64, number };

constexpr std::string_view kJoints = ",;:";  // between a word and a number

struct DressedWords {
  Dress dress = Dress::none;
  std::uint64_t rows = 0;
  std::string_view first;
};

// By the first lines that are a word without spaces and its values.
DressedWords dress_of(std::string_view text, std::size_t dim) {
  constexpr std::uint64_t kLookedAtRows = 100;
  constexpr std::uint64_t kMinRows = 2;
  constexpr std::uint64_t kMinJoinedRows = 3;
  constexpr std::string_view kBase64 = "B64:";
  DressedWords found;
  std::uint64_t quoted = 0;
  std::uint64_t encoded = 0;
  std::uint64_t joined = 0;
  while (!text.empty() && found.rows < kLookedAtRows) {
    const TextLine line = first_line(text);
    text.remove_prefix(line.size_bytes);
    if (count_fields(line.text) != dim + 1) continue;
    const std::string_view word = line.text.substr(0, line.text.find_first_of(" \t"));
    if (found.rows++ == 0) found.first = word;
    if (word.size() > 2 && word.front() == '"' && word.back() == '"') ++quoted;
    if (word.starts_with(kBase64)) ++encoded;
    const std::size_t at = word.find_last_of(kJoints);
    if (at != std::string_view::npos && at > 0 && is_number(word.substr(at + 1))) ++joined;
  }
  if (found.rows < kMinRows) return found;
  if (quoted == found.rows) found.dress = Dress::quotes;
  if (joined == found.rows && joined >= kMinJoinedRows) found.dress = Dress::number;
  // Its header is three numbers, which may be a row of two values.
  if (encoded >= kMinRows && encoded + 1 >= found.rows) found.dress = Dress::base64;
  return found;
}

// What no person means to be a part of the words, or is no word at all.
std::string warning_of_dress(const DressedWords& words, const ByteSource& source) {
  if (words.dress == Dress::base64) {
    throw Error(ErrorCode::malformed,
                "is text of Deeplearning4j, whose words are in Base64: use `python3 -c \"import "
                "base64; [print(base64.b64decode(w[4:]).decode(), *v) for w, *v in map(str.split, "
                "open('FILE')) if w.startswith('B64:')]\" | wordvec convert - OUT`",
                source.name());
  }
  if (words.dress == Dress::none) return {};
  if (words.dress == Dress::number) {
    const char joint = words.first[words.first.find_last_of(kJoints)];
    return fmt::format(
        "{}: each of the first {} words ends in '{}' and a number, as {} does: if that is a value, "
        "`sed 's/{}/ /' FILE | wordvec convert - OUT` parts them",
        printable(source.name()), words.rows, joint, printable(words.first), joint);
  }
  return fmt::format(
      "{}: each of the first {} words stands in quotes, as {} does, which are a part of the words "
      "then: `sed '1s/\"//g; s/^\"\\(.*\\)\"/\\1/' FILE | wordvec convert - OUT` leaves them out",
      printable(source.name()), words.rows, printable(words.first));
}

// Passes over the line at the front where it is certain that it names columns; returns a note on
// it, or nothing.
std::string take_column_names(ByteSource& source, std::uint64_t line_number) {
  const std::string_view text = peek_for_survey(source);
  const TextLine line = first_line(text);
  const bool has_numbers = is_number(last_field(line.text));
  if (has_numbers && !text.starts_with('\t') && !text.starts_with(' ')) return {};
  // The values of the rows behind it.
  const std::size_t dim = survey_rows(text.substr(line.size_bytes), is_whole_survey(text)).dim;
  if (!has_numbers && names_columns(line.text, dim)) {
    source.skip(line.size_bytes);
    return fmt::format("{}:{}: the names of columns, {} to {}, are passed over",
                       printable(source.name()), line_number,
                       in_quotes(line.text.substr(0, line.text.find_first_of(" \t"))),
                       in_quotes(last_field(line.text)));
  }
  if (table_parts(text, dim).header != TableParts::Header::certain) return {};
  source.skip(line.size_bytes);
  return fmt::format(
      "{}:{}: the values 0 to {} behind no word are the names of columns, as pandas writes them: "
      "the line is passed over",
      printable(source.name()), line_number, dim - 1);
}

// Of lines that cannot be told from scores of two words.
void refuse_numbered_rows(std::string_view text, const ByteSource& source, std::uint64_t line) {
  TableParts parts = table_parts(text, 0);
  const bool has_header = parts.numbered_rows == 0;
  if (has_header) parts = table_parts(text.substr(first_line(text).size_bytes), 0);
  if (parts.numbered_rows == 0) return;
  const std::string cut = cut_command(parts);
  throw Error(ErrorCode::malformed,
              fmt::format("is a table with a number in front of each word, as {}: `{} | wordvec "
                          "convert - OUT` reads it",
                          in_quotes(parts.first_numbered),
                          has_header ? fmt::format("tail -n +{} FILE | {}", line + 1, cut)
                                     : fmt::format("{} FILE", cut)),
              source.name());
}

ReadReport read_glove(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  if (source.at_end()) throw Error(ErrorCode::malformed, "is empty", source.name());
  TextRows rows;
  rows.first_line = 1 + take_blank_lines(source);
  if (source.at_end()) {
    throw Error(ErrorCode::malformed, "has no rows: all its lines are blank", source.name());
  }
  std::string names_note = take_column_names(source, rows.first_line);
  if (!names_note.empty()) ++rows.first_line;
  rows.dim_line = rows.first_line;
  const std::string_view text = peek_for_survey(source);
  const RowSurvey survey = survey_rows(text, is_whole_survey(text));
  const TableParts table = table_parts(text, survey.dim);
  ReadReport report;
  if (survey.dim > 0) {
    rows.dim = survey.dim;
    rows.dim_line = rows.first_line + survey.dim_line - 1;
    if (survey.is_assumed) {
      report.note = fmt::format(
          "no line is a word without spaces and its values, so that the last {} of {} fields, "
          "which are numbers, are taken for the values, and those before them for the word",
          rows.dim, count_fields(first_line(text).text));
    }
  } else {
    refuse_numbered_rows(text, source, rows.first_line);
    const std::size_t fields = count_fields(first_line(text).text);
    if (fields < 2 || fields - 1 > kMaxDim) {
      throw Error::at_line(source.name(), rows.first_line,
                           fmt::format("found {} values after the word, expected 1 to {}",
                                       fields == 0 ? 0 : fields - 1, kMaxDim));
    }
    rows.dim = fields - 1;
  }
  std::string dress_warning = warning_of_dress(dress_of(text, rows.dim), source);
  std::string table_warning = warning_of_table(table, rows.dim, source.name(), rows.first_line);
  std::string value_warning = rows.dim == 1 ? warning_of_one_value(text, source) : std::string();
  report.tells_end = false;
  sink.begin(rows.dim, std::nullopt);
  read_text_rows(source, rows, options, sink, report);
  report.words_note = std::move(names_note);
  report.words_warning = std::move(dress_warning);
  if (!table_warning.empty()) {
    if (!report.words_warning.empty()) report.words_warning += "; ";
    report.words_warning += table_warning;
  }
  if (!value_warning.empty()) report.words_warning = std::move(value_warning);
  return report;
}

std::unique_ptr<RowSink> make_glove_writer(const std::string& path, unsigned threads) {
  return make_text_writer(path, TextHeader::none, kGloveName, threads);
}

}  // namespace

const Format kGloveText = {kGloveName, "GloVe text: a word and its values on each line",
                           ".txt",     detect_glove,
                           read_glove, make_glove_writer};

}  // namespace wordvec
