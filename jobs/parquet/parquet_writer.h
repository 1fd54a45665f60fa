// A Parquet file that grows by batches.
#ifndef GRAM_JOBS_PARQUET_PARQUET_WRITER_H_
#define GRAM_JOBS_PARQUET_PARQUET_WRITER_H_

#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/writer.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gram/status.h"
#include "jobs/io/files.h"

namespace gram::jobs {

/// Writes batches of one schema, in row groups of about 64 MiB before they are encoded, which are
/// held in memory until they are full. Errors: kIo (disk full), kOutOfMemory.
class ParquetWriter {
 public:
  /// Opens the file at `path`, which is replaced.
  static Result<std::unique_ptr<ParquetWriter>> Create(
      const std::string& path, const std::shared_ptr<arrow::Schema>& schema);

  Status Write(const arrow::RecordBatch& batch);

  /// To be called once, last: the file is then on disk.
  Status Finish();

 private:
  class AppendStream;

  explicit ParquetWriter(AppendFile file);

  Status Call(const std::function<arrow::Status()>& body);

  AppendFile file_;
  std::shared_ptr<AppendStream> stream_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  int64_t group_bytes_ = -1;  // of the row group that is begun, if any
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_PARQUET_PARQUET_WRITER_H_
