#include "probes/postgres_login.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "model/base64.h"
#include "probes/wire_reader.h"

namespace assay::probes {
namespace {

using client::Turn;
using Then = client::Turn::Then;

constexpr std::uint32_t kOk = 0, kClear = 3, kMd5 = 5, kSasl = 10, kSaslContinue = 11, kSaslFinal = 12;
constexpr std::string_view kMechanism = "SCRAM-SHA-256";
constexpr std::size_t kLongest = 32 << 10, kDigest = 32;
// Servers are set to 4,096; more than this would hold up everybody else's answers.
constexpr int kMostIterations = 100'000;

// ---- digests
std::string digest(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, kind, nullptr);
  return {out.begin(), out.begin() + length};
}

std::string hmac(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(), &length);
  return {out.begin(), out.begin() + length};
}

std::string salted(std::string_view password, std::string_view salt, int iterations) {
  std::array<unsigned char, kDigest> out{};
  PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                    reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                    iterations, EVP_sha256(), kDigest, out.data());
  return {out.begin(), out.end()};
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4U];
    text += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

// ---- messages
struct Message {
  char type;
  std::string_view body;
};

// Those that are whole.
std::vector<Message> messages_in(std::string_view heard) {
  std::vector<Message> messages;
  while (heard.size() >= 5) {
    WireReader reader(heard);
    const char type = static_cast<char>(reader.u8());
    const std::uint32_t length = reader.u32();
    if (length < 4 || length > kLongest) break;
    const std::string_view body = reader.take(length - 4);
    if (!reader.ok()) break;
    messages.push_back({type, body});
    heard.remove_prefix(length + 1);
  }
  return messages;
}

std::string response(std::string_view body) {
  std::string message(1, 'p');
  put_u32(message, static_cast<std::uint32_t>(body.size() + 4));
  return message.append(body);
}

// ---- scripts: texts, each after its length
struct Script {
  PgLogin login;
  std::string nonce;
};

std::string packed(const Script& script) {
  std::string bytes;
  for (const std::string& text :
       {script.login.user, script.login.password, script.login.database, script.nonce})
    put_long_text(bytes, text);
  return bytes + (script.login.secured ? '\1' : '\0');
}

Script unpacked(std::string_view bytes) {
  Script script;
  WireReader reader(bytes);
  for (std::string* text :
       {&script.login.user, &script.login.password, &script.login.database, &script.nonce})
    *text = reader.long_text();
  script.login.secured = reader.u8() == 1;
  return script;
}

// ---- proofs
std::string md5_proof(const PgLogin& login, std::string_view salt) {
  const std::string inner = hex(digest(EVP_md5(), login.password + login.user));
  return "md5" + hex(digest(EVP_md5(), inner + std::string(salt)));
}

std::string client_first(const Script& script) { return "n=,r=" + script.nonce; }

std::string sasl_begin(const Script& script) {
  const std::string first = "n,," + client_first(script);
  std::string body = std::string(kMechanism) + '\0';
  put_u32(body, static_cast<std::uint32_t>(first.size()));
  return response(body + first);
}

struct ServerFirst {
  std::string nonce, salt;
  int iterations = 0;
};

// "r=...,s=...,i=4096"
std::optional<ServerFirst> server_first(std::string_view text, const std::string& nonce) {
  ServerFirst first;
  while (!text.empty()) {
    const std::string_view attribute = text.substr(0, text.find(','));
    const std::string_view value = attribute.substr(std::min<std::size_t>(attribute.size(), 2));
    if (attribute.starts_with("r=")) first.nonce = value;
    if (attribute.starts_with("s=")) first.salt = base64_decode(value).value_or("");
    if (attribute.starts_with("i="))
      std::from_chars(value.data(), value.data() + value.size(), first.iterations);
    text.remove_prefix(std::min(text.size(), attribute.size() + 1));
  }
  const bool sound = first.nonce.starts_with(nonce) && !first.salt.empty() && first.iterations > 0 &&
                     first.iterations <= kMostIterations;
  return sound ? std::optional(std::move(first)) : std::nullopt;
}

