#include "scenario/virtual_user.h"

#include <algorithm>
#include <utility>

namespace assay::scenario {

VirtualUser::VirtualUser(const ScenarioSet& plan, std::uint64_t seed, WallClock now)
    : plan_(&plan), seed_(seed), now_(now), random_(seed, 0), variables_(plan.variable_values) {}

void VirtualUser::begin(const Iteration& iteration) {
  scenario_ = iteration.scenario;
  arm_ = iteration.arm;
  next_step_ = 0;
  step_ = nullptr;
  random_ = Random(seed_, iteration.stream);
  variables_ = plan_->variable_values;
  if (iteration.fresh) jar().clear();
}

const StepPlan* VirtualUser::advance() {
  const auto& steps = plan_->scenarios[scenario_].steps;
  step_ = next_step_ < steps.size() ? &steps[next_step_++] : nullptr;
  return step_;
}

Nanos VirtualUser::draw_pause(const StepPlan& step) {
  const auto width = static_cast<std::uint64_t>((step.pause_max - step.pause_min).count());
  return step.pause_min + Nanos(static_cast<Nanos::rep>(random_.below(width + 1)));
}

std::string_view VirtualUser::render() {
  const RequestTemplate& request = wire();
  in_buffer_ = !request.is_static() || !jar().empty();
  if (!in_buffer_) return request.bytes();
  buffer_.clear();
  cookies_.clear();
  request.render_head(variables_, buffer_);
  if (!jar().empty()) jar().append_cookies(request.path(buffer_), now_(), cookies_);
  request.render_rest(variables_, cookies_, buffer_);
  return buffer_;
}

void VirtualUser::store_cookies(const ResponseView& response) {
  const std::string_view sent = in_buffer_ ? std::string_view(buffer_) : wire().bytes();
  for (const HeaderField& field : response.headers) {
    if (!match::same_name(field.name, "set-cookie")) continue;
    jar().store(field.value, plan_->origins[static_cast<std::size_t>(arm_)], wire().path(sent), now_());
  }
}

const match::Check* VirtualUser::first_failure(const match::Answer& answer) const {
  const match::Context values = context();
  const auto& checks = request().checks;
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [&](const match::Check& check) { return !check.passes(answer, values); });
  return found == checks.end() ? nullptr : &*found;
}

const Extractor* VirtualUser::extract_all(const match::Answer& answer) {
  const Extractor* missing = nullptr;
  for (const Extractor& extractor : request().extractors) {
    const bool found = extractor.extract(answer, variables_[extractor.slot]);
    if (!found && missing == nullptr) missing = &extractor;
  }
  return missing;
}

Judged VirtualUser::failed(Outcome outcome, std::string detail, const std::string& location) {
  detail_ = std::move(detail);
  return {outcome, detail_, location};
}

Judged VirtualUser::finish(const ResponseView& response) {
  store_cookies(response);
  const match::Answer answer(response);
  const match::Check* check = first_failure(answer);
  if (check != nullptr && check->is_status()) {
    return failed(Outcome::status, check->explain(answer, context()), check->location);
  }
  // Explained before anything is extracted: the sentence shows the values that the check saw.
  if (check != nullptr) detail_ = check->explain(answer, context());
  const Extractor* missing = extract_all(answer);
  if (check != nullptr) return {Outcome::check, detail_, check->location};
  if (missing == nullptr) return {};
  return failed(Outcome::extract, missing->explain(answer, context()), missing->location);
}

}  // namespace assay::scenario
