#include <curl/curl.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "demo/certificate.h"
#include "demo/target_server.h"
#include "loopback_client.h"

using namespace assay::demo;

namespace {

std::size_t collect(char* data, std::size_t, std::size_t length, void* text) {
  static_cast<std::string*>(text)->append(data, length);
  return length;
}

struct Fetched {
  CURLcode code;
  std::string body;
};

Fetched fetch(const std::string& url, std::string ca_pem) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  curl_blob ca{ca_pem.data(), ca_pem.size(), CURL_BLOB_NOCOPY};
  Fetched fetched{};
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_CAINFO_BLOB, &ca);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &fetched.body);
  fetched.code = curl_easy_perform(curl.get());
  return fetched;
}

TargetOptions with_tls(TlsOptions::Flaw flaw = TlsOptions::Flaw::none) {
  TargetOptions options;
  options.tls.emplace().flaw = flaw;
  return options;
}

// A file of this test process, removed with the object.
struct TemporaryFile {
  explicit TemporaryFile(const std::string& name)
      : path("/tmp/assay-demo-" + std::to_string(::getpid()) + "-" + name) {}
  ~TemporaryFile() { ::unlink(path.c_str()); }

  std::string text() const {
    std::ostringstream all;
    all << std::ifstream(path).rdbuf();
    return all.str();
  }
  std::string path;
};

}  // namespace

TEST_CASE("a client that trusts the made authority is served over TLS") {
  const auto server = started(with_tls());
  CHECK(server->url().starts_with("https://127.0.0.1:"));
  const Fetched fetched = fetch(server->url() + "/bytes/200000", server->ca_pem());
  CHECK(fetched.code == CURLE_OK);
  CHECK(fetched.body.size() == 200'000);
}

TEST_CASE("clients refuse flawed and unknown certificates") {
  const auto expired = started(with_tls(TlsOptions::Flaw::expired));
  CHECK(fetch(expired->url(), expired->ca_pem()).code == CURLE_PEER_FAILED_VERIFICATION);
  const auto wrong_name = started(with_tls(TlsOptions::Flaw::wrong_name));
  CHECK(fetch(wrong_name->url(), wrong_name->ca_pem()).code == CURLE_PEER_FAILED_VERIFICATION);
  CHECK(fetch(wrong_name->url(), expired->ca_pem()).code == CURLE_PEER_FAILED_VERIFICATION);
}

TEST_CASE("the made authority is written where the caller asks") {
  const TemporaryFile file("ca.pem");
  TargetOptions options = with_tls();
  options.tls->ca_out = file.path;
  const auto server = started(options);
  CHECK(file.text() == server->ca_pem());
}

TEST_CASE("an authority that cannot be written is an error") {
  TargetOptions options = with_tls();
  options.tls->ca_out = "/nonexistent/ca.pem";
  const auto server = TargetServer::start(options);
  REQUIRE_FALSE(server);
  CHECK(server.error().message() == "cannot write /nonexistent/ca.pem: No such file or directory");
}

TEST_CASE("own certificate files are used") {
  const TemporaryFile certificate("cert.pem"), key("key.pem");
  const auto made = make_certificate(TlsOptions::Flaw::none);
  REQUIRE(made);
  std::ofstream(certificate.path) << made->certificate_pem;
  std::ofstream(key.path) << made->key_pem;
  TargetOptions options = with_tls();
  options.tls->certificate = certificate.path;
  options.tls->key = key.path;
  const auto server = started(options);
  CHECK(fetch(server->url() + "/health", made->ca_pem).code == CURLE_OK);
  CHECK(server->ca_pem().empty());
}

TEST_CASE("certificate files that are missing are an error") {
  TargetOptions options = with_tls();
  options.tls->certificate = options.tls->key = "/nonexistent/file.pem";
  CHECK_FALSE(TargetServer::start(options));
}

TEST_CASE("a connection that is not TLS does no harm to those that are") {
  const auto server = started(with_tls());
  LoopbackClient confused(server->port());
  confused.send("GET / HTTP/1.1\r\n\r\n");
  confused.receive_all();
  CHECK(fetch(server->url() + "/health", server->ca_pem()).code == CURLE_OK);
}