// RFC 5802, section 3. Empty: the server's part is not sound.
std::string sasl_proof(const Script& script, std::string_view challenge) {
  const auto first = server_first(challenge, script.nonce);
  if (!first) return {};
  const std::string final = "c=biws,r=" + first->nonce;
  const std::string key = hmac(salted(script.login.password, first->salt, first->iterations), "Client Key");
  const std::string signature =
      hmac(digest(EVP_sha256(), key), client_first(script) + "," + std::string(challenge) + "," + final);
  std::string proof = key;
  for (std::size_t i = 0; i < proof.size() && i < signature.size(); ++i)
    proof[i] = static_cast<char>(proof[i] ^ signature[i]);
  return response(final + ",p=" + base64_encode(proof));
}

bool demands_proof(const Message& message) {
  const std::uint32_t code = WireReader(message.body).u32();
  return message.type == 'R' && code != kOk && code != kSaslFinal;
}

// Empty: it cannot be given.
std::string proof_for(const Script& script, const Message& message) {
  WireReader reader(message.body);
  const std::uint32_t code = reader.u32();
  const std::string_view rest = message.body.substr(std::min<std::size_t>(message.body.size(), 4));
  if (code == kClear) return script.login.secured ? response(script.login.password + '\0') : "";
  if (code == kMd5) return response(md5_proof(script.login, rest.substr(0, 4)) + '\0');
  if (code == kSasl)
    return (std::string(1, '\0') + std::string(rest)).find('\0' + std::string(kMechanism) + '\0') !=
                   std::string::npos
               ? sasl_begin(script)
               : "";
  return code == kSaslContinue ? sasl_proof(script, rest) : "";
}

Turn log_in(std::string_view bytes, std::string_view heard, std::size_t said) {
  const Script script = unpacked(bytes);
  if (said == 0) return {pg_startup(script.login.user, script.login.database, "assay")};
  std::size_t demands = 0;
  for (const Message& message : messages_in(heard)) {
    if (message.type == 'E') return {"", Then::give_up};
    if (message.type == 'Z') return {"", Then::over};
    if (!demands_proof(message) || ++demands < said) continue;
    std::string proof = proof_for(script, message);
    const Then then = proof.empty() ? Then::give_up : Then::go_on;
    return {std::move(proof), then};
  }
  const bool is_postgres = heard.empty() || heard[0] == 'R' || heard[0] == 'E' || heard[0] == 'N';
  return {"", is_postgres ? Then::go_on : Then::give_up};
}

}  // namespace

client::Converse pg_logging_in(const PgLogin& login, std::string_view nonce) {
  return {.next = log_in, .script = packed({login, std::string(nonce)})};
}

std::string pg_terminate() { return {"X\0\0\0\4", 5}; }

PgLoggedIn hear_pg(std::string_view heard) {
  PgLoggedIn result;
  std::string demanded;
  for (const Message& message : messages_in(heard)) {
    if (message.type == 'Z') result.ready = true;
    if (message.type != 'R' && message.type != 'E') continue;
    const PgReply reply =
        parse_pg_reply(heard.substr(static_cast<std::size_t>(message.body.data() - 5 - heard.data())));
    if (const auto* error = std::get_if<PgError>(&reply)) result.error = *error;
    if (const auto* demand = std::get_if<PgAuthentication>(&reply);
        demand != nullptr && demands_proof(message))
      demanded = demand->code == kSaslContinue ? demanded : pg_method(*demand);
  }
  if (result.ready || result.error) return result;
  result.unable = demanded.empty() ? "this is no PostgreSQL"
                  : demanded == "password"
                      ? "the server wants the password in clear text, without TLS"
                      : "the server demands " + demanded + ", which this side cannot give";
  return result;
}

}  // namespace assay::probes
