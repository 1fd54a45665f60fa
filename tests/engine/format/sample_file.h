// A small packed file with known contents, for the format's tests.
#ifndef GRAM_TESTS_ENGINE_FORMAT_SAMPLE_FILE_H_
#define GRAM_TESTS_ENGINE_FORMAT_SAMPLE_FILE_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/format/writer.h"

namespace gram::format {

inline ModelConfig SampleConfig() {
  return {.architecture = "Qwen3ForCausalLM",
          .hidden_size = 24,
          .intermediate_size = 40,
          .num_hidden_layers = 1,
          .num_attention_heads = 2,
          .num_key_value_heads = 1,
          .head_dim = 6,
          .vocab_size = 11,
          .max_position_embeddings = 100,
          .rms_norm_eps = 1e-6F,
          .rope = {.rope_theta = 1e6},
          .qk_norm = true};
}

inline Metadata SampleMetadata(DType dtype = DType::kBf16) {
  return {{SampleConfig(), {}},
          dtype,
          {"<user>", "<end>\n", "<think></think>"},
          "tokenizer bytes",
          R"({"source":"sample"})"};
}

/// The bytes of tensor `index`: no two tensors alike, no zero byte.
inline std::vector<std::byte> SampleTensor(size_t index, size_t bytes) {
  std::vector<std::byte> data(bytes);
  for (size_t i = 0; i < bytes; ++i)
    data[i] = static_cast<std::byte>(1 + (i * 7 + index * 31) % 255);
  return data;
}

/// Appends every tensor in pieces of `piece` bytes.
inline Status AppendSample(PackedFileWriter& writer, size_t piece = 1000) {
  for (size_t i = 0; i < writer.table().size(); ++i) {
    const std::vector<std::byte> data = SampleTensor(i, writer.records()[i].bytes);
    for (size_t begin = 0; begin < data.size(); begin += piece) {
      const size_t count = std::min(piece, data.size() - begin);
      GRAM_RETURN_IF_ERROR(writer.Append(i, std::span(data).subspan(begin, count)));
    }
  }
  return {};
}

inline Status WriteSample(const std::string& path, Metadata metadata = SampleMetadata()) {
  GRAM_ASSIGN_OR_RETURN(PackedFileWriter writer,
                        PackedFileWriter::Create(path, std::move(metadata)));
  GRAM_RETURN_IF_ERROR(AppendSample(writer));
  return writer.Finish();
}

}  // namespace gram::format

#endif  // GRAM_TESTS_ENGINE_FORMAT_SAMPLE_FILE_H_
