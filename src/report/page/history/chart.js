// Size over releases: bands on top of each other; what lies between two releases is a step to choose.
const BANDS = 12;
const CHART = { left: 62, right: 10, top: 22, bottom: 26 };
const chart = { svg: null, bands: [], x: null, y: null };

// The same bands as the SVG of the command line has: the largest at any time by name, the others as one.
function bandsOf(image, by) {
  const records = recordsOf(image);
  const sizes = new Map();
  records.forEach((record, place) => {
    const rootOf = by === "root" ? rootsOfAll(record) : null;
    for (const [key, i] of record.packages) {
      const root = rootOf === null ? undefined : rootOf.get(key);
      const name = root === undefined ? nameOf(i) : root === null ? "what no root leads to" : strings[roots[root][0]];
      if (!sizes.has(name)) sizes.set(name, new Array(records.length).fill(0));
      sizes.get(name)[place] += sizeOf(i);
    }
  });
  const all = [...sizes].map(([name, list]) => ({ name, sizes: list, most: d3.max(list) }))
    .sort((a, b) => b.most - a.most || (a.name < b.name ? -1 : 1));
  const bands = all.slice(0, BANDS).map((band, place) => ({ ...band, css: `s${place}` }));
  const rest = all.slice(BANDS);
  if (rest.length > 0) {
    bands.push({ name: counted(rest.length, "other"), css: "rest", rest: true, sizes: records.map((_, i) => d3.sum(rest, (band) => band.sizes[i])) });
  }
  const under = new Array(records.length).fill(0);
  for (const band of bands) {
    band.from = [...under];
    band.sizes.forEach((size, i) => { under[i] += size; });
    band.to = [...under];
  }
  return bands;
}

function outline(band, x, y, half) {
  const points = (list, order) => order.flatMap((i) => (half > 0 ?
    [[x(i) - half, y(list[i])], [x(i) + half, y(list[i])]] : [[x(i), y(list[i])]]));
  const order = d3.range(band.sizes.length);
  return `M${[...points(band.to, order), ...points(band.from, order).reverse()].map((at) => at.map((v) => v.toFixed(1)).join(" ")).join("L")}Z`;
}

// How wide a drawing is to be: on paper as wide as a page.
const roomIn = (box) => (app.onPaper ? PAPER : Math.max(260, box.clientWidth));
const PAPER = 680;

function renderChart() {
  const image = images[app.image];
  const records = recordsOf(image);
  const focused = byId("chart").contains(document.activeElement);
  const width = roomIn(byId("chart"));
  const height = width < 500 ? 280 : 360;
  const most = d3.max(records, (record) => record.size);
  const y = d3.scaleLinear([0, Math.max(1, most)], [height - CHART.bottom, CHART.top + 6]);
  const gap = (width - CHART.left - CHART.right) / records.length;
  const x = (i) => CHART.left + gap * (i + 0.5);
  const half = gap >= 14 ? Math.min(34, gap * 0.28) : 0;
  chart.bands = bandsOf(image, app.by);
  Object.assign(chart, { x, y, gap, width, height });
  d3.select("#chart").selectAll("*").remove();
  const svg = d3.select("#chart").append("svg").attr("class", "chart").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height)
    .attr("role", "group").attr("aria-label", `Installed size of ${image.image} over ${counted(records.length, "release")}`);
  chart.svg = svg;
  drawAxes(svg, records);
  const bands = svg.append("g").attr("class", half > 0 ? null : "dense").selectAll("g").data(chart.bands).join("g")
    .attr("class", (band) => `band ${band.css}`);
  if (records.length > 1) bands.append("path").attr("class", "ribbon").attr("d", (band) => outline(band, x, y, half));
  if (half > 0) {
    bands.append("path").attr("class", "bar").attr("d", (band) => band.sizes.map((size, i) => (size === 0 ? "" :
      `M${(x(i) - half).toFixed(1)} ${y(band.to[i]).toFixed(1)}h${(2 * half).toFixed(1)}V${y(band.from[i]).toFixed(1)}h${(-2 * half).toFixed(1)}Z`)).join(""));
  }
  drawTargets(svg, records, half);
  byId("chart").append(el("p", { id: "says", class: "faint", "aria-hidden": "true", hidden: records.length === 1 }, CHART_HELP));
  renderLegend();
  if (focused) svg.select(".target[tabindex='0']").node().focus({ preventScroll: true });
}

const CHART_HELP = "Choose a release to see what changed since the one before it.";

function drawAxes(svg, records) {
  const { x, y, width, height, gap } = chart;
  const ticks = svg.append("g").attr("aria-hidden", "true").selectAll("g").data(y.ticks(5)).join("g").attr("transform", (size) => `translate(0 ${y(size)})`);
  ticks.append("path").attr("class", "grid").attr("d", `M${CHART.left} 0H${width - CHART.right}`);
  ticks.append("text").attr("class", "faint").attr("x", CHART.left - 6).attr("y", 4).attr("text-anchor", "end").text(humanSize);
  const font = '11px system-ui, "DejaVu Sans", sans-serif';
  ruler.font = font;
  const widest = Math.min(90, d3.max(records, (record) => ruler.measureText(record.label).width));
  const every = Math.max(1, Math.ceil((widest + 8) / gap));
  const shown = d3.range(records.length).filter((i) => (records.length - 1 - i) % every === 0);
  const label = (i) => fitted(records[i].label, font, Math.max(gap * every - 6, 40));
  svg.append("g").attr("aria-hidden", "true").selectAll("text").data(shown).join("text").attr("y", height - 8).attr("text-anchor", "middle")
    .text(label).attr("x", (i) => Math.min(x(i), width - ruler.measureText(label(i)).width / 2 - 1));
}

