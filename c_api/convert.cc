// Converting checkpoints, and what the machine can run.
#include "tools/convert/convert.h"

#include <string>

#include "c_api/call.h"
#include "c_api/options.h"
#include "gram/version.h"

using gram::c_api::Call;
using gram::c_api::NotNull;

gram_status gram_convert(const char* folder, const char* output, const gram_options* options,
                         char** notes) {
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(NotNull(folder, "folder"));
    GRAM_RETURN_IF_ERROR(NotNull(output, "output"));
    gram::convert::ConvertOptions convert = gram::c_api::OrDefaults(options).convert;
    convert.folder = folder;
    convert.output = output;
    std::string lines;
    convert.note = [&lines](const std::string& line) { lines += line + "\n"; };
    GRAM_RETURN_IF_ERROR(gram::convert::Convert(convert));
    if (notes != nullptr) *notes = gram::c_api::CopyOf(lines);
    return {};
  });
}

gram_status gram_isas(char** names) {
  return Call([&]() -> gram::Status {
    GRAM_RETURN_IF_ERROR(NotNull(names, "names"));
    std::string list;
    for (const std::string& isa : gram::AvailableIsas()) list += (list.empty() ? "" : ",") + isa;
    *names = gram::c_api::CopyOf(list);
    return {};
  });
}
