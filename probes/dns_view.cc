#include "probes/dns_view.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "probes/dns_settings.h"

namespace assay::probes {
namespace {

using client::DnsRecord;
using client::RecordType;

class Walk {
 public:
  Walk(const client::DnsAnswer& answer, RecordType type) : answer_(answer), type_(type) {}

  DnsView from(std::string name) {
    while (true) {
      collect(name);
      const DnsRecord* alias = type_ == RecordType::cname ? nullptr : alias_of(name);
      if (alias == nullptr) break;
      name = comparable_host(alias->value);
      const auto& known = view_.aliases;
      view_.circle = std::find(known.begin(), known.end(), name) != known.end();
      if (view_.circle) break;
      see(*alias);
      view_.aliases.push_back(name);
    }
    std::sort(view_.values.begin(), view_.values.end());
    view_.values.erase(std::unique(view_.values.begin(), view_.values.end()), view_.values.end());
    return std::move(view_);
  }

 private:
  void collect(const std::string& name) {
    for (const DnsRecord& record : answer_.records) {
      if (record.type != type_ || comparable_host(record.name) != name) continue;
      see(record);
      view_.values.push_back(comparable_value(type_, record.value).value_or(record.value));
    }
  }

  const DnsRecord* alias_of(const std::string& name) const {
    for (const DnsRecord& record : answer_.records)
      if (record.type == RecordType::cname && comparable_host(record.name) == name) return &record;
    return nullptr;
  }

  void see(const DnsRecord& record) {
    view_.least_ttl_s = seen_ ? std::min(view_.least_ttl_s, record.ttl_s) : record.ttl_s;
    view_.most_ttl_s = std::max(view_.most_ttl_s, record.ttl_s);
    seen_ = true;
  }

  const client::DnsAnswer& answer_;
  RecordType type_;
  DnsView view_;
  bool seen_ = false;
};

}  // namespace

DnsView view_of(const client::DnsAnswer& answer, const std::string& host, RecordType type) {
  return Walk(answer, type).from(host);
}

}  // namespace assay::probes
