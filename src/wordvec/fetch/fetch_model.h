// A published model, from its address to a container in the models folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/fetch/catalogue.h"
#include "wordvec/fetch/retry.h"
#include "wordvec/open/convert.h"

namespace wordvec {

// What a person asks for: the model called `name`, from the address `url` (empty: those of the
// catalogue; ending in '/': a mirror of its files). A `name` that is not in `catalogue` is that of
// the new model, whose file is at `url`; without a name it is that of the file, or of `member`.
// Throws Error(usage).
PublishedModel choose_published(const std::vector<PublishedModel>& catalogue,
                                const std::string& name, const std::string& url,
                                const std::string& member);

struct FetchRequest {
  PublishedModel model;
  std::string folder;                    // where the container goes; made where it is missing
  bool make_default = false;             // where the folder has no default
  bool keep = false;                     // the download
  bool again = false;                    // also where there is a model of that name
  bool codes = true;                     // see ConvertOptions
  bool allow_checksum_mismatch = false;  // warn of sizes and sums unlike the catalogue's
  bool allow_http = false;
  unsigned threads = 0;
  RetryPolicy retry;
};

// Told how it goes; from the calling thread.
class FetchListener {
 public:
  virtual ~FetchListener() = default;
  // Another process fetches the same model; this one waits.
  virtual void on_lock_wait() = 0;
  virtual void on_retry(const std::string& url, const std::string& problem,
                        std::chrono::milliseconds delay) = 0;
  // One address has failed; the next is tried.
  virtual void on_mirror_failed(const std::string& what) = 0;
  virtual void on_whole_archive(const std::string& url) = 0;
  // What an earlier run has left is gone on with.
  virtual void on_resume(std::uint64_t resumed_bytes) = 0;
  // A mismatch that was allowed.
  virtual void on_mismatch(const std::string& what) = 0;
  virtual void on_download(std::uint64_t done_bytes, std::uint64_t total_bytes,
                           std::uint64_t resumed_bytes) = 0;
  virtual void on_convert(std::uint64_t done_bytes, std::uint64_t total_bytes) = 0;
  virtual void on_index(std::uint64_t done, std::uint64_t all) = 0;
};

struct FetchReport {
  std::string path;  // of the container
  bool was_there = false;
  bool is_new_default = false;
  // Neither the server nor the file tells where the file ends, so that rows may be missing.
  bool may_be_cut_off = false;
  std::string kept_path;                // of the download; empty: it is removed
  std::uint64_t transferred_bytes = 0;  // by this run
  std::uint64_t download_bytes = 0;     // the file, or the member's part of it
  ConvertReport conversion;
};

// Downloads, checks and converts. The container appears when it is whole. Of an archive only the
// model's member is downloaded, where the server can do that. When it fails, FOLDER/NAME.part keeps
// what has come, unless that is damaged, and the next run goes on with it. Throws Error.
FetchReport fetch_model(const FetchRequest& request, FetchListener& listener);

}  // namespace wordvec
