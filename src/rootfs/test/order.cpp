#include "order.hpp"

#include "model/test_json.hpp"

namespace rootlet::rootfs {

nlohmann::json to_json(const TestOrder& order) {
  return {{"test", rootlet::to_json(order.test)},
          {"entry", order.entry},
          {"user", order.user},
          {"workdir", order.workdir},
          {"stop_signal", order.stop_signal},
          {"seconds", order.seconds},
          {"allowed_calls", order.allowed_calls}};
}

TestOrder order_of(const nlohmann::json& order) {
  return {test_of(order.at("test")), order.at("entry"),   order.at("user"),         order.at("workdir"),
          order.at("stop_signal"),   order.at("seconds"), order.at("allowed_calls")};
}

}  // namespace rootlet::rootfs
