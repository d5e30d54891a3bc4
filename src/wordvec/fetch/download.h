// A file, or a piece of one, from a server to a part file: resumed, retried, checked as it comes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "wordvec/fetch/content_check.h"
#include "wordvec/fetch/http_client.h"
#include "wordvec/fetch/part_file.h"
#include "wordvec/fetch/retry.h"

namespace wordvec {

// What the transfers of a download have in common.
struct Transfer {
  HttpClient& client;
  Retrier& retrier;
  std::uint64_t& transferred_bytes;  // counted up
  // `total_bytes` 0: not known. `resumed_bytes` of `done_bytes` were there before.
  std::function<void(std::uint64_t done_bytes, std::uint64_t total_bytes,
                     std::uint64_t resumed_bytes)>
      progress;
};

// True when a later run can go on with what `part` has. `has_sum`: the catalogue has one of the
// whole file; otherwise only a validator tells that two halves are of one file.
bool can_go_on(const PartFile& part, bool has_sum);

// Downloads all of the file at the retrier's URL into `part`, going on with what `part` has of it
// where the server lets that be told. `expected_bytes`: its size as the catalogue has it, 0: any.
// False: nothing but the end of the connection tells that this is all of it.
// Throws RemoteError, Error(io) where the disk is at fault; what has come stays in `part` unless it
// is of no use, and what was there of another file until the first bytes of this one come.
bool download_file(Transfer& transfer, std::uint64_t expected_bytes, bool has_sum, PartFile& part,
                   ContentCheck& check);

// Downloads the piece that `state` describes, with `prefix` before it; likewise. False: the server
// gives all of the file instead, since it ignores ranges or the file has changed.
bool download_piece(Transfer& transfer, const PartState& state, std::string_view prefix,
                    PartFile& part, ContentCheck& check);

}  // namespace wordvec
