#include <limits>
#include <span>

#include "commands/commands.h"
#include "options/model_options.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "output/field_writer.h"
#include "wordvec/base/quote.h"
#include "wordvec/store/subword_tensors.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kInfoExamples =
    "  wordvec info                           the model that is used without --model\n"
    "  wordvec info -m glove.safetensors\n"
    "  wordvec info --verify                  check all data against its checksums\n"
    "  wordvec info -f json | jq .rows\n";

constexpr std::string_view kInfoDetails =
    "Sizes are in bytes. codes_bytes are the search codes (0: none, `wordvec index` adds them).\n"
    "resident_bytes is the part of a mapped file that is in memory now. subwords_rows are the "
    "vectors\n"
    "of n-grams of subwords_min_length to subwords_max_length characters, where the model has "
    "some.\n"
    "counts_total is how often all words occurred, where the model has their counts\n"
    "(`wordvec lookup --counts`). source_tensor is the tensor of source that the vectors are.\n"
    "edits are what `wordvec convert` did to the vectors since they were read from source.\n"
    "--verify exits with 3 when something is wrong.\n";

class Info final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_flag("--verify", verify_, "Read everything and check it");
    model_.define(options);
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const OutputFormat format = output_.format_or_auto();
    const Model model = model_.open(context, run_.threads());
    const std::vector<Field> fields = describe(model);
    const auto out = make_standard_output();
    write_fields(fields, format, output_.style(context.messages), *out);
    out->finish();
    return verify_ ? verify(model, context.messages) : kAllAnswered;
  }

 private:
  static std::vector<Field> describe(const Model& model) {
    const Embeddings& embeddings = model.embeddings();
    const ModelInfo& info = model.info();
    const Container* const container = model.container();
    std::vector<Field> fields = {
        {"path", model.path()},
        {"format", container != nullptr ? std::string(kContainerFormatName) : info.source_format},
        {"rows", std::uint64_t{embeddings.rows()}},
        {"dim", std::uint64_t{embeddings.dim()}},
        {"casing", std::string(embeddings.vocabulary.is_lower_case() ? "lower" : "mixed")},
        {"file_bytes", model.file_size_bytes()},
        {"matrix_bytes", std::uint64_t{embeddings.rows()} * embeddings.dim() * sizeof(float)},
        {"words_bytes", std::uint64_t{embeddings.vocabulary.text().size()}},
    };
    if (container != nullptr) {
      const SearchIndex& codes = embeddings.codes;
      fields.push_back({"codes_bytes", std::uint64_t{codes.codes4.size() + codes.codes8.size()}});
      fields.push_back({"resident_bytes", container->resident_bytes()});
    }
    if (const Subwords& subwords = embeddings.subwords; !subwords.empty()) {
      fields.push_back({"subwords_rows", std::uint64_t{subwords.matrix().rows}});
      fields.push_back({"subwords_bytes", std::uint64_t{subwords.matrix().values().size_bytes()}});
      fields.push_back({"subwords_scheme", std::string(name_of(subwords.rules().scheme))});
      fields.push_back({"subwords_min_length", std::uint64_t{subwords.rules().min_length}});
      fields.push_back({"subwords_max_length", std::uint64_t{subwords.rules().max_length}});
    }
    if (!embeddings.counts.empty()) {
      fields.push_back({"counts_total", total_of(embeddings.counts)});
    }
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) fields.push_back({name, value});
    };
    add("source", info.source);
    add("source_format", info.source_format);
    add("source_tensor", info.source_tensor);
    if (info.source_size_bytes != 0) fields.push_back({"source_bytes", info.source_size_bytes});
    add("source_xxh3_128", info.source_checksum);
    add("edits", info.edits);
    add("creator", info.creator);
    add("license", info.license);
    add("citation", info.citation);
    return fields;
  }

  // That of very large counts is the greatest number there is.
  static std::uint64_t total_of(std::span<const std::uint64_t> counts) {
    constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t total = 0;
    for (const std::uint64_t count : counts) total = total > kMax - count ? kMax : total + count;
    return total;
  }

  static int verify(const Model& model, Messages& messages) {
    if (model.container() == nullptr) {
      messages.note("{} is no container and has no checksums; all of it was read",
                    printable(model.name()));
      return kAllAnswered;
    }
    const std::vector<std::string> problems = model.container()->verify();
    for (const std::string& problem : problems) {
      messages.error("{}: {}", printable(model.name()), problem);
    }
    if (!problems.empty()) return kFileError;
    messages.note("{}: all checksums are right, and words, hash table, lengths and codes agree",
                  printable(model.name()));
    return kAllAnswered;
  }

  bool verify_ = false;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kInfoCommand = {
    "info", "Describe a model, and check it", kInfoExamples, kInfoDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Info>(); }};

}  // namespace wordvec::cli
