// What was sent must arrive: requests with an identity of their own, then questions to the place where their
// traces are kept, until each is found or the time is over. What `log-search` and `trace-search` share.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probes/kind.h"
#include "probes/prometheus_answers.h"
#include "probes/request_keys.h"
#include "probes/server_key.h"

namespace assay::probes {

// What was found of one request.
struct Arrived {
  std::map<std::string, std::string> fields;  // nested ones with dots between
  std::string shown;                          // for sentences: "3 spans of api, web"
  std::string missing;                        // what is still on its way; empty: it is whole
};

class ArrivalPlace {
 public:
  ArrivalPlace() = default;
  ArrivalPlace(const ArrivalPlace&) = delete;
  ArrivalPlace& operator=(const ArrivalPlace&) = delete;
  virtual ~ArrivalPlace() = default;

  virtual client::Ask question(const std::string& id) const = 0;
  // Absent: not there yet. Or why the answer says nothing.
  virtual Read<std::optional<Arrived>> read(const client::HttpAnswer& answer,
                                            const std::string& id) const = 0;
};

struct ArrivalPlan {
  Request request;  // to the target
  std::uint64_t requests = 5;
  Nanos within{std::chrono::seconds(30)}, poll{std::chrono::seconds(1)};
  Server server;
};

class ArrivalCourse : public Course {
 public:
  // `what`: "log entry", "trace".
  ArrivalCourse(const Probe& probe, const ArrivalPlan& plan, std::string what,
                std::unique_ptr<const ArrivalPlace> place);

  std::vector<client::Ask> next(Exchanges answered) override;
  bool shows(const Exchange& exchange) const override;
  Judgement judge() const override;

 protected:
  // The identity of the i-th request, and the header that carries it.
  virtual std::string id_of(std::size_t index) const = 0;
  virtual client::Field header_of(const std::string& id) const = 0;
  // What else must hold of what arrived.
  virtual void judge_arrived(const Arrived& arrived, Judgement& judgement) const = 0;

 private:
  struct Sent {
    std::string id;
    TimePoint at{};
    std::optional<Nanos> lag;
    Arrived arrived;
    std::string missing;  // of what has arrived so far
  };
  std::vector<client::Ask> requests();
  std::vector<client::Ask> questions() const;
  void see(const Exchange& exchange);

  const Probe& probe_;
  const ArrivalPlan& plan_;
  std::string what_;
  std::unique_ptr<const ArrivalPlace> place_;
  std::vector<Sent> sent_;
  TimePoint now_{};
  bool asked_ = false;
  Judgement early_;
  std::string last_problem_;  // of the place
};

// So many random hexadecimal digits.
std::string random_hex(std::size_t digits);

// The keys `path`, `method`, `headers`, `body`, `requests`, `within` and `poll`.
ArrivalPlan read_arrival(const config::ProbeReading& reading, std::string_view server_key,
                         std::string_view hint);

}  // namespace assay::probes
