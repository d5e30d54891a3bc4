#include "wordvec/model/subwords.h"

#include <utility>

namespace wordvec {

Subwords::Subwords(SubwordRules rules, SubwordIndex index, MatrixView matrix)
    : rules_(std::move(rules)), index_(index), matrix_(matrix) {}

}  // namespace wordvec
