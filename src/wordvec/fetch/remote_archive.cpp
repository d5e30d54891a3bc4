#include "wordvec/fetch/remote_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "wordvec/fetch/remote_error.h"

namespace wordvec {
namespace {

struct Piece {
  std::string bytes;
  ContentRange range;
  std::string validator;
};

// nullopt: the server gives all of the file.
std::optional<Piece> get_piece(Transfer& transfer, const std::string& range,
                               const std::string& if_range, std::uint64_t most_bytes) {
  for (;;) {
    Piece piece;
    bool is_whole_file = false;
    bool is_wrong = false;
    const auto begin = [&](const HttpAnswer& answer) {
      transfer.retrier.reached();
      is_whole_file = answer.status == 200;
      is_wrong = !is_whole_file && (!answer.range || answer.range->size() > most_bytes);
      if (is_whole_file || is_wrong) return false;
      piece.range = *answer.range;
      piece.validator = answer.validator;
      return true;
    };
    const auto data = [&](std::string_view bytes) {
      transfer.transferred_bytes += bytes.size();
      piece.bytes += bytes;
      is_wrong = piece.bytes.size() > piece.range.size();
      return !is_wrong;
    };
    HttpResult result =
        transfer.client.get({transfer.retrier.url(), range, if_range}, {begin, data});
    if (is_whole_file) return std::nullopt;
    if (is_wrong) {
      throw RemoteError(transfer.retrier.url(),
                        "the server answers with other bytes than were asked for");
    }
    if (result.end == HttpResult::End::complete) {
      if (piece.bytes.size() == piece.range.size()) return piece;
      result.problem = "the connection broke";
      result.may_pass = true;
    }
    transfer.retrier.wait_after(result, 0);
  }
}

}  // namespace

RemoteArchive::RemoteArchive(Transfer& transfer, std::uint64_t size_bytes, std::string validator,
                             std::string tail)
    : transfer_(&transfer),
      size_(size_bytes),
      validator_(std::move(validator)),
      tail_(std::move(tail)) {}

std::optional<RemoteArchive> RemoteArchive::open(Transfer& transfer) {
  // Not the last bytes at once ("-67584"): that is a kind of range that some servers do not know.
  const auto first = get_piece(transfer, "0-0", {}, 1);
  // Without the size of the whole there is no telling where its end is.
  if (!first || !first->range.total) return std::nullopt;
  const std::uint64_t size = *first->range.total;
  RemoteArchive archive(transfer, size, first->validator, {});
  const std::uint64_t tail_bytes = std::min(size, kZipTailBytes);
  archive.tail_ = archive.piece(size - tail_bytes, tail_bytes);
  return archive;
}

std::string RemoteArchive::piece(std::uint64_t offset_bytes, std::uint64_t size_bytes) const {
  const std::uint64_t tail_offset = size_ - tail_.size();
  if (size_bytes == 0) return {};
  if (offset_bytes >= tail_offset && !tail_.empty()) {
    return tail_.substr(static_cast<std::size_t>(offset_bytes - tail_offset),
                        static_cast<std::size_t>(size_bytes));
  }
  const auto piece =
      get_piece(*transfer_, fmt::format("{}-{}", offset_bytes, offset_bytes + size_bytes - 1),
                validator_, size_bytes);
  if (!piece ||
      (!validator_.empty() && !piece->validator.empty() && piece->validator != validator_) ||
      piece->range.first != offset_bytes || piece->bytes.size() != size_bytes) {
    throw FileChanged(transfer_->retrier.url());
  }
  return piece->bytes;
}

}  // namespace wordvec
