// The neighbourhood of the chosen package: what leads to it above, what it requires below.
const CELL = { width: 164, height: 34, gapX: 10, gapY: 8, band: 30 };

// Rows from the top: each is a list of items; a row may take several lines.
function neighbourRows(columns) {
  const i = app.chosen;
  const rows = new Map();
  const add = (level, item) => {
    if (!rows.has(level)) rows.set(level, new Map());
    const key = item.key;
    if (!rows.get(level).has(key)) rows.get(level).set(key, item);
  };
  const edges = [];
  for (const { root, packages: chain } of app.lit.chains.slice(0, 3)) {
    const away = chain.length;
    add(away, { key: `r${root}`, root, lit: true });
    edges.push({ from: `r${root}`, to: `p${chain[0]}`, level: away, kind: "from-root", lit: true });
    chain.slice(0, -1).forEach((k, at) => {
      add(away - 1 - at, { key: `p${k}`, place: k, lit: true });
      edges.push({ from: `p${k}`, to: `p${chain[at + 1]}`, level: away - 1 - at, lit: true,
                   kind: strongest(requirementsBetween(k, chain[at + 1]).filter(app.model.keep)) });
    });
  }
  add(0, { key: `p${i}`, place: i, chosen: true });
  const side = (level, list, most, target) => {
    const rest = list.filter((k) => !(rows.get(level) && rows.get(level).has(`p${k}`)))
      .sort((a, b) => packages[b].size - packages[a].size || a - b);
    const room = Math.max(1, most - (rows.get(level) ? rows.get(level).size : 0));
    const shown = rest.length > room ? rest.slice(0, room - 1) : rest;
    for (const k of shown) {
      add(level, { key: `p${k}`, place: k });
      const ends = level > 0 ? [k, i] : [i, k];
      edges.push({ from: `p${ends[0]}`, to: `p${ends[1]}`, level: level > 0 ? 1 : 0, lit: false,
                   kind: strongest(requirementsBetween(...ends).filter(app.model.keep)) });
    }
    if (shown.length < rest.length) add(level, { key: `more${level}`, more: rest.length - shown.length, target });
  };
  side(1, app.model.before[i], 2 * columns, "required-by");
  side(-1, app.model.next[i], 3 * columns, "requires");
  const levels = [...rows.keys()].sort((a, b) => b - a);
  return { rows: levels.map((level) => [level, [...rows.get(level).values()]]), edges };
}

function placeRows(rows, columns, width) {
  const places = new Map();
  let y = 6;
  for (const [level, items] of rows) {
    for (let k = 0; k < items.length; k += columns) {
      const line = items.slice(k, k + columns);
      const wide = line.length * (CELL.width + CELL.gapX) - CELL.gapX;
      line.forEach((item, at) => places.set(`${level}:${item.key}`,
        { ...item, level, x: (width - wide) / 2 + at * (CELL.width + CELL.gapX), y }));
      y += CELL.height + CELL.gapY;
    }
    y += CELL.band - CELL.gapY;
  }
  return { places, height: Math.max(60, y - CELL.band + 10) };
}

function neighbourPath(from, to) {
  const x1 = from.x + CELL.width / 2;
  const y1 = from.y + CELL.height;
  const x2 = to.x + CELL.width / 2;
  const bend = Math.max(12, (to.y - y1) / 2);
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${to.y - bend} ${x2} ${to.y}`;
}

function drawNeighbour(cell) {
  const item = cell.datum();
  const font = `${item.chosen ? "bold " : ""}11.5px system-ui, "DejaVu Sans", sans-serif`;
  const root = item.root !== undefined;
  cell.append("rect").attr("class", "cell").attr("width", CELL.width).attr("height", CELL.height).attr("rx", root ? 17 : 5);
  if (item.more !== undefined) {
    cell.append("text").attr("x", 12).attr("y", 21).text(`${item.more} more, in the list`);
    return;
  }
  if (root) {
    cell.append("title").text(roots[item.root].text);
    cell.append("text").attr("x", 14).attr("y", 21).text(fitted(roots[item.root].name, font, CELL.width - 24));
    return;
  }
  const one = packages[item.place];
  const side = Math.max(3, 26 * Math.sqrt(one.size / app.largest));
  cell.append("rect").attr("class", "square").attr("x", 18 - side / 2).attr("y", 17 - side / 2)
    .attr("width", side).attr("height", side);
  cell.append("title").text(`${labelOf(item.place)}, ${humanSize(one.size)}`);
  cell.append("text").attr("x", 36).attr("y", 15).text(fitted(labelOf(item.place), font, CELL.width - 40));
  cell.append("text").attr("class", "faint").attr("x", 36).attr("y", 28).text(humanSize(one.size));
}

function renderNeighbours() {
  const box = byId("neighbours-drawing");
  const width = Math.max(300, box.clientWidth);
  const columns = Math.max(1, Math.floor((width + CELL.gapX) / (CELL.width + CELL.gapX)));
  const { rows, edges } = neighbourRows(columns);
  const { places, height } = placeRows(rows, columns, width);
  byId("around").textContent = labelOf(app.chosen);
  const svg = d3.select(box).selectAll("svg").data([0]).join("svg").attr("class", "drawing").attr("role", "group")
    .attr("aria-label", `What leads to ${labelOf(app.chosen)}, and what it requires`)
    .attr("width", width).attr("height", height);
  svg.selectAll("*").remove();
  const levelOf = (edge) => (edge.from === `p${app.chosen}` ? [0, -1] : [edge.level, edge.level - 1]);
  for (const edge of edges.sort((a, b) => a.lit - b.lit)) {
    const [above, below] = levelOf(edge);
    svg.append("path").attr("class", `edge ${edge.kind}${edge.lit ? " lit" : ""}`)
      .attr("d", neighbourPath(places.get(`${above}:${edge.from}`), places.get(`${below}:${edge.to}`)));
  }
  const cells = svg.selectAll("g").data([...places.values()]).join("g")
    .attr("class", (item) => ["neighbour", item.root === undefined ? "" : "root", item.lit ? "lit" : "",
      item.chosen ? "chosen" : "", item.place !== undefined && !app.model.stays[item.place] ? "gone" : ""].join(" "))
    .attr("transform", (item) => `translate(${item.x} ${item.y})`)
    .attr("role", (item) => (item.root === undefined ? "link" : "img"))
    .attr("aria-label", (item) => (item.root !== undefined ? roots[item.root].text
      : item.more !== undefined ? `${item.more} more, in the list` : labelOf(item.place)))
    .attr("data-package", (item) => (item.place === undefined ? null : packages[item.place].id))
    .attr("tabindex", (item) => (item.chosen ? 0 : -1))
    .on("click", (event, item) => {
      if (item.place !== undefined) choose(item.place, "neighbours-drawing");
      else if (item.more !== undefined) byId(item.target).focus();
    });
  cells.each(function draw() { drawNeighbour(d3.select(this)); });
}
