#include "cli/input_options.h"

#include "jobs/formats/format.h"

namespace gram::cli {
namespace {

std::string FormatNames() {
  std::string names;
  for (const jobs::Format& format : jobs::Formats()) {
    if (format.shape == jobs::Shape::kUseless) continue;
    if (!names.empty()) names += ", ";
    names += format.name;
  }
  return names;
}

}  // namespace

void AddInputOptions(CLI::App& app, InputOptions& options) {
  app.add_option(
         "--input", options.inputs,
         "rows to read: JSON lines or a JSON array, plain, gzip or zstd; a quoted pattern; - "
         "is standard input; may be given several times")
      ->type_name("FILE|-")
      ->allow_extra_args(false);
  app.add_option("--map", options.map,
                 "name the fields: question=F,response1=F,response2=F,responses=F,label=F,id=F")
      ->type_name("NAME=FIELD,...");
  app.add_option("--format", options.format, "format of the input (default: recognised)")
      ->type_name("NAME");
  app.add_option("--turns", options.turns,
                 "of a conversation, judge all turns or the last one (default join)")
      ->check(CLI::IsMember({"join", "last"}))
      ->type_name("NAME");
  app.add_flag("--explain-map", options.explain_map,
               "say how the input is understood, and score nothing");
}

std::optional<std::string> CheckInputOptions(const InputOptions& options) {
  if (const auto fields = jobs::ParseFieldMap(options.map); !fields.ok()) {
    return fields.status().message();
  }
  if (!options.format.empty() && jobs::FindFormat(options.format) == nullptr) {
    return "no --format is named " + options.format + "; there are " + FormatNames();
  }
  if (!options.format.empty() && jobs::ParseFieldMap(options.map)->NamesTexts()) {
    return "--format does not go together with --map of question, response1, response2 or "
           "responses";
  }
  const bool shapes_input = !options.map.empty() || !options.format.empty() || options.explain_map;
  if (shapes_input && options.inputs.empty()) {
    return "--map, --format and --explain-map go together with --input only";
  }
  return std::nullopt;
}

jobs::MapperOptions ToMapperOptions(const InputOptions& options) {
  jobs::MapperOptions mapper;
  mapper.fields = jobs::ParseFieldMap(options.map).value();
  mapper.format = options.format;
  mapper.turns = options.turns == "last" ? jobs::Turns::kLast : jobs::Turns::kJoin;
  return mapper;
}

}  // namespace gram::cli
