// Adds search codes to a container that has none.
#pragma once

#include <string>

#include "wordvec/store/codes_writer.h"

namespace wordvec {

struct IndexOptions {
  bool again = false;    // also where there are codes: make them anew
  unsigned threads = 0;  // 0: all there are
  CodesProgress progress;
};

enum class IndexOutcome {
  added,
  had_codes,        // and `again` was not set: nothing was done
  nothing_to_code,  // no row has a direction: nothing was done
};

// Replaces the container at `path`, atomically, by the same one with search codes: all other
// tensors and metadata stay, those of other tools too. A container that ContainerWriter wrote
// without codes becomes, to the byte, what it would have written with them. Throws Error as
// Container::open() does, Error(io) when the file cannot be written, Error(malformed) when a tensor
// does not have its checksum, Error(usage) for a container of a newer minor version.
IndexOutcome index_container(const std::string& path, const IndexOptions& options);

}  // namespace wordvec
