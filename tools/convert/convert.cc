#include "tools/convert/convert.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/layout.h"
#include "tools/convert/checkpoint.h"
#include "tools/convert/packing.h"
#include "tools/convert/source.h"

namespace gram::convert {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTextInputs[] = {"config.json", "tokenizer.json", "tokenizer_config.json",
                                       "chat_template.jinja", "chat_template.json"};
// Read too, but only of some checkpoints.
constexpr const char* kOtherInputs[] = {"tokenizer.model", "special_tokens_map.json",
                                        "added_tokens.json"};

Status CheckOutput(const ConvertOptions& options, const Checkpoint& checkpoint) {
  std::vector<std::string> inputs = checkpoint.files();
  for (const char* name : kTextInputs) inputs.push_back(options.folder + "/" + name);
  for (const char* name : kOtherInputs) inputs.push_back(options.folder + "/" + name);
  for (const std::string& input : inputs) {
    std::error_code ignored;  // the output need not exist
    if (fs::equivalent(options.output, input, ignored)) {
      return InvalidArgument(options.output +
                             ": is an input of the conversion; name another output");
    }
  }
  return {};
}

bool IsWeight(const format::TensorSpec& spec) { return spec.role != format::TensorRole::kVector; }

// The dtypes of the checkpoint's weights, such as "BF16" or "BF16+F32".
std::string SourceDTypes(const std::vector<format::TensorSpec>& table, const TensorMap& map) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < table.size(); ++i) {
    if (!IsWeight(table[i])) continue;
    for (const ElementRun& run : map[i].runs) {
      names.insert(SafetensorsName(run.ref.tensor->dtype));
    }
  }
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += '+';
    text += name;
  }
  return text;
}

DType ChooseDType(std::optional<DType> wanted, const std::string& source_dtypes) {
  const bool all_bf16 = source_dtypes == SafetensorsName(DType::kBf16);
  return wanted.value_or(all_bf16 ? DType::kBf16 : DType::kF32);
}

Status NotFinite(const TensorRef& part, uint64_t element, std::span<const std::byte> source) {
  float alone = 0;
  const bool finite = ConvertElements(part.tensor->dtype, source, DType::kF32,
                                      std::as_writable_bytes(std::span(&alone, 1))) == 1;
  return Corrupt(part.Where() + ": element " + std::to_string(element) +
                 (finite ? " is too large for bf16; convert to f32" : " is NaN or infinite"));
}

// Reads rows of the packed file's tensors out of their parts.
class PartReader {
 public:
  PartReader(const TensorMap& map, const std::vector<format::TensorRecord>& records)
      : map_(map), records_(records) {}

  /// Rows first .. first + count - 1 of tensor `index`. A strip may reach from one part into the
  /// next, as from k into v.
  Status Read(size_t index, uint64_t first, uint64_t count, std::span<std::byte> out) {
    const format::TensorRecord& record = records_[index];
    const auto dtype = static_cast<DType>(record.dtype);
    uint64_t skip = first * record.cols;
    uint64_t wanted = count * record.cols;
    for (const ElementRun& run : map_[index].runs) {
      if (skip >= run.count) {
        skip -= run.count;
        continue;
      }
      const uint64_t here = std::min(run.count - skip, wanted);
      const auto part = out.first(here * ElementBytes(dtype));
      GRAM_RETURN_IF_ERROR(ReadRun({run.ref, run.first + skip, here}, dtype, part));
      if (map_[index].add != 0) Add(map_[index].add, part);
      out = out.subspan(part.size());
      wanted -= here;
      skip = 0;
      if (wanted == 0) break;
    }
    GRAM_DCHECK(wanted == 0);
    return {};
  }

