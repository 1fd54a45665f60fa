#include "jobs/io/byte_source.h"

#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

}  // namespace

ByteSource::ByteSource(RawFile file) : file_(std::move(file)), text_(kBufferBytes) {}

ByteSource ByteSource::Plain(RawFile file) {
  ByteSource source(std::move(file));
  source.recognised_ = true;
  return source;
}

// Reads until the first bytes say what the input is. A live pipe's first byte of JSON does.
Status ByteSource::Recognise() {
  GRAM_RETURN_IF_ERROR(FillPlain());
  Compression compression = RecogniseCompression(buffered());
  while (compression.undecided) {
    GRAM_ASSIGN_OR_RETURN(const size_t count, file_.Read(std::span(text_).subspan(end_)));
    if (count == 0) break;
    end_ += count;
    compression = RecogniseCompression(buffered());
  }
  recognised_ = true;
  if (!compression.refused.empty()) {
    return Unsupported(
        name() + " is " + std::string(compression.refused) +
        "; expected JSON, plain or compressed with gzip or zstd: " + std::string(compression.hint));
  }
  if (compression.decoder == nullptr) return {};
  decoder_ = std::move(compression.decoder);
  packed_ = std::exchange(text_, std::vector<char>(kBufferBytes));
  packed_end_ = std::exchange(end_, 0);
  return {};
}

Status ByteSource::FillPlain() {
  GRAM_ASSIGN_OR_RETURN(end_, file_.Read(text_));
  return {};
}

// More compressed bytes; at the end of the file, checks that the data may end there.
Status ByteSource::ReadCompressed() {
  packed_begin_ = 0;
  packed_end_ = 0;
  GRAM_ASSIGN_OR_RETURN(packed_end_, file_.Read(packed_));
  if (packed_end_ > 0 || decoder_->MayEnd()) return {};
  return Corrupt(name() + " is cut short: its " + std::string(decoder_->format()) +
                 " data ends unfinished after byte " + std::to_string(bytes_read()));
}

Status ByteSource::FillDecoded() {
  while (true) {
    const std::string_view packed(packed_.data() + packed_begin_, packed_end_ - packed_begin_);
    const Decoder::Step step = decoder_->Decode(packed, text_);
    packed_begin_ += step.consumed;
    end_ = step.produced;
    if (!step.status.ok()) {
      const auto left = static_cast<int64_t>(packed_end_ - packed_begin_);
      fault_ = {step.status.code(), name() + " has bad " + std::string(decoder_->format()) +
                                        " data near byte " + std::to_string(bytes_read() - left) +
                                        ": " + step.status.message()};
      return {};
    }
    if (end_ > 0) return {};
    if (step.consumed > 0) continue;
    GRAM_RETURN_IF_ERROR(ReadCompressed());
    if (packed_end_ == 0) return {};
  }
}

int64_t ByteSource::position() const {
  const int64_t ahead = static_cast<int64_t>(packed_end_ - packed_begin_);
  if (decoder_ == nullptr) return bytes_read() - static_cast<int64_t>(end_ - begin_);
  const int64_t to = bytes_read() - ahead;
  if (end_ == 0) return to;
  const double share = static_cast<double>(begin_) / static_cast<double>(end_);
  return decoded_to_ + static_cast<int64_t>(share * static_cast<double>(to - decoded_to_));
}

// Refills the empty buffer; it stays empty at the end of the input.
Status ByteSource::Fill() {
  decoded_to_ = decoder_ == nullptr ? 0 : position();
  begin_ = 0;
  end_ = 0;
  if (!recognised_) {
    GRAM_RETURN_IF_ERROR(Recognise());
    if (decoder_ == nullptr) return {};
  }
  return decoder_ != nullptr ? FillDecoded() : FillPlain();
}

Result<std::string_view> ByteSource::Peek() {
  if (begin_ == end_ && fault_.ok()) {
    const Status filled = Fill();
    if (!filled.ok()) {
      fault_ = filled;
      end_ = 0;
    }
  }
  if (begin_ == end_ && !fault_.ok()) return fault_;
  return buffered();
}

void ByteSource::Consume(size_t count) {
  begin_ += count;
  bytes_consumed_ += static_cast<int64_t>(count);
}

bool ByteSource::ReadyToFill(int wait_ms) const {
  return packed_begin_ < packed_end_ || !fault_.ok() || file_.Ready(wait_ms);
}

Result<LineFile> LineFile::Open(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path));
  return LineFile(ByteSource(std::move(file)));
}

Result<LineFile> LineFile::OpenPlain(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path));
  return LineFile(ByteSource::Plain(std::move(file)));
}

Result<bool> LineFile::Next(std::string& line) {
  line.clear();
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const std::string_view bytes, source_.Peek());
    torn_ = bytes.empty() && !line.empty();
    if (bytes.empty()) return false;
    const size_t end = bytes.find('\n');
    line.append(bytes.substr(0, end));
    if (end != std::string_view::npos) {
      source_.Consume(end + 1);
      bytes_ += static_cast<int64_t>(line.size()) + 1;
      return true;
    }
    source_.Consume(bytes.size());
  }
}

}  // namespace gram::jobs
