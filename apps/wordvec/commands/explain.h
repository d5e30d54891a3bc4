// The topics of `wordvec explain`.
#pragma once

#include "command.h"

namespace wordvec::cli {

extern const CommandEntry kExplainOnehot;
extern const CommandEntry kExplainPositions;
extern const CommandEntry kExplainAnalogy;
extern const CommandEntry kExplainNearest;
extern const CommandEntry kExplainSubwords;

}  // namespace wordvec::cli