 private:
  Status ReadRun(const ElementRun& run, DType stored, std::span<std::byte> out) {
    const uint64_t element_bytes = ElementBytes(run.ref.tensor->dtype);
    source_.resize(std::max<size_t>(source_.size(), run.count * element_bytes));
    const auto source = std::span(source_).first(run.count * element_bytes);
    GRAM_RETURN_IF_ERROR(run.ref.file->Read(*run.ref.tensor, run.first * element_bytes, source));
    const size_t bad = ConvertElements(run.ref.tensor->dtype, source, stored, out);
    if (bad == run.count) return {};
    return NotFinite(run.ref, run.first + bad, source.subspan(bad * element_bytes, element_bytes));
  }

  /// Norms are f32 in the file, and the published code adds in f32 too.
  static void Add(float add, std::span<std::byte> values) {
    for (size_t at = 0; at < values.size(); at += sizeof(float)) {
      float value = 0;
      std::memcpy(&value, values.data() + at, sizeof(value));
      value += add;
      std::memcpy(values.data() + at, &value, sizeof(value));
    }
  }

  const TensorMap& map_;
  const std::vector<format::TensorRecord>& records_;
  std::vector<std::byte> source_;
};

// What a trainer keeps for going on: no part of the model.
constexpr std::string_view kTraining[] = {"optimizer", "scheduler",     "scaler",
                                          "rng_state", "training_args", "trainer_state"};

