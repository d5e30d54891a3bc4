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

// The requests for one body, until all of it is in the part file.
class Body {
 public:
  Body(Transfer& transfer, PartState state, std::string prefix, std::uint64_t expected_bytes,
       PartFile& part, ContentCheck& check)
      : transfer_(transfer),
        state_(std::move(state)),
        prefix_(std::move(prefix)),
        expected_bytes_(expected_bytes),
        part_(part),
        check_(check),
        is_piece_(state_.wanted_bytes != 0),
        resumed_bytes_(part.received_bytes()) {}

  // False: the server gives another body than the piece that was asked for.
  bool receive() {
    while (!is_complete()) {
      asked_from_ = part_.received_bytes();
      const std::uint64_t transferred_before = transfer_.transferred_bytes;
      const HttpResult result = transfer_.client.get(
          make_request(), {[this](const HttpAnswer& answer) { return begin(answer); },
                           [this](std::string_view bytes) { return take(bytes); }});
      if (!problem_.empty()) {
        part_.discard();
        throw RemoteError(problem_code_, transfer_.retrier.url(), problem_);
      }
      if (is_other_body_) return false;
      if (result.end == HttpResult::End::complete) {
        if (wanted_bytes() == 0) return true;  // a body that only its end gives a size
        if (is_complete()) return true;
        HttpResult cut;
        cut.may_pass = true;
        cut.problem = fmt::format("the connection broke after {} of {} bytes",
                                  part_.received_bytes(), wanted_bytes());
        transfer_.retrier.wait_after(cut, transfer_.transferred_bytes - transferred_before);
        continue;
      }
      if (result.answer.status == 416 && !is_piece_ && asked_from_ > 0) {
        start_anew();  // what is there is of another file
        continue;
      }
      transfer_.retrier.wait_after(result, transfer_.transferred_bytes - transferred_before);
    }
    return true;
  }

 private:
  std::uint64_t wanted_bytes() const {
    return is_piece_ ? state_.wanted_bytes : state_.total_bytes;
  }
  bool is_complete() const {
    return wanted_bytes() != 0 && part_.received_bytes() == wanted_bytes();
  }

  void start_anew() {
    part_.restart(state_, prefix_);
    check_.reset();
    resumed_bytes_ = 0;
    asked_from_ = 0;
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
    if (answer.status == 206) {
      const std::uint64_t first = state_.first + asked_from_;
      const bool asked = is_piece_ || asked_from_ > 0;
      if (!asked || !answer.range || answer.range->first != first) {
        return fail(ErrorCode::io, "the server answers with other bytes than were asked for");
      }
      if (answer.range->total && state_.total_bytes != 0 &&
          *answer.range->total != state_.total_bytes) {
        if (is_piece_) {
          is_other_body_ = true;
          return false;
        }
        return fail(ErrorCode::io, "the file has changed while it was downloaded: try again");
      }
      if (state_.total_bytes == 0) state_.total_bytes = answer.range->total.value_or(0);
      return true;
    }
    if (is_piece_) {
      is_other_body_ = true;
      return false;
    }
    state_.total_bytes = answer.length.value_or(0);
    state_.validator = answer.validator;
    if (expected_bytes_ != 0 && answer.length && *answer.length != expected_bytes_) {
      return fail(ErrorCode::malformed, fmt::format("found a file of {} bytes, expected {}",
                                                    *answer.length, expected_bytes_));
    }
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
  std::uint64_t resumed_bytes_;
  std::uint64_t asked_from_ = 0;
  bool is_other_body_ = false;
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

void download_file(Transfer& transfer, std::uint64_t expected_bytes, bool has_sum, PartFile& part,
                   ContentCheck& check) {
  PartState state;
  state.url = transfer.retrier.url();
  const auto& old = part.state();
  // Without a validator only a sum could tell that the two halves are of one file.
  bool goes_on = old && old->url == state.url && old->wanted_bytes == 0 && old->prefix_bytes == 0 &&
                 (!old->validator.empty() || has_sum) &&
                 (expected_bytes == 0 || part.received_bytes() <= expected_bytes) &&
                 (old->total_bytes == 0 || part.received_bytes() <= old->total_bytes);
  if (goes_on) {
    state = *old;
    goes_on = check_again(part, check);
  }
  if (!goes_on) {
    state = {};
    state.url = transfer.retrier.url();
    check.reset();
    part.restart(state, {});
  }
  Body(transfer, state, {}, expected_bytes, part, check).receive();
  if (expected_bytes != 0 && part.received_bytes() != expected_bytes) {
    const std::uint64_t found = part.received_bytes();
    part.discard();
    throw RemoteError(ErrorCode::malformed, state.url,
                      fmt::format("found a file of {} bytes, expected {}", found, expected_bytes));
  }
  finish(transfer, part, check);
}

bool download_piece(Transfer& transfer, const PartState& state, std::string_view prefix,
                    PartFile& part, ContentCheck& check) {
  bool goes_on = part.state() == state;
  if (goes_on) {
    part.cut(state.wanted_bytes);  // what follows the piece is written anew
    goes_on = check_again(part, check);
  }
  if (!goes_on) {
    check.reset();
    part.restart(state, prefix);
  }
  if (!Body(transfer, state, std::string(prefix), 0, part, check).receive()) return false;
  finish(transfer, part, check);
  return true;
}

}  // namespace wordvec
