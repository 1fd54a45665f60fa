// What can be told of Parquet files by their names, with Arrow or without.
#include <algorithm>
#include <array>
#include <cctype>

#include "engine/base/status.h"
#include "jobs/io/files.h"
#include "jobs/parquet/parquet.h"

namespace gram::jobs {

bool IsNamedParquet(std::string_view path) {
  constexpr std::array<std::string_view, 3> kEndings = {".parquet", ".parq", ".pq"};
  std::string name(path.substr(path.find_last_of('/') + 1));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

Status CheckNotOfPackage(const std::string& output) {
  const std::string parts = output + ".parts";
  GRAM_ASSIGN_OR_RETURN(const bool found, FileExists(parts + "/manifest.json"));
  if (!found) return {};
  return InvalidArgument(parts +
                         " holds a run of the Python package's gram-cpu: go on with it there, or "
                         "remove the folder to start anew");
}

}  // namespace gram::jobs
