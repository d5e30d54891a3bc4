// Results that are one thing with named values, not rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "output/row_writer.h"
#include "output/text_output.h"

namespace wordvec::cli {

struct Field {
  std::string name;
  std::variant<std::string, std::uint64_t, double> value;
};

// A line "field value" for each; in JSON one object. A table has no header line, its whole numbers
// are in groups of three digits, and others have four decimals.
void write_fields(std::span<const Field> fields, OutputFormat format, const RowStyle& style,
                  TextOutput& output);

}  // namespace wordvec::cli
