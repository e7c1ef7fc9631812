// Model that follows from the switches, made anew whenever one of them changes.

const isNamed = packages.map((_, i) => rootsOf[i].length > 0);
const everything = adjacency(() => true);
const named = packages.map((_, i) => i).filter((i) => isNamed[i]);
const reachedByAll = reachable(everything, named);
// Packages that no root leads to stay, whatever the switches say.
const starts = packages.map((_, i) => i).filter((i) => isNamed[i] || !reachedByAll[i]);

function modelOf(kinds) {
  const keep = (one) => kinds.has(one.of);
  const next = adjacency(keep);
  const before = reverse(next);
  const stays = reachable(next, starts);
  const staying = packages.map((_, i) => i).filter((i) => stays[i]);
  const costs = costsOver(next);
  const model = { kinds, keep, next, before, stays, staying, size: sizeOf(staying), costs, cuts: new Map() };
  model.leavingWith = (i) => costs.leaving[costs.first + costs.groupOf[i]];
  model.exclusive = packages.map((_, i) => sizeOf(model.leavingWith(i)));
  return model;
}

// Changes that it would take for packages to leave together: for one, as `rootlet why` says it.
function leavingOf(model, members) {
  const key = members.join();
  if (model.cuts.has(key)) return model.cuts.get(key);
  const isGone = new Set(members);
  const target = members[0];
  const isHard = (one) => model.keep(one) && one.of !== "weak" && one.providers.length > 0;
  const broken = brokenWithout(members, isHard);
  const from = named.filter((start) => broken[start] && !isGone.has(start));
  const next = packages.map(() => new Set());
  const steps = requirements.filter((one) => !isGone.has(one.from) && isHard(one) && broken[one.from] &&
                                             one.providers.every((provider) => broken[provider]));
  for (const one of steps) {
    for (const provider of one.providers) next[one.from].add(isGone.has(provider) ? target : provider);
  }
  const lists = next.map((set) => [...set].sort((a, b) => a - b));
  const namedBy = [...new Set(members.flatMap((i) => rootsOf[i]))].sort((a, b) => a - b);
  const leaving = { needed: from.length > 0 || namedBy.length > 0, namedBy, cut: vertexCut(lists, from, target) };
  // Requirements of these packages that lead to those that are to leave, and not to one of these packages again.
  leaving.without = (cut) => {
    const ahead = reachable(reverse(lists.map((list, k) => (cut.includes(k) ? [] : list))), [target]);
    return cut.map((member) => steps.filter((one) => one.from === member &&
      one.providers.some((k) => isGone.has(k) || (ahead[k] && !cut.includes(k)))));
  };
  // The same where what the roots name stays and changes nothing: what they require is where the ways start.
  const behind = new Set(from.flatMap((start) => lists[start]).filter((k) => !isNamed[k]));
  const others = lists.map((list, k) => (isNamed[k] ? [] : list.filter((to) => !isNamed[to])));
  leaving.keepingRoots = namedBy.length > 0 || behind.has(target) ? null : vertexCut(others, [...behind], target, 4);
  model.cuts.set(key, leaving);
  return leaving;
}

// Whether a package would not be there without requirements of a sort.
function onlyThrough(model, i) {
  const without = (drop) => !reachable(adjacency((one) => model.keep(one) && !drop(one)), named)[i];
  const found = [];
  if (without((one) => one.of === "scriptlet")) found.push("scriptlet");
  if (without((one) => one.of === "weak")) found.push("weak");
  if (without((one) => one.condition !== "")) found.push("conditional");
  return found;
}

// A shortest chain from each root, the first by place among equals; by length. At most `most` roots.
function chainsTo(model, i, most) {
  const steps = distancesTo(model.before, i);
  const chains = [];
  roots.forEach((root, place) => {
    let at = root.packages.filter((k) => steps[k] < Infinity).sort((a, b) => steps[a] - steps[b] || a - b)[0];
    if (at === undefined) return;
    const chain = [at];
    while (at !== i) {
      const away = steps[at];
      at = model.next[at].find((k) => steps[k] === away - 1);
      chain.push(at);
    }
    chains.push({ root: place, packages: chain });
  });
  chains.sort((a, b) => a.packages.length - b.packages.length || a.root - b.root);
  return { chains: chains.slice(0, most), more: Math.max(0, chains.length - most) };
}

// Packages that could leave without a root going: what only scriptlets, weak or conditional requirements brought, and
// what hangs on at most three packages that no root names. Largest first, by what would leave; without those that would
// leave with one before them.
function avoidable(model) {
  const found = [];
  const withoutKinds = (drop) => reachable(adjacency((one) => model.keep(one) && !drop(one)), starts);
  const hard = {
    scriptlet: withoutKinds((one) => one.of === "scriptlet"),
    weak: withoutKinds((one) => one.of === "weak"),
    conditional: withoutKinds((one) => one.condition !== ""),
  };
  for (const members of model.costs.groups) {
    const i = members.reduce((a, b) => (packages[b].size > packages[a].size ? b : a));
    if (!model.stays[i] || members.some((k) => isNamed[k])) continue;
    const only = Object.keys(hard).filter((kind) => !hard[kind][i]);
    found.push({ place: i, members, bytes: model.exclusive[i], only });
  }
  found.sort((a, b) => b.bytes - a.bytes || a.place - b.place);
  const list = [];
  const listed = new Set();
  for (const one of found) {
    if (list.length === 12) break;
    if (listed.has(one.place)) continue;
    const leaving = leavingOf(model, one.members);
    const light = leaving.keepingRoots !== null && leaving.keepingRoots.length <= 3;
    if (one.only.length > 0 || !leaving.needed || light) {
      list.push({ ...one, leaving });
      for (const k of model.leavingWith(one.place)) listed.add(k);
    }
  }
  return list;
}
