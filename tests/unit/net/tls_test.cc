#include <doctest/doctest.h>

#include <chrono>

#include "certificates.h"
#include "client.h"
#include "scripted_server.h"

using namespace assay;
using namespace assay::net;
using namespace std::chrono_literals;

namespace {

void answer_hello(Peer& peer, int) { answer_all(peer, ok_answer()); }

std::unique_ptr<TlsContext> context(const TlsOptions& options) { return TlsContext::create(options).value(); }

TlsOptions trusting(const TestAuthority& authority) {
  TlsOptions options;
  options.ca_file = authority.ca_file();
  return options;
}

// One server with this certificate, one request to it by this name.
Seen request_to(const TestAuthority& authority, const CertificateWish& wish, const TlsOptions& options,
                const std::string& name = "localhost") {
  const auto tls = authority.server(authority.issue(wish));
  ScriptedServer server(answer_hello, ScriptedServer::loopback(), tls.get());
  Client client({server.address()}, context(options), name);
  return client.exchange();
}

}  // namespace

TEST_CASE("a trusted certificate for the right name is accepted, and its facts are kept") {
  const TestAuthority authority;
  const auto tls = authority.server(authority.issue({}));
  ScriptedServer server(answer_hello, ScriptedServer::loopback(), tls.get());
  Client client({server.address()}, context(trusting(authority)));
  for (int i = 0; i < 3; ++i) {
    const Seen seen = client.exchange();
    CHECK(seen.outcome == Outcome::ok);
    CHECK(seen.body == "hello");
    CHECK(seen.new_connection == (i == 0));
    CHECK((seen.tls > Nanos{0}) == (i == 0));
    CHECK(seen.bytes_received == ok_answer().size());
  }
  REQUIRE(client.route.tls_facts.has_value());
  const TlsFacts& facts = *client.route.tls_facts;
  CHECK(facts.version == "TLSv1.3");
  CHECK(facts.verified);
  CHECK_FALSE(facts.session_resumed);
  CHECK(facts.subject == "CN=localhost");
  CHECK(facts.issuer.starts_with("CN=Test Authority"));
  CHECK(facts.names == std::vector<std::string>{"localhost", "127.0.0.1"});
  CHECK(facts.not_before < facts.not_after);
  CHECK(facts.not_after.size() == std::string("2026-01-31T12:00:00Z").size());
  CHECK(facts.cipher.starts_with("TLS_"));
}

TEST_CASE("an IP address is checked against the certificate's addresses") {
  const TestAuthority authority;
  CHECK(request_to(authority, {}, trusting(authority), "127.0.0.1").outcome == Outcome::ok);
  const Seen seen = request_to(authority, {}, trusting(authority), "[::1]");
  CHECK(seen.outcome == Outcome::tls);
  CHECK(seen.detail == "host name mismatch: certificate is for localhost, 127.0.0.1; wanted ::1");
}

TEST_CASE("certificates that must not be trusted fail with the reason") {
  const TestAuthority authority, other;
  Seen seen = request_to(authority, {"localhost", "DNS:localhost", -10, -2}, trusting(authority));
  CHECK(seen.outcome == Outcome::tls);
  CHECK(seen.detail == "certificate has expired");
  CHECK(seen.tls == Nanos{0});

  seen = request_to(authority, {"localhost", "DNS:localhost", 2, 10}, trusting(authority));
  CHECK(seen.detail == "certificate is not yet valid");

  seen = request_to(authority, {}, trusting(other));
  CHECK(seen.outcome == Outcome::tls);
  CHECK(seen.detail == "self-signed certificate in certificate chain");

  seen = request_to(authority, {"a.test", "DNS:a.test,DNS:b.test", -1, 1}, trusting(authority));
  CHECK(seen.outcome == Outcome::tls);
  CHECK(seen.detail == "host name mismatch: certificate is for a.test, b.test; wanted localhost");
}

TEST_CASE("the system's authorities are used where no file is given, and do not know this one") {
  const TestAuthority authority;
  CHECK(request_to(authority, {}, TlsOptions{}).outcome == Outcome::tls);
}

