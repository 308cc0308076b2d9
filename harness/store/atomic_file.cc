#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "base/units.h"
#include "store/run_directory.h"

namespace assay::store {
namespace {

namespace fs = std::filesystem;
using Failure = Unexpected<SystemError>;

class File {
 public:
  File(const fs::path& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~File() {
    if (is_open()) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  bool sync() const { return ::fsync(descriptor_) == 0; }

  bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  // The number of bytes read; negative after an error.
  ssize_t read(std::array<char, 1 << 16>& into) const {
    ssize_t size = ::read(descriptor_, into.data(), into.size());
    while (size < 0 && errno == EINTR) size = ::read(descriptor_, into.data(), into.size());
    return size;
  }

 private:
  int descriptor_;
};

std::string hint_for(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder that you may write to with --out";
    case ENOSPC:
    case EDQUOT:
      return "free some space, or choose a folder on another disk with --out";
    case EFBIG:
      return "raise the limit on file sizes (ulimit -f)";
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
      return "check the path";
    default:
      return "choose another folder with --out";
  }
}

// Pieces of a text, written in blocks.
class BlockWriter {
 public:
  explicit BlockWriter(const File& file) : file_(file) {}

  bool add(std::string_view piece) {
    block_ += piece;
    return block_.size() < kBlock || flush();
  }
  bool flush() {
    const bool written = file_.write(block_);
    block_.clear();
    return written;
  }

 private:
  static constexpr std::size_t kBlock = 1 << 16;

  const File& file_;
  std::string block_;
};

bool write_and_sync(const fs::path& path, const TextProducer& produce) {
  const File file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  if (!file.is_open()) return false;
  BlockWriter writer(file);
  return produce([&](std::string_view piece) { return writer.add(piece); }) && writer.flush() && file.sync();
}

// A rename is on the disk only when its folder is.
bool sync_folder(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const File opened(folder, O_RDONLY | O_DIRECTORY);
  return opened.is_open() && opened.sync();
}

}  // namespace

Expected<void, SystemError> write_file(const fs::path& file, std::string_view text) {
  return write_file(file, [&](const TextSink& sink) { return sink(text); });
}

Expected<void, SystemError> write_file(const fs::path& file, const TextProducer& produce) {
  fs::path temporary = file;
  temporary += ".tmp" + std::to_string(::getpid());
  if (write_and_sync(temporary, produce) && ::rename(temporary.c_str(), file.c_str()) == 0 &&
      sync_folder(file))
    return {};
  const int reason = errno;
  ::unlink(temporary.c_str());
  return Failure(system_error("write", file.string(), reason, hint_for(reason)));
}

Expected<std::string, SystemError> read_file(const fs::path& path, std::uint64_t most_bytes) {
  const auto failure = [&] {
    const bool missing = errno == ENOENT || errno == ENOTDIR || errno == EISDIR;
    return Failure(
        system_error("read", path.string(), errno, missing ? "check the path" : "check its permissions"));
  };
  const File file(path, O_RDONLY);
  if (!file.is_open()) return failure();
  const auto too_large = [&] {
    return Failure(SystemError{"read", path.string(),
                               "it is larger than " + format_size(static_cast<double>(most_bytes)),
                               "this is no result of assay, or one of a run that was far too long"});
  };
  std::error_code unknown;  // of what is no regular file
  const std::uintmax_t bytes = fs::file_size(path, unknown);
  if (!unknown && bytes > most_bytes) return too_large();
  std::string text;
  std::array<char, 1 << 16> block;
  ssize_t size = 0;
  while ((size = file.read(block)) > 0) {
    text.append(block.data(), static_cast<std::size_t>(size));
    if (text.size() > most_bytes) return too_large();
  }
  if (size < 0) return failure();
  return text;
}

}  // namespace assay::store
