#include "jobs/arrow/verdict_stream.h"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "jobs/arrow/column_rows.h"
#include "jobs/arrow/owned.h"
#include "jobs/arrow/verdict_columns.h"
#include "jobs/run/answers.h"
#include "jobs/run/job.h"

namespace gram::jobs {
namespace {

// Rows that are mapped and scored together: many enough for the engine's batches, and so few that
// copies of nested texts take little memory.
constexpr int64_t kWindowRows = 1024;

int ErrnoOf(StatusCode code) {
  switch (code) {
    case StatusCode::kCancelled:
      return ECANCELED;
    case StatusCode::kOutOfMemory:
      return ENOMEM;
    case StatusCode::kInvalidArgument:
      return EINVAL;
    case StatusCode::kUnsupported:
      return EOPNOTSUPP;
    case StatusCode::kNotFound:
      return ENOENT;
    case StatusCode::kCorrupt:
      return EBADMSG;
    case StatusCode::kInvalidUtf8:
      return EILSEQ;
    case StatusCode::kTooLong:
      return EMSGSIZE;
    case StatusCode::kInternal:
      return EPROTO;
    default:
      return EIO;
  }
}

// The rows' batches, some of which were read ahead.
class Batches {
 public:
  explicit Batches(ArrowArrayStream taken) : stream_(taken) {}

  Result<ColumnType> ReadType(const NameSet& ignored) {
    Owned<ArrowSchema> schema;
    const int error = stream_.get()->get_schema(stream_.get(), schema.get());
    if (error != 0) return Failed(error);
    GRAM_ASSIGN_OR_RETURN(type_, ReadColumnType(*schema, ignored));
    return type_;
  }

  // Until there are `rows` rows, or no more.
  Status ReadAhead(size_t rows) {
    for (size_t have = 0; have < rows;) {
      GRAM_ASSIGN_OR_RETURN(Owned<ArrowArray> batch, Read());
      if (batch.empty()) return {};
      have += static_cast<size_t>((*batch).length);
      ahead_.push_back(std::move(batch));
    }
    return {};
  }

  std::vector<ArrowArray> ahead() const {
    std::vector<ArrowArray> batches;
    for (const Owned<ArrowArray>& batch : ahead_) batches.push_back(*batch);
    return batches;
  }

  // Empty behind the last.
  Result<Owned<ArrowArray>> Next() {
    if (next_ == ahead_.size()) return Read();
    return std::move(ahead_[next_++]);
  }

 private:
  Result<Owned<ArrowArray>> Read() {
    Owned<ArrowArray> batch;
    const int error = stream_.get()->get_next(stream_.get(), batch.get());
    if (error != 0) return Failed(error);
    if (!batch.empty()) GRAM_RETURN_IF_ERROR(CheckArray(type_, *batch));
    return batch;
  }

  Status Failed(int error) {
    const char* const text = stream_.get()->get_last_error(stream_.get());
    return IoError("the stream of rows failed: " +
                   std::string(text != nullptr && *text != '\0' ? text : std::strerror(error)));
  }

  Owned<ArrowArrayStream> stream_;
  ColumnType type_;
  std::vector<Owned<ArrowArray>> ahead_;
  size_t next_ = 0;
};

class VerdictStream {
 public:
  VerdictStream(std::shared_ptr<Judge> judge, Batches batches, ColumnRows rows,
                const VerdictStreamOptions& options)
      : judge_(std::move(judge)),
        batches_(std::move(batches)),
        rows_(std::move(rows)),
        score_(options.score),
        cancel_(options.cancel),
        columns_(options.line),
        next_row_(options.first_row) {}

  void ExportSchema(ArrowSchema* schema) const { columns_.ExportSchema(schema); }

  // The verdicts of the next batch; leaves `out` released behind the last. An error stays: rows
  // behind it would be counted wrongly.
  Status Next(ArrowArray* out) {
    if (!IsOwn()) {
      return InvalidArgument(
          "this stream of verdicts belongs to the process that this one was forked from; score the "
          "rows here, or read it there");
    }
    GRAM_RETURN_IF_ERROR(fault_);
    fault_ = OutOfMemory("out of memory");  // unless something else is told
    fault_ = Answer(out);
    return fault_;
  }

  /// Whether this process made the stream. The judge's threads are in no forked child.
  bool IsOwn() const { return owner_ == ::getpid(); }

  const char* last_error() const { return error_.empty() ? nullptr : error_.c_str(); }
  int Fail(const Status& status) {
    error_ = status.message();
    return ErrnoOf(status.code());
  }