bool IsWeightFile(std::string_view name) {
  for (const std::string_view ending :
       {".safetensors", ".bin", ".pt", ".pth", ".gguf", ".h5", ".msgpack", ".onnx"}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

bool IsAdapter(std::string_view name, bool folder) {
  if (name == "adapter_config.json") return true;
  if (folder) return name == "adapter" || name == "adapters" || name == "lora";
  return IsWeightFile(name) && (name.starts_with("adapter") || name.find("lora") != name.npos);
}

bool IsTraining(std::string_view name) {
  return std::any_of(std::begin(kTraining), std::end(kTraining),
                     [name](std::string_view known) { return name.starts_with(known); });
}

// Files beside a checkpoint's weights that are not read.
struct Extras {
  std::vector<std::string> adapters;       ///< names of LoRA and other adapters' files
  std::vector<std::string> other_weights;  ///< names of weight files that no other file refers to
};

// Looks at the names in `folder`; `read` holds the paths of the weights that are converted.
Result<Extras> FindExtras(const std::string& folder, const std::vector<std::string>& read) {
  Extras extras;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    const bool used = std::find(read.begin(), read.end(), folder + "/" + name) != read.end();
    if (used) continue;
    if (IsAdapter(name, it->is_directory(ignored))) {
      extras.adapters.push_back(name);
    } else if (IsWeightFile(name) && !IsTraining(name)) {
      extras.other_weights.push_back(name);
    }
  }
  if (error) return IoError("cannot read folder " + folder + ": " + error.message());
  std::sort(extras.adapters.begin(), extras.adapters.end());
  std::sort(extras.other_weights.begin(), extras.other_weights.end());
  return extras;
}

Status AdapterBeside(const std::string& path) {
  return Unsupported(
      path +
      ": there is an adapter (LoRA) beside the weights; transformers would apply it, gram-cpu "
      "does not. Merge it first (peft: PeftModel.from_pretrained(model, " +
      "folder).merge_and_unload(), then save_pretrained), or convert the weights without it with "
      "--ignore-adapter");
}

void Note(const ConvertOptions& options, const std::string& line) {
  if (options.note) options.note(line);
}

// The names of what lies in the folder and has no part in the model, for the provenance.
Result<std::vector<std::string>> SetAside(const ConvertOptions& options,
                                          const Checkpoint& checkpoint) {
  GRAM_ASSIGN_OR_RETURN(const Extras extras, FindExtras(options.folder, checkpoint.files()));
  if (!extras.adapters.empty() && !options.ignore_adapter) {
    return AdapterBeside(options.folder + "/" + extras.adapters[0]);
  }
  for (const std::string& name : extras.adapters) {
    Note(options,
         options.folder + "/" + name + ": ignored, as asked; the model is the one without it");
  }
  for (const std::string& name : extras.other_weights) {
    Note(options, options.folder + "/" + name + ": not read; the weights are those of " +
                      checkpoint.listing());
  }
  return extras.adapters;
}

Status WriteModel(const ConvertOptions& options, const format::ModelDescription& model,
                  const TensorMap& map, TokenizerSource tokenizer, const Checkpoint& checkpoint,
                  const std::vector<std::string>& ignored) {
  const std::string source_dtypes = SourceDTypes(format::TensorTable(model), map);
  const DType dtype = ChooseDType(options.dtype, source_dtypes);
  GRAM_ASSIGN_OR_RETURN(
      format::PackedFileWriter writer,
      format::PackedFileWriter::Create(
          options.output, {model, dtype, std::move(tokenizer.chat), std::move(tokenizer.bytes),
                           ConvertProvenance(options, source_dtypes, DTypeName(dtype), ignored)}));
  PartReader reader(map, writer.records());
  const RowSource source = [&reader](size_t index, uint64_t first, uint64_t count,
                                     std::span<std::byte> out) {
    return reader.Read(index, first, count, out);
  };
  GRAM_RETURN_IF_ERROR(PackTensors(source, options.progress, writer));
  // Weights that somebody writes meanwhile would be a mixture of two checkpoints.
  GRAM_RETURN_IF_ERROR(checkpoint.CheckUnchanged());
  return writer.Finish();
}

/// Makes of a causal model a reward model that reads the logits of the tokens in options.readout;
/// their ids. None where no such readout is wanted.
Result<std::vector<int32_t>> ReadFromTokens(const ConvertOptions& options,
                                            format::ModelDescription* model) {
  if (options.readout.empty()) return std::vector<int32_t>();
  if (model->readout.gives_reward()) {
    return InvalidArgument("--readout " + options.readout + ": " + model->config.architecture +
                           " has a head of its own for its reward");
  }
  GRAM_ASSIGN_OR_RETURN(std::vector<int32_t> tokens,
                        ReadoutTokens(options.folder, options.readout, model->config.vocab_size));
  model->readout = {.head = format::HeadKind::kRows, .rows = static_cast<uint32_t>(tokens.size())};
  return tokens;
}

Status ConvertFolder(const ConvertOptions& options) {
  if (options.dtype == DType::kF16) return InvalidArgument("weights are stored as bf16 or f32");
  GRAM_RETURN_IF_ERROR(CheckIsCheckpoint(options.folder));
  for (const char* name : kTextInputs) {
    GRAM_RETURN_IF_ERROR(CheckIsDownloaded(options.folder + "/" + name));
  }
  std::vector<std::string> notes;
  GRAM_ASSIGN_OR_RETURN(format::ModelDescription model,
                        ReadHfConfig(options.folder + "/config.json", &notes));
  GRAM_ASSIGN_OR_RETURN(const std::vector<int32_t> readout_tokens, ReadFromTokens(options, &model));
  GRAM_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Open(options.folder));
  GRAM_RETURN_IF_ERROR(CheckOutput(options, checkpoint));
  GRAM_ASSIGN_OR_RETURN(const std::vector<std::string> ignored, SetAside(options, checkpoint));
  GRAM_ASSIGN_OR_RETURN(const TensorMap map, MapTensors(model, readout_tokens, checkpoint, &notes));
  GRAM_ASSIGN_OR_RETURN(TokenizerSource tokenizer,
                        LoadTokenizer(options.folder, options.chat, FormOf(model)));
  notes.insert(notes.end(), tokenizer.notes.begin(), tokenizer.notes.end());
  for (const std::string& note : notes) Note(options, note);
  if (tokenizer.vocab_size > model.config.vocab_size) {
    return Corrupt(options.folder + "/tokenizer.json: " + std::to_string(tokenizer.vocab_size) +
                   " token ids, more than config.json's vocab_size " +
                   std::to_string(model.config.vocab_size));
  }
  return WriteModel(options, model, map, std::move(tokenizer), checkpoint, ignored);
}

}  // namespace

Status Convert(const ConvertOptions& options) {
  return OrOutOfMemory("converting " + options.folder, [&] { return ConvertFolder(options); });
}

}  // namespace gram::convert
