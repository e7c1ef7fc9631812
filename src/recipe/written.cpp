#include "written.hpp"

#include "base/digest.hpp"
#include "rootlet/error.hpp"

namespace rootlet::recipe {

std::string file_digest(const std::filesystem::path& path, const Mark& mark) {
  try {
    return digest_of_file(path);
  } catch (const Error& error) {
    fail(mark, error.what(), error.hint());
  }
}

Json written(const std::vector<RecipeItem>& items) {
  Json list = Json::array();
  for (const RecipeItem& item : items) list.push_back(item.text);
  return list;
}

Json written(const std::optional<std::vector<RecipeItem>>& items) { return items ? written(*items) : nullptr; }

Json written(const std::vector<Preference>& preferences) {
  Json list = Json::array();
  for (const Preference& each : preferences) {
    list.push_back(each.only_tie ? Json{{"name", each.item.text}, {"only", "ties"}} : Json(each.item.text));
  }
  return list;
}

Json written(const WeakDeps& weak_deps) { return weak_deps.of.empty() ? Json(weak_deps.all) : written(weak_deps.of); }

Json written(const RecipeModules& modules) {
  Json out = Json::object();
  if (!modules.enable.empty()) out["enable"] = written(modules.enable);
  if (!modules.disable.empty()) out["disable"] = written(modules.disable);
  if (!modules.platform.empty()) out["platform"] = modules.platform;
  return out;
}

Json written(Objective objective) { return objective_name(objective); }

Json written(ScriptletDeps deps) { return scriptlet_deps_name(deps); }

Json written(Owners owners) { return owners == Owners::strict ? "strict" : "warn"; }

Json written(const std::vector<RecipeUser>& users) {
  Json list = Json::array();
  for (const RecipeUser& user : users) {
    list.push_back(
        {{"name", user.name}, {"uid", user.uid}, {"gid", user.gid}, {"home", user.home}, {"shell", user.shell}});
  }
  return list;
}

Json written(const std::vector<RecipeFile>& files) {
  Json list = Json::array();
  for (const RecipeFile& file : files) {
    Json out{{"path", file.path}, {"mode", file.mode}, {"uid", file.uid}, {"gid", file.gid}};
    if (file.content) out["sha256"] = digest_of(*file.content);
    if (file.source) out["sha256"] = file_digest(*file.source, file.mark);
    if (file.target) out["target"] = *file.target;
    if (file.directory) out["directory"] = true;
    list.push_back(std::move(out));
  }
  return list;
}

Json written(const ImageConfig& image) {
  return {{"entrypoint", image.entrypoint},
          {"cmd", image.cmd},
          {"env", image.env},
          {"user", image.user},
          {"workdir", image.workdir},
          {"ports", image.ports},
          {"volumes", image.volumes},
          {"labels", image.labels},
          {"annotations", image.annotations},
          {"stop_signal", image.stop_signal}};
}

Json written(const std::vector<RecipeTest>& tests) {
  Json list = Json::array();
  for (const RecipeTest& test : tests) list.push_back(test.run);
  return list;
}

Json written(const ImageBudget& /*budget*/) { return nullptr; }

}  // namespace rootlet::recipe
