// A download that is not finished, on disk, so that a later run can go on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "wordvec/base/file_descriptor.h"

namespace wordvec {

// What the bytes of a part file are a piece of.
struct PartState {
  std::string url;
  std::string validator;           // of the file at `url`; empty: its server gives none
  std::string member;              // of the archive at `url`; empty: all of the file is wanted
  std::uint64_t total_bytes = 0;   // of the file at `url`; 0: not known
  std::uint64_t first = 0;         // the first wanted byte of it
  std::uint64_t wanted_bytes = 0;  // 0: all there are, not known how many
  std::uint64_t prefix_bytes = 0;  // that stand in the part file before the first of them

  bool operator==(const PartState&) const = default;
};

// FOLDER/NAME.part and, beside it, NAME.part.json with its state. Locked against other processes as
// long as the object lives. All functions throw Error(io) naming the file.
class PartFile {
 public:
  // Opens or makes the file, not through a link. Where another process has it, `on_wait` is called,
  // and the lock waited for; the file may be new then.
  static PartFile lock(const std::string& path, const std::function<void()>& on_wait);
  // nullopt: another process has it.
  static std::optional<PartFile> try_lock(const std::string& path);

  // nullopt: there is none, or none that can be read.
  const std::optional<PartState>& state() const noexcept { return state_; }
  // Bytes behind the prefix.
  std::uint64_t received_bytes() const noexcept;

  // Forgets what is there: the file is `prefix`, whose size is state.prefix_bytes.
  void restart(const PartState& state, std::string_view prefix);
  void append(std::string_view bytes);
  // Shortens the file to `received_bytes` behind the prefix.
  void cut(std::uint64_t received_bytes);
  // All bytes behind the prefix, in pieces.
  void read(const std::function<void(std::string_view bytes)>& piece) const;

  // True when bytes were written later than those of the file `made`, or there is no such file.
  bool is_newer_than(const std::string& made) const;

  // Removes both files, and with them the lock; nothing more may be written then. Returns the errno
  // of a removal that failed; 0: they are gone.
  int discard() noexcept;
  bool is_gone() const noexcept { return gone_; }
  // Gives the file the name FOLDER/NAME, or where that is taken the first of NAME.1, NAME.2, … that
  // is free, and removes the state. Returns the new path.
  std::string keep_as(const std::string& name);

  const std::string& path() const noexcept { return path_; }

 private:
  PartFile(std::string path, FileDescriptor fd, std::uint64_t size_bytes);
  std::string state_path() const { return path_ + ".json"; }
  std::string unfinished_state_path() const { return state_path() + ".new"; }
  static std::optional<PartFile> open_locked(const std::string& path,
                                             const std::function<void()>& on_wait);
  int remove_state() const noexcept;
  void load_state();
  void save_state() const;

  std::string path_;
  FileDescriptor fd_;
  std::uint64_t size_;
  std::optional<PartState> state_;
  bool gone_ = false;
};

}  // namespace wordvec
