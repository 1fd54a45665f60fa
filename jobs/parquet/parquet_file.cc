#include "jobs/parquet/parquet_file.h"

#include <arrow/io/file.h>
#include <arrow/memory_pool.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/schema.h>
#include <parquet/types.h>

#include <algorithm>
#include <exception>
#include <new>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr int64_t kBatchRows = 4096;
constexpr int64_t kBatchBytes = int64_t{32} << 20;
constexpr int64_t kReadBytes = int64_t{1} << 20;  // of a column at a time

void AddLeaves(const parquet::arrow::SchemaField& field, std::vector<int>& leaves) {
  if (field.is_leaf()) leaves.push_back(field.column_index);
  for (const parquet::arrow::SchemaField& child : field.children) AddLeaves(child, leaves);
}

// What Arrow has of simdjson is not to be called (CMakeLists.txt): it reads the text of such
// columns.
arrow::Status RefuseGeography(const parquet::SchemaDescriptor& schema) {
  for (int i = 0; i < schema.num_columns(); ++i) {
    const auto& type = schema.Column(i)->logical_type();
    if (type == nullptr || !(type->is_geometry() || type->is_geography())) continue;
    return arrow::Status::NotImplemented("column \"", schema.Column(i)->name(),
                                         "\" is of geometries; leave it out of the file");
  }
  return arrow::Status::OK();
}

// Pages come through a buffer, so that a large row group is not read as a whole; the engine's
// threads are the ones that work.
arrow::Status OpenReader(const std::string& path,
                         std::unique_ptr<parquet::arrow::FileReader>& reader) {
  parquet::ReaderProperties reading = parquet::default_reader_properties();
  reading.enable_buffered_stream();
  reading.set_buffer_size(kReadBytes);
  parquet::ArrowReaderProperties shape;
  shape.set_use_threads(false);
  shape.set_pre_buffer(false);
  parquet::arrow::FileReaderBuilder builder;
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path));
  ARROW_RETURN_NOT_OK(builder.Open(std::move(file), reading));
  ARROW_RETURN_NOT_OK(RefuseGeography(*builder.raw_reader()->metadata()->schema()));
  return builder.properties(shape)->Build(&reader);
}

}  // namespace

Status FromArrow(const arrow::Status& status, const std::string& what) {
  if (status.ok()) return {};
  std::string text = what + ": " + status.message();
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (status.IsOutOfMemory()) return OutOfMemory(text);
  if (status.IsIOError()) return IoError(text);
  if (status.IsNotImplemented()) return Unsupported(text);
  return Corrupt(text);
}

Status CallArrow(const std::string& what, const std::function<arrow::Status()>& body) {
  try {
    return FromArrow(body(), what);
  } catch (const parquet::ParquetStatusException& error) {
    return FromArrow(error.status(), what);
  } catch (const std::bad_alloc&) {
    return OutOfMemory(what + ": out of memory");
  } catch (const std::exception& error) {
    return FromArrow(arrow::Status::Invalid(error.what()), what);
  }
}

std::string ParquetFile::Unreadable() const {
  return "input " + path_ + " is no Parquet file that can be read";
}

Result<ParquetFile> ParquetFile::Open(const std::string& path, const Choice& chosen) {
  ParquetFile file(path);
  GRAM_RETURN_IF_ERROR(CallArrow(file.Unreadable(), [&]() -> arrow::Status {
    ARROW_RETURN_NOT_OK(OpenReader(path, file.reader_));
    for (const auto& field : file.reader_->manifest().schema_fields) {
      if (chosen(field.field->name())) AddLeaves(field, file.columns_);
    }
    ARROW_ASSIGN_OR_RAISE(const auto none, file.reader_->GetRecordBatchReader({}, file.columns_));
    file.schema_ = none->schema();
    return arrow::Status::OK();
  }));
  return file;
}

int ParquetFile::groups() const { return reader_->num_row_groups(); }

int64_t ParquetFile::rows() const { return reader_->parquet_reader()->metadata()->num_rows(); }

int64_t ParquetFile::GroupRows(int group) const {
  return reader_->parquet_reader()->metadata()->RowGroup(group)->num_rows();
}

Status ParquetFile::Start(int group) {
  return CallArrow(Unreadable(), [&]() -> arrow::Status {
    const auto metadata = reader_->parquet_reader()->metadata()->RowGroup(group);
    const int64_t row_bytes =
        metadata->total_byte_size() / std::max<int64_t>(metadata->num_rows(), 1);
    reader_->set_batch_size(
        std::clamp<int64_t>(kBatchBytes / std::max<int64_t>(row_bytes, 1), 1, kBatchRows));
    ARROW_ASSIGN_OR_RAISE(batches_, reader_->GetRecordBatchReader({group}, columns_));
    return arrow::Status::OK();
  });
}

Result<std::shared_ptr<arrow::RecordBatch>> ParquetFile::Next() {
  std::shared_ptr<arrow::RecordBatch> batch;
  GRAM_RETURN_IF_ERROR(CallArrow(Unreadable(), [&] { return batches_->ReadNext(&batch); }));
  return batch;
}

}  // namespace gram::jobs
