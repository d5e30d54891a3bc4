#include "wordvec/formats/cut_command.h"

#include <fmt/format.h>

namespace wordvec {

std::string cut_command(std::string_view separator, std::string_view fields) {
  if (separator == "\t") return fmt::format("cut -f{}", fields);
  return separator == "," ? fmt::format("cut -d, -f{}", fields)
                          : fmt::format("cut -d'{}' -f{}", separator, fields);
}

}  // namespace wordvec
