// Parquet files as rows, and result lines as a Parquet file: where the build has Apache Arrow C++,
// which nothing outside this room includes.
#ifndef GRAM_JOBS_PARQUET_PARQUET_H_
#define GRAM_JOBS_PARQUET_PARQUET_H_

#include <span>
#include <string>
#include <string_view>

#include "gram/status.h"
#include "jobs/formats/row_view.h"
#include "jobs/io/row_source.h"
#include "jobs/run/output_files.h"
#include "jobs/verdicts/kept_fields.h"

namespace gram::jobs {

/// What this build reads and writes Parquet with, "Apache Arrow 26.0.1"; empty where it does not.
std::string ParquetLibrary();

/// Whether `path` is named as Parquet: it ends in .parquet, .parq or .pq, in whatever case.
bool IsNamedParquet(std::string_view path);

/// Opens files that are Parquet by their first bytes, or by their names. Their rows are the JSON of
/// their columns, without those that `unread` names; row groups are read as they come, in the
/// memory of some thousand rows, and can be passed over. Errors of opening, which name the file:
/// kIo; kCorrupt (no Parquet, or damaged); kUnsupported (a column that JSON has nothing for). Empty
/// in a build without Parquet.
RowFileOpener ParquetOpener(NameSet unread);

/// Makes a Parquet file of the lines of a run over `inputs`, of schema gram-cpu, whole and without
/// additions: the columns of VerdictColumns, and before them those columns of the inputs that
/// `keep` names, in the order of the first file. Where `ids_are_of_id` (MapperOptions::IdsAreOf), a
/// kept column "id" stands for the verdicts', which is its text. Row groups are of about 64 MiB.
/// Errors: kInvalidArgument (an input to keep from is no Parquet file, or lacks the column, or has
/// it in another type than the first; a column is called as one of the verdicts'); those of opening
/// a file. The packer's: kIo, kCorrupt (the lines are not those of the inputs' rows).
Result<LinePacker> ParquetPacker(std::span<const InputFile> inputs, const KeptFields& keep,
                                 bool ids_are_of_id);

/// kInvalidArgument where the Python package's gram-cpu has begun to write `output`: what it keeps
/// beside it is not this program's.
Status CheckNotOfPackage(const std::string& output);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_PARQUET_PARQUET_H_
