#include "support/reading.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "support/temp_folder.h"
#include "wordvec/base/byte_source.h"

namespace wordvec::test {

Reading read_bytes(const Format& format, std::string_view bytes, const ReadOptions& options,
                   Through through) {
  RecordingSink sink;
  Reading reading;
  if (through == Through::memory) {
    ByteSource source = ByteSource::from_memory("file", bytes);
    reading.report = format.read(source, options, sink);
  } else {
    // A reader that gives up closes the pipe while it is written.
    std::signal(SIGPIPE, SIG_IGN);
    const TempFolder folder;
    const std::string path = folder.file("pipe");
    ::mkfifo(path.c_str(), 0600);
    const std::jthread writer([&] {
      std::ofstream out(path, std::ios::binary);
      out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    });
    ByteSource source = ByteSource::open(path);
    reading.report = format.read(source, options, sink);
  }
  EXPECT_EQ(sink.finished, 0);
  reading.rows = std::move(sink.rows);
  return reading;
}

}  // namespace wordvec::test
