#include "jobs/eval/margin_curves.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gram::jobs {
namespace {

constexpr size_t kMarginGroups = 10;

double Right(const LabelledLead& lead) { return lead.right == 1 ? 1 : 0; }

void AddReliability(const std::vector<LabelledLead>& leads, Diagnostics& found) {
  std::array<ReliabilityBin, kReliabilityBins> bins{};
  for (const LabelledLead& lead : leads) {
    const double p = Sigmoid(lead.lead);
    const auto at = static_cast<int>((p - 0.5) * 2 * kReliabilityBins);
    ReliabilityBin& bin = bins[static_cast<size_t>(std::clamp(at, 0, kReliabilityBins - 1))];
    ++bin.count;
    bin.confidence += p;
    bin.accuracy += lead.right;
  }
  found.calibration_error = 0;
  for (size_t i = 0; i < bins.size(); ++i) {
    ReliabilityBin& bin = bins[i];
    if (bin.count == 0) continue;
    const auto count = static_cast<double>(bin.count);
    bin.low = 0.5 + 0.5 * static_cast<double>(i) / kReliabilityBins;
    bin.high = 0.5 + 0.5 * static_cast<double>(i + 1) / kReliabilityBins;
    found.calibration_error +=
        std::abs(bin.accuracy - bin.confidence) / static_cast<double>(leads.size());
    bin.confidence /= count;
    bin.accuracy /= count;
    found.reliability.push_back(bin);
  }
}

void AddScores(const std::vector<LabelledLead>& leads, Diagnostics& found) {
  double brier = 0;
  double loss = 0;
  for (const LabelledLead& lead : leads) {
    const double p = Sigmoid(lead.lead);
    brier += lead.right * (1 - p) * (1 - p) + (1 - lead.right) * p * p;
    // Nothing of a loss that is infinite is left out by multiplying it by 0.
    if (lead.right > 0) loss -= lead.right * LogSigmoid(lead.lead);
    if (lead.right < 1) loss -= (1 - lead.right) * LogSigmoid(-lead.lead);
  }
  found.brier = brier / static_cast<double>(leads.size());
  found.log_loss = loss / static_cast<double>(leads.size());
}

// `leads` rise.
void AddGroups(const std::vector<LabelledLead>& leads, Diagnostics& found) {
  for (size_t i = 0; i < kMarginGroups; ++i) {
    const size_t begin = i * leads.size() / kMarginGroups;
    const size_t end = (i + 1) * leads.size() / kMarginGroups;
    if (begin == end) continue;
    MarginGroup group{leads[begin].lead, leads[end - 1].lead, static_cast<int64_t>(end - begin), 0};
    for (size_t j = begin; j < end; ++j) group.accuracy += Right(leads[j]);
    group.accuracy /= static_cast<double>(group.count);
    found.by_margin.push_back(group);
  }
}

// `leads` rise. Verdicts that lead by the same count together or not at all.
void AddAbstention(const std::vector<LabelledLead>& leads, Diagnostics& found) {
  const size_t n = leads.size();
  double right = 0;
  size_t next = 1;  // the point that is due
  for (size_t kept = 1; kept <= n; ++kept) {
    const LabelledLead& lead = leads[n - kept];
    right += Right(lead);
    if (kept < n && leads[n - kept - 1].lead == lead.lead) continue;
    if (kept * kAbstentionPoints < next * n) continue;
    const double count = static_cast<double>(kept);
    found.abstention.push_back({count / static_cast<double>(n), lead.lead, right / count});
    next = kept * kAbstentionPoints / n + 1;
  }
}

}  // namespace

void AddMarginCurves(std::vector<LabelledLead> leads, Diagnostics& found) {
  if (leads.empty()) return;
  std::stable_sort(leads.begin(), leads.end(),
                   [](const LabelledLead& a, const LabelledLead& b) { return a.lead < b.lead; });
  AddReliability(leads, found);
  AddScores(leads, found);
  AddGroups(leads, found);
  AddAbstention(leads, found);
}

}  // namespace gram::jobs