// A release with the step that leads to it. Labels say what each step changes, where there is room.
function drawTargets(svg, records, half) {
  const { x, y, gap, height } = chart;
  const change = (i) => (i > 0 ? records[i].size - records[i - 1].size : 0);
  const left = (i) => (i > 0 ? x(i - 1) + half : x(0) - gap / 2);
  const targets = svg.append("g").selectAll("g").data(d3.range(records.length)).join("g").attr("class", "target")
    .attr("role", "link").attr("tabindex", (i) => (i === app.to ? 0 : -1)).attr("data-release", (i) => i)
    .attr("aria-label", (i) => (i > 0 ? `${records[i - 1].label} to ${records[i].label}: ${signedSize(change(i))}, to ${humanSize(records[i].size)}` :
      `${records[0].label}, the first release: ${humanSize(records[0].size)}`))
    .attr("aria-current", (i) => (i === app.to && records.length > 1 ? "true" : null))
    .on("click", (event, i) => choose({ to: i }))
    .on("mousemove", (event, i) => says(pointed(event, i)))
    .on("mouseleave", () => says(null))
    .on("focus", (event, i) => says({ release: i }));
  const right = (i) => x(i) + (i + 1 < records.length ? half : Math.max(half, gap / 2 - 1));
  const over = (box, from, to) => box.attr("x", from).attr("width", (i) => Math.max(1, to(i) - from(i)))
    .attr("y", CHART.top - 16).attr("height", height - CHART.top + 12);
  targets.append("rect").attr("class", "zone").call(over, left, right);
  if (app.from !== null) svg.append("rect").attr("class", "span").call(over, () => left(app.from + 1), () => right(app.to));
  if (gap > 64) {
    targets.filter((i) => i > 0).append("text").attr("class", "delta").attr("text-anchor", "middle").attr("x", (i) => (x(i - 1) + x(i)) / 2)
      .attr("y", (i) => Math.max(CHART.top - 4, Math.min(y(records[i - 1].size), y(records[i].size)) - 6)).text((i) => signedSize(change(i)));
  }
}

// The band under the mouse, at the nearer of two releases.
function pointed(event, i) {
  const [px, py] = d3.pointer(event, chart.svg.node());
  const near = i > 0 && Math.abs(px - chart.x(i - 1)) < Math.abs(px - chart.x(i)) ? i - 1 : i;
  const size = chart.y.invert(py);
  return { release: near, step: i, band: chart.bands.findIndex((band) => size >= band.from[near] && size < band.to[near]) };
}

function says(what) {
  const records = images[app.image].records;
  let words = CHART_HELP;
  highlight(what === null || what.band === undefined ? -1 : what.band);
  if (what !== null) {
    const { release: i, band = -1 } = what;
    const list = band >= 0 ? chart.bands[band].sizes : records.map((record) => record.size);
    words = `${band >= 0 ? `${chart.bands[band].name} in ` : ""}${records[i].label}: ${humanSize(list[i])}` +
      (i > 0 ? `, ${signedSize(list[i] - list[i - 1])} since ${records[i - 1].label}` : "");
  }
  byId("says").textContent = words;
}

function highlight(place) {
  chart.svg.selectAll(".band").classed("away", (_, i) => place >= 0 && i !== place);
  for (const item of byId("legend").querySelectorAll("tbody tr")) item.classList.toggle("lit", Number(item.dataset.band) === place);
}

// From the top, as the bands lie on each other.
function renderLegend() {
  const record = images[app.image].records[app.to];
  const rows = chart.bands.map((band, place) => {
    const change = app.from === null ? 0 : band.sizes[app.to] - band.sizes[app.from];
    const key = app.by === "package" && !band.rest ? keyNamed(record, band.name) : undefined;
    return el("tr", { "data-band": place, class: band.sizes[app.to] === 0 ? "none" : null, mouseenter: () => says({ release: app.to, band: place }), mouseleave: () => says(null),
                      focusin: () => says({ release: app.to, band: place }), focusout: () => says(null) },
      el("td", {}, swatch(band.css)),
      el("th", { scope: "row" }, key === undefined ? band.name : packageLink(key)),
      el("td", { class: "n" }, humanSize(band.sizes[app.to])),
      el("td", { class: signClass(change) }, change === 0 ? "" : signedSize(change)));
  });
  byId("legend").replaceChildren(el("table", {},
    el("caption", { class: "faint" }, `in ${record.label}${app.from === null ? "" : `, and since ${images[app.image].records[app.from].label}`}`),
    el("tbody", {}, rows.reverse())));
}

const keyNamed = (record, name) => [...record.packages.keys()].find((key) => strings[keys[key][0]] === name);

function swatch(css) {
  const svg = d3.create("svg").attr("class", "swatch").attr("width", 12).attr("height", 12).attr("aria-hidden", "true");
  svg.append("rect").attr("class", css).attr("width", 12).attr("height", 12).attr("rx", 2);
  return svg.node();
}
