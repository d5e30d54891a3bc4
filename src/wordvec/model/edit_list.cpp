#include "wordvec/model/edit_list.h"

#include <algorithm>
#include <iterator>

namespace wordvec {
namespace {

constexpr std::string_view kSeparator = "; ";

}  // namespace

void append_edit(std::string& edits, std::string_view edit) {
  if (!edits.empty()) edits += kSeparator;
  std::replace_copy(edit.begin(), edit.end(), std::back_inserter(edits), ';', ',');
}

std::string_view find_edit(std::string_view edits, std::string_view kind) noexcept {
  for (;;) {
    const std::string_view edit = edits.substr(0, edits.find(kSeparator));
    if (edit.substr(0, edit.find(' ')) == kind) return edit;
    if (edit.size() == edits.size()) return {};
    edits.remove_prefix(edit.size() + kSeparator.size());
  }
}

}  // namespace wordvec