TEST_CASE("without verification anything is accepted, and the facts say so") {
  const TestAuthority authority;
  const auto tls = authority.server(authority.issue({"x", "DNS:x", -10, -2}));
  ScriptedServer server(answer_hello, ScriptedServer::loopback(), tls.get());
  TlsOptions options;
  options.verify = false;
  Client client({server.address()}, context(options));
  CHECK(client.exchange().outcome == Outcome::ok);
  CHECK_FALSE(client.route.tls_facts->verified);
}

TEST_CASE("a client certificate is shown where it is given, and its absence fails as tls") {
  const TestAuthority authority;
  const auto tls = authority.server(authority.issue({}), true);
  ScriptedServer server(answer_hello, ScriptedServer::loopback(), tls.get());
  TlsOptions options = trusting(authority);
  {
    Client client({server.address()}, context(options));
    const Seen seen = client.exchange();
    CHECK(seen.outcome == Outcome::tls);
    CHECK(seen.detail.find("certificate required") != std::string::npos);
  }
  options.certificate_file = authority.certificate_file(authority.issue({"client", "", -1, 1}));
  Client client({server.address()}, context(options));
  CHECK(client.exchange().outcome == Outcome::ok);
}

TEST_CASE("new connections resume the session, unless told not to") {
  const TestAuthority authority;
  const auto tls = authority.server(authority.issue({}));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const bool resume : {true, false}) {
      CAPTURE(version);
      CAPTURE(resume);
      SSL_CTX_ctrl(tls.get(), SSL_CTRL_SET_MAX_PROTO_VERSION, version, nullptr);
      ScriptedServer server(answer_hello, ScriptedServer::loopback(), tls.get());
      TlsOptions options = trusting(authority);
      options.resume = resume;
      Client client({server.address()}, context(options));
      ExchangeRequest once = client.request();
      once.close_after = true;
      for (int i = 0; i < 4; ++i) CHECK(client.exchange(once).outcome == Outcome::ok);
      CHECK(client.route.sessions_resumed == (resume ? 3 : 0));
      CHECK(client.route.tls_facts->session_resumed == resume);
      CHECK(client.route.connections_opened == 4);
    }
  }
}

TEST_CASE("sessions are resumed although the server closes without saying goodbye") {
  const TestAuthority authority;
  const auto tls = authority.server(authority.issue({}));
  SSL_CTX_set_quiet_shutdown(tls.get(), 1);
  ScriptedServer server(
      [](Peer& peer, int) {
        peer.read_request();
        peer.send(ok_answer());
      },
      ScriptedServer::loopback(), tls.get());
  Client client({server.address()}, context(trusting(authority)));
  for (int i = 0; i < 3; ++i) {
    CHECK(client.exchange().outcome == Outcome::ok);
    CHECK(client.run_until([&] { return !client.connection->open(); }));
  }
  CHECK(client.route.sessions_resumed == 2);
}

TEST_CASE("the wanted TLS versions are kept to") {
  const TestAuthority authority;
  const auto tls = authority.server(authority.issue({}));
  SSL_CTX_ctrl(tls.get(), SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_2_VERSION, nullptr);
  ScriptedServer server(answer_hello, ScriptedServer::loopback(), tls.get());
  TlsOptions options = trusting(authority);
  {
    Client client({server.address()}, context(options));
    CHECK(client.exchange().outcome == Outcome::ok);
    CHECK(client.route.tls_facts->version == "TLSv1.2");
  }
  options.min_version = "1.3";
  Client client({server.address()}, context(options));
  const Seen seen = client.exchange();
  CHECK(seen.outcome == Outcome::tls);
  CHECK(seen.detail.find("version") != std::string::npos);
}

