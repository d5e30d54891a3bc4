#include "wordvec/fetch/download.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "wordvec/fetch/remote_error.h"

namespace wordvec {
namespace {

// Gives what `part` has to `check`, which begins anew. False: it is damaged.
bool check_again(const PartFile& part, ContentCheck& check) {
  check.reset();
  bool sound = true;
  part.read([&](std::string_view bytes) { sound = sound && check.feed(bytes).empty(); });
  if (!sound) check.reset();
  return sound;
}

// The requests for one body, until all of it is in the part file. What the part file has of
// another body stays until the first good answer.
class Body {
 public:
  // `goes_on`: `part` has the beginning of this body. `has_sum`: `check` tells when two answers are
  // of two files.
  Body(Transfer& transfer, PartState state, std::string prefix, std::uint64_t expected_bytes,
       bool goes_on, bool has_sum, PartFile& part, ContentCheck& check)
      : transfer_(transfer),
        state_(std::move(state)),
        prefix_(std::move(prefix)),
        expected_bytes_(expected_bytes),
        part_(part),
        check_(check),
        is_piece_(state_.wanted_bytes != 0),
        has_sum_(has_sum),
        is_begun_(goes_on),
        resumed_bytes_(goes_on ? part.received_bytes() : 0) {}

  // False: the server gives another body than the piece that was asked for.
  bool receive() {
    while (!is_complete()) {
      if (!is_piece_ && state_.validator.empty() && !has_sum_) forget();
      asked_from_ = held_bytes();
      HttpResult result = transfer_.client.get(
          make_request(), {[this](const HttpAnswer& answer) { return begin(answer); },
                           [this](std::string_view bytes) { return take(bytes); }});
      if (!problem_.empty()) {
        if (is_begun_) part_.discard();
        throw RemoteError(problem_code_, transfer_.retrier.url(), problem_);
      }
      if (is_other_body_) return false;
      if (result.end == HttpResult::End::complete) {
        if (wanted_bytes() == 0) return true;  // an answer with 200 that only its end gives a size
        if (is_complete()) return true;
        result.may_pass = true;
        result.problem =
            fmt::format("the connection broke after {} of {} bytes", held_bytes(), wanted_bytes());
      } else if (!anew_.empty()) {
        result.may_pass = true;
        result.problem = std::exchange(anew_, {});
        forget();
      } else if (result.answer.status == 416 && !is_piece_ && asked_from_ > 0) {
        result.may_pass = true;
        result.problem = kFileChanged;
        forget();
      }
      transfer_.retrier.wait_after(result, held_bytes());
    }
    return true;
  }

  // Of the answer that began the file.
  bool ends_with_connection() const noexcept { return ends_with_connection_; }

 private:
  std::uint64_t wanted_bytes() const {
    return is_piece_ ? state_.wanted_bytes : state_.total_bytes;
  }
  std::uint64_t held_bytes() const { return is_begun_ ? part_.received_bytes() : 0; }
  bool is_complete() const { return wanted_bytes() != 0 && held_bytes() == wanted_bytes(); }

  // The next good answer is the first.
  void forget() {
    is_begun_ = false;
    if (is_piece_) return;
    state_.validator.clear();
    state_.total_bytes = 0;
  }

  void start_anew() {
    part_.restart(state_, prefix_);
    check_.reset();
    resumed_bytes_ = 0;
    is_begun_ = true;
  }

  HttpRequest make_request() const {
    HttpRequest request;
    request.url = state_.url;
    if (is_piece_) {
      request.range =
          fmt::format("{}-{}", state_.first + asked_from_, state_.first + state_.wanted_bytes - 1);
    } else if (asked_from_ > 0) {
      request.range = fmt::format("{}-", asked_from_);
    }
    request.if_range = state_.validator;
    return request;
  }

  bool fail(ErrorCode code, std::string problem) {
    problem_code_ = code;
    problem_ = std::move(problem);
    return false;
  }

  bool begin(const HttpAnswer& answer) {
    transfer_.retrier.reached();
    return answer.status == 206 ? begin_rest(answer) : begin_whole(answer);
  }

  // 206
  bool begin_rest(const HttpAnswer& answer) {
    const std::uint64_t first = state_.first + asked_from_;
    const bool asked = is_piece_ || asked_from_ > 0;
    if (!asked || !answer.range || answer.range->first != first) {
      return fail(ErrorCode::io, "the server answers with other bytes than were asked for");
    }
    const std::uint64_t total = answer.range->total.value_or(state_.total_bytes);
    const bool is_same_size = state_.total_bytes == 0 || total == state_.total_bytes;
    // Not every server looks at If-Range.
    const bool is_same_file = state_.validator.empty() || answer.validator.empty() ||
                              answer.validator == state_.validator;
    if (is_piece_) {
      is_other_body_ = !is_same_size || !is_same_file;
      if (is_other_body_) return false;
      if (!is_begun_) start_anew();
      return true;
    }
    if (!is_same_size || !is_same_file) {
      anew_ = kFileChanged;
      return false;
    }
    if (total == 0) {
      // The end of the answer need not be that of the file.
      anew_ = "the server gives a piece and does not say of how large a file";
      return false;
    }
    state_.total_bytes = total;
    ends_with_connection_ = false;
    return true;
  }

