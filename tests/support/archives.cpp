#include "support/archives.h"

#include <utility>

namespace wordvec::test {
namespace {

using namespace std::string_literals;

void add(std::string& out, int width, std::uint64_t number) {
  for (int i = 0; i < width; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
}

}  // namespace

std::string plain_deflated() {
  return "\x2b\xc9\x48\x55\x30\xd0\x33\x32\x55\xd0\x35\xe4\xca\x4f\x53\x30\xd4\x33\x55\x30\xe6\x2a"
         "\x21\x5a\x10\x00"s;
}

std::string plain_gzip() {
  return "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03"s + plain_deflated() +
         "\x85\x65\xbc\xc9\x3f\x00\x00\x00"s;
}

std::string python_zip64() {
  return "PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00\x21\x00\x85\x65\xbc\xc9\x1a\x00\x00\x00\x3f"
         "\x00\x00\x00\x05\x00\x14\x00"
         "a.txt\x01\x00\x10\x00\x3f\x00\x00\x00\x00\x00\x00\x00\x1a\x00\x00\x00\x00\x00\x00\x00"s +
         plain_deflated() +
         "PK\x01\x02\x14\x03\x14\x00\x00\x00\x08\x00\x00\x00\x21\x00\x85\x65\xbc\xc9\x1a\x00\x00"
         "\x00\x3f\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00\x00"
         "\x00"
         "a.txtPK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00\x33\x00\x00\x00\x51\x00\x00\x00\x07\x00"
         "PK\x05\x06 no"s;
}

std::string python_streamed_zip() {
  return "PK\x03\x04\x14\x00\x08\x00\x08\x00\x00\x00\x21\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
         "\x00\x00\x00\x05\x00\x00\x00"
         "a.txt"s +
         plain_deflated() +
         "PK\x07\x08\x85\x65\xbc\xc9\x1a\x00\x00\x00\x3f\x00\x00\x00"
         "PK\x01\x02\x14\x03\x14\x00\x08\x00\x08\x00\x00\x00\x21\x00\x85\x65\xbc\xc9\x1a\x00\x00"
         "\x00\x3f\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00\x00"
         "\x00"
         "a.txtPK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00\x33\x00\x00\x00\x4d\x00\x00\x00\x00\x00"s;
}

ZipEntry stored(std::string name, std::string_view data, std::uint32_t crc) {
  ZipEntry entry;
  entry.name = std::move(name);
  entry.data = data;
  entry.method = 0;
  entry.crc = crc;
  entry.size = data.size();
  return entry;
}

std::string zip_of(const std::vector<ZipEntry>& entries, const ZipShape& shape) {
  constexpr std::uint64_t kIn64 = 0xffffffff;
  std::string out;
  std::string directory;
  for (const ZipEntry& entry : entries) {
    const std::uint64_t offset = out.size();
    std::string common;  // what both headers have
    add(common, 2, 20);
    add(common, 2, entry.flags);
    add(common, 2, entry.method);
    add(common, 4, 0);
    add(common, 4, entry.crc);
    add(common, 4, entry.zip64 ? kIn64 : entry.data.size());
    add(common, 4, entry.zip64 ? kIn64 : entry.size);
    add(common, 2, entry.name.size());
    std::string extra;
    if (entry.zip64) {
      add(extra, 2, 0x5455);  // another extra field, in front
      add(extra, 2, 3);
      extra += "abc";
      add(extra, 2, 1);
      add(extra, 2, 24);
      add(extra, 8, entry.size);
      add(extra, 8, entry.data.size());
      add(extra, 8, offset);
    }

    out += "PK\x03\x04" + common;
    add(out, 2, entry.local_extra.size());
    out += entry.name + entry.local_extra + entry.data;

    directory += "PK\x01\x02";
    add(directory, 2, 20);
    directory += common;
    add(directory, 2, extra.size());
    add(directory, 2, entry.comment.size());
    add(directory, 8, 0);
    add(directory, 4, entry.zip64 ? kIn64 : offset);
    directory += entry.name + extra + entry.comment;
  }
  const std::uint64_t directory_offset = out.size();
  out += directory;
  if (shape.zip64) {
    const std::uint64_t at = out.size();
    out += "PK\x06\x06";
    add(out, 8, 44);
    add(out, 4, 0x2d002d);
    add(out, 8, 0);
    add(out, 8, entries.size());
    add(out, 8, entries.size());
    add(out, 8, directory.size());
    add(out, 8, directory_offset);
    out += "PK\x06\x07";
    add(out, 4, 0);
    add(out, 8, at);
    add(out, 4, 1);
  }
  out += "PK\x05\x06";
  add(out, 4, 0);
  add(out, 2, shape.zip64 ? 0xffff : entries.size());
  add(out, 2, shape.zip64 ? 0xffff : entries.size());
  add(out, 4, shape.zip64 ? kIn64 : directory.size());
  add(out, 4, shape.zip64 ? kIn64 : directory_offset);
  add(out, 2, shape.comment.size());
  return out + shape.comment;
}

std::string with_number(std::string bytes, std::size_t offset, int width, std::uint64_t number) {
  std::string field;
  add(field, width, number);
  return bytes.replace(offset, field.size(), field);
}

}  // namespace wordvec::test
