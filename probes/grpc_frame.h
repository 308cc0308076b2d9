// The little of gRPC that a health check needs: one message in a frame, one number and one text in a message,
// and the status at the end. Pure functions; what a server sends is data and may be anything.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "client/ask.h"

namespace assay::probes {

// A frame that holds HealthCheckRequest{service}.
std::string health_request(std::string_view service);

// The message of a body that is exactly one frame, or why it is none.
Expected<std::string_view, std::string> only_message(std::string_view body);

// HealthCheckResponse.status; absent in the message means 0. Empty: not a protobuf message.
std::optional<std::uint64_t> health_status(std::string_view message);

struct GrpcStatus {
  std::optional<int> code;  // absent: the server sent none, or no number
  std::string message;      // percent-decoded
};
// From the trailers, or from the headers of an answer without a body.
GrpcStatus grpc_status(const client::HttpAnswer& answer);
std::string_view grpc_code_name(
    int code);  // "UNIMPLEMENTED"; "an unknown code" beyond those that gRPC defines

}  // namespace assay::probes
