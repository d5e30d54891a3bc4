#include "options/row_order_warning.h"

#include "output/explanation.h"
#include "wordvec/base/quote.h"
#include "wordvec/model/row_order.h"

namespace wordvec::cli {

void warn_of_row_order(const Model& model, std::uint64_t rows, std::string_view option,
                       Messages& messages) {
  const std::size_t all = model.embeddings().rows();
  if (rows >= all) return;
  const RowOrderFound found = find_row_order(model.embeddings(), model.info());
  if (found.order != RowOrder::other) return;
  messages.warning("{}: the first {} of {} rows of {} are not its most frequent words: {}", option,
                   grouped(rows), grouped(all), printable(model.name()), found.reason);
}

}  // namespace wordvec::cli
