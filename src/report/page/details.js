// Text about the chosen package, and the list to start from.
const KIND_WAYS = {
  scriptlet: "Only scriptlets need it: in a recipe, scriptlet_deps: drop removes it when they have run.",
  weak: "Only weak dependencies bring it in: in a recipe, weak_deps: false leaves it out.",
  conditional: "Only conditional requirements bring it in: it leaves with what they depend on.",
};

const KIND_WORDS = {
  scriptlet: "what scriptlets require",
  weak: "weak dependencies",
  conditional: "conditional requirements",
};

const LIST_STEP = 8;

// A list that shows its first items, and the others on demand.
function longList(items) {
  const list = el("ul", {}, items.slice(0, LIST_STEP).map((make) => make()));
  if (items.length <= LIST_STEP) return list;
  const button = el("button", { type: "button", click: () => {
    list.append(...items.slice(LIST_STEP).map((make) => make()));
    list.children[LIST_STEP].querySelector("a").focus();
    button.remove();
  } }, `show ${items.length - LIST_STEP} more`);
  return el("div", {}, list, button);
}

function changeOf(one) {
  if (one.only.length > 0) return [`only ${one.only.map((kind) => KIND_WORDS[kind]).join(" and ")} bring it in`];
  if (!one.leaving.needed) return ["nothing that stays requires it: it may just go"];
  const cut = one.leaving.keepingRoots;
  return [...packageLinks(cut), " would have to go or do without"];
}

function renderAvoidable() {
  const list = avoidable(app.model);
  byId("avoidable-list").replaceChildren(...list.map((one) => el("li",
    { class: one.place === app.chosen ? "chosen" : "" },
    el("strong", {}, packageLink(one.place)), one.members.length > 1 ? el("span", { class: "faint" }, ` + ${one.members.length - 1} in its group`) : "",
    el("span", { class: "bytes" }, humanSize(one.bytes)),
    el("div", { class: "change" }, changeOf(one)))));
  byId("avoidable-none").hidden = list.length > 0;
  return list;
}

function chainList(chains) {
  return chains.map(({ root, packages: chain }) => el("ol", { class: "chain" },
    el("li", { class: "root" }, roots[root].text),
    chain.map((i, k) => el("li", {}, packageLink(i), k + 1 === chain.length ? "" : el("div", { class: "faint" },
      "requires ", el("span", { class: "capability" },
        requirementsText(requirementsBetween(i, chain[k + 1]).filter(app.model.keep))))))));
}

function whySection(i) {
  const { chains, more } = app.lit;
  return el("section", { id: "why" }, el("h3", {}, "Why it is here"),
    chains.length === 0 ? el("p", {}, app.model.stays[i] ? "No root leads to it." :
      "Nothing leads to it any more, with the requirements that are switched on.") : chainList(chains),
    more > 0 ? el("p", { class: "faint" }, `and from ${counted(more, "more root")}`) : "");
}

function cutItems(leaving, cut) {
  const without = leaving.without(cut);
  return cut.map((member, k) => el("li", {}, packageLink(member), el("div", { class: "faint" }, "without ",
    el("span", { class: "capability" }, requirementsText(without[k])))));
}

// Changes that it would take, one way after the other: without a root going if there is such a way, then in any case.
// `id` begins the ids of the lists.
function ways(leaving, id) {
  if (!leaving.needed) return [el("p", {}, "Nothing that stays requires it: it may just go.")];
  const found = [];
  const { cut, keepingRoots: other } = leaving;
  const keeping = other !== null && other.length > 0 && cut.some((k) => isNamed[k]);
  if (keeping) {
    found.push([`with all that is asked for as it is, ${other.length === 1 ? "this package" : `these ${other.length} packages`} would have to go or do without:`,
      el("ul", { id: `${id}other-cut` }, cutItems(leaving, other))]);
  }
  if (leaving.namedBy.length > 0) {
    found.push(["this would have to go:", el("ul", {}, leaving.namedBy.map((root) => el("li", {}, roots[root].text)))]);
  }
  if (cut.length > 0) {
    found.push([`${cut.length === 1 ? "this package" : `these ${cut.length} packages`} would have to go or do without:`,
      el("ul", { id: `${id}cut` }, cutItems(leaving, cut))]);
  }
  return found.flatMap(([words, list], k) => [
    el("p", {}, k === 0 ? words[0].toUpperCase() + words.slice(1) : `${keeping ? "Or else" : "And"}: ${words}`), list]);
}

