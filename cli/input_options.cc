#include "cli/input_options.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <string_view>
#include <utility>

#include "cli/exit.h"
#include "cli/usage.h"
#include "jobs/formats/format.h"
#include "jobs/formats/row_view.h"
#include "jobs/parquet/parquet.h"

namespace gram::cli {
namespace {

std::string FormatNames() {
  std::vector<std::string> names;
  for (const jobs::Format& format : jobs::Formats()) {
    if (format.shape != jobs::Shape::kUseless) names.emplace_back(format.name);
  }
  return Joined(names, ", ");
}

// The fields of --ignore, in order and once each.
jobs::NameSet IgnoredFields(const InputOptions& options) {
  jobs::NameSet fields;
  for (const std::string& list : options.ignored) {
    for (const std::string_view field : jobs::SplitNames(list, ',')) {
      if (!field.empty()) fields.emplace(field);
    }
  }
  return fields;
}

std::string FilesHelp(const InputOptions& options) {
  const bool parquet = options.parquet && !jobs::ParquetLibrary().empty();
  return std::string(
             "files of rows, or quoted patterns, as many as you like: JSON lines or a JSON array, "
             "plain, gzip or zstd") +
         (parquet ? ", or Parquet" : "") +
         "; - is standard input, which is also read if it is a pipe and no FILE is given";
}

bool PipeHasBytes() {
  pollfd request{STDIN_FILENO, POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&request, 1, -1);
  } while (ready < 0 && errno == EINTR);
  int bytes = 0;
  return ready > 0 && ::ioctl(STDIN_FILENO, FIONREAD, &bytes) == 0 && bytes > 0;
}

bool StandardInputHasRows() {
  struct stat info {};
  if (::fstat(STDIN_FILENO, &info) != 0) return false;
  if (S_ISREG(info.st_mode)) return ::lseek(STDIN_FILENO, 0, SEEK_CUR) < info.st_size;
  return (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)) && PipeHasBytes();
}

}  // namespace

void AddInputOptions(CLI::App& app, InputOptions& options) {
  // One option under two names: files come in the order in which they were typed.
  app.add_option("FILE,--input", options.inputs, FilesHelp(options))->type_name("FILE|-");
  app.add_option(
         "--map", options.map,
         "which field is what: question=F,response1=F,response2=F, or chosen=F,rejected=F, or "
         "responses=F; system=F,prefix=F,label=F,id=F; question=F+G joins two fields")
      ->check(NotEmpty())
      ->type_name("NAME=FIELD,...");
  app.add_option("--ignore", options.ignored,
                 "fields that need not be judged; may be given several times")
      ->type_name("FIELD,...")
      ->allow_extra_args(false);
  app.add_option("--format", options.format, "format of the input (default: recognised)")
      ->check(NotEmpty())
      ->type_name("NAME");
  AddChoice(app, "--turns", options.turns, jobs::kTurnsNames,
            "judge all turns of a conversation (join, the default) or only the last one");
  app.add_flag("--explain-map", options.explain_map,
               "show how the input is understood, without scoring anything");
}

void UseStandardInput(InputOptions& options, bool quiet) {
  if (!options.inputs.empty() || !StandardInputHasRows()) return;
  options.inputs.emplace_back("-");
  if (!quiet) Say("reading rows from standard input");
}

std::optional<std::string> CheckInputOptions(const InputOptions& options) {
  if (const auto fields = jobs::ParseFieldMap(options.map); !fields.ok()) {
    return fields.status().message();
  }
  if (!options.format.empty() && jobs::FindFormat(options.format) == nullptr) {
    return "there is no --format " + options.format + "; the formats are " + FormatNames();
  }
  if (!options.format.empty() && jobs::ParseFieldMap(options.map)->NamesTexts()) {
    return "--format cannot be combined with a --map of question, response1, response2 or "
           "responses";
  }
  const bool shapes_input = !options.map.empty() || !options.format.empty() ||
                            !options.ignored.empty() || options.explain_map;
  if (shapes_input && options.inputs.empty()) {
    return "--map, --ignore, --format and --explain-map are about rows: name a FILE of rows";
  }
  return std::nullopt;
}

jobs::MapperOptions ToMapperOptions(const InputOptions& options) {
  jobs::MapperOptions mapper;
  mapper.fields = jobs::ParseFieldMap(options.map).value();
  mapper.format = options.format;
  mapper.ignored = IgnoredFields(options);
  mapper.turns = options.turns;
  return mapper;
}

std::vector<jobs::Setting> InputSettings(const InputOptions& options, const jobs::RowSource& source,
                                         const jobs::RowMapper& mapper) {
  std::set<std::string> formats;
  for (size_t file = 0; file < source.files().size(); ++file) {
    formats.emplace(mapper.FormatName(file));
  }
  const jobs::NameSet ignored = IgnoredFields(options);
  const auto list = [](const auto& names) {
    return Joined(std::vector<std::string>(names.begin(), names.end()), ",");
  };
  return {{"format", list(formats), "--format"},
          {"map", options.map, "--map"},
          {"ignore", list(ignored), "--ignore"},
          {"turns", std::string(NameOf(jobs::kTurnsNames, options.turns)), "--turns"}};
}

Result<jobs::RowSource> OpenRows(const InputOptions& options,
                                 const std::function<bool(const std::string& column)>& needed) {
  if (!options.parquet) return jobs::RowSource::Open(options.inputs);
  jobs::NameSet unread = IgnoredFields(options);
  std::erase_if(unread, needed);
  return jobs::RowSource::Open(options.inputs, jobs::ParquetOpener(std::move(unread)));
}

int ExplainMap(const InputOptions& options, const jobs::MapperOptions& mapping) {
  Result<jobs::RowSource> source = OpenRows(options, [](const std::string&) { return false; });
  if (!source.ok()) return Fail(source.status());
  Result<jobs::RowMapper> mapper = jobs::RowMapper::Make(mapping, *source);
  if (!mapper.ok()) return Fail(mapper.status());
  return Print(mapper->Explain());
}

}  // namespace gram::cli
