// What a topic of `wordvec eval` is made of, and how its models are judged one after the other.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command.h"
#include "options/eval_models.h"
#include "options/eval_options.h"
#include "options/output_options.h"
#include "options/row_file.h"
#include "options/run_options.h"
#include "output/row_writer.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {

class EvalTopic : public Command {
 protected:
  // What is written of each model.
  struct Columns {
    std::vector<Column> results;
    std::size_t keys = 1;  // as ResultRows takes them
    std::vector<Column> comparison;
    std::vector<Column> items;  // of the file beside
  };

  // A model, and where what is found of it goes.
  struct Judged {
    const Model& model;
    bool is_first;      // with which the others are compared
    std::string where;  // EvalModels::where()
    ResultRows& rows;
    RowWriter* items;  // nullptr: nobody asked for them
  };

  // The options that come last in each topic; `flags` and `help` are those of the file beside the
  // results, as RowFile::define() takes them.
  void define_rest(OptionSet& options, const std::string& flags, const std::string& help);

  // To be called first: verbosity and kernels, and whether there are test sets. Throws Error.
  void begin(const Context& context) const;

  // Opens the models, one at a time, and writes the results: `read` reads the test sets, once the
  // first model is open; `judge` judges a model. Both may raise `status`. `item_names` are what is
  // compared ("pairs"). Returns an ExitStatus. Throws Error.
  int judge_each(Context& context, const Columns& columns, std::string_view item_names,
                 const std::function<void(int& status)>& read,
                 const std::function<void(const Judged&, int& status)>& judge);

  // A row of the file beside.
  void write_item(const Judged& judged, std::vector<Cell> cells) const {
    cli::write_item(*judged.items, std::move(cells), models_, judged.model);
  }

  TestSetOptions sets_;
  RowFile items_;
  EvalModels models_;
  OutputOptions output_;
  RunOptions run_;
};

// Says how words of a model are compared, and which rows stand for them.
void report_rows_of_words(const Model& model, CaseFolding folding, std::size_t top_rows,
                          const std::string& where, Messages& messages);

}  // namespace wordvec::cli
