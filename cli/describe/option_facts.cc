#include "cli/describe/option_facts.h"

#include <sstream>

#include "cli/exit.h"

namespace gram::cli {
namespace {

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// "{a,b,c}" to its words.
std::vector<std::string> Choices(const std::string& type) {
  std::vector<std::string> words;
  const size_t open = type.find('{');
  const size_t close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return words;
  std::istringstream list(type.substr(open + 1, close - open - 1));
  for (std::string word; std::getline(list, word, ',');) words.push_back(word);
  return words;
}

// Arguments are files; an option's value is one where it is called so.
ValueKind KindOf(const OptionFacts& facts) {
  if (facts.value.empty()) return ValueKind::kNone;
  if (!facts.choices.empty()) return ValueKind::kChoice;
  if (Contains(facts.value, "DIR")) return ValueKind::kFolder;
  const bool file = Contains(facts.value, "FILE") || Contains(facts.value, ".gram");
  return file || facts.positional() ? ValueKind::kFile : ValueKind::kOther;
}

OptionFacts FactsOf(const CLI::Option& option) {
  OptionFacts facts;
  for (const std::string& name : option.get_snames()) facts.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) facts.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) {
    const std::string type = option.get_type_name();  // "NAME:{a,b}", "N:INT in [1 - 8]"
    facts.value = facts.positional() ? option.get_name(true) : type.substr(0, type.find(':'));
    facts.choices = Choices(type);
  }
  facts.kind = KindOf(facts);
  facts.repeats = option.get_items_expected_max() > 1;
  facts.description = option.get_description();
  return facts;
}

std::string WithoutExitCodes(const std::string& footer) {
  const std::string text = footer.substr(0, footer.find(kExitCodesHelp));
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

}  // namespace

VerbFacts FactsOf(const CLI::App& app) {
  VerbFacts facts;
  facts.name = app.get_name();
  facts.description = app.get_description();
  facts.footer = WithoutExitCodes(app.get_footer());
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) facts.options.push_back(FactsOf(*option));
  }
  return facts;
}

std::vector<VerbFacts> VerbsOf(const CLI::App& root) {
  std::vector<VerbFacts> verbs;
  for (const CLI::App* app : root.get_subcommands([](const CLI::App*) { return true; })) {
    if (!app->get_group().empty()) verbs.push_back(FactsOf(*app));
  }
  return verbs;
}

}  // namespace gram::cli
