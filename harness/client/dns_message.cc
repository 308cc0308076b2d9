#include "client/dns_message.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <fmt/format.h>
#include <resolv.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace assay::client {
namespace {

constexpr int kTypeCaa = 257;  // RFC 8659; glibc's list is older
constexpr std::array<int, 7> kWireTypes{ns_t_a, ns_t_aaaa, ns_t_cname, ns_t_txt, kTypeCaa, ns_t_mx, ns_t_ns};

std::optional<RecordType> known_type(int wire) {
  for (std::size_t i = 0; i < kWireTypes.size(); ++i)
    if (kWireTypes[i] == wire) return static_cast<RecordType>(i);
  return std::nullopt;
}

std::string_view text_at(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The value of one record. Nothing: its data is not what its type has.
class RecordData {
 public:
  RecordData(const ns_msg& message, const ns_rr& record)
      : message_(message), data_(ns_rr_rdata(record)), size_(ns_rr_rdlen(record)) {}

  std::optional<std::string> value(RecordType type) const {
    switch (type) {
      case RecordType::a:
        return address(AF_INET, 4);
      case RecordType::aaaa:
        return address(AF_INET6, 16);
      case RecordType::cname:
      case RecordType::ns:
        return host(0);
      case RecordType::mx:
        return exchanger();
      case RecordType::txt:
        return text();
      case RecordType::caa:
        return authority();
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> address(int family, std::size_t size) const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (size_ != size || inet_ntop(family, data_, text.data(), text.size()) == nullptr) return std::nullopt;
    return text.data();
  }

  // dn_expand follows pointers, but no more of them than the message has bytes.
  std::optional<std::string> host(std::size_t from) const {
    std::array<char, NS_MAXDNAME> name{};
    const int used = dn_expand(ns_msg_base(message_), ns_msg_end(message_), data_ + from, name.data(),
                               static_cast<int>(name.size()));
    if (used < 0 || from + static_cast<std::size_t>(used) != size_) return std::nullopt;
    return name[0] == '\0' ? "." : name.data();
  }

  std::optional<std::string> exchanger() const {
    if (size_ < 3) return std::nullopt;
    std::optional<std::string> name = host(2);
    if (!name) return std::nullopt;
    return fmt::format("{} {}", ns_get16(data_), *name);
  }

  // Strings of up to 255 bytes, which together are one text.
  std::optional<std::string> text() const {
    std::string whole;
    for (std::size_t at = 0; at < size_;) {
      const std::size_t length = data_[at];
      if (at + 1 + length > size_) return std::nullopt;
      whole += text_at(data_ + at + 1, length);
      at += 1 + length;
    }
    return whole;
  }

  std::optional<std::string> authority() const {
    if (size_ < 2 || std::size_t{2} + data_[1] > size_) return std::nullopt;
    const std::size_t tag = data_[1];
    return fmt::format("{} {} \"{}\"", data_[0], text_at(data_ + 2, tag),
                       text_at(data_ + 2 + tag, size_ - 2 - tag));
  }

  const ns_msg& message_;
  const unsigned char* data_;
  std::size_t size_;
};

std::string broken(std::string_view what) { return fmt::format("the reply is broken: {}", what); }

Expected<std::optional<DnsRecord>, std::string> record_at(ns_msg& message, int index) {
  ns_rr record{};
  if (ns_parserr(&message, ns_s_an, index, &record) != 0)
    return Unexpected(broken(fmt::format("record {} of {} cannot be read ({})", index + 1,
                                         ns_msg_count(message, ns_s_an), std::strerror(errno))));
  const std::optional<RecordType> type = known_type(ns_rr_type(record));
  if (!type || ns_rr_class(record) != ns_c_in) return std::optional<DnsRecord>();
  std::optional<std::string> value = RecordData(message, record).value(*type);
  if (!value)
    return Unexpected(broken(fmt::format("the data of record {} is not that of {}", index + 1, name(*type))));
  return std::optional<DnsRecord>({ns_rr_name(record), *type, ns_rr_ttl(record), *std::move(value)});
}

}  // namespace

int wire_type(RecordType type) { return kWireTypes[static_cast<std::size_t>(type)]; }

Expected<DnsAnswer, std::string> parse_dns_reply(std::span<const unsigned char> bytes) {
  ns_msg message{};
  if (ns_initparse(bytes.data(), static_cast<int>(bytes.size()), &message) != 0)
    return Unexpected(broken("its sections do not fit its length"));
  if (ns_msg_getflag(message, ns_f_qr) == 0) return Unexpected(broken("it is a query itself"));
  DnsAnswer answer;
  answer.rcode = ns_msg_getflag(message, ns_f_rcode);
  answer.authoritative = ns_msg_getflag(message, ns_f_aa) != 0;
  for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
    Expected<std::optional<DnsRecord>, std::string> record = record_at(message, i);
    if (!record) return Unexpected(std::move(record).error());
    if (*record) answer.records.push_back(**std::move(record));
  }
  return answer;
}

}  // namespace assay::client
