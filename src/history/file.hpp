#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rootlet/record.hpp"

namespace rootlet::history {

/// The records of an image: DIRECTORY/IMAGE.jsonl, one a line.
struct History {
  std::vector<HistoryRecord> records;  ///< in the order of the lines
  std::vector<DamagedLine> damaged;    ///< of these, nothing is known
};

/// Where the records of an image are. Error (ErrorKind::usage): the name is no name of an image.
std::filesystem::path file_of(const std::filesystem::path& directory, const std::string& image);

/// The images that a directory has records of; sorted. None where there is no such directory.
std::vector<std::string> images_of(const std::filesystem::path& directory);

/// Reads a file of records. Error: it cannot be read.
History read(const std::filesystem::path& file);

/// Adds records of one image at the end of its file; what is there stays, byte for byte. The file is complete at any
/// time, before or after; several processes may add to it at once. Makes the directory, with a .gitattributes that lets
/// git merge what was added on both sides.
/// Errors: it cannot be written; a record that could not be read again, for a control character in a name, say.
void append(const std::filesystem::path& directory, const std::vector<HistoryRecord>& records);

}  // namespace rootlet::history
