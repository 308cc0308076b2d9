// What a certificate says about itself, as text for results and error messages. No state; safe anywhere.
#pragma once
#include <string>
#include <vector>

struct x509_st;
struct X509_name_st;
struct asn1_string_st;

namespace assay::net {

std::string name_text(const X509_name_st* name);   // RFC 2253: "CN=example.org,O=Example"
std::string iso_time(const asn1_string_st* time);  // "2026-01-31T12:00:00Z"; empty where it cannot be read
std::vector<std::string> host_names(
    x509_st* certificate);  // subject alternative names: DNS names and IP addresses

}  // namespace assay::net
