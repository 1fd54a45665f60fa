// Parquet files as inputs: their rows as the JSON of their columns.
#include <arrow/c/bridge.h>
#include <arrow/type.h>

#include <array>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "engine/base/status.h"
#include "jobs/arrow/column_rows.h"
#include "jobs/arrow/columns.h"
#include "jobs/arrow/owned.h"
#include "jobs/io/files.h"
#include "jobs/parquet/parquet.h"
#include "jobs/parquet/parquet_file.h"

namespace gram::jobs {
namespace {

class ParquetRows : public RowFile {
 public:
  static Result<std::unique_ptr<RowFile>> Open(const std::string& path, const NameSet& unread);

  Result<bool> Next(std::string& row, bool& too_long) override;
  bool Ready(int) const override { return true; }
  Layout layout() const override { return file_.rows() > 0 ? Layout::kColumns : Layout::kEmpty; }
  int64_t position() const override;
  int64_t Pass(int64_t most) override;
  bool Ended() const override { return AtGroup() && next_group_ == file_.groups(); }

 private:
  ParquetRows(ParquetFile file, ColumnType type, int64_t bytes)
      : file_(std::move(file)), type_(std::move(type)), bytes_(bytes) {}

  // Whether no row group is begun.
  bool AtGroup() const { return !HasRow() && !in_group_; }
  bool HasRow() const { return row_ < (*batch_).length; }
  Status ReadBatch();

  ParquetFile file_;
  ColumnType type_;
  int64_t bytes_;
  int64_t rows_ = 0;       // that were given or passed over
  int next_group_ = 0;     // the first that was not started
  bool in_group_ = false;  // batches of the one before it may follow
  Owned<ArrowArray> batch_;
  int64_t row_ = 0;  // of the batch
};

Result<std::unique_ptr<RowFile>> ParquetRows::Open(const std::string& path, const NameSet& unread) {
  GRAM_ASSIGN_OR_RETURN(ParquetFile file, ParquetFile::Open(path, [&](const std::string& name) {
                          return !unread.contains(name);
                        }));
  Owned<ArrowSchema> schema;
  const std::string input = "input " + path;
  GRAM_RETURN_IF_ERROR(
      CallArrow(input, [&] { return arrow::ExportSchema(file.schema(), schema.get()); }));
  Result<ColumnType> type = ReadColumnType(*schema, {});
  if (!type.ok()) return Status(type.status().code(), input + ": " + type.status().message());
  std::error_code ignored;
  const auto bytes = static_cast<int64_t>(std::filesystem::file_size(path, ignored));
  return std::unique_ptr<RowFile>(new ParquetRows(std::move(file), std::move(type).value(), bytes));
}

// Goes on to the next batch that has rows, if any.
Status ParquetRows::ReadBatch() {
  while (!HasRow() && (in_group_ || next_group_ < file_.groups())) {
    if (!in_group_) GRAM_RETURN_IF_ERROR(file_.Start(next_group_++));
    GRAM_ASSIGN_OR_RETURN(const auto batch, file_.Next());
    in_group_ = batch != nullptr;
    if (!in_group_) continue;
    batch_ = {};
    row_ = 0;
    const std::string input = "input " + file_.path();
    GRAM_RETURN_IF_ERROR(
        CallArrow(input, [&] { return arrow::ExportRecordBatch(*batch, batch_.get()); }));
    const Status sound = CheckArray(type_, *batch_);
    if (!sound.ok()) return Status(sound.code(), input + ": " + sound.message());
  }
  return {};
}

Result<bool> ParquetRows::Next(std::string& row, bool& too_long) {
  GRAM_RETURN_IF_ERROR(ReadBatch());
  if (!HasRow()) return false;
  row = JsonOf(type_, *batch_, row_++);
  too_long = row.size() > RowReader::kMaxRowBytes;
  ++rows_;
  return true;
}

int64_t ParquetRows::position() const {
  const int64_t all = file_.rows();
  if (all == 0) return bytes_;
  return static_cast<int64_t>(static_cast<double>(bytes_) * static_cast<double>(rows_) /
                              static_cast<double>(all));
}

// Whole row groups, as long as none is begun.
int64_t ParquetRows::Pass(int64_t most) {
  int64_t passed = 0;
  while (AtGroup() && next_group_ < file_.groups()) {
    const int64_t rows = file_.GroupRows(next_group_);
    if (rows > most - passed) break;
    passed += rows;
    ++next_group_;
  }
  rows_ += passed;
  return passed;
}

// Whether the file is meant to be Parquet.
Result<bool> IsParquet(const std::string& path) {
  if (IsNamedParquet(path)) return true;
  GRAM_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path));
  std::array<char, 4> first{};
  size_t have = 0;
  while (have < first.size()) {
    GRAM_ASSIGN_OR_RETURN(const size_t got, file.Read(std::span(first).subspan(have)));
    if (got == 0) return false;
    have += got;
  }
  return std::string_view(first.data(), first.size()) == "PAR1";
}

}  // namespace

RowFileOpener ParquetOpener(NameSet unread) {
  return [unread = std::move(unread)](const std::string& path) -> Result<std::unique_ptr<RowFile>> {
    GRAM_ASSIGN_OR_RETURN(const bool is_parquet, IsParquet(path));
    if (!is_parquet) return std::unique_ptr<RowFile>();
    return ParquetRows::Open(path, unread);
  };
}

}  // namespace gram::jobs
