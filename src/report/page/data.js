// Data of the page: packages, roots and requirements, and what a choice of kinds makes of them.
const data = JSON.parse(document.getElementById("data").textContent);
const packages = data.packages;
const roots = data.roots;
const KINDS = ["runtime", "scriptlet", "weak", "other"];

const requirements = data.requirements.map(([from, capability, kind, condition, providers]) =>
  ({ from, capability, kind: data.kinds[kind][0], of: data.kinds[kind][1], condition, providers }));

const requirementsOf = packages.map(() => []);
const requirementsOn = packages.map(() => []);
for (const one of requirements) {
  requirementsOf[one.from].push(one);
  for (const provider of one.providers) {
    if (provider !== one.from) requirementsOn[provider].push(one);
  }
}
const rootsOf = packages.map(() => []);
roots.forEach((root, place) => root.packages.forEach((i) => rootsOf[i].push(place)));
const placeOf = new Map(packages.map((one, i) => [one.id, i]));
// Packages of one name are told apart by version and architecture.
const sharing = new Map();
for (const one of packages) sharing.set(one.name, (sharing.get(one.name) || 0) + 1);
const labelOf = (i) => (sharing.get(packages[i].name) > 1
  ? `${packages[i].name} ${packages[i].version}.${packages[i].arch}` : packages[i].name);
const sizeOf = (list) => list.reduce((sum, i) => sum + packages[i].size, 0);
const total = sizeOf(packages.map((_, i) => i));

// The requirements of `from` that `to` meets.
function requirementsBetween(from, to) {
  return requirementsOf[from].filter((one) => one.providers.includes(to));
}
