// The page's state, which is in the address, and what happens when it changes. Releases are places; `from` is null for the
// first one.
const app = { image: 0, from: null, to: 0, package: null, by: "package", compared: null, onPaper: false };

// State after a choice: another image starts with its last release, another release with the one before.
function stateWith(choice) {
  const image = choice.image ?? app.image;
  const records = recordsOf(images[image]);
  const other = image !== app.image;
  const to = choice.to ?? (other ? records.length - 1 : app.to);
  const before = to > 0 ? to - 1 : null;
  const from = choice.from ?? (other || choice.to !== undefined ? before : app.from);
  const kept = choice.package === undefined ? app.package : choice.package;
  return { image, to, from: from !== null && from < to ? from : before, package: kept, by: choice.by ?? app.by };
}

// The address that leads to a choice: what is as usual is left out, but for one thing: an empty one leads to the top.
function hashOf(choice) {
  const state = stateWith(choice);
  const image = images[state.image];
  const records = recordsOf(image);
  const words = new URLSearchParams();
  if (images.length > 1) words.set("image", image.image);
  if (images.some((one) => one !== image && one.image === image.image)) words.set("arch", image.arch);
  if (images.length === 1 || state.to !== records.length - 1) words.set("release", records[state.to].id);
  if (state.from !== null && state.from !== state.to - 1) words.set("from", records[state.from].id);
  if (state.package !== null) words.set("package", labelOf(state.package));
  if (state.by !== "package") words.set("by", state.by);
  return `#${words}`;
}

function choose(choice) {
  const hash = hashOf(choice);
  if (location.hash !== hash) location.hash = hash;
}

// The state that an address means; what it names and is not there counts as not named.
function readHash() {
  const words = new URLSearchParams(location.hash.slice(1));
  const found = images.findIndex((one) => one.image === words.get("image") && (!words.has("arch") || one.arch === words.get("arch")));
  const image = Math.max(0, found);
  const records = recordsOf(images[image]);
  const place = (name) => (words.has(name) ? records.findIndex((record) => record.id === words.get(name)) : -1);
  const to = place("release") < 0 ? records.length - 1 : place("release");
  const from = place("from");
  const named = words.get("package");
  const key = named === null ? undefined : [records[to], ...records].flatMap((record) => [...record.packages.keys()]).find((one) => labelOf(one) === named);
  return { image, to, from: from >= 0 && from < to ? from : to > 0 ? to - 1 : null, package: key ?? null, by: words.get("by") === "root" ? "root" : "package" };
}

function renderHead() {
  const image = images[app.image];
  const record = image.records[app.to];
  byId("chosen-image").replaceChildren(image.image, " ", el("span", { class: "faint" }, image.arch));
  const change = app.to > 0 ? record.size - image.records[app.to - 1].size : null;
  const facts = [["release", record.label], ["date", record.date], ["packages", grouped(record.count)],
    ["installed", humanSize(record.size)], ["since the one before", change === null ? "" : signedSize(change)],
    ["to download", record.download === undefined ? "" : humanSize(record.download)],
    ["compressed", record.compressed === undefined ? "" : humanSize(record.compressed)]];
  byId("facts").replaceChildren(...facts.filter(([, value]) => value !== "").map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  for (const [name, value] of [["image", record.digest], ["lock", record.lock]]) {
    if (value !== undefined) byId("facts").append(el("div", { class: "digest" }, el("dt", {}, name), el("dd", {}, value)));
  }
  document.title = `${image.image} ${record.label}: ${data.title}`;
}

function render(state) {
  const fresh = app.compared === null;
  const other = fresh || state.image !== app.image || state.to !== app.to || state.from !== app.from;
  const chart = other || state.by !== app.by;
  Object.assign(app, state);
  for (const one of document.querySelectorAll("input[name=by]")) one.checked = one.value === app.by;
  if (other) {
    app.compared = compare(images[app.image], app.from ?? app.to, app.to);
    renderHead();
    renderOverview();
    renderChanges();
    renderPackages();
  }
  if (chart) renderChart();
  renderTreemap();
  renderPackage();
}

function start() {
  document.documentElement.classList.remove("static");
  setUpOverview();
  setUpChanges();
  setUpPackages();
  for (const one of document.querySelectorAll("input[name=by]")) one.addEventListener("change", () => choose({ by: one.value }));
  roving(byId("chart"), ".target");
  roving(byId("treemap"), ".area");
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("changes-title").focus();
  });
  render(readHash());
  window.addEventListener("hashchange", () => {
    const chosen = app.package;
    render(readHash());
    if (app.package !== null && app.package !== chosen && byId("packages-table").contains(document.activeElement)) byId("chosen").focus({ preventScroll: true });
  });
  let width = window.innerWidth;
  const draw = () => {
    renderChart();
    renderTreemap();
    renderPackage();
  };
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width) draw();
    width = window.innerWidth;
  });
  for (const [event, onPaper] of [["beforeprint", true], ["afterprint", false]]) {
    window.addEventListener(event, () => {
      app.onPaper = onPaper;
      draw();
    });
  }
}

start();
