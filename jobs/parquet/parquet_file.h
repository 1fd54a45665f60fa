// A Parquet file that is read one row group after the other.
#ifndef GRAM_JOBS_PARQUET_PARQUET_FILE_H_
#define GRAM_JOBS_PARQUET_PARQUET_FILE_H_

#include <arrow/record_batch.h>
#include <arrow/status.h>
#include <parquet/arrow/reader.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gram/status.h"

namespace gram::jobs {

/// What Arrow says, behind `what`: a line that begins with it. Of a file that was read, what is
/// neither memory's nor the system's fault is kCorrupt.
Status FromArrow(const arrow::Status& status, const std::string& what);

/// Calls `body`, which returns an arrow::Status or throws as Arrow's Parquet does.
Status CallArrow(const std::string& what, const std::function<arrow::Status()>& body);

/// Chosen columns of a file, with all that lies within them. Move-only.
class ParquetFile {
 public:
  /// Which of the columns at the top level are chosen.
  using Choice = std::function<bool(const std::string& name)>;

  /// Errors: kNotFound, kIo; kCorrupt where it is no Parquet file, or its end is not whole.
  static Result<ParquetFile> Open(const std::string& path, const Choice& chosen);

  const std::string& path() const { return path_; }
  const arrow::Schema& schema() const { return *schema_; }  ///< of the chosen columns
  int groups() const;
  int64_t rows() const;
  int64_t GroupRows(int group) const;

  /// Begins with a row group; Next is to follow.
  Status Start(int group);

  /// The next rows of the group, some thousand or about 32 MiB; null behind the last. Errors: kIo,
  /// kCorrupt, kOutOfMemory.
  Result<std::shared_ptr<arrow::RecordBatch>> Next();

 private:
  explicit ParquetFile(std::string path) : path_(std::move(path)) {}

  std::string Unreadable() const;

  std::string path_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::vector<int> columns_;  // of the file's leaves
  std::shared_ptr<arrow::Schema> schema_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_PARQUET_PARQUET_FILE_H_
