// The packages of the chosen release as areas.
const WHAT = [["came", "came"], ["grew", "grew"], ["shrank", "shrank"], ["stayed", "as large as before"]];

function whatOf(i) {
  const change = app.compared.changeOf.get(i);
  if (change === undefined) return "stayed";
  if (change.before < 0) return "came";
  const bytes = bytesOf(change);
  return bytes > 0 ? "grew" : bytes < 0 ? "shrank" : "stayed";
}

function renderTreemap() {
  const records = images[app.image].records;
  const record = records[app.to];
  byId("areas-title").textContent = `Packages of ${record.label} as areas`;
  const box = byId("treemap");
  const width = roomIn(box);
  const height = width < 600 ? 260 : 340;
  const focused = box.contains(document.activeElement);
  const cells = [...record.packages].map(([key, i]) => ({ key, i, value: sizeOf(i), what: app.from === null ? "stayed" : whatOf(i) }));
  const tree = d3.hierarchy({ children: cells }).sum((one) => one.value || 0).sort((a, b) => b.value - a.value || a.data.key - b.data.key);
  d3.treemap().size([width, height]).round(true).paddingInner(1)(tree);
  const drawn = (tree.children || []).filter((node) => node.x1 - node.x0 > 1 && node.y1 - node.y0 > 1);
  d3.select(box).selectAll("*").remove();
  const svg = d3.select(box).append("svg").attr("class", "chart cells").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height)
    .attr("role", "group").attr("aria-label", `Packages of ${record.label} by size`);
  const words = ({ data: one }) => {
    const change = app.compared.changeOf.get(one.i);
    return `${nevraOf(one.i)}, ${humanSize(one.value)}${app.from === null ? "" : one.what === "came" ? ", came" :
      change === undefined ? ", as before" : `, ${signedSize(bytesOf(change))}`}`;
  };
  const first = drawn.some((node) => node.data.key === app.package) ? app.package : drawn.length > 0 ? drawn[0].data.key : null;
  const areas = svg.selectAll("g").data(drawn).join("g").attr("class", (node) => `area${node.data.key === app.package ? " chosen" : ""}`)
    .attr("transform", (node) => `translate(${node.x0} ${node.y0})`).attr("role", "link").attr("aria-label", words)
    .attr("tabindex", (node) => (node.data.key === first ? 0 : -1)).on("click", (event, node) => choose({ package: node.data.key }));
  areas.append("title").text(words);
  areas.append("rect").attr("class", (node) => node.data.what).attr("width", (node) => node.x1 - node.x0).attr("height", (node) => node.y1 - node.y0);
  areas.filter((node) => node.x1 - node.x0 > 34 && node.y1 - node.y0 > 13).append("text").attr("x", 3).attr("y", 11)
    .text((node) => fitted(labelOf(node.data.key), '10.5px system-ui, "DejaVu Sans", sans-serif', node.x1 - node.x0 - 5));
  if (focused) svg.select("[tabindex='0']").node().focus({ preventScroll: true });
  byId("areas-key").hidden = app.from === null;
  byId("areas-key").replaceChildren(...WHAT.map(([css, name]) => {
    const list = cells.filter((one) => one.what === css);
    return el("li", {}, swatch(css), ` ${name}: ${list.length === 0 ? "none" : `${grouped(list.length)}, ${humanSize(d3.sum(list, (one) => one.value))}`}`);
  }));
}
