// `backup-freshness`: the newest backup is young enough, holds something, and has not shrunk; enough others
// are kept. It looks at the list of backups, not into them.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kBackupFreshness;

}  // namespace assay::probes
