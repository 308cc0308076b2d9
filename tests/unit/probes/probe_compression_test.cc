#include "tests/unit/probes/web_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

using Version = client::HttpAsk::Version;

// A server that compresses well; each member plants one fault.
struct Server {
  std::string body = std::string(4000, 'a');
  std::string encodings = "gzip br";
  std::string vary = "Accept-Encoding", decoded, etag, always;
  std::uint64_t wire = 100;
  bool old_http = true, via = true;

  client::Answer operator()(const client::Ask& ask) const {
    std::vector<client::Field> fields{{"Content-Type", "text/html; charset=utf-8"}, {"Vary", vary}};
    if (!etag.empty()) fields.push_back({"ETag", etag});
    const std::string accepted = sent(ask, "Accept-Encoding");
    const bool trap =
        (!old_http && request(ask).version == Version::http1_0) || (!via && !sent(ask, "Via").empty());
    const bool encodes = encodings.find(accepted) != std::string::npos && !trap;
    if (always.empty() && !encodes) return http_answer(200, fields, body);
    fields.push_back({"Content-Encoding", always.empty() ? accepted : always});
    client::Answer answer = http_answer(200, fields, decoded.empty() ? body : decoded);
    std::get<client::HttpAnswer>(answer.what).wire_bytes = wire;
    return answer;
  }
};

std::string found(const World& world,
                  std::string_view probe = "kind: compression\npaths: [/, /app.js]\nencodings: [gzip, br]") {
  return summary(judged(made(probe), world));
}

}  // namespace

TEST_CASE("compression: what is sent compressed is smaller, the same, and told apart") {
  std::vector<std::string> asked;
  const Probe probe = made("kind: compression\npath: /\nvia: true\nhttp1_0: true");
  CHECK(judged(probe, Server(), &asked).state() == ProbeState::pass);
  CHECK(asked == std::vector<std::string>{"GET / uncompressed", "GET / as gzip",
                                          "GET / as gzip over HTTP/1.0", "GET / as gzip with Via",
                                          "GET / uncompressed again"});
  CHECK(found(Server()).starts_with("pass"));
}

TEST_CASE("compression: what goes wrong") {
  Server server;
  server.encodings = "gzip";
  CHECK(contains(found(server), "fail: GET / as br: expected br, got uncompressed: 4,000 B"));
  server = {};
  server.decoded = "something else";
  CHECK(contains(found(server),
                 "body of GET / as gzip: expected the uncompressed body after decoding, got another one"));
  server = {};
  server.wire = 4000;
  CHECK(contains(found(server), "size of GET / as gzip: expected less than 4,000 B, got 4,000 B"));
  server = {};
  server.vary = "Cookie";
  CHECK(contains(found(server), "warn: vary of GET / as gzip"));
  server = {};
  server.etag = "\"v1\"";
  CHECK(contains(found(server), "warn: etag of GET / as gzip"));
  server.etag = "W/\"v1\"";
  CHECK(found(server).starts_with("pass"));
  server = {};
  server.always = "gzip";
  CHECK(contains(found(server), "GET / uncompressed: expected no content-encoding, got \"gzip\""));
  CHECK(contains(found([](const client::Ask& ask) {
                   Server twice;
                   if (sent(ask, "Accept-Encoding") == "gzip") twice.always = "gzip, gzip";
                   return twice(ask);
                 }),
                 "GET / as gzip: expected gzip, got gzip, gzip"));
  CHECK(contains(found([](const client::Ask& ask) {
                   return sent(ask, "Accept-Encoding") == "gzip"
                              ? trouble(client::Trouble::protocol, "bad gzip")
                              : Server()(ask);
                 }),
                 "GET / as gzip: expected a body that can be decoded, got protocol: bad gzip"));
  CHECK(contains(found(same_answer(404, {})), "status of /: expected 2xx, got 404"));
  CHECK(contains(found([](const client::Ask& ask) {
                   return sent(ask, "Accept-Encoding") == "gzip" ? http_answer(500) : Server()(ask);
                 }),
                 "status of GET / as gzip: expected 200, got 500"));
}

TEST_CASE("compression: what nginx does not compress as it is installed") {
  Server server;
  server.via = false;
  CHECK(found(server, "kind: compression\npath: /").starts_with("pass"));
  CHECK(contains(found(server, "kind: compression\npath: /\nvia: true"),
                 "fail: GET / as gzip with Via: expected gzip"));
  server = {};
  server.old_http = false;
  CHECK(contains(found(server, "kind: compression\npath: /\nhttp1_0: true"),
                 "fail: GET / as gzip over HTTP/1.0"));
}

TEST_CASE("compression: small bodies need none") {
  Server server;
  server.body = std::string(200, 'a');
  server.encodings.clear();
  CHECK(found(server, "kind: compression\npath: /") ==
        "skip: GET / as gzip: uncompressed: 200 B are less than min_size");
  CHECK(found(server, "kind: compression\npath: /\nmin_size: 100B").starts_with("fail"));
}

TEST_CASE("compression: a page that changes cannot be compared") {
  int count = 0;
  CHECK(contains(found([&](const client::Ask& ask) {
                   Server server;
                   server.body = std::string(4000, 'a') + std::to_string(++count);
                   return server(ask);
                 }),
                 "warn: body of /: expected the same in two answers"));
}

TEST_CASE("compression: by media type, and what must not be compressed") {
  CHECK(found(Server(), "kind: compression\ntypes: { text/html: / }").starts_with("pass"));
  CHECK(contains(found(Server(), "kind: compression\ntypes: { text/css: / }"),
                 "content-type of /: expected text/css"));
  CHECK(contains(found(Server(), "kind: compression\nnever: [/logo.png]"),
                 "content-encoding of GET /logo.png"));
  CHECK(found(same_answer(200, {}), "kind: compression\nnever: [/logo.png]").starts_with("pass"));
  CHECK(found(same_answer(404, {}), "kind: compression\nnever: [/logo.png]").starts_with("fail"));
}

TEST_CASE("compression: mistakes in the gate file") {
  CHECK(is_refused("kind: compression", "looks at nothing"));
  CHECK(is_refused("kind: compression\npaths: []", "\"paths\" is empty"));
  CHECK(is_refused("kind: compression\npath: /\nencodings: []", "\"encodings\" is empty"));
  CHECK(is_refused("kind: compression\npath: /\nencodings: [gzp]", "did you mean \"gzip\"?"));
  CHECK(is_refused("kind: compression\npath: /a\nnever: [/a]", "is to be compressed and never to be"));
  CHECK(is_refused("kind: compression\ntypes: { html: / }", "is not a media type"));
  CHECK(is_refused("kind: compression\npath: /\nmin_size: 1024", "has no unit"));
  CHECK(is_refused("kind: compression\npath: /\npaths: [/]", "both given"));
}
