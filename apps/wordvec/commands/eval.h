// The topics of `wordvec eval`.
#pragma once

#include "command.h"

namespace wordvec::cli {

extern const CommandEntry kEvalAnalogies;
extern const CommandEntry kEvalSimilarity;
extern const CommandEntry kEvalCategories;
extern const CommandEntry kEvalOutliers;

}  // namespace wordvec::cli
