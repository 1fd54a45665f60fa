// What --keep did not find.
#ifndef GRAM_CLI_ROW_KEEPER_H_
#define GRAM_CLI_ROW_KEEPER_H_

#include "jobs/verdicts/kept_fields.h"

namespace gram::cli {

/// Names on standard error the fields that none of the rows had, unless it is to be quiet.
void SayWhatIsMissing(const jobs::KeptFields& kept, bool quiet);

}  // namespace gram::cli

#endif  // GRAM_CLI_ROW_KEEPER_H_
