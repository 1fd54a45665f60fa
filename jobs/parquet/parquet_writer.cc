#include "jobs/parquet/parquet_writer.h"

#include <arrow/memory_pool.h>
#include <arrow/util/byte_size.h>
#include <arrow/util/compression.h>
#include <parquet/properties.h>

#include "engine/base/status.h"
#include "jobs/parquet/parquet_file.h"

namespace gram::jobs {
namespace {

constexpr int64_t kGroupBytes = int64_t{64} << 20;

std::shared_ptr<parquet::WriterProperties> FileProperties() {
  parquet::WriterProperties::Builder builder;
  const auto snappy = arrow::Compression::SNAPPY;
  if (arrow::util::Codec::IsAvailable(snappy)) builder.compression(snappy);
  return builder.build();
}

}  // namespace

// A file that Arrow writes to: what fails is told in our words.
class ParquetWriter::AppendStream : public arrow::io::OutputStream {
 public:
  explicit AppendStream(AppendFile& file) : file_(file) {}

  arrow::Status Write(const void* data, int64_t bytes) override {
    fault_ = file_.Append({static_cast<const char*>(data), static_cast<size_t>(bytes)});
    return fault_.ok() ? arrow::Status::OK() : arrow::Status::IOError(fault_.message());
  }
  using OutputStream::Write;

  arrow::Result<int64_t> Tell() const override { return file_.bytes(); }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

  const Status& fault() const { return fault_; }

 private:
  AppendFile& file_;
  Status fault_;
  bool closed_ = false;
};

ParquetWriter::ParquetWriter(AppendFile file)
    : file_(std::move(file)), stream_(std::make_shared<AppendStream>(file_)) {}

Result<std::unique_ptr<ParquetWriter>> ParquetWriter::Create(
    const std::string& path, const std::shared_ptr<arrow::Schema>& schema) {
  GRAM_ASSIGN_OR_RETURN(AppendFile file, AppendFile::Open(path));
  GRAM_RETURN_IF_ERROR(file.Truncate(0));
  std::unique_ptr<ParquetWriter> writer(new ParquetWriter(std::move(file)));
  GRAM_RETURN_IF_ERROR(writer->Call([&] {
    // Types that Parquet itself does not have are read back as they were.
    const auto types = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    return parquet::arrow::FileWriter::Open(*schema, arrow::default_memory_pool(), writer->stream_,
                                            FileProperties(), types)
        .Value(&writer->writer_);
  }));
  return writer;
}

Status ParquetWriter::Call(const std::function<arrow::Status()>& body) {
  const Status status = CallArrow("cannot write " + file_.path(), body);
  return status.ok() || stream_->fault().ok() ? status : stream_->fault();
}

Status ParquetWriter::Write(const arrow::RecordBatch& batch) {
  return Call([&]() -> arrow::Status {
    if (group_bytes_ < 0 || group_bytes_ >= kGroupBytes) {
      group_bytes_ = 0;
      ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
    }
    group_bytes_ += arrow::util::TotalBufferSize(batch);
    return writer_->WriteRecordBatch(batch);
  });
}

Status ParquetWriter::Finish() {
  GRAM_RETURN_IF_ERROR(Call([&] { return writer_->Close(); }));
  return file_.Sync();
}

}  // namespace gram::jobs
