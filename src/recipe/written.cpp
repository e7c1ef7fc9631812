#include "written.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "model/test_json.hpp"
#include "rootlet/error.hpp"

namespace rootlet::recipe {

std::string file_digest(const std::filesystem::path& path, const Mark& mark) {
  try {
    return digest_of_file(path);
  } catch (const Error& error) {
    fail(mark, error.what(), error.hint());
  }
}

Json written(const RecipeItem& item) { return item.text; }

Json written(const Preference& preference) {
  if (!preference.only_tie) return written(preference.item);
  return {{"name", preference.item.text}, {"only", "ties"}};
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

Json written(Upgrade upgrade) { return upgrade_name(upgrade); }

Json written(UnknownOwners owners) { return owners == UnknownOwners::strict ? "strict" : "warn"; }

Json written(Scriptlets scriptlets) { return scriptlets == Scriptlets::none ? "none" : "run"; }

Json written(Trim trim) { return trim_name(trim); }
Json written(ArchDrift drift) { return arch_drift_name(drift); }

Json written(const RecipeUser& user) {
  return {{"name", user.name}, {"uid", user.uid}, {"gid", user.gid}, {"home", user.home}, {"shell", user.shell}};
}

Json written(const FileRequirement& requirement) { return written(requirement.item); }

namespace {

/// Without its place: what comes of it counts, which look_into_files() adds.
Json tree_json(const RecipeTree& tree) {
  Json out{{"subpath", tree.subpath}, {"exclude", tree.exclude}, {"keep_owners", tree.keep_owners}};
  if (tree.mode) out["mode"] = *tree.mode;
  return out;
}

}  // namespace

Json written(const RecipeFile& file) {
  Json out{{"path", file.path}, {"mode", file.mode}, {"uid", file.uid}, {"gid", file.gid}};
  if (file.content) out["sha256"] = digest_of(*file.content);
  if (file.source) out["sha256"] = file_digest(*file.source, file.mark);
  if (file.target) out["target"] = *file.target;
  if (file.directory) out["directory"] = true;
  if (file.tree) out["tree"] = tree_json(*file.tree);
  if (file.requirements != file.tree.has_value()) out["requirements"] = file.requirements;
  return out;
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

Json written(const RootTest& test) {
  RootTest bare;
  bare.run = test.run;
  const nlohmann::json all = to_json(test);
  if (all == to_json(bare)) return test.run;
  return parse_ordered_json(dump_json_strictly(all));
}

Json written(const ImageBudget& /*budget*/) { return nullptr; }
Json written(const RecipeLimits& /*limits*/) { return nullptr; }

}  // namespace rootlet::recipe