function leavingSection(i) {
  const section = el("section", { id: "lose" }, el("h3", {}, "For it to leave"));
  const only = app.lit.chains.length > 0 ? onlyThrough(app.model, i) : [];
  for (const kind of only) section.append(el("p", { class: "note" }, KIND_WAYS[kind]));
  const alone = leavingOf(app.model, [i]);
  section.append(...ways(alone, ""));
  const group = app.model.costs.groups[app.model.costs.groupOf[i]];
  const together = leavingOf(app.model, group);
  if (String([together.cut, together.keepingRoots]) !== String([alone.cut, alone.keepingRoots])) {
    section.append(el("h3", {}, `For its group of ${group.length} to leave`), ...ways(together, "group-"));
  }
  const found = data.alternatives[i] || [];
  if (found.length > 0) {
    section.append(el("p", {}, "What could be in its place:"), longList(found.map((one) => () => el("li", {},
      `${one.package} `, el("div", { class: "faint" }, `for ${one.capabilities.join(", ")}: ${one.why}`)))));
  }
  return section;
}

function neighbourSection(i) {
  const required = app.model.before[i].slice().sort((a, b) => packages[b].size - packages[a].size || a - b);
  const requires = app.model.next[i].slice().sort((a, b) => packages[b].size - packages[a].size || a - b);
  const item = (other, from, to) => () => el("li", {}, packageLink(other), " ",
    el("span", { class: "bytes" }, humanSize(packages[other].size)),
    el("div", { class: "faint capability" }, requirementsText(requirementsBetween(from, to).filter(app.model.keep))));
  return [
    el("section", { id: "required-by", tabindex: "-1" }, el("h3", {}, `Required by ${counted(required.length, "package")}`),
      longList(required.map((k) => item(k, k, i)))),
    el("section", { id: "requires", tabindex: "-1" }, el("h3", {}, `Requires ${counted(requires.length, "package")}`),
      longList(requires.map((k) => item(k, i, k)))),
  ];
}

function sizeList(i) {
  const { model } = app;
  const group = model.costs.groups[model.costs.groupOf[i]];
  const with_it = model.leavingWith(i).filter((k) => k !== i)
    .sort((a, b) => packages[b].size - packages[a].size || a - b);
  const reach = reachable(model.next, [i]);
  const shared = sizeOf(packages.map((_, k) => k).filter((k) => reach[k])) - model.exclusive[i];
  const row = (name, value) => [el("dt", {}, name), el("dd", {}, value)];
  return el("div", {},
    el("dl", { class: "sizes" }, row("its own size", humanSize(packages[i].size)),
      packages[i].disk === undefined ? [] : row("on disk", humanSize(packages[i].disk)),
      row("leaves with it", `${humanSize(model.exclusive[i])}, ${counted(model.leavingWith(i).length, "package")}`),
      row("also needed by others", humanSize(Math.max(0, shared)))),
    group.length > 1 ? el("p", {}, "It requires, and is required by, ", packageLinks(group.filter((k) => k !== i)), ".") : "",
    with_it.length > 0 ? el("section", { id: "leaves" }, el("h3", {}, "What leaves with it"),
      longList(with_it.map((k) => () => el("li", {}, packageLink(k), " ",
        el("span", { class: "bytes" }, humanSize(packages[k].size)))))) : "");
}

function renderDetails() {
  const i = app.chosen;
  const one = packages[i];
  byId("details").replaceChildren(
    el("h2", { id: "chosen", tabindex: "-1" }, one.name, " ", el("span", { class: "faint" }, `${one.version}.${one.arch}`)),
    app.model.stays[i] ? "" : el("p", { class: "note" }, "No longer needed, with the requirements that are switched on."),
    leavingSection(i), whySection(i), sizeList(i), ...neighbourSection(i));
}
