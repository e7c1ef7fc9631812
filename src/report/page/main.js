// The page's state and what happens when it changes.
const app = { kinds: new Set(data.follow), chosen: 0, model: null, lit: null, largest: Math.max(1, ...packages.map((p) => p.size)) };

function choose(i, focusIn = null) {
  app.focusIn = focusIn;
  if (location.hash === `#${packages[i].id}`) return;
  location.hash = packages[i].id;
}

function renderSummary() {
  const { model } = app;
  const gone = packages.length - model.staying.length;
  byId("remaining").textContent = gone === 0 ? "" :
    `Without the others ${counted(model.staying.length, "package")} would remain, ${humanSize(model.size)}: ` +
    `${counted(gone, "package")} and ${humanSize(total - model.size)} less.`;
}

function renderTable() {
  for (const row of document.querySelectorAll("#all-packages tbody tr")) {
    const i = Number(row.dataset.place);
    row.classList.toggle("gone", !app.model.stays[i]);
    row.classList.toggle("chosen", i === app.chosen);
    const cell = row.querySelector(".exclusive");
    cell.textContent = humanSize(app.model.exclusive[i]);
    cell.dataset.value = app.model.exclusive[i];
  }
}

function setUpKinds() {
  for (const box of document.querySelectorAll("#kinds input")) {
    box.checked = app.kinds.has(box.value);
    box.addEventListener("change", () => {
      if (box.checked) app.kinds.add(box.value);
      else app.kinds.delete(box.value);
      renderModel();
    });
  }
}

function renderModel() {
  app.model = modelOf(app.kinds);
  renderSummary();
  renderChoice();
}

function renderChoice() {
  const { chains, more } = chainsTo(app.model, app.chosen, 5);
  app.lit = { chains, more, nodes: new Set(chains.flatMap((chain) => chain.packages)) };
  renderAvoidable();
  renderDetails();
  renderNeighbours();
  renderTreemap();
  renderOverview();
  renderTable();
  document.title = `${labelOf(app.chosen)} in ${data.title}`;
}

function readHash() {
  const place = placeOf.get(decodeURIComponent(location.hash.slice(1)));
  if (place === undefined) return;
  app.chosen = place;
  renderChoice();
  // The keyboard goes on where it was: in the same drawing, or at what there is to read.
  const drawing = app.focusIn === null || app.focusIn === undefined ? null : byId(app.focusIn);
  const next = drawing === null ? byId("chosen") : drawing.querySelector("[tabindex='0']");
  if (next !== null) next.focus({ preventScroll: drawing !== null });
  app.focusIn = null;
}

function start() {
  document.documentElement.classList.remove("static");
  if (packages.length === 0) return;
  setUpSearch();
  setUpKinds();
  sortable(byId("all-packages"));
  setUpOverview();
  roving(byId("neighbours-drawing"), ".neighbour[role=link]");
  roving(byId("treemap"), ".area[role=link]");
  for (const one of document.querySelectorAll("input[name=sizes]")) one.addEventListener("change", renderTreemap);
  app.model = modelOf(app.kinds);
  const first = avoidable(app.model)[0];
  app.chosen = data.focus >= 0 ? data.focus : first !== undefined ? first.place : d3.maxIndex(packages, (one) => one.size);
  const linked = placeOf.get(decodeURIComponent(location.hash.slice(1)));
  if (linked !== undefined) app.chosen = linked;
  renderModel();
  window.addEventListener("hashchange", readHash);
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    renderNeighbours();
    renderTreemap();
  });
}

start();
