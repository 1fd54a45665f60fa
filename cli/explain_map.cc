#include "cli/explain_map.h"

#include "cli/exit.h"
#include "jobs/io/files.h"

namespace gram::cli {

int ExplainMap(const std::vector<std::string>& inputs, const jobs::MapperOptions& options) {
  Result<jobs::RowSource> source = jobs::RowSource::Open(inputs);
  if (!source.ok()) return Fail(source.status());
  Result<jobs::RowMapper> mapper = jobs::RowMapper::Make(options, *source);
  if (!mapper.ok()) return Fail(mapper.status());
  const Status written = jobs::WriteStandardOutput(mapper->Explain());
  return written.ok() ? kExitOk : Fail(written);
}

}  // namespace gram::cli
