// Why a query that can be read has no answer. Each is an Error(query); one that is neither has no
// meaning.
#pragma once

#include <string>
#include <utility>

#include "wordvec/base/error.h"

namespace wordvec {

// A vector that is needed, or the sum of several, is all zeros or not finite.
class NoDirectionError : public Error {
 public:
  explicit NoDirectionError(std::string message) : Error(ErrorCode::query, std::move(message)) {}
};

// The number that was asked for is beyond the largest that can be written.
class OverflowError : public Error {
 public:
  explicit OverflowError(std::string message) : Error(ErrorCode::query, std::move(message)) {}
};

}  // namespace wordvec
