#include <sstream>

#include "cli/describe/option_facts.h"
#include "cli/exit.h"

namespace gram::cli {
namespace {

// Text for roff, with everything escaped that means something to it; "-" stays the character that
// can be typed. A line that begins with a dot or quote would be a request.
std::string Roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    line_start = c == '\n';
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Verbatim(std::string_view text) {
  std::string out = ".nf\n";
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    // An empty line outside of a paragraph is bad style in man(7).
    out += line.empty() ? ".sp\n" : Roff(line) + "\n";
  }
  return out + ".fi\n";
}

std::string Bold(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out += (out.empty() ? "\\fB" : ", \\fB") + Roff(word) + "\\fR";
  }
  return out;
}

std::string Names(const OptionFacts& option) {
  const std::string value = option.value.empty() ? "" : "\\fI" + Roff(option.value) + "\\fR";
  if (option.positional()) return value;
  return Bold(option.names) + (value.empty() ? "" : " " + value);
}

std::string Described(const OptionFacts& option) {
  std::string out = ".TP\n" + Names(option) + "\n" + Roff(option.description) + "\n";
  if (option.choices.empty()) return out;
  return out + ".br\nOne of: " + Bold(option.choices) + "\n";
}

std::string Section(const VerbFacts& verb) {
  std::string out = ".SS " + verb.name + "\n" + Roff(verb.description) + "\n";
  for (const OptionFacts& option : verb.options) {
    // Every verb has --help, which is said once.
    if (option.names != std::vector<std::string>{"-h", "--help"}) out += Described(option);
  }
  return out + ".PP\n" + Verbatim(verb.footer);
}

}  // namespace

std::string ManPage(const CLI::App& root, const std::string& version) {
  const VerbFacts program = FactsOf(root);
  std::string about = program.description;  // "gram-cpu judges ... ."
  about = about.substr(about.find(' ') + 1);
  about = about.substr(0, about.find_last_not_of('.') + 1);
  std::string out = ".\\\" Written by the build from the program's --help.\n";
  out += ".TH GRAM\\-CPU 1 2026-11-26 \"gram\\-cpu " + version + "\" \"User Commands\"\n";
  out += ".SH NAME\ngram\\-cpu \\- " + Roff(about) + "\n";
  out += ".SH SYNOPSIS\n.B gram\\-cpu\n.I VERB\n[\\fIoption\\fR ...]\n";
  out += ".SH OPTIONS\n";
  for (const OptionFacts& option : program.options) out += Described(option);
  out += ".PP\n" + Roff(program.footer) + "\n.SH VERBS\n";
  for (const VerbFacts& verb : VerbsOf(root)) out += Section(verb);
  const std::string_view codes = kExitCodesHelp.substr(kExitCodesHelp.find('\n') + 1);
  return out + ".SH EXIT STATUS\n" + Verbatim(codes);
}

}  // namespace gram::cli
