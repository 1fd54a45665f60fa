// Result lines as a Parquet file, beside columns of the inputs.
#include <arrow/array.h>
#include <arrow/c/bridge.h>
#include <arrow/type.h>
#include <arrow/util/config.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "jobs/arrow/owned.h"
#include "jobs/arrow/verdict_columns.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/files.h"
#include "jobs/parquet/parquet.h"
#include "jobs/parquet/parquet_file.h"
#include "jobs/parquet/parquet_writer.h"
#include "jobs/verdicts/fields.h"

namespace gram::jobs {
namespace {

constexpr int64_t kBatchRows = 4096;

// The columns that are kept of the inputs, batch by batch.
class KeptColumns {
 public:
  KeptColumns(std::vector<std::string> inputs, std::shared_ptr<arrow::Schema> schema)
      : inputs_(std::move(inputs)), schema_(std::move(schema)) {}

  // In the order of the first file's; null behind the last.
  Result<std::shared_ptr<arrow::RecordBatch>> Next();

 private:
  Result<std::shared_ptr<arrow::RecordBatch>> NextOfFile();
  std::shared_ptr<arrow::RecordBatch> InOrder(const arrow::RecordBatch& batch) const;

  std::vector<std::string> inputs_;
  std::shared_ptr<arrow::Schema> schema_;
  size_t next_input_ = 0;
  std::optional<ParquetFile> file_;
  int next_group_ = 0;
  bool in_group_ = false;
};

Result<std::shared_ptr<arrow::RecordBatch>> KeptColumns::Next() {
  while (true) {
    if (!file_) {
      if (next_input_ == inputs_.size()) return std::shared_ptr<arrow::RecordBatch>();
      const auto kept = [&](const std::string& name) {
        return schema_->GetFieldByName(name) != nullptr;
      };
      GRAM_ASSIGN_OR_RETURN(file_, ParquetFile::Open(inputs_[next_input_++], kept));
      next_group_ = 0;
    }
    GRAM_ASSIGN_OR_RETURN(const auto batch, NextOfFile());
    if (batch != nullptr) return InOrder(*batch);
    file_.reset();
  }
}

// Of the file that is open; null behind the last.
Result<std::shared_ptr<arrow::RecordBatch>> KeptColumns::NextOfFile() {
  while (in_group_ || next_group_ < file_->groups()) {
    if (!in_group_) GRAM_RETURN_IF_ERROR(file_->Start(next_group_++));
    GRAM_ASSIGN_OR_RETURN(const auto batch, file_->Next());
    in_group_ = batch != nullptr;
    if (in_group_) return batch;
  }
  return std::shared_ptr<arrow::RecordBatch>();
}

std::shared_ptr<arrow::RecordBatch> KeptColumns::InOrder(const arrow::RecordBatch& batch) const {
  arrow::ArrayVector columns;
  for (const auto& field : schema_->fields())
    columns.push_back(batch.GetColumnByName(field->name()));
  return arrow::RecordBatch::Make(schema_, batch.num_rows(), std::move(columns));
}

Result<std::shared_ptr<arrow::Schema>> VerdictSchema(const VerdictColumns& columns) {
  Owned<ArrowSchema> exported;
  columns.ExportSchema(exported.get());
  std::shared_ptr<arrow::Schema> schema;
  GRAM_RETURN_IF_ERROR(CallArrow("the columns of verdicts", [&] {
    return arrow::ImportSchema(exported.get()).Value(&schema);
  }));
  return schema;
}

// The lines of a journal, in batches of columns.
class LineBatches {
 public:
  LineBatches(LineFile lines, std::shared_ptr<arrow::Schema> schema)
      : lines_(std::move(lines)), schema_(std::move(schema)) {}

  // At most `most` rows; none behind the last.
  Result<std::shared_ptr<arrow::RecordBatch>> Next(int64_t most) {
    std::string line;
    for (int64_t i = 0; i < most; ++i) {
      GRAM_ASSIGN_OR_RETURN(const bool more, lines_.Next(line));
      if (!more) break;
      GRAM_RETURN_IF_ERROR(columns_.AddLine(line, ++rows_));
    }
    Owned<ArrowArray> exported;
    GRAM_RETURN_IF_ERROR(columns_.Export(exported.get()));
    std::shared_ptr<arrow::RecordBatch> batch;
    GRAM_RETURN_IF_ERROR(CallArrow("the columns of verdicts", [&] {
      return arrow::ImportRecordBatch(exported.get(), schema_).Value(&batch);
    }));
    return batch;
  }

