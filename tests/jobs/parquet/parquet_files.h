// Parquet files made of rows of JSON, and read back as such.
#ifndef GRAM_TESTS_JOBS_PARQUET_PARQUET_FILES_H_
#define GRAM_TESTS_JOBS_PARQUET_PARQUET_FILES_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gram::testing {

/// Writes rows, whose columns are those of `like`, into row groups of the sizes `groups`, which add
/// up to them.
void WriteParquet(const std::string& path, const std::vector<nlohmann::json>& rows,
                  const std::vector<int64_t>& groups, const nlohmann::json& like);

/// Whether a column, by the name of its Arrow type: "utf8", "list<item: ...>"; empty where there is
/// none.
std::string ParquetColumnType(const std::string& path, const std::string& column);

/// Pairs of text with a group, `first` to `first` + `count` - 1.
std::vector<nlohmann::json> PairRows(int first, int count);

}  // namespace gram::testing

#endif  // GRAM_TESTS_JOBS_PARQUET_PARQUET_FILES_H_
