// Compares text with a file under tests/golden. With ASSAY_UPDATE_GOLDEN=1 in the environment the file is
// rewritten first; read the difference before you commit it.
#pragma once
#include <string>

namespace assay::test_support {

std::string read_golden(const std::string& name, const std::string& actual);

}  // namespace assay::test_support
