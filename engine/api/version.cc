#include "gram/version.h"

#include "engine/kernels/dispatch.h"

namespace gram {

std::string Version() { return GRAM_VERSION; }

std::string AvailableIsaNames() {
  std::string names;
  for (const kernels::KernelTable* table : kernels::AvailableTables()) {
    if (!names.empty()) names += ' ';
    names += table->isa;
  }
  return names;
}

}  // namespace gram
