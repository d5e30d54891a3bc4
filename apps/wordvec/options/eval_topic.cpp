#include "options/eval_topic.h"

#include <memory>

#include "options/row_order_warning.h"

namespace wordvec::cli {

void EvalTopic::define_rest(OptionSet& options, const std::string& flags, const std::string& help) {
  items_.define(options, flags, help);
  models_.define(options);
  output_.define(options);
  run_.define(options);
}

void EvalTopic::begin(const Context& context) const {
  run_.apply(context.messages);
  sets_.check();
}

int EvalTopic::judge_each(Context& context, const Columns& columns, std::string_view item_names,
                          const std::function<void(int& status)>& read,
                          const std::function<void(const Judged&, int& status)>& judge) {
  const OutputFormat format = output_.format_or_auto();
  items_.open(sets_.files());
  models_.find(context);
  sets_.check(models_);
  items_.check(models_.files());
  ResultRows rows(format, columns.results, columns.keys, columns.comparison, models_,
                  output_.style(context.messages));
  std::unique_ptr<RowWriter> items;
  if (items_.is_asked_for()) {
    items =
        items_.make_writer(item_columns(columns.items, models_), output_.style(context.messages));
  }
  int status = kAllAnswered;
  for (std::size_t m = 0; m < models_.count(); ++m) {
    const Model model = models_.open(m, context, run_.threads());
    sets_.check(model);
    if (m == 0) read(status);
    rows.begin(model);
    judge({model, m == 0, models_.where(m), rows, items.get()}, status);
  }
  if (!columns.comparison.empty()) report_comparisons(models_, item_names, context.messages);
  rows.finish();
  if (items) {
    items->finish();
    items_.finish();
  }
  return status;
}

void report_rows_of_words(const Model& model, CaseFolding folding, std::size_t top_rows,
                          const std::string& where, Messages& messages) {
  messages.note("{}words are {}; {}", where, name_of(folding),
                rows_that_stand_for_words(top_rows, model.embeddings().rows()));
  warn_of_row_order(model, top_rows, "--top-rows", messages);
}

}  // namespace wordvec::cli
