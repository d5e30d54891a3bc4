// GloVe text: "word value … value\n", no header; the dimension is that of the first line.
#include <fmt/format.h>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/text_writer.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::string_view kName = "glove";

bool detect(const Probe& probe) {
  if (probe.head.empty()) return false;
  const std::string_view line = first_line(probe.head).text;
  return line.find('\0') == std::string_view::npos && count_fields(line) >= 2 &&
         is_number(last_field(line));
}

// Whole numbers of two digits and more, in the first line or, behind one like "</s> 0", the second.
bool begins_counts(std::string_view head) {
  for (int line_number = 0; line_number < 2 && !head.empty(); ++line_number) {
    const TextLine line = first_line(head);
    const std::string_view value = last_field(line.text);
    if (value.size() > 1 && value.find_first_not_of("0123456789") == std::string_view::npos) {
      return true;
    }
    head.remove_prefix(line.size_bytes);
  }
  return false;
}

ReadReport read(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  constexpr std::size_t kFirstLineBytes = std::size_t{4} << 20;
  const std::string_view head = source.peek(kFirstLineBytes);
  if (head.empty()) throw Error(ErrorCode::malformed, "is empty", source.name());
  const std::size_t fields = count_fields(first_line(head.substr(0, kFirstLineBytes)).text);
  if (fields < 2 || fields - 1 > kMaxDim) {
    throw Error::at_line(source.name(), 1,
                         fmt::format("found {} values after the word, expected 1 to {}",
                                     fields == 0 ? 0 : fields - 1, kMaxDim));
  }
  const std::size_t dim = fields - 1;
  const bool are_counts = dim == 1 && begins_counts(head);
  ReadReport report;
  sink.begin(dim, std::nullopt);
  read_text_rows(source, dim, 1, options, sink, report);
  if (are_counts) {
    report.words_warning = printable(source.name()) +
                           ": each line has a word and one whole number, as a list of words and "
                           "their counts has: these are "
                           "vectors of one value, all of which point one way or the other";
  }
  return report;
}

std::unique_ptr<RowSink> make_writer(const std::string& path, unsigned threads) {
  return make_text_writer(path, TextHeader::none, kName, threads);
}

}  // namespace

const Format kGloveText = {
    kName, "GloVe text: a word and its values on each line", ".txt", detect, read, make_writer};

}  // namespace wordvec
