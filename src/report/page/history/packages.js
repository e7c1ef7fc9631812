// The packages of the chosen release as a table, and the one that is chosen.
const list = { again: null, filter: null };

function packageLink(key) {
  return el("a", { class: "package", href: hashOf({ package: key }) }, labelOf(key));
}

function setUpPackages() {
  const table = byId("packages-table");
  list.again = sortable(table);
  list.filter = filtered(byId("packages-filter"), table, (count, asked) => {
    byId("packages-found").textContent = asked ? `${counted(count, "package")} found` : "";
  });
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (row !== null && event.target.closest("a") === null) choose({ package: Number(row.dataset.key) });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    event.preventDefault();
    byId("packages-filter").focus();
  });
}

function packageRow(record, [key, i], place) {
  const change = app.compared.changeOf.get(i);
  const bytes = change === undefined ? 0 : bytesOf(change);
  const why = wayText(record.found.get(key));
  const cell = (value, attributes, ...content) => el("td", { ...attributes, "data-value": value }, ...content);
  return el("tr", { "data-place": place, "data-key": key },
    cell(labelOf(key), { class: "name" }, packageLink(key), el("div", { class: "faint narrow" }, versionOf(i))),
    cell(versionOf(i), { class: "version" }, versionOf(i)),
    cell(sizeOf(i), { class: "n" }, humanSize(sizeOf(i))),
    cell(bytes, { class: signClass(bytes) }, change === undefined ? "" : change.before < 0 ? `new, ${signedSize(bytes)}` : signedSize(bytes)),
    cell(why, { class: "why" }, why));
}

function renderPackages() {
  const records = images[app.image].records;
  const record = records[app.to];
  byId("packages-title").textContent = `Packages of ${record.label}`;
  const table = byId("packages-table");
  table.tHead.rows[0].cells[3].title = app.from === null ? "" : `since ${records[app.from].label}`;
  const rows = [...record.packages].sort(([a, i], [b, k]) => sizeOf(k) - sizeOf(i) || (labelOf(a) < labelOf(b) ? -1 : 1));
  table.tBodies[0].replaceChildren(...rows.map((one, place) => packageRow(record, one, place)));
  list.again();
  list.filter();
}

function markPackage() {
  for (const row of byId("packages-table").tBodies[0].rows) row.classList.toggle("chosen", Number(row.dataset.key) === app.package);
}

// Where its version or size is not that of the release before; the newest first.
function livesOf(key) {
  const records = images[app.image].records;
  const found = [];
  records.forEach((record, place) => {
    const is = record.packages.has(key) ? record.packages.get(key) : -1;
    const was = place > 0 && records[place - 1].packages.has(key) ? records[place - 1].packages.get(key) : -1;
    if (is !== was) found.push({ place, before: was, after: is });
  });
  return found.reverse();
}

function sizeCurve(key, room) {
  const records = images[app.image].records;
  const sizes = records.map((record) => (record.packages.has(key) ? sizeOf(record.packages.get(key)) : 0));
  const [width, height] = [Math.min(Math.max(220, room), 72 * sizes.length), 90];
  const x = d3.scaleBand(d3.range(sizes.length), [0, width]).paddingInner(sizes.length > 60 ? 0 : 0.2);
  const y = d3.scaleLinear([0, Math.max(1, ...sizes)], [height - 4, 16]);
  const svg = d3.create("svg").attr("class", "chart curve").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height).attr("role", "img")
    .attr("aria-label", `Size of ${labelOf(key)} over ${counted(sizes.length, "release")}`);
  svg.selectAll("rect").data(sizes).join("rect").attr("class", (_, i) => (i === app.to ? "chosen" : null)).attr("x", (_, i) => x(i))
    .attr("width", x.bandwidth()).attr("y", y).attr("height", (size) => height - 4 - y(size))
    .append("title").text((size, i) => `${records[i].label}: ${humanSize(size)}`);
  svg.append("path").attr("class", "grid").attr("d", `M0 ${height - 3.5}H${width}`);
  svg.append("text").attr("class", "faint").attr("y", 11).text(`at most ${humanSize(Math.max(...sizes))}`);
  return svg.node();
}

function lifeItem({ place, before, after }) {
  const records = images[app.image].records;
  const words = before < 0 ? `${evrArchOf(after)}, ${humanSize(sizeOf(after))}` : after < 0 ? "not there any more" :
    `${evrArchOf(after)}, ${humanSize(sizeOf(after))} (${signedSize(sizeOf(after) - sizeOf(before))})`;
  return el("li", {}, el("a", { href: hashOf({ to: place }) }, records[place].label), `: ${words}`);
}

function lifeList(key) {
  const lives = livesOf(key);
  const shown = el("ul", { class: "lives" }, lives.slice(0, 8).map(lifeItem));
  if (lives.length <= 8) return shown;
  const button = el("button", { type: "button", click: () => {
    shown.append(...lives.slice(8).map(lifeItem));
    button.remove();
  } }, `show ${lives.length - 8} more`);
  return el("div", {}, shown, button);
}

function chainList(record, key) {
  const { root, chain } = chainTo(record, key);
  return el("ol", { class: "chain" },
    el("li", { class: "root" }, root === null ? "no root leads to it" : strings[roots[root][1]]),
    chain.map((one, k) => el("li", {}, packageLink(one.key), k + 1 === chain.length ? "" : el("div", { class: "faint" },
      "requires ", el("span", { class: "capability" }, requirementOf(chain[k + 1].way))))));
}

function renderPackage() {
  const box = byId("package");
  const record = images[app.image].records[app.to];
  const key = app.package;
  markPackage();
  if (key === null) {
    box.replaceChildren(el("p", { class: "faint" }, "Choose a package to see the way that leads to it, and its size over the releases."));
    return;
  }
  const i = record.packages.get(key);
  const required = [...record.found].filter(([, way]) => data.ways.from[way] === key).map(([one]) => one);
  const title = el("h3", { id: "chosen", tabindex: "-1" }, labelOf(key), " ", el("span", { class: "faint" }, i === undefined ? "" : evrArchOf(i)));
  const way = i === undefined ? [el("p", { class: "note" }, `It is not in ${record.label}.`)] :
    [el("h4", {}, `The way to it in ${record.label}`), chainList(record, key)];
  if (required.length > 0) {
    way.push(el("p", { class: "faint" }, `By way of it ${required.length === 1 ? "came" : "came these"}: `,
      required.slice(0, 8).flatMap((one, k) => [k > 0 ? ", " : "", packageLink(one)]), required.length > 8 ? ` and ${required.length - 8} more` : ""));
  }
  const sizes = el("div", {}, el("h4", {}, "Its size over the releases"));
  box.replaceChildren(title, el("div", { class: "halves" }, el("div", {}, way), sizes));
  sizes.append(sizeCurve(key, sizes.clientWidth), lifeList(key));
}
