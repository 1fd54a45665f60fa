#include "cli/command.h"

int main(int argc, char** argv) { return gram::cli::Run(argc, argv); }