TEST_CASE("large bodies pass through TLS both ways") {
  const TestAuthority authority;
  const auto tls = authority.server(authority.issue({}));
  const std::string body(3u << 20, 'x');
  ScriptedServer server([&body](Peer& peer, int) { answer_all(peer, ok_answer(body)); },
                        ScriptedServer::loopback(), tls.get());
  Client client({server.address()}, context(trusting(authority)));
  const std::string sent =
      "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  for (int i = 0; i < 2; ++i) {
    const Seen seen = client.exchange(client.request(sent));
    CHECK(seen.outcome == Outcome::ok);
    CHECK(seen.body_bytes == body.size());
    CHECK(seen.bytes_sent == sent.size());
    CHECK(seen.bytes_received == ok_answer(body).size());
    CHECK(seen.new_connection == (i == 0));
  }
}

TEST_CASE("many TLS connections share one loop and one inbox") {
  const TestAuthority authority;
  const auto tls = authority.server(authority.issue({}));
  const std::string body(40'000, 'y');
  ScriptedServer server([&body](Peer& peer, int) { answer_all(peer, ok_answer(body)); },
                        ScriptedServer::loopback(), tls.get());
  Client client({server.address()}, context(trusting(authority)));
  std::vector<std::unique_ptr<Http1Connection>> connections;
  for (int i = 0; i < 20; ++i) {
    connections.push_back(std::make_unique<Http1Connection>(client.loop, client.route, 0));
  }
  for (int round = 1; round <= 5; ++round) {
    for (auto& connection : connections) connection->start(client.request(), client, Clock::now());
    CHECK(client.run_until([&] { return client.ended == 20 * round; }));
    CHECK(client.last->outcome == Outcome::ok);
    CHECK((client.last->body == body));
  }
  CHECK(client.route.connections_opened == 20);
}

TEST_CASE("a port without TLS, and one that never finishes the handshake, fail as tls") {
  const TestAuthority authority;
  ScriptedServer plain([](Peer& peer, int) {
    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    peer.wait_for_close();
  });
  {
    Client client({plain.address()}, context(trusting(authority)));
    const Seen seen = client.exchange();
    CHECK(seen.outcome == Outcome::tls);
    CHECK(seen.detail.find("does the server speak TLS") != std::string::npos);
  }
  ScriptedServer closing([](Peer&, int) {});
  {
    Client client({closing.address()}, context(trusting(authority)));
    CHECK(client.exchange().outcome == Outcome::tls);
  }
  ScriptedServer silent([](Peer& peer, int) { peer.wait_for_close(); });
  Client client({silent.address()}, context(trusting(authority)));
  ExchangeRequest request = client.request();
  request.timeouts.tls = 30ms;
  const Seen seen = client.exchange(request);
  CHECK(seen.outcome == Outcome::tls);
  CHECK(seen.detail == "TLS handshake not finished within 30 ms");
}

TEST_CASE("a body that ends with the connection is complete only after TLS has said goodbye") {
  const TestAuthority authority;
  const auto tls = authority.server(authority.issue({}));
  for (const bool polite : {true, false}) {
    CAPTURE(polite);
    SSL_CTX_set_quiet_shutdown(tls.get(), polite ? 0 : 1);
    ScriptedServer server(
        [](Peer& peer, int) {
          peer.read_request();
          peer.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        },
        ScriptedServer::loopback(), tls.get());
    Client client({server.address()}, context(trusting(authority)));
    const Seen seen = client.exchange();
    CHECK(seen.outcome == (polite ? Outcome::ok : Outcome::closed_early));
    CHECK(seen.body == "until the end");
    if (!polite) CHECK(seen.detail == "connection ended without TLS close_notify");
  }
}

TEST_CASE("TLS options that cannot work are refused with a reason") {
  TlsOptions options;
  options.ca_file = "/nonexistent/ca.pem";
  CHECK_FALSE(TlsContext::create(options).has_value());
  options = {};
  options.certificate_file = "/nonexistent/client.pem";
  CHECK(TlsContext::create(options).error().message().find("/nonexistent/client.pem") != std::string::npos);
  options = {};
  options.min_version = "1.3";
  options.max_version = "1.2";
  CHECK_FALSE(TlsContext::create(options).has_value());
  options.max_version = "3";
  CHECK_FALSE(TlsContext::create(options).has_value());
}