 private:
  Status Answer(ArrowArray* out) {
    GRAM_ASSIGN_OR_RETURN(const Owned<ArrowArray> batch, batches_.Next());
    *out = {};
    if (batch.empty()) return {};
    for (int64_t row = 0; row < (*batch).length; row += kWindowRows) {
      GRAM_RETURN_IF_ERROR(AnswerWindow(*batch, row, std::min(row + kWindowRows, (*batch).length)));
    }
    return columns_.Export(out);
  }

  Status AnswerWindow(const ArrowArray& batch, int64_t begin, int64_t end) {
    std::vector<InputRow> rows;
    for (int64_t row = begin; row < end; ++row) {
      rows.push_back(rows_.Map(batch, row, next_row_++));
    }
    const std::vector<Result<Verdict>> results = judge_->Score(PairsOf(rows), score_);
    for (const Result<Verdict>& result : results) {
      if (StopsTheRun(result.status().code())) return result.status();
    }
    std::span<const Result<Verdict>> rest = results;
    for (const InputRow& row : rows) {
      columns_.Add(row, rest.first(row.comparisons.size()));
      rest = rest.subspan(row.comparisons.size());
    }
    return {};
  }

  pid_t owner_ = ::getpid();
  std::shared_ptr<Judge> judge_;
  Batches batches_;
  ColumnRows rows_;
  ScoreOptions score_;
  std::shared_ptr<const std::atomic<bool>> cancel_;
  VerdictColumns columns_;
  int64_t next_row_;
  Status fault_;
  std::string error_;
};

// The functions of the C stream; private_data is the VerdictStream.

template <typename Body>
int Guarded(ArrowArrayStream* stream, const Body& body) {
  auto& verdicts = *static_cast<VerdictStream*>(stream->private_data);
  try {
    const Status status = body(verdicts);
    return status.ok() ? 0 : verdicts.Fail(status);
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  } catch (const std::exception& error) {
    return verdicts.Fail(Internal(error.what()));
  }
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
  return Guarded(stream, [out](const VerdictStream& verdicts) {
    verdicts.ExportSchema(out);
    return Status();
  });
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
  return Guarded(stream, [out](VerdictStream& verdicts) { return verdicts.Next(out); });
}

const char* GetLastError(ArrowArrayStream* stream) {
  return static_cast<VerdictStream*>(stream->private_data)->last_error();
}

void Release(ArrowArrayStream* stream) {
  auto* const verdicts = static_cast<VerdictStream*>(stream->private_data);
  // In a child process there are no threads to end, and ending them would wait for ever.
  if (verdicts->IsOwn()) delete verdicts;
  stream->release = nullptr;
}

std::string_view UseOf(FieldFate fate) {
  return fate == FieldFate::kMetadata ? "metadata" : "none";
}

}  // namespace

Status OpenVerdictStream(std::shared_ptr<Judge> judge, ArrowArrayStream* in,
                         const VerdictStreamOptions& options, ArrowArrayStream* out) {
  Batches batches(std::exchange(*in, {}));
  GRAM_ASSIGN_OR_RETURN(ColumnType type, batches.ReadType(options.rows.ignored));
  const bool named = !options.rows.format.empty() || options.rows.fields.NamesTexts();
  if (!named) GRAM_RETURN_IF_ERROR(batches.ReadAhead(kSampleRows));
  GRAM_ASSIGN_OR_RETURN(FileFormat format,
                        FormatOfColumns(SampleOf(type, batches.ahead()), options.rows));
  ColumnRows rows(std::move(type), std::move(format));
  auto stream = std::make_unique<VerdictStream>(std::move(judge), std::move(batches),
                                                std::move(rows), options);
  *out = {GetSchema, GetNext, GetLastError, Release, stream.release()};
  return {};
}

Result<std::string> RecogniseColumns(const ArrowSchema& schema, const ArrowArray& rows,
                                     const MapperOptions& options) {
  GRAM_ASSIGN_OR_RETURN(const ColumnType type, ReadColumnType(schema, options.ignored));
  GRAM_RETURN_IF_ERROR(CheckArray(type, rows));
  GRAM_ASSIGN_OR_RETURN(const FileFormat format, FormatOfColumns(SampleOf(type, {rows}), options));
  nlohmann::ordered_json json = {{"format", format.name}, {"title", format.format.title}};
  json["fields"] = nlohmann::json::array();
  for (const RowView::Use& use : format.uses) {
    json["fields"].push_back({{"field", use.field}, {"use", use.part}});
  }
  for (const FieldFinding& field : format.fields) {
    if (field.fate == FieldFate::kUsed) continue;
    json["fields"].push_back({{"field", field.name}, {"use", UseOf(field.fate)}});
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace gram::jobs
