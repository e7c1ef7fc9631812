// Changes between two releases, with the causes.
const CAUSES_FIRST = 12;
const CHANGES_FIRST = 6;

function changeItem(change) {
  const mark = change.before < 0 ? "+" : change.after < 0 ? "−" : "=";
  return el("li", { class: change.before < 0 ? "came" : change.after < 0 ? "went" : "stays" },
    el("span", { class: "mark", "aria-hidden": "true" }, mark),
    el("span", { class: "text" }, change.before >= 0 && change.after >= 0 ? `${change.kind}: ` : "", changeText(change),
      change.times > 1 ? el("span", { class: "faint" }, ` (changed in ${change.times} steps; this is the last)`) : ""),
    el("span", { class: "amount-text" }, signedSize(bytesOf(change))));
}

// The first items, and a button for the others.
function shortList(changes) {
  const list = el("ul", { class: "changes" }, changes.slice(0, CHANGES_FIRST).map(changeItem));
  if (changes.length <= CHANGES_FIRST + 1) {
    list.append(...changes.slice(CHANGES_FIRST).map(changeItem));
    return list;
  }
  const rest = changes.slice(CHANGES_FIRST);
  const item = el("li", { class: "rest" }, el("span", { class: "mark" }), el("span", { class: "text" }, `${rest.length} more `,
    el("button", { type: "button", click: () => item.replaceWith(...rest.map(changeItem)) }, "show them")),
  el("span", { class: "amount-text" }, signedSize(d3.sum(rest, bytesOf))));
  list.append(item);
  return list;
}

function causeRow(cause, most, records) {
  const own = cause.sentence === null || (cause.kind === "renamed" && cause.changes.length === 1);
  const [first] = cause.changes;
  const words = cause.sentence === null ? `${first.kind}: ${changeText(first)}` : cause.sentence;
  const bar = el("span", { class: `amount ${cause.bytes < 0 ? "less" : "more"}`, "aria-hidden": "true" });
  bar.style.width = `${(100 * Math.abs(cause.bytes)) / Math.max(1, most)}%`;
  const several = app.to > app.from + 1;
  const times = own && first.times > 1 ? `; changed in ${first.times} steps, this is the last` : "";
  return el("tr", { class: "cause", "data-kind": cause.kind, "data-bytes": cause.bytes },
    el("td", { class: signClass(cause.bytes) }, signedSize(cause.bytes), el("span", { class: "scale" }, bar)),
    el("td", {}, el("span", { class: "sentence" }, words),
      several ? el("div", { class: "faint" }, "in ", el("a", { href: hashOf({ to: cause.step, from: cause.step - 1 }) },
        `${records[cause.step - 1].label} to ${records[cause.step].label}`), times) : "",
      own ? "" : shortList(cause.changes)));
}

function causesTable(causes, records) {
  const most = d3.max(causes, (cause) => Math.abs(cause.bytes));
  const make = (cause) => causeRow(cause, most, records);
  const shown = causes.length <= CAUSES_FIRST + 1 ? causes.length : CAUSES_FIRST;
  const rows = causes.slice(0, shown).map(make);
  const rest = causes.slice(shown);
  if (rest.length > 0) {
    const bytes = d3.sum(rest, (cause) => cause.bytes);
    const row = el("tr", { class: "rest" }, el("td", { class: signClass(bytes) }, signedSize(bytes)),
      el("td", {}, `${counted(rest.length, "more cause")} `, el("button", { type: "button", id: "more-causes", click: () => {
        const more = rest.map(make);
        row.replaceWith(...more);
        more[0].tabIndex = -1;
        more[0].focus();
      } }, "show them")));
    rows.push(row);
  }
  const total = d3.sum(causes, (cause) => cause.bytes);
  return el("table", { id: "causes" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col", class: "n" }, "bytes"), el("th", { scope: "col" }, "cause, and what it brought and took"))),
    el("tbody", {}, rows),
    el("tfoot", {}, el("tr", {}, el("td", { class: signClass(total) }, signedSize(total)), el("td", {}, `in all: ${signedBytes(total)}`))));
}

// "3 came: +1.20 MB; 1 went: -3 kB; 5 changed: +12 kB".
function tally(changes) {
  const sorts = [["came", (one) => one.before < 0], ["went", (one) => one.after < 0], ["changed", (one) => one.before >= 0 && one.after >= 0]];
  return sorts.map(([word, is]) => [word, changes.filter(is)]).filter(([, list]) => list.length > 0)
    .map(([word, list]) => `${grouped(list.length)} ${word}: ${signedSize(d3.sum(list, bytesOf))}`).join("; ");
}

function renderChanges() {
  const records = images[app.image].records;
  byId("changes").hidden = false;
  const [from, to] = [byId("from"), byId("to")];
  const option = (i) => el("option", { value: i }, `${records[i].id}${records[i].date === "" || records[i].date === records[i].id ? "" : ` (${records[i].date})`}`);
  if (to.dataset.image !== String(app.image)) {
    to.replaceChildren(...d3.range(records.length).map(option));
    from.replaceChildren(...d3.range(records.length - 1).map(option));
    to.dataset.image = app.image;
  }
  to.value = app.to;
  if (app.from !== null) from.value = app.from;
  from.disabled = app.from === null;
  byId("step-back").disabled = app.to === 0;
  byId("step-on").disabled = app.to === records.length - 1;
  byId("changes").querySelector(".pair").hidden = records.length === 1;
  const box = byId("difference");
  const after = records[app.to];
  if (app.from === null) {
    byId("changes-title").textContent = `What is in ${after.label}`;
    box.replaceChildren(el("p", {}, records.length === 1 ? "This is the only release that is recorded: there is nothing to compare it with." :
      "This is the first release that is recorded. Choose a later one to see what changed."));
    return;
  }
  const before = records[app.from];
  byId("changes-title").textContent = `What changed from ${before.label} to ${after.label}`;
  const change = after.size - before.size;
  box.replaceChildren(
    el("p", { id: "difference-summary", "aria-live": "polite" }, `${grouped(before.count)} to ${counted(after.count, "package")}, ` +
      `${humanSize(before.size)} to ${humanSize(after.size)}: `, el("strong", {}, signedSize(change)), ` (${signedBytes(change)})`),
    app.compared.changes.length === 0 ? el("p", {}, "The same packages.") : el("p", { class: "faint" }, tally(app.compared.changes)),
    app.compared.causes.length === 0 ? "" : causesTable(app.compared.causes, records));
}

function setUpChanges() {
  const [from, to] = [byId("from"), byId("to")];
  from.addEventListener("change", () => {
    const chosen = Number(from.value);
    choose({ from: chosen, to: Math.max(app.to, chosen + 1) });
  });
  to.addEventListener("change", () => {
    const chosen = Number(to.value);
    const kept = app.from !== null && app.from < chosen && app.to !== app.from + 1 ? app.from : null;
    choose(kept === null ? { to: chosen } : { to: chosen, from: kept });
  });
  byId("step-back").addEventListener("click", () => choose({ to: app.to - 1 }));
  byId("step-on").addEventListener("click", () => choose({ to: app.to + 1 }));
}
