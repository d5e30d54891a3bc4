#include "output/field_writer.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "output/explanation.h"

namespace wordvec::cli {
namespace {

std::string as_text(const Field& field, bool in_table) {
  if (const auto* text = std::get_if<std::string>(&field.value)) return *text;
  if (const auto* number = std::get_if<std::uint64_t>(&field.value)) {
    return in_table ? grouped(*number) : std::to_string(*number);
  }
  const double number = std::get<double>(field.value);
  return in_table ? fmt::format("{:.4f}", number) : fmt::format("{}", number);
}

Cell as_cell(const Field& field) {
  if (const auto* text = std::get_if<std::string>(&field.value)) return std::string_view(*text);
  if (const auto* number = std::get_if<std::uint64_t>(&field.value)) return *number;
  return std::get<double>(field.value);
}

}  // namespace

void write_fields(std::span<const Field> fields, OutputFormat format, const RowStyle& style,
                  TextOutput& output) {
  if (format == OutputFormat::json || format == OutputFormat::ndjson) {
    std::vector<Column> columns;
    std::vector<Cell> cells;
    for (const Field& field : fields) {
      columns.push_back({field.name});
      cells.push_back(as_cell(field));
    }
    // One thing, one object: no array around it.
    const auto writer = make_row_writer(OutputFormat::ndjson, std::move(columns), {}, output);
    writer->row(cells);
    writer->finish();
    return;
  }
  const bool in_table = format == OutputFormat::table;
  RowStyle lines = style;
  lines.header = style.header && !in_table;
  const auto writer = make_row_writer(format, {{"field"}, {"value"}}, lines, output);
  for (const Field& field : fields) {
    const std::string text = as_text(field, in_table);
    writer->row({std::string_view(field.name), std::string_view(text)});
  }
  writer->finish();
}

}  // namespace wordvec::cli
