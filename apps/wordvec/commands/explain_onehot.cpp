#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/explain.h"
#include "options/explain_options.h"
#include "options/query_reports.h"
#include "output/explanation.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/model/onehot.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExplainOnehotExamples =
    "  wordvec explain onehot king            the product, the row, and what each costs\n"
    "  wordvec explain onehot are you ok '?'  four words: a matrix of four one-hot rows\n"
    "  wordvec explain onehot king -f json    the same as rows\n";

constexpr std::string_view kExplainOnehotDetails =
    "A word's one-hot row is 0 everywhere and 1 at the word's row number. Its product with the\n"
    "embedding matrix is the word's row. Both are computed here: the product in full, with a\n"
    "multiplication for each element of the matrix, and the look-up, which copies the row. They "
    "are\n"
    "compared bit for bit. Two things can differ: a -0 of the row is 0 in the product, a sum that\n"
    "begins at 0; and where any row of the model holds an infinity or NaN, its column of the "
    "product\n"
    "is NaN, since 0 times either is. Multiplications, bytes and seconds in rows (--format) are "
    "those\n"
    "of all words together; seconds are the best of up to five runs.\n";

class ExplainOnehot final : public Command {
 public:
  void define(OptionSet& options) override {
    options_.define_words(options, "WORD", "Words of the vocabulary, each as it is");
    options_.define_rest(options);
  }

  int run(Context& context) override {
    options_.apply(context.messages);
    options_.check_words("found no word, expected one or more");
    const Model model = options_.open(context);
    const Embeddings& embeddings = model.embeddings();
    ExplanationOutput output = options_.output({{"query"},
                                                {"word"},
                                                {"row"},
                                                {"rows"},
                                                {"dim"},
                                                {"same_bits"},
                                                {"lost_zero_signs"},
                                                {"not_a_number"},
                                                {"other_nans"},
                                                {"different"},
                                                {"product_multiplications"},
                                                {"product_bytes"},
                                                {"product_seconds"},
                                                {"lookup_multiplications"},
                                                {"lookup_bytes"},
                                                {"lookup_seconds"}});
    int status = kAllAnswered;
    const Found found = find_rows(embeddings, context.messages, status);
    auto missing = found.missing.begin();
    // The records of the words before the one at hand that have no row.
    const auto write_missing = [&](std::size_t rows_before) {
      for (; missing != found.missing.end() && missing->rows_before <= rows_before; ++missing) {
        output.error(missing->record);
      }
    };
    if (!found.rows.empty()) {
      const OneHotComparison comparison = compare_onehot(embeddings.matrix, found.rows);
      if (output.rows() != nullptr) {
        for (std::size_t i = 0; i < found.rows.size(); ++i) {
          write_missing(i);
          write_row(embeddings, found, i, comparison, *output.rows());
        }
      } else {
        output.text(explanation(embeddings, found.rows, comparison));
      }
    }
    write_missing(found.rows.size());
    output.finish();
    return status;
  }

 private:
  struct Missing {
    std::size_t rows_before = 0;  // of words that were asked for before
    ErrorRecord record;
  };
  struct Found {
    std::vector<std::string_view> asked;
    std::vector<Row> rows;
    std::vector<Missing> missing;
  };

  Found find_rows(const Embeddings& embeddings, Messages& messages, int& status) const {
    Found found;
    for (const std::string& word : options_.words()) {
      const auto match = find_word(embeddings.vocabulary, word, options_.matching());
      if (!match) {
        Missing& missing =
            found.missing.emplace_back(Missing{found.rows.size(), ErrorRecord{word}});
        add_missing(missing.record, word, report_unknown(embeddings.vocabulary, word, messages));
        if (!embeddings.subwords.empty()) {
          messages.note_once(
              "a word that is built from its n-grams has no row, so it has no one-hot row");
        }
        status = kNotFound;
        continue;
      }
      if (match->case_folded) {
        report_folded(embeddings.vocabulary, word, match->row, options_.matching(), messages);
      }
      found.asked.emplace_back(word);
      found.rows.push_back(match->row);
    }
    return found;
  }

  static void write_row(const Embeddings& embeddings, const Found& found, std::size_t i,
                        const OneHotComparison& comparison, RowWriter& writer) {
    const OneHotAgreement& agreement = comparison.agreement[i];
    const auto count = [](std::size_t n) { return std::uint64_t{n}; };
    writer.row({found.asked[i], embeddings.vocabulary.word(found.rows[i]), count(found.rows[i]),
                count(embeddings.rows()), count(embeddings.dim()), count(agreement.same_bits),
                count(agreement.lost_zero_signs), count(agreement.not_a_number),
                count(agreement.other_nans), count(agreement.different),
                comparison.of_product.multiplications, comparison.of_product.bytes_read,
                comparison.of_product.seconds, comparison.of_look_up.multiplications,
                comparison.of_look_up.bytes_read, comparison.of_look_up.seconds});
  }

