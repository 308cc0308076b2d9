// Lists of backups as a command prints them or an S3 bucket answers, read without trust: bounded, and a list
// that is not whole or not understood is no list. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "probes/iso_time.h"

namespace assay::probes {

struct Backup {
  std::string name;
  std::uint64_t bytes = 0;
  WallTime time;
};

// Lines "SIZE-IN-BYTES TIME NAME"; the name may hold spaces. Empty lines are skipped.
Expected<std::vector<Backup>, std::string> parse_backup_lines(std::string_view text);

struct BackupPage {
  std::vector<Backup> backups;
  std::string next;  // continuation token; empty: the last page
};
// The XML of ListObjectsV2.
Expected<BackupPage, std::string> parse_s3_page(std::string_view xml);

}  // namespace assay::probes
