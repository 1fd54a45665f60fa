#include "cli/exit.h"

#include <algorithm>
#include <cstdio>

#include "jobs/io/files.h"

namespace gram::cli {

void Say(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  std::fprintf(stderr, "gram-cpu: %s\n", line.c_str());
}

int Fail(const Status& status) {
  if (jobs::ReaderHasGone(status)) return kExitOk;
  Say(status.message());
  return kExitFailed;
}

int FailUsage(std::string_view verb, const std::string& message) {
  const std::string command = verb.empty() ? "gram-cpu" : "gram-cpu " + std::string(verb);
  Say(message + " (see " + command + " --help)");
  return kExitUsage;
}

}  // namespace gram::cli