 private:
  LineFile lines_;
  std::shared_ptr<arrow::Schema> schema_;
  VerdictColumns columns_{/*with_line=*/false};
  int64_t rows_ = 0;
};

// What an output is made of.
struct OutputPlan {
  std::vector<std::string> inputs;          // to keep columns of
  std::shared_ptr<arrow::Schema> kept;      // these columns
  std::shared_ptr<arrow::Schema> verdicts;  // those of verdicts
  bool ids_are_of_id = false;
};

// The fields of `kept`, and those of `verdicts` that have other names.
std::shared_ptr<arrow::Schema> Joined(const arrow::Schema& kept, const arrow::Schema& verdicts) {
  arrow::FieldVector fields = kept.fields();
  for (const auto& field : verdicts.fields()) {
    if (kept.GetFieldByName(field->name()) == nullptr) fields.push_back(field);
  }
  return arrow::schema(std::move(fields));
}

std::shared_ptr<arrow::RecordBatch> Joined(const arrow::RecordBatch& kept,
                                           const arrow::RecordBatch& verdicts) {
  auto schema = Joined(*kept.schema(), *verdicts.schema());
  arrow::ArrayVector columns = kept.columns();
  for (size_t i = columns.size(); i < static_cast<size_t>(schema->num_fields()); ++i) {
    columns.push_back(verdicts.GetColumnByName(schema->field(static_cast<int>(i))->name()));
  }
  return arrow::RecordBatch::Make(std::move(schema), kept.num_rows(), std::move(columns));
}

// Writes all batches; false where `stop` was set.
Result<bool> WriteBatches(const OutputPlan& plan, LineBatches& lines, ParquetWriter& writer,
                          const std::atomic<bool>& stop) {
  KeptColumns columns(plan.inputs, plan.kept);
  while (!stop) {
    std::shared_ptr<arrow::RecordBatch> kept;
    if (!plan.inputs.empty()) {
      GRAM_ASSIGN_OR_RETURN(kept, columns.Next());
    }
    GRAM_ASSIGN_OR_RETURN(const auto batch, lines.Next(kept ? kept->num_rows() : kBatchRows));
    const bool last = plan.inputs.empty() ? batch->num_rows() == 0 : kept == nullptr;
    if (kept ? batch->num_rows() != kept->num_rows() : last && batch->num_rows() > 0) {
      return Corrupt("the inputs have another number of rows than were answered");
    }
    if (last) return true;
    GRAM_RETURN_IF_ERROR(writer.Write(kept ? *Joined(*kept, *batch) : *batch));
  }
  return false;
}

Result<bool> Pack(const OutputPlan& plan, const std::string& from, const std::string& to,
                  const std::atomic<bool>& stop) {
  GRAM_ASSIGN_OR_RETURN(LineFile file, LineFile::OpenPlain(from));
  LineBatches lines(std::move(file), plan.verdicts);
  const auto schema = plan.inputs.empty() ? plan.verdicts : Joined(*plan.kept, *plan.verdicts);
  GRAM_ASSIGN_OR_RETURN(const auto writer, ParquetWriter::Create(to, schema));
  GRAM_ASSIGN_OR_RETURN(const bool all, WriteBatches(plan, lines, *writer, stop));
  if (all) GRAM_RETURN_IF_ERROR(writer->Finish());
  return all;
}

// Whether the columns that are kept of a file are as in the first, and go beside those of verdicts.
Status CheckKept(const OutputPlan& plan, const KeptFields& keep, const ParquetFile& file) {
  for (const std::string& name : keep.names()) {
    if (file.schema().GetFieldByName(name) != nullptr) continue;
    return InvalidArgument("--keep: " + file.path() + " has no column \"" + name + "\"");
  }
  for (const auto& field : file.schema().fields()) {
    const std::string column = "--keep: column \"" + field->name() + "\"";
    const auto first = plan.kept->GetFieldByName(field->name());
    if (first == nullptr || !first->Equals(*field, /*check_metadata=*/false)) {
      return InvalidArgument(column + " of " + file.path() + " is not as in " +
                             plan.inputs.front() + "; name the others");
    }
    const bool stands_for_id = plan.ids_are_of_id && field->name() == fields::kId;
    if (plan.verdicts->GetFieldByName(field->name()) != nullptr && !stands_for_id) {
      return InvalidArgument(column +
                             " is called as one of the verdicts'; rename it, or name the "
                             "others");
    }
  }
  if (file.schema().num_fields() == plan.kept->num_fields()) return {};
  return InvalidArgument("--keep: " + file.path() + " has other columns than " +
                         plan.inputs.front() + "; name those that all have");
}

}  // namespace

std::string ParquetLibrary() { return "Apache Arrow " ARROW_VERSION_STRING; }

Result<LinePacker> ParquetPacker(std::span<const InputFile> inputs, const KeptFields& keep,
                                 bool ids_are_of_id) {
  OutputPlan plan;
  plan.ids_are_of_id = ids_are_of_id;
  GRAM_ASSIGN_OR_RETURN(plan.verdicts, VerdictSchema(VerdictColumns(/*with_line=*/false)));
  for (const InputFile& input : inputs) {
    if (keep.none()) break;
    const auto kept = [&](const std::string& name) { return keep.Keeps(name); };
    const Result<ParquetFile> file = ParquetFile::Open(input.path, kept);
    if (!file.ok()) return Status(file.status().code(), "--keep: " + file.status().message());
    plan.inputs.push_back(input.path);
    if (plan.kept == nullptr) plan.kept = arrow::schema(file->schema().fields());
    GRAM_RETURN_IF_ERROR(CheckKept(plan, keep, *file));
  }
  return LinePacker(
      [plan](const std::string& from, const std::string& to, const std::atomic<bool>& stop) {
        Result<bool> packed = Pack(plan, from, to, stop);
        if (!packed.ok() || !*packed) (void)RemoveFile(to);  // what went wrong before matters more
        return packed;
      });
}

}  // namespace gram::jobs
