// Errors that must be thrown.
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <string>
#include <string_view>

#include "wordvec/base/error.h"

namespace wordvec::test {

// Calls `act`, which must throw Error of that code with `part` in what(); returns what().
template <class Act>
std::string expect_error(ErrorCode code, std::string_view part, Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    const std::string what = error.what();
    EXPECT_EQ(static_cast<int>(code), static_cast<int>(error.code())) << what;
    EXPECT_NE(what.find(part), std::string::npos) << "message: " << what << "\nexpected: " << part;
    return what;
  } catch (const std::exception& other) {
    ADD_FAILURE() << "another exception: " << other.what();
    return {};
  }
  ADD_FAILURE() << "no error, expected one with: " << part;
  return {};
}

}  // namespace wordvec::test
