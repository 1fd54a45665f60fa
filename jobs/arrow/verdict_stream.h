// A stream of rows in, a stream of verdicts out, by the Arrow C stream interface
// (https://arrow.apache.org/docs/format/CStreamInterface.html).
#ifndef GRAM_JOBS_ARROW_VERDICT_STREAM_H_
#define GRAM_JOBS_ARROW_VERDICT_STREAM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "gram/c_api.h"
#include "gram/judge.h"
#include "jobs/formats/mapper_options.h"

namespace gram::jobs {

struct VerdictStreamOptions {
  MapperOptions rows;
  ScoreOptions score;
  bool line = false;      ///< see VerdictColumns
  int64_t first_row = 1;  ///< number of the stream's first row, where it is a part of others
  std::shared_ptr<const std::atomic<bool>> cancel = {};  ///< score.cancel, to be kept alive
};

/// Makes `out` the verdicts on the rows of `in`, as gram_score_stream says. Errors: those of the
/// schema (ReadColumnType), of recognising the rows (RecogniseRows), and kIo where `in` fails.
Status OpenVerdictStream(std::shared_ptr<Judge> judge, ArrowArrayStream* in,
                         const VerdictStreamOptions& options, ArrowArrayStream* out);

/// How the rows of a struct array would be read, as JSON: see gram_recognise.
Result<std::string> RecogniseColumns(const ArrowSchema& schema, const ArrowArray& rows,
                                     const MapperOptions& options);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_ARROW_VERDICT_STREAM_H_
