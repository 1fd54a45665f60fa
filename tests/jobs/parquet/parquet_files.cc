#include "tests/jobs/parquet/parquet_files.h"

#include <arrow/c/bridge.h>
#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include "jobs/arrow/owned.h"
#include "tests/c_api/table_stream.h"

namespace gram::testing {
namespace {

arrow::Status Write(const std::string& path, const std::vector<json>& rows,
                    const std::vector<int64_t>& groups, const json& like) {
  const Shape shape = ShapeOf(like);
  ColumnBuilder table = BuilderOf("", shape);
  jobs::Owned<ArrowSchema> exported;
  table.ExportSchema(exported.get());
  ARROW_ASSIGN_OR_RAISE(const auto schema, arrow::ImportSchema(exported.get()));
  ARROW_ASSIGN_OR_RAISE(const auto file, arrow::io::FileOutputStream::Open(path));
  ARROW_ASSIGN_OR_RAISE(const auto writer, parquet::arrow::FileWriter::Open(
                                               *schema, arrow::default_memory_pool(), file));
  size_t next = 0;
  for (const int64_t size : groups) {
    for (int64_t i = 0; i < size; ++i) Append(rows.at(next++), shape, table);
    jobs::Owned<ArrowArray> array;
    table.ExportArray(array.get());
    ARROW_ASSIGN_OR_RAISE(const auto batch, arrow::ImportRecordBatch(array.get(), schema));
    ARROW_RETURN_NOT_OK(writer->NewBufferedRowGroup());
    ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
  }
  EXPECT_EQ(next, rows.size());
  ARROW_RETURN_NOT_OK(writer->Close());
  return file->Close();
}

}  // namespace

void WriteParquet(const std::string& path, const std::vector<json>& rows,
                  const std::vector<int64_t>& groups, const json& like) {
  const arrow::Status written = Write(path, rows, groups, like);
  ASSERT_TRUE(written.ok()) << written.ToString();
}

std::string ParquetColumnType(const std::string& path, const std::string& column) {
  parquet::arrow::FileReaderBuilder builder;
  const arrow::Status opened = builder.OpenFile(path);
  EXPECT_TRUE(opened.ok()) << opened.ToString();
  std::unique_ptr<parquet::arrow::FileReader> reader;
  std::shared_ptr<arrow::Schema> schema;
  EXPECT_TRUE(builder.Build(&reader).ok() && reader->GetSchema(&schema).ok());
  const auto field = schema->GetFieldByName(column);
  return field == nullptr ? "" : field->type()->ToString();
}

std::vector<json> PairRows(int first, int count) {
  std::vector<json> rows;
  for (int i = first; i < first + count; ++i) {
    rows.push_back({{"question", "What is " + std::to_string(i) + " + 1?"},
                    {"response1", std::to_string(i + 1)},
                    {"response2", "no idea"},
                    {"group", i % 5}});
  }
  return rows;
}

}  // namespace gram::testing