  static std::string explanation(const Embeddings& embeddings, const std::vector<Row>& rows,
                                 const OneHotComparison& comparison) {
    const std::size_t columns = text_columns();
    const std::size_t dim = embeddings.dim();
    std::string text = wrapped(introduction(embeddings, rows), columns) + "\n\n";
    text += fmt::format("  one-hot [{0}, {1}] × matrix [{1}, {2}] = [{0}, {2}]\n\n", rows.size(),
                        embeddings.rows(), dim);
    const auto cost_line = [](std::string name, const OneHotCost& cost) {
      return std::vector<std::string>{std::move(name), grouped(cost.multiplications),
                                      grouped(cost.bytes_read), short_seconds(cost.seconds)};
    };
    text += aligned({{"", "multiplications", "bytes read", "time"},
                     cost_line("the product", comparison.of_product),
                     cost_line("the look-up", comparison.of_look_up)});
    text += "\nThe first values:\n\n";
    std::vector<std::vector<std::string>> values;
    for (std::size_t i = 0; i < std::min(rows.size(), kShownWords); ++i) {
      const auto part = [&](const std::vector<float>& of) {
        return first_values(std::span(of).subspan(i * dim, dim));
      };
      values.push_back(
          {"product, " + printable(embeddings.vocabulary.word(rows[i])), part(comparison.product)});
      values.push_back({fmt::format("row {}", rows[i]), part(comparison.looked_up)});
    }
    text += aligned(values) + '\n';
    return text + wrapped(verdicts(embeddings, rows, comparison), columns) + '\n';
  }

  static std::string introduction(const Embeddings& embeddings, const std::vector<Row>& rows) {
    if (rows.size() == 1) {
      return fmt::format(
          "{} is row {} of {}. Its one-hot row has that many values: 1 at place {}, 0 at all "
          "others.",
          in_quotes(embeddings.vocabulary.word(rows[0])), rows[0], grouped(embeddings.rows()),
          rows[0]);
    }
    std::string places;
    for (std::size_t i = 0; i < std::min(rows.size(), kShownWords); ++i) {
      places += fmt::format("{}{} (row {})", i == 0 ? "" : ", ",
                            in_quotes(embeddings.vocabulary.word(rows[i])), rows[i]);
    }
    if (rows.size() > kShownWords) places += ", …";
    return fmt::format(
        "{} words of {}: {}. The one-hot row of each has 1 at the place of its row number, 0 at "
        "all "
        "others.",
        rows.size(), grouped(embeddings.rows()), places);
  }

  static std::string verdicts(const Embeddings& embeddings, const std::vector<Row>& rows,
                              const OneHotComparison& comparison) {
    OneHotAgreement total;
    for (const OneHotAgreement& each : comparison.agreement) {
      total.same_bits += each.same_bits;
      total.lost_zero_signs += each.lost_zero_signs;
      total.not_a_number += each.not_a_number;
      total.other_nans += each.other_nans;
      total.different += each.different;
    }
    const std::size_t all = rows.size() * embeddings.dim();
    std::string text =
        total.all_same() && all == 1 ? std::string("The value is the same, bit for bit.")
        : total.all_same()
            ? fmt::format("All {} values are the same, bit for bit: the product is the {}.",
                          grouped(all), rows.size() == 1 ? "row" : "rows")
            : fmt::format("{} of {} values are the same, bit for bit.", grouped(total.same_bits),
                          grouped(all));
    if (total.lost_zero_signs > 0) {
      text += fmt::format(
          " {}: -0 in the matrix, 0 in the product, since a sum that begins at 0 never becomes -0.",
          grouped(total.lost_zero_signs));
    }
    if (total.not_a_number + total.other_nans > 0) {
      text +=
          fmt::format(" {}: NaN in the product, {}", grouped(total.not_a_number + total.other_nans),
                      "since 0 times an infinity or a NaN is NaN");
      if (const auto row = comparison.first_not_finite) {
        text += fmt::format(", and row {} ({}) has one", *row,
                            in_quotes(embeddings.vocabulary.word(*row)));
      }
      text += "; the look-up does not touch other rows.";
    }
    if (total.different > 0) {
      text += fmt::format(" {} differ, which arithmetic by IEEE 754 cannot explain.",
                          grouped(total.different));
    }
    const double ratio = comparison.of_product.seconds / comparison.of_look_up.seconds;
    if (ratio >= 2 && ratio < 1e15) {
      text += fmt::format(" The product took {} times as long. So an embedding layer looks up.",
                          grouped(rounded(ratio)));
    }
    return text;
  }

  // To two digits: times are no more exact.
  static std::uint64_t rounded(double ratio) {
    auto value = static_cast<std::uint64_t>(ratio);
    std::uint64_t unit = 1;
    while (value / unit >= 100) unit *= 10;
    return (value + unit / 2) / unit * unit;
  }

  static constexpr std::size_t kShownWords = 8;

  ExplainOptions options_;
};

}  // namespace

const CommandEntry kExplainOnehot = {
    "explain onehot", "Show that a one-hot row times the matrix is the row", kExplainOnehotExamples,
    kExplainOnehotDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<ExplainOnehot>(); }};

}  // namespace wordvec::cli
