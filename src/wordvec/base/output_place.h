// Where a file is to be written.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "wordvec/base/file_descriptor.h"

namespace wordvec {

// A name in a folder that is held open: whatever is done to the folders and links that led there,
// the place stays the same.
struct OutputPlace {
  FileDescriptor folder;              // O_PATH
  std::string name;                   // no symbolic link
  std::optional<struct stat> status;  // of what has the name; nullopt: nothing
  std::optional<int> descriptor;      // the name stands for this open file: there is no folder
};

// Follows `path`, also where it leads through symbolic links to a file that does not exist yet. A
// name of an open descriptor (/dev/stdout, /dev/fd/N), here or behind links, stands for what a
// shell has opened, which is to be added to and not replaced; so does "-", for standard output.
//
// What is_planted() is refused. Throws Error(io) that names `path`.
OutputPlace find_output_place(const std::string& path);

// True where `status` is of a link, a file or a FIFO that another user has put into `folder`, one
// in which all may write and none may remove what belongs to others (/tmp). A link there might lead
// to any file of this user's; what is written into a file or a FIFO, the other could read or
// change. The kernel refuses such names to those who open them (fs.protected_symlinks, _regular,
// _fifos); here links are read and files replaced, which it does not look at, so the rule is kept
// here, on every system.
bool is_planted(int folder, const struct stat& status) noexcept;

// "folder" of "folder/file", "." of "file".
std::string folder_of(const std::string& path);
// "file" of "folder/file".
std::string name_of(const std::string& path);

}  // namespace wordvec
