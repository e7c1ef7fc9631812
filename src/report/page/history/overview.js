// The list of images, where there are several.
const SPARK = { width: 72, height: 20 };

// From the least to the most, but no steeper than if the least were a tenth less than the most.
function sparkline(sizes) {
  const most = Math.max(1, ...sizes);
  const x = d3.scaleLinear([Math.min(0, sizes.length - 2), sizes.length - 1], [2, SPARK.width - 2]);
  const y = d3.scaleLinear([Math.min(...sizes, 0.9 * most), most], [SPARK.height - 3, 3]);
  const svg = d3.create("svg").attr("class", "chart").attr("width", SPARK.width).attr("height", SPARK.height).attr("aria-hidden", "true");
  svg.append("path").attr("class", "spark").attr("d", d3.line((_, i) => x(i), (size) => y(size))(sizes));
  svg.append("circle").attr("class", "end").attr("r", 2).attr("cx", x(sizes.length - 1)).attr("cy", y(sizes[sizes.length - 1]));
  return svg.node();
}

function overviewRow(image, place) {
  const sizes = image.records.map((record) => record.size);
  const last = sizes[sizes.length - 1];
  const change = sizes.length > 1 ? last - sizes[sizes.length - 2] : 0;
  const cell = (value, attributes, ...content) => el("td", { ...attributes, "data-value": value }, ...content);
  return el("tr", { "data-place": place },
    cell(`${image.image} ${image.arch}`, { class: "name" }, el("a", { class: "package", href: hashOf({ image: place }) }, image.image),
      el("div", { class: "faint" }, `${image.arch}, ${counted(sizes.length, "release")}`)),
    cell(last, { class: "n" }, humanSize(last)),
    cell(change, { class: signClass(change) }, sizes.length > 1 ? signedSize(change) : ""),
    cell(last / Math.max(1, sizes[0]), { class: "n", title: sizes.length > 1 ? `${humanSize(sizes[0])} at first, ${humanSize(last)} now` : null }, sparkline(sizes)));
}

function setUpOverview() {
  if (images.length === 1) return;
  byId("images").hidden = false;
  document.body.classList.add("several");
  const table = byId("images-table");
  table.tBodies[0].append(...images.map(overviewRow));
  sortable(table);
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (row !== null && event.target.closest("a") === null) choose({ image: Number(row.dataset.place) });
  });
  filtered(byId("images-filter"), table, (count) => { byId("images-none").hidden = count > 0; });
}

// Hides the rows that do not have all words of a field; tells how many are left.
function filtered(input, table, tell) {
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    let count = 0;
    for (const row of table.tBodies[0].rows) {
      const text = [...row.cells].map((cell) => (cell.classList.contains("n") ? "" : cell.dataset.value)).join(" ").toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) ++count;
    }
    tell(count, words.length > 0);
  };
  input.addEventListener("input", apply);
  return apply;
}

function renderOverview() {
  if (images.length === 1) return;
  for (const row of byId("images-table").tBodies[0].rows) {
    const chosen = Number(row.dataset.place) === app.image;
    row.classList.toggle("chosen", chosen);
    if (chosen) row.querySelector("a").setAttribute("aria-current", "true");
    else row.querySelector("a").removeAttribute("aria-current");
  }
}
