#include "output/row_writer.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "output/explanation.h"
#include "output/spreadsheet_cell.h"
#include "output/terminal.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"

namespace wordvec::cli {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

template <class Number>
void append_number(std::string& out, Number number) {
  // The format is read by the compiler: a file of points is mostly numbers.
  char text[64];
  char* const end = fmt::format_to(static_cast<char*>(text), FMT_COMPILE("{}"), number);
  out.append(text, static_cast<std::size_t>(end - text));
}

class DelimitedWriter final : public RowWriter {
 public:
  DelimitedWriter(OutputFormat format, const std::vector<Column>& columns, const RowStyle& style,
                  TextOutput& output)
      : csv_(format == OutputFormat::csv),
        separator_(csv_ ? ',' : '\t'),
        for_terminal_(output.is_terminal()),
        csv_safe_(style.csv_safe),
        messages_(is_for_spreadsheets(output.destination()) ? style.messages : nullptr),
        output_(output) {
    if (style.header) write_header(columns);
  }

  void row(std::span<const Cell> cells) override {
    std::string& out = output_.buffer();
    bool first = true;
    const auto separate = [&] {
      if (!first) out += separator_;
      first = false;
    };
    for (const Cell& cell : cells) {
      std::visit(Overloaded{[&](std::monostate) { separate(); },
                            [&](std::string_view text) {
                              separate();
                              append_text(out, text);
                            },
                            [&](std::span<const float> vector) {
                              for (const float value : vector) {
                                separate();
                                append_number(out, value);
                              }
                            },
                            [&](auto number) {
                              separate();
                              append_number(out, number);
                            }},
                 cell);
    }
    out += '\n';
    output_.flush_if_full();
  }

  void flush() override { output_.flush(); }
  void finish() override {}

 private:
  void write_header(const std::vector<Column>& columns) {
    std::string& out = output_.buffer();
    bool first = true;
    const auto add = [&](std::string_view name) {
      if (!first) out += separator_;
      first = false;
      append_text(out, name);
    };
    for (const Column& column : columns) {
      if (column.values == 0) add(column.name);
      for (std::size_t i = 1; i <= column.values; ++i) add(fmt::format("v{}", i));
    }
    out += '\n';
  }

  // A program in a pipe, and a tsv on standard output, which is what programs get where nobody asks
  // for a format, are none.
  bool is_for_spreadsheets(Destination destination) const {
    return destination == Destination::named_file ||
           (csv_ && destination == Destination::redirected);
  }

  void append_text(std::string& out, std::string_view text) {
    if ((csv_safe_ || messages_ != nullptr) && runs_in_spreadsheet(text)) {
      if (csv_safe_) {
        append_shown(out, '\'' + std::string(text));
        return;
      }
      messages_->note_once(
          "a text begins with =, +, - or @, which a spreadsheet takes for a formula: --csv-safe "
          "puts a ' before each");
      messages_ = nullptr;
    }
    append_shown(out, text);
  }

  void append_shown(std::string& out, std::string_view text) const {
    if (for_terminal_) {
      append_field(out, printable(text));
    } else {
      append_field(out, text);
    }
  }

  void append_field(std::string& out, std::string_view text) const {
    if (csv_) {
      if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
      }
      out += '"';
      for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
      }
      out += '"';
      return;
    }
    for (const char c : text) {
      switch (c) {
        case '\t':
          out += "\\t";
          break;
        case '\n':
          out += "\\n";
          break;
        case '\r':
          out += "\\r";
          break;
        default:
          out += c;
      }
    }
  }

  bool csv_;
  char separator_;
  bool for_terminal_;
  bool csv_safe_;
  Messages* messages_;  // nullptr: there is nobody to be told, or no more to tell
  TextOutput& output_;
};

// Beyond U+FFFF as the two halves of UTF-16 (RFC 8259, section 7).
void append_json_escape(std::string& out, std::uint32_t code_point) {
  if (code_point <= 0xffff) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point);
    return;
  }
  const std::uint32_t rest = code_point - 0x10000;
  fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10),
                 0xdc00 + (rest & 0x3ff));
}

