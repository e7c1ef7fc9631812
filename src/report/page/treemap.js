// Sizes as areas: each package's own, or what would leave with it, one in the other.
function ownTree() {
  return { children: packages.map((one, i) => ({ place: i, value: one.size })) };
}

function dominatorTree() {
  const { costs } = app.model;
  const nodes = costs.dominator.map((_, node) => {
    if (node === 0) return { children: [] };
    if (node < costs.first) return { root: node - 1, children: [] };
    const members = costs.groups[node - costs.first];
    const leaves = members.map((i) => ({ place: i, value: packages[i].size }));
    const largest = members.reduce((a, b) => (packages[b].size > packages[a].size ? b : a));
    return { place: largest, children: leaves };
  });
  for (let node = 1; node < nodes.length; ++node) nodes[costs.dominator[node]].children.push(nodes[node]);
  // A package with nothing but itself is one cell.
  const simple = (node) => {
    if (node.children === undefined) return node;
    if (node.place !== undefined && node.children.length === 1) return node.children[0];
    return { ...node, children: node.children.map(simple) };
  };
  return simple(nodes[0]);
}

function treemapClass(node) {
  const { place, root } = node.data;
  const classes = ["area"];
  if (node.children) classes.push("holder");
  if (root !== undefined) classes.push("root");
  if (place !== undefined) {
    if (isNamed[place]) classes.push("named");
    if (!app.model.stays[place]) classes.push("gone");
    if (app.lit.nodes.has(place)) classes.push("lit");
    if (place === app.chosen) classes.push("chosen");
  }
  return classes.join(" ");
}

function renderTreemap() {
  const box = byId("treemap");
  const width = Math.max(300, box.clientWidth);
  const height = width < 600 ? 260 : 360;
  const exclusive = byId("size-exclusive").checked;
  const tree = d3.hierarchy(exclusive ? dominatorTree() : ownTree()).sum((one) => one.value || 0)
    .sort((a, b) => b.value - a.value || (a.data.place ?? -1) - (b.data.place ?? -1));
  d3.treemap().size([width, height]).round(true).paddingInner(1).paddingOuter(exclusive ? 2 : 0)
    .paddingTop((node) => (exclusive && node.depth > 0 && node.y1 - node.y0 > 34 ? 15 : exclusive ? 2 : 0))(tree);
  const drawn = tree.descendants().filter((node) => node.depth > 0 && node.x1 - node.x0 > 1 && node.y1 - node.y0 > 1);
  const svg = d3.select(box).selectAll("svg").data([0]).join("svg").attr("width", width).attr("height", height)
    .attr("role", "group").attr("aria-label", exclusive ? "What would leave with each package" : "Sizes of packages");
  svg.selectAll("*").remove();
  const label = (node) => (node.data.root !== undefined ? roots[node.data.root].name : labelOf(node.data.place));
  const words = (node) => `${label(node)}, ${humanSize(node.value)}`;
  const cells = svg.selectAll("g").data(drawn).join("g").attr("class", treemapClass)
    .attr("transform", (node) => `translate(${node.x0} ${node.y0})`)
    .attr("role", (node) => (node.data.place === undefined ? "img" : "link")).attr("aria-label", words)
    .attr("tabindex", (node) => (node.data.place === app.chosen && !node.children ? 0 : -1))
    .on("click", (event, node) => {
      event.stopPropagation();
      if (node.data.place !== undefined) choose(node.data.place, "treemap");
    });
  cells.append("title").text(words);
  cells.append("rect").attr("width", (node) => node.x1 - node.x0).attr("height", (node) => node.y1 - node.y0);
  cells.filter((node) => node.x1 - node.x0 > 34 && node.y1 - node.y0 > 13).append("text").attr("x", 3).attr("y", 11)
    .text((node) => fitted(label(node), '10.5px system-ui, "DejaVu Sans", sans-serif', node.x1 - node.x0 - 5));
}
