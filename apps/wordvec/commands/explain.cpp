#include "commands/explain.h"

#include <array>

#include "commands/commands.h"

namespace wordvec::cli {
namespace {

constexpr std::array kExplainTopics = {&kExplainOnehot, &kExplainPositions, &kExplainAnalogy,
                                       &kExplainNearest, &kExplainSubwords};

constexpr std::string_view kExplainExamples =
    "  wordvec explain onehot king            a one-hot row times the matrix is the row\n"
    "  wordvec explain positions              the Transformer's position encoding\n"
    "  wordvec explain analogy king man woman\n"
    "  wordvec explain nearest king           what the search read, and what it did not\n";

}  // namespace

const CommandEntry kExplainCommand = {
    "explain",        "Show how it works: onehot, positions, analogy, nearest, subwords",
    kExplainExamples, "",
    nullptr,          kExplainTopics};

}  // namespace wordvec::cli