void append_json_text(std::string& out, std::string_view text) {
  const std::string json =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  // What is left unescaped that a terminal obeys: DEL, C1, and what turns the direction of text.
  for (std::size_t i = 0; i < json.size();) {
    const Utf8Char c = decode_utf8(std::string_view(json).substr(i));
    if (c.code_point >= 0x7f && is_unprintable(c.code_point)) {
      append_json_escape(out, c.code_point);
    } else {
      out.append(json, i, c.size_bytes);
    }
    i += c.size_bytes;
  }
}

template <class Number>
void append_json_number(std::string& out, Number number) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(number)) {  // JSON has no such number
      out += "null";
      return;
    }
    if (number == 0 && std::signbit(number)) {  // many readers take "-0" for a whole number, 0
      out += "-0.0";
      return;
    }
  }
  append_number(out, number);
}

class JsonWriter final : public RowWriter {
 public:
  JsonWriter(bool lines, std::vector<Column> columns, TextOutput& output)
      : lines_(lines), columns_(std::move(columns)), output_(output) {}

  void row(std::span<const Cell> cells) override {
    begin();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) output_.buffer() += ',';
      append_cell(i, cells[i]);
    }
    end();
  }

  void error(const ErrorRecord& record, std::span<const Cell> cells) override {
    constexpr std::string_view kQuery = "query";
    begin();
    std::string& out = output_.buffer();
    append_key(out, kQuery);
    append_json_text(out, record.query);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (columns_[i].name == kQuery) continue;
      out += ',';
      append_cell(i, cells[i]);
    }
    out += ',';
    append_key(out, "error");
    append_json_text(out, name_of(record.error));
    out += ',';
    append_key(out, "message");
    append_json_text(out, record.message);
    out += ',';
    append_list("words", record.words);
    out += ',';
    append_list("closest", record.closest);
    end();
  }

  void error_row(const ErrorRecord& record, std::span<const Cell> cells) override {
    error(record, cells);
  }

  void flush() override { output_.flush(); }

  void finish() override {
    if (!lines_) output_.buffer() += rows_ == 0 ? "[]\n" : "\n]\n";
  }

 private:
  void begin() {
    std::string& out = output_.buffer();
    if (!lines_) out += rows_ == 0 ? "[\n" : ",\n";
    ++rows_;
    out += '{';
  }

  void end() {
    output_.buffer() += lines_ ? "}\n" : "}";
    output_.flush_if_full();
  }

  static void append_key(std::string& out, std::string_view name) {
    append_json_text(out, name);
    out += ':';
  }

  void append_list(std::string_view name, const std::vector<std::string>& texts) {
    std::string& out = output_.buffer();
    append_key(out, name);
    out += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) out += ',';
      append_json_text(out, texts[i]);
    }
    out += ']';
  }

  void append_cell(std::size_t column, const Cell& cell) {
    std::string& out = output_.buffer();
    append_key(out, columns_[column].name);
    std::visit(Overloaded{[&](std::monostate) { out += "null"; },
                          [&](std::string_view text) { append_json_text(out, text); },
                          [&](std::span<const float> vector) {
                            out += '[';
                            for (std::size_t v = 0; v < vector.size(); ++v) {
                              if (v > 0) out += ',';
                              append_json_number(out, vector[v]);
                            }
                            out += ']';
                          },
                          [&](auto number) { append_json_number(out, number); }},
               cell);
  }

  bool lines_;
  std::vector<Column> columns_;
  TextOutput& output_;
  std::size_t rows_ = 0;
};

// Rows wait until flush(), so that columns can be as wide as what they hold. To bound the memory
// of long results, a table is divided; its parts have widths of their own.
class TableWriter final : public RowWriter {
 public:
  TableWriter(std::vector<Column> columns, bool header, TextOutput& output)
      : columns_(std::move(columns)), header_(header), output_(output) {
    for (Column& column : columns_) column.name = printable(column.name);
  }

