#include <string>
#include <vector>

#include "commands/explain.h"
#include "options/explain_options.h"
#include "options/numbers.h"
#include "options/query_reports.h"
#include "output/explanation.h"
#include "output/row_writer.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/explain_search.h"
#include "wordvec/search/query.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExplainNearestExamples =
    "  wordvec explain nearest king           what each stage of the search read and skipped\n"
    "  wordvec explain nearest king - man + woman\n"
    "  wordvec explain nearest king cat -k 3 -f json\n";

constexpr std::string_view kExplainNearestDetails =
    "A search passes four stages, each of which proves of rows that they are no answers, so that "
    "the\n"
    "next need not read them: the angles between the query and the clusters' centres, bounds from\n"
    "4-bit codes, bounds from 8-bit codes, and the vectors themselves. The same query is answered "
    "by\n"
    "reading every row too, and the answers are compared, bit for bit. Rows (--format) have a line "
    "a\n"
    "stage; `read` counts cluster centres at first, then rows (places of the codes: a few are "
    "empty).\n"
    "Seconds are the best of up to five runs, on one thread.\n";

class ExplainNearest final : public Command {
 public:
  void define(OptionSet& options) override {
    options_.define_words(options, "QUERY", "Words, or sums like king - man + woman");
    options.add_number("-k,--count N", k_, whole_number(1), "Answers to each query (default: 10)");
    options_.define_rest(options);
  }

  int run(Context& context) override {
    options_.apply(context.messages);
    options_.check_words("found no query, expected a word or a sum of words");
    const Model model = options_.open(context);
    const Embeddings& embeddings = model.embeddings();
    ExplanationOutput output =
        options_.output({{"query"}, {"stage"}, {"read"}, {"skipped"}, {"bytes"}, {"seconds"}});
    int status = kAllAnswered;
    const auto queries = join_query_arguments(options_.words());
    explain_each(queries, output, context.messages, status, [&](const std::string& text) {
      const ResolvedQuery resolved =
          resolve(parse_query(text, embeddings.vocabulary), embeddings, options_.matching());
      if (const auto unknown = report_words(text, resolved, embeddings.vocabulary,
                                            options_.matching(), context.messages, status)) {
        output.error(*unknown);
        return;
      }
      const std::vector<float> vector = query_vector(embeddings, resolved.terms);
      const std::vector<Row> inputs = rows_of(resolved.terms);
      NearestOptions options;
      options.k = k_;
      const ExplainedSearch search = explain_search(embeddings, {vector, inputs}, options);
      if (output.rows() != nullptr) {
        write_rows(text, search, *output.rows());
      } else {
        output.text(explanation(text, search, embeddings));
      }
    });
    output.finish();
    return status;
  }

 private:
  static void write_rows(const std::string& query, const ExplainedSearch& search,
                         RowWriter& writer) {
    const auto stage = [&](std::string_view name, const ExplainedStage& of, Cell seconds) {
      writer.row({query, name, of.rows_read, of.rows_skipped, of.bytes_read, seconds});
    };
    if (search.through_codes) {
      stage("clusters", search.clusters, std::monostate());
      stage("codes4", search.codes4, std::monostate());
      stage("codes8", search.codes8, std::monostate());
      stage("exact", search.exact, std::monostate());
      writer.row({query, "search", std::monostate(), std::monostate(), search.bytes_read(),
                  search.seconds});
    }
    stage("full scan", search.full_scan, search.full_scan_seconds);
  }

  std::string explanation(const std::string& query, const ExplainedSearch& search,
                          const Embeddings& embeddings) const {
    const std::size_t columns = text_columns();
    std::string text = wrapped(introduction(query, search, embeddings), columns) + "\n\n";
    using Line = std::vector<std::string>;
    const auto stage = [](std::string name, const ExplainedStage& of) -> Line {
      return {std::move(name), grouped(of.rows_read), grouped(of.rows_skipped),
              grouped(of.bytes_read)};
    };
    std::vector<Line> lines = {{"", "rows read", "proved no answers", "bytes read"}};
    if (search.through_codes) {
      lines.push_back({"angles to clusters", "-", grouped(search.clusters.rows_skipped),
                       grouped(search.clusters.bytes_read)});
      lines.push_back(stage("4-bit codes", search.codes4));
      lines.push_back(stage("8-bit codes", search.codes8));
      lines.push_back(stage("the vectors", search.exact));
    } else {
      lines.push_back(stage("the vectors", search.full_scan));
    }
    text += aligned(lines) + '\n';
    if (search.through_codes) {
      text += aligned({{"", "bytes read", "time"},
                       {"this search", grouped(search.bytes_read()), short_seconds(search.seconds)},
                       {"every row", grouped(search.full_scan.bytes_read),
                        short_seconds(search.full_scan_seconds)}}) +
              '\n';
    }
    return text + wrapped(conclusion(search, embeddings), columns) + '\n';
  }

  std::string introduction(const std::string& query, const ExplainedSearch& search,
                           const Embeddings& embeddings) const {
    const std::string asked =
        fmt::format("The {} of {} {} nearest to {}", k_, grouped(embeddings.rows()),
                    embeddings.rows() == 1 ? "row" : "rows", in_quotes(query));
    if (search.through_codes) {
      return fmt::format(
          "{}. The rows lie in {} clusters and blocks of {}: {} of {} clusters and {} of {} blocks "
          "were not read at all.",
          asked, grouped(search.cluster_count), SearchIndex::kBlockRows,
          grouped(search.clusters_skipped), grouped(search.cluster_count),
          grouped(search.blocks_skipped), grouped(search.blocks));
    }
    return asked + (embeddings.codes.empty()
                        ? ". The model has no search codes, so the whole matrix is read (`wordvec "
                          "index` adds codes to a container)."
                        : ". So many answers are wanted of so few rows that codes would not pay: "
                          "the whole matrix is read.");
  }

  static std::string conclusion(const ExplainedSearch& search, const Embeddings& embeddings) {
    std::string text;
    if (search.through_codes) {
      text = search.same_answers
                 ? fmt::format("Both gave the same {} answers, bit for bit",
                               grouped(search.answers.size()))
                 : std::string(
                       "The answers differ: the codes are damaged (`wordvec index --again` "
                       "makes them anew)");
    } else {
      text = fmt::format("{} answers in {}", grouped(search.answers.size()),
                         short_seconds(search.seconds));
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(search.answers.size(), 3); ++i) {
      text += fmt::format("{} {} {:.4f}", i == 0 ? ":" : ",",
                          printable(embeddings.vocabulary.word(search.answers[i].row)),
                          search.answers[i].score);
    }
    return text + (search.answers.size() > 3 ? ", …" : ".");
  }

  std::uint64_t k_ = 10;
  ExplainOptions options_;
};

}  // namespace

const CommandEntry kExplainNearest = {
    "explain nearest", "Show what each stage of a search reads and skips", kExplainNearestExamples,
    kExplainNearestDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<ExplainNearest>(); }};

}  // namespace wordvec::cli
