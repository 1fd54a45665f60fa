#include "cli/explain_map.h"

#include "cli/exit.h"
#include "cli/output/output_file.h"

namespace gram::cli {

int ExplainMap(const std::vector<std::string>& inputs, const MapperOptions& options) {
  Result<RowSource> source = RowSource::Open(inputs);
  if (!source.ok()) return Fail(source.status());
  Result<RowMapper> mapper = RowMapper::Make(options, *source);
  if (!mapper.ok()) return Fail(mapper.status());
  const Status written = WriteStandardOutput(mapper->Explain());
  return written.ok() ? kExitOk : Fail(written);
}

}  // namespace gram::cli
