// A safetensors file. Holds: the tensors of one that opens cover its data without hole or overlap,
// each as large as its shape says, and reading a tensor in two parts gives what reading it whole
// gives.
#include "tools/convert/safetensors.h"

#include <span>
#include <vector>

#include "tests/fuzz/fuzzing.h"

namespace gram::fuzz {
namespace {

std::vector<std::byte> Read(const convert::SafetensorsFile& file,
                            const convert::SourceTensor& tensor, uint64_t begin, uint64_t count) {
  std::vector<std::byte> bytes(count);
  CheckOk(file.Read(tensor, begin, bytes), "a tensor of an open file can be read");
  return bytes;
}

void CheckTensor(const convert::SafetensorsFile& file, const convert::SourceTensor& tensor) {
  uint64_t elements = 1;
  for (const uint64_t extent : tensor.shape) elements *= extent;
  Check(elements == tensor.size(), "a tensor has as many elements as its shape says");
  std::vector<std::byte> parts = Read(file, tensor, 0, tensor.bytes / 3);
  const auto rest = Read(file, tensor, parts.size(), tensor.bytes - parts.size());
  parts.insert(parts.end(), rest.begin(), rest.end());
  Check(parts == Read(file, tensor, 0, tensor.bytes), "parts of a tensor make up the whole");
  std::byte beyond[1];
  Check(!file.Read(tensor, tensor.bytes, beyond).ok(), "nothing is read beyond a tensor");
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  const std::string path = WriteScratch("model.safetensors", Input(data, size).Rest());
  const auto file = gram::convert::SafetensorsFile::Open(path);
  if (!file.ok()) {
    CheckRefusal(file.status(), path);
    return 0;
  }
  uint64_t covered = 0;
  for (const auto& tensor : file->tensors()) {
    const auto& first = file->tensors().front();
    Check(tensor.offset == first.offset + covered, "tensors lie one behind the other");
    covered += tensor.bytes;
    CheckTensor(*file, tensor);
  }
  if (covered > 0) {
    Check(file->tensors().front().offset + covered == size, "tensors reach to the end of the file");
  }
  return 0;
}
