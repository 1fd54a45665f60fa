// The room in a build without Apache Arrow: no file is opened as Parquet, and none is written.
#include "engine/base/status.h"
#include "jobs/parquet/parquet.h"

namespace gram::jobs {

std::string ParquetLibrary() { return {}; }

RowFileOpener ParquetOpener(NameSet) { return {}; }

Result<LinePacker> ParquetPacker(std::span<const InputFile>, const KeptFields&, bool) {
  return Unsupported("this gram-cpu is built without Parquet");
}

}  // namespace gram::jobs
