// The published models that can be asked for by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wordvec {

// Zeros and empty texts are unknown.
struct PublishedModel {
  std::string name;
  std::string archive;  // the file to download
  std::uint64_t archive_bytes = 0;
  std::string archive_sha256;        // 64 lower-case hexadecimal digits
  std::string member;                // of the archive, where it holds several models
  std::string member_sha1;           // of the member's bytes once unpacked, 40 digits
  std::uint64_t member_bytes = 0;    // likewise
  std::uint64_t download_bytes = 0;  // about: what is transferred for this model alone
  std::size_t dim = 0;
  std::uint64_t words = 0;  // as published, some rounded
  std::string license;
  std::string citation;
  std::vector<std::string> urls;  // of the archive, in the order to try them; empty: there is none
                                  // that a program can use
  std::string by_hand;            // where a person gets it then
};

// True for what can be the name of a file in a folder with others: no '/', '\\', spaces or what
// printable() escapes, no first '.' or '-', not too long.
bool is_plain_name(std::string_view name);

// The catalogue of this program.
std::vector<PublishedModel> published_models();

// One from a JSON file: an array of objects with the names above as keys, of which `name`, and
// `archive` or `urls`, are needed. Throws Error(io), and Error(malformed) naming the entry and key.
std::vector<PublishedModel> read_catalogue(const std::string& path);

// The one called `name`. Throws Error(usage) with the closest name where there is none.
const PublishedModel& find_published(const std::vector<PublishedModel>& catalogue,
                                     const std::string& name);

}  // namespace wordvec
