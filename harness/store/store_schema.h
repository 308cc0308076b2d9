// The tables of a baseline store, by version: made where they are missing, brought up to date where they are
// old, refused where they are newer than this assay. Internal to store.
#pragma once
#include "store/sql_connection.h"

namespace assay::store {

Expected<void, SystemError> prepare_tables(SqlConnection& connection);

}  // namespace assay::store
