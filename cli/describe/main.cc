// gram-cpu-describe DIR: writes gram-cpu's man page and shell completions into DIR, for the build.
#include <fstream>
#include <iostream>

#include "cli/command.h"
#include "cli/describe/option_facts.h"
#include "gram/version.h"

namespace {

bool Write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) std::cerr << "gram-cpu-describe: cannot write " << path << "\n";
  return static_cast<bool>(file);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: gram-cpu-describe DIR\n";
    return 2;
  }
  CLI::App root;
  gram::cli::DefineCommandLine(root);
  const std::string folder = std::string(argv[1]) + "/";
  const bool written = Write(folder + "gram-cpu.1", gram::cli::ManPage(root, gram::Version())) &&
                       Write(folder + "gram-cpu.bash", gram::cli::BashCompletion(root)) &&
                       Write(folder + "_gram-cpu", gram::cli::ZshCompletion(root));
  return written ? 0 : 1;
}
