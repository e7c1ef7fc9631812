#include <algorithm>

#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/doctor.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {

Action add_doctor(CLI::App&) {
  return [](const Session& session) {
    const std::vector<HostCheck> checks = verbs::check_host(session.environment);
    print(session.json ? report::json_text(report::to_json(checks)) : report::to_text(checks, session.colours.result));
    const bool missing =
        std::any_of(checks.begin(), checks.end(), [](const HostCheck& one) { return one.required && one.problem; });
    return missing ? exit_code(ErrorKind::no_solution) : 0;
  };
}

}  // namespace rootlet::cli
