// The rows of a file as they are mapped, for the targets that begin with rows.
#ifndef GRAM_TESTS_FUZZ_MAPPED_ROWS_H_
#define GRAM_TESTS_FUZZ_MAPPED_ROWS_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "jobs/formats/row_mapper.h"

namespace gram::fuzz {

struct MappedRows {
  std::string format;
  std::string explanation;
  std::vector<jobs::InputRow> rows;
};

/// All rows of the file at `path`, or why it cannot be read or understood.
inline Result<MappedRows> MapRows(const std::string& path,
                                  const jobs::MapperOptions& options = {}) {
  GRAM_ASSIGN_OR_RETURN(jobs::RowSource source, jobs::RowSource::Open({path}));
  GRAM_ASSIGN_OR_RETURN(jobs::RowMapper mapper, jobs::RowMapper::Make(options, source));
  MappedRows mapped{std::string(mapper.FormatName(0)), mapper.Explain(), {}};
  jobs::RawRow row;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, source.Next(row));
    if (!more) return mapped;
    mapped.rows.push_back(mapper.Map(std::move(row)));
  }
}

}  // namespace gram::fuzz

#endif  // GRAM_TESTS_FUZZ_MAPPED_ROWS_H_
