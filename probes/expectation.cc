#include "probes/expectation.h"

#include <utility>

#include "config/parts.h"
#include "match/check_compiler.h"

namespace assay::probes {
namespace {

struct Subject {
  std::string operator()(const match::StatusCheck&) const { return "status"; }
  std::string operator()(const match::HeaderCheck& check) const { return "header " + check.name; }
  std::string operator()(const match::JsonCheck& check) const {
    return "json " + std::string(check.pointer.shown());
  }
  std::string operator()(const match::BodyCheck&) const { return "body"; }
};

struct Found {
  const client::HttpAnswer& answer;

  std::string operator()(const match::StatusCheck&) const { return std::to_string(answer.status); }
  std::string operator()(const match::HeaderCheck& check) const { return header_value(answer, check.name); }
  std::string operator()(const match::JsonCheck& check) const {
    return std::string(check.pointer.find(answer.body).value_or("absent"));
  }
  std::string operator()(const match::BodyCheck&) const { return "as expected"; }
};

}  // namespace

std::pair<std::string, std::string> halves(std::string sentence, const std::string& what) {
  if (sentence.starts_with(what + ": ")) sentence.erase(0, what.size() + 2);
  constexpr std::string_view kExpected = "expected ", kGot = ", got ";
  const std::size_t begin = sentence.find(kExpected);
  const std::size_t got = sentence.rfind(kGot);
  if (begin == std::string::npos || got == std::string::npos || got < begin) return {"", sentence};
  const std::size_t from = begin + kExpected.size();
  return {sentence.substr(from, got - from), sentence.substr(got + kGot.size())};
}

AnswerView::AnswerView(const client::HttpAnswer& answer) {
  for (const client::Field& field : answer.headers) headers_.push_back({field.name, field.value});
  response_.status = answer.status;
  response_.headers = headers_;
  response_.body = answer.body;
  response_.body_bytes = answer.body_bytes;
}

void Expectation::judge(const Probe& probe, const client::HttpAnswer& answer, Judgement& judgement) const {
  const AnswerView view(answer);
  const match::Answer subject(view.response());
  const match::Context context{values, probe.secrets};
  for (const match::Check& check : checks) {
    const std::string what = std::visit(Subject{}, check.rule);
    if (check.passes(subject, context)) {
      judgement.add(ProbeState::pass, what, "as written", std::visit(Found{answer}, check.rule),
                    check.location);
      continue;
    }
    auto [expected, observed] = halves(check.explain(subject, context), what);
    judgement.add(ProbeState::fail, what, std::move(expected), std::move(observed), check.location);
  }
}

Expectation compile_expectation(const config::ProbeReading& reading, const config::ExpectSpec& spec) {
  Expectation expectation;
  match::Scope scope;
  const auto declare = [&](const std::string& name, match::Value value) {
    scope.declare(name, expectation.values.size());
    expectation.values.push_back(std::move(value));
  };
  for (const config::VariableSpec& variable : reading.gate.variables)
    declare(variable.name, match::value_of(variable.value));
  for (const config::SecretSpec& secret : reading.gate.secrets) declare(secret.name, {secret.value, false});
  expectation.checks = match::compile_checks(spec, {scope, reading.context.errors});
  return expectation;
}

Expectation read_expectation(const config::ProbeReading& reading, const config::Node* node) {
  const config::ErrorMark mark(reading.context);
  const config::ExpectSpec spec =
      node == nullptr ? config::ExpectSpec{} : read_expect(reading.context, *node);
  return mark.clean() ? compile_expectation(reading, spec) : Expectation{};
}

std::vector<std::string> header_values(const client::HttpAnswer& answer, std::string_view name) {
  std::vector<std::string> values;
  for (const client::Field& field : answer.headers)
    if (match::same_name(field.name, name)) values.push_back(field.value);
  return values;
}

std::string header_value(const client::HttpAnswer& answer, std::string_view name) {
  for (const client::Field& field : answer.headers)
    if (match::same_name(field.name, name)) return field.value;
  return {};
}

}  // namespace assay::probes
