#include "cli/input_options.h"

#include <algorithm>

#include "cli/option_checks.h"
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
  // One option under two names: files come in the order in which they were typed.
  app.add_option("FILE,--input", options.inputs,
                 "rows to read: JSON lines or a JSON array, plain, gzip or zstd; a quoted pattern; "
                 "- is standard input, as is a pipe where nothing else is named; as many as you "
                 "like")
      ->type_name("FILE|-");
  app.add_option("--map", options.map,
                 "name the fields: question=F,response1=F,response2=F, or chosen=F,rejected=F, or "
                 "responses=F; system=F,prefix=F,label=F,id=F; question=F+G joins two")
      ->type_name("NAME=FIELD,...");
  app.add_option("--ignore", options.ignored,
                 "fields that may be left out of what is judged; may be given several times")
      ->type_name("FIELD,...")
      ->allow_extra_args(false);
  app.add_option("--format", options.format, "format of the input (default: recognised)")
      ->type_name("NAME");
  app.add_option("--turns", options.turns,
                 "of a conversation, judge all turns or the last one (default join)")
      ->check(OneOf({"join", "last"}))
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
  const bool shapes_input = !options.map.empty() || !options.format.empty() ||
                            !options.ignored.empty() || options.explain_map;
  if (shapes_input && options.inputs.empty()) {
    return "--map, --ignore, --format and --explain-map go together with rows: name a FILE";
  }
  return std::nullopt;
}

jobs::NameSet IgnoredFields(const InputOptions& options) {
  jobs::NameSet fields;
  for (const std::string& list : options.ignored) {
    for (size_t begin = 0; begin < list.size();) {
      const size_t end = std::min(list.find(',', begin), list.size());
      if (end > begin) fields.insert(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return fields;
}

jobs::MapperOptions ToMapperOptions(const InputOptions& options) {
  jobs::MapperOptions mapper;
  mapper.fields = jobs::ParseFieldMap(options.map).value();
  mapper.format = options.format;
  mapper.ignored = IgnoredFields(options);
  mapper.turns = options.turns == "last" ? jobs::Turns::kLast : jobs::Turns::kJoin;
  return mapper;
}

}  // namespace gram::cli
