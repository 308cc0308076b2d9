// A PostgreSQL server of a test's own: Debian's binaries, a data folder that goes away, a free loopback port.
// PostgreSQL refuses to run as root; then it runs as the user `postgres` of the package.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>

#include "tests/unit/store/machine_faults.h"

namespace assay::store {

class PostgresServer {
 public:
  PostgresServer();   // fails the test where the server does not start
  ~PostgresServer();  // ends it
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  std::string url(const std::string& user = "assay", const std::string& database = "postgres") const;
  void stop();  // at once, as a crash would

 private:
  TemporaryFolder folder_;
  std::uint16_t port_;
  pid_t process_ = -1;
};

}  // namespace assay::store
