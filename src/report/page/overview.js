// The drawing of everything, as it was laid out; here it only learns what is chosen, lit and gone.
const overview = { zoom: null, svg: null, nodeOf: new Map(), edges: [] };

// With scripts the drawing is text until somebody opens it: a large one takes a while to show.
function setUpOverview() {
  const box = byId("overview");
  box.open = packages.length <= OVERVIEW_AT_ONCE;
  if (box.open) openOverview();
  box.addEventListener("toggle", () => {
    if (!box.open) return;
    if (overview.svg === null) openOverview();
    renderOverview();
  });
}

const OVERVIEW_AT_ONCE = 60;

function openOverview() {
  const text = byId("drawn").textContent;
  if (text.trim() === "") return;
  const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  byId("overview-drawing").replaceChildren(svg);
  overview.svg = svg;
  packages.forEach((one, i) => {
    const node = document.getElementById(one.id);
    if (node !== null) overview.nodeOf.set(i, node);
  });
  for (const [id, members] of Object.entries(data.groups)) {
    for (const i of members) overview.nodeOf.set(i, document.getElementById(id));
  }
  for (const [i, node] of [...overview.nodeOf].reverse()) {
    node.setAttribute("role", "link");
    node.setAttribute("aria-label", labelOf(i));
    node.setAttribute("tabindex", "-1");
    node.onclick = () => choose(i, "overview-drawing");
  }
  for (const node of svg.querySelectorAll("path.edge")) {
    const [from, to] = node.id.slice(2).split("_-").map(membersOf);
    const list = from.flatMap((k) => requirementsOf[k])
      .filter((one) => one.providers.some((provider) => to.includes(provider)));
    if (list.length === 0) continue;
    overview.edges.push({ node, list });
    node.addEventListener("mouseenter", () => edgeTitle(node, list), { once: true });
  }
  roving(svg, ".node[role=link]");
  setUpZoom(svg);
}

// The packages of a node: none for a root.
const membersOf = (id) => data.groups[id] || (placeOf.has(id) ? [placeOf.get(id)] : []);

function edgeTitle(node, list) {
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = list.slice(0, 15).map(requirementText).join("\n") + (list.length > 15 ? `\nand ${list.length - 15} more` : "");
  node.append(title);
}

function setUpZoom(svg) {
  const width = svg.viewBox.baseVal.width;
  const height = svg.viewBox.baseVal.height;
  const inner = d3.select(svg).append("g");
  inner.node().append(svg.querySelector(".places"));
  const frame = byId("overview-drawing");
  frame.classList.add("zoomed");
  d3.select(svg).attr("viewBox", null).attr("width", "100%").attr("height", "100%");
  // The wheel scrolls the page; with Ctrl it zooms.
  overview.zoom = d3.zoom().scaleExtent([0.02, 4]).filter((event) => !event.button && (event.type !== "wheel" || event.ctrlKey))
    .on("zoom", (event) => inner.attr("transform", event.transform));
  overview.fit = () => {
    frame.style.height = `${Math.min(height + 20, 0.75 * window.innerHeight)}px`;
    const scale = Math.min(1, frame.clientWidth / width, frame.clientHeight / height);
    d3.select(svg).call(overview.zoom.transform, d3.zoomIdentity
      .translate((frame.clientWidth - width * scale) / 2, (frame.clientHeight - height * scale) / 2).scale(scale));
  };
  d3.select(svg).call(overview.zoom).on("dblclick.zoom", null);
  byId("zoom-buttons").hidden = false;
  byId("zoom-in").onclick = () => d3.select(svg).call(overview.zoom.scaleBy, 1.5);
  byId("zoom-out").onclick = () => d3.select(svg).call(overview.zoom.scaleBy, 1 / 1.5);
  byId("zoom-fit").onclick = overview.fit;
}

// Brings the chosen package to the middle, large enough to read.
function showChosen() {
  const node = overview.nodeOf.get(app.chosen);
  overview.fit();
  const fitted = d3.zoomTransform(overview.svg).k;
  if (node === undefined || fitted > 0.7) return;
  const box = node.getBBox();
  d3.select(overview.svg).call(overview.zoom.scaleTo, 0.9)
    .call(overview.zoom.translateTo, box.x + box.width / 2, box.y + box.height / 2);
}

function renderOverview() {
  if (overview.svg === null || !byId("overview").open) return;
  for (const [i, node] of overview.nodeOf) {
    node.classList.toggle("gone", !app.model.stays[i]);
    node.classList.toggle("lit", app.lit.nodes.has(i));
    node.classList.toggle("chosen", app.chosen === i);
    node.setAttribute("tabindex", app.chosen === i ? "0" : "-1");
  }
  for (const { node, list } of overview.edges) node.classList.toggle("off", !list.some(app.model.keep));
  for (const node of overview.svg.querySelectorAll(".edge.lit")) node.classList.remove("lit");
  for (const node of overview.svg.querySelectorAll(".node.root")) node.classList.remove("lit");
  for (const node of overview.svg.querySelectorAll(".extra")) node.remove();
  const idOf = (i) => (overview.nodeOf.has(i) ? overview.nodeOf.get(i).id : "");
  for (const { root, packages: chain } of app.lit.chains) {
    const node = document.getElementById(roots[root].id);
    if (node !== null) node.classList.add("lit");
    light(roots[root].id, idOf(chain[0]));
    for (let k = 0; k + 1 < chain.length; ++k) light(idOf(chain[k]), idOf(chain[k + 1]));
  }
  showChosen();
}

// Lights an edge; one that the drawing left out is drawn as a straight line.
function light(from, to) {
  if (from === to || from === "" || to === "") return;
  const edge = document.getElementById(`e-${from}_-${to}`);
  if (edge !== null) {
    edge.classList.add("lit");
    return;
  }
  const a = document.getElementById(from);
  const b = document.getElementById(to);
  if (a === null || b === null) return;
  const [p, q] = [a.getBBox(), b.getBBox()];
  d3.select(overview.svg.querySelector(".places")).insert("path", ".node").attr("class", "edge extra lit")
    .attr("d", `M${p.x + p.width} ${p.y + p.height / 2}L${q.x} ${q.y + q.height / 2}`);
}