  // 200
  bool begin_whole(const HttpAnswer& answer) {
    if (is_piece_) {
      is_other_body_ = true;
      return false;
    }
    if (expected_bytes_ != 0 && answer.length && *answer.length != expected_bytes_) {
      return fail(ErrorCode::malformed, fmt::format("found a file of {} bytes, expected {}",
                                                    *answer.length, expected_bytes_));
    }
    state_.total_bytes = answer.length.value_or(0);
    state_.validator = answer.validator;
    ends_with_connection_ = answer.ends_with_connection;
    start_anew();
    return true;
  }

  bool take(std::string_view bytes) {
    transfer_.transferred_bytes += bytes.size();
    const std::uint64_t most = wanted_bytes() != 0 ? wanted_bytes() : expected_bytes_;
    if (most != 0 && bytes.size() > most - part_.received_bytes()) {
      return fail(ErrorCode::malformed,
                  fmt::format("the server sends more than the expected {} bytes", most));
    }
    part_.append(bytes);
    if (std::string problem = check_.feed(bytes); !problem.empty()) {
      return fail(ErrorCode::malformed, std::move(problem));
    }
    if (transfer_.progress) {
      transfer_.progress(part_.received_bytes(), wanted_bytes(), resumed_bytes_);
    }
    return true;
  }

  Transfer& transfer_;
  PartState state_;
  std::string prefix_;
  std::uint64_t expected_bytes_;
  PartFile& part_;
  ContentCheck& check_;
  bool is_piece_;
  bool has_sum_;
  bool is_begun_;  // the part file holds bytes of this body
  std::uint64_t resumed_bytes_;
  std::uint64_t asked_from_ = 0;
  bool ends_with_connection_ = false;
  bool is_other_body_ = false;
  std::string anew_;  // why the next request is for all of the file
  std::string problem_;
  ErrorCode problem_code_ = ErrorCode::io;
};

// What has come, though not in the shape that was promised, is of no use.
void finish(Transfer& transfer, PartFile& part, ContentCheck& check) {
  if (std::string problem = check.finish(); !problem.empty()) {
    part.discard();
    throw RemoteError(ErrorCode::malformed, transfer.retrier.url(), std::move(problem));
  }
}

}  // namespace

bool can_go_on(const PartFile& part, bool has_sum) {
  const auto& state = part.state();
  if (!state || part.received_bytes() == 0) return false;
  if (state->wanted_bytes != 0) return true;  // it has a sum in its archive
  return !state->validator.empty() || has_sum || part.received_bytes() == state->total_bytes;
}

bool download_file(Transfer& transfer, std::uint64_t expected_bytes, bool has_sum, PartFile& part,
                   ContentCheck& check) {
  PartState state;
  state.url = transfer.retrier.url();
  const auto& old = part.state();
  bool goes_on = can_go_on(part, has_sum) && old->url == state.url && old->wanted_bytes == 0 &&
                 old->prefix_bytes == 0 &&
                 (expected_bytes == 0 || part.received_bytes() <= expected_bytes) &&
                 (old->total_bytes == 0 || part.received_bytes() <= old->total_bytes);
  if (goes_on) goes_on = check_again(part, check);
  if (goes_on) state = *old;
  Body body(transfer, state, {}, expected_bytes, goes_on, has_sum, part, check);
  body.receive();
  if (expected_bytes != 0 && part.received_bytes() != expected_bytes) {
    const std::uint64_t found = part.received_bytes();
    part.discard();
    throw RemoteError(ErrorCode::malformed, state.url,
                      fmt::format("found a file of {} bytes, expected {}", found, expected_bytes));
  }
  finish(transfer, part, check);
  return expected_bytes != 0 || has_sum || !body.ends_with_connection();
}

bool download_piece(Transfer& transfer, const PartState& state, std::string_view prefix,
                    PartFile& part, ContentCheck& check) {
  bool goes_on = part.state() == state;
  if (goes_on) {
    part.cut(state.wanted_bytes);  // what follows the piece is written anew
    goes_on = check_again(part, check);
  }
  Body body(transfer, state, std::string(prefix), 0, goes_on, true, part, check);
  if (!body.receive()) return false;
  finish(transfer, part, check);
  return true;
}

}  // namespace wordvec
