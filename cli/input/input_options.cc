#include "cli/input/input_options.h"

#include "cli/input/format.h"

namespace gram::cli {
namespace {

std::string FormatNames() {
  std::string names;
  for (const Format& format : Formats()) {
    if (format.shape == Shape::kUseless) continue;
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
  if (const auto fields = ParseFieldMap(options.map); !fields.ok()) {
    return fields.status().message();
  }
  if (!options.format.empty() && FindFormat(options.format) == nullptr) {
    return "no --format is named " + options.format + "; there are " + FormatNames();
  }
  if (!options.format.empty() && ParseFieldMap(options.map)->NamesTexts()) {
    return "--format does not go together with --map of question, response1, response2 or "
           "responses";
  }
  const bool shapes_input = !options.map.empty() || !options.format.empty() || options.explain_map;
  if (shapes_input && options.inputs.empty()) {
    return "--map, --format and --explain-map go together with --input only";
  }
  return std::nullopt;
}

MapperOptions ToMapperOptions(const InputOptions& options) {
  MapperOptions mapper;
  mapper.fields = ParseFieldMap(options.map).value();
  mapper.format = options.format;
  mapper.turns = options.turns == "last" ? Turns::kLast : Turns::kJoin;
  return mapper;
}

}  // namespace gram::cli