  void row(std::span<const Cell> cells) override {
    std::vector<std::string> line;
    std::vector<bool> right;
    for (const Cell& cell : cells) {
      const int digits = columns_[line.size()].significant_digits;
      line.push_back(
          std::visit(Overloaded{[](std::monostate) { return std::string(); },
                                [](std::string_view text) { return printable(text); },
                                [](std::uint64_t number) { return fmt::format("{}", number); },
                                [](std::int64_t number) { return fmt::format("{}", number); },
                                [](std::span<const float> vector) { return first_values(vector); },
                                [&](auto number) {
                                  return digits > 0 ? fmt::format("{:.{}g}", number, digits)
                                                    : fmt::format("{:.4f}", number);
                                }},
                     cell));
      right.push_back(!std::holds_alternative<std::string_view>(cell));
    }
    right_ = std::move(right);
    rows_.push_back(std::move(line));
    if (rows_.size() >= kMaxWaitingRows) write_rows();
  }

  void flush() override {
    write_rows();
    output_.flush();
  }

  void finish() override { write_rows(); }

 private:
  static constexpr std::size_t kMaxWaitingRows = 1000;

  void write_rows() {
    if (rows_.empty()) return;
    const bool with_header = header_ && !header_written_;
    std::vector<std::size_t> widths(columns_.size());
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (with_header) widths[c] = display_width(columns_[c].name);
      for (const auto& line : rows_) widths[c] = std::max(widths[c], display_width(line[c]));
    }
    if (with_header) {
      std::vector<std::string> names;
      for (const Column& column : columns_) names.push_back(column.name);
      const bool colour = use_colour(kStandardOutput);
      if (colour) output_.buffer() += "\x1b[1m";
      write_line(names, widths);
      if (colour) {
        output_.buffer().pop_back();
        output_.buffer() += "\x1b[0m\n";
      }
      header_written_ = true;
    }
    for (const auto& line : rows_) write_line(line, widths);
    rows_.clear();
    output_.flush_if_full();
  }

  void write_line(const std::vector<std::string>& line, const std::vector<std::size_t>& widths) {
    std::string& out = output_.buffer();
    std::size_t cells = line.size();
    while (cells > 0 && line[cells - 1].empty()) --cells;  // a line does not end in spaces
    for (std::size_t c = 0; c < cells; ++c) {
      const std::size_t space = widths[c] - std::min(widths[c], display_width(line[c]));
      if (c > 0) out += "  ";
      if (right_[c]) out.append(space, ' ');
      out += line[c];
      if (!right_[c] && c + 1 < cells) out.append(space, ' ');
    }
    out += '\n';
  }

  std::vector<Column> columns_;
  bool header_;
  bool header_written_ = false;
  std::vector<std::vector<std::string>> rows_;
  std::vector<bool> right_;
  TextOutput& output_;
};

}  // namespace

std::string_view name_of(QueryError error) noexcept {
  switch (error) {
    case QueryError::unknown_word:
      return "unknown-word";
    case QueryError::bad_query:
      return "bad-query";
    case QueryError::no_direction:
      return "no-direction";
    case QueryError::too_few_words:
      return "too-few-words";
    case QueryError::no_answer:
      return "no-answer";
    case QueryError::overflow:
      return "overflow";
    case QueryError::not_compared:
      return "not-compared";
  }
  return {};
}

std::unique_ptr<RowWriter> make_row_writer(OutputFormat format, std::vector<Column> columns,
                                           const RowStyle& style, TextOutput& output) {
  switch (format) {
    case OutputFormat::table:
      return std::make_unique<TableWriter>(std::move(columns), style.header, output);
    case OutputFormat::tsv:
    case OutputFormat::csv:
      return std::make_unique<DelimitedWriter>(format, columns, style, output);
    case OutputFormat::json:
    case OutputFormat::ndjson:
      return std::make_unique<JsonWriter>(format == OutputFormat::ndjson, std::move(columns),
                                          output);
  }
  return nullptr;
}

}  // namespace wordvec::cli
