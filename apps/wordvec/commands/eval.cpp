#include "commands/eval.h"

#include <array>

#include "commands/commands.h"

namespace wordvec::cli {
namespace {

constexpr std::array kEvalTopics = {&kEvalAnalogies, &kEvalSimilarity, &kEvalCategories,
                                    &kEvalOutliers};

constexpr std::string_view kEvalExamples =
    "  wordvec eval analogies questions-words.txt\n"
    "  wordvec eval similarity wordsim353.tsv simlex999.txt\n"
    "  wordvec eval categories battig.tsv\n"
    "  wordvec eval outliers 8-8-8_Dataset/*.txt\n";

}  // namespace

const CommandEntry kEvalCommand = {
    "eval",        "Judge vectors by test sets: analogies, similarity, categories, outliers",
    kEvalExamples, "",
    nullptr,       kEvalTopics};

}  // namespace wordvec::cli
