// Words and elements. Text from outside only ever becomes a text node.

// "90.7 MB": three digits, as the command line writes it.
function humanSize(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit + 1 < units.length) {
    value /= 1000;
    ++unit;
  }
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${units[unit]}`;
}

const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

// An element; `attributes` whose value is a function are handlers; children are elements or text.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.flat());
  return node;
}

const byId = (id) => document.getElementById(id);

// Text as long as fits into so many pixels.
const ruler = document.createElement("canvas").getContext("2d");
function fitted(text, font, room) {
  ruler.font = font;
  if (ruler.measureText(text).width <= room) return text;
  let length = text.length;
  while (length > 1 && ruler.measureText(`${text.slice(0, length)}…`).width > room) --length;
  return `${text.slice(0, length)}…`;
}

// Lets arrow keys move between the elements of a drawing; one of them at a time is a tab stop.
function roving(container, selector) {
  container.addEventListener("keydown", (event) => {
    const from = event.target.closest(selector);
    const ways = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    if (from === null) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      from.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      return;
    }
    const way = ways[event.key];
    if (way === undefined) return;
    event.preventDefault();
    const here = middle(from);
    let best = null;
    let least = Infinity;
    for (const to of container.querySelectorAll(selector)) {
      const there = middle(to);
      const ahead = (there.x - here.x) * way[0] + (there.y - here.y) * way[1];
      const aside = Math.abs((there.x - here.x) * way[1]) + Math.abs((there.y - here.y) * way[0]);
      if (to !== from && ahead > 1 && ahead + 3 * aside < least) {
        least = ahead + 3 * aside;
        best = to;
      }
    }
    if (best === null) return;
    from.setAttribute("tabindex", "-1");
    best.setAttribute("tabindex", "0");
    best.focus();
  });
}

function middle(node) {
  const box = node.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

// Makes a table's heads buttons that sort by what its cells have in data-value: numbers from the largest, where the head
// has the class "n", else text. Equal rows keep the order of their data-place. Returns what sorts new rows the same way.
function sortable(table) {
  const head = [...table.tHead.rows[0].cells];
  const sort = (cell, down) => {
    const column = head.indexOf(cell);
    const key = (row) => row.cells[column].dataset.value;
    const order = cell.classList.contains("n") ? (a, b) => key(a) - key(b) : (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
    const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? -order(a, b) : order(a, b)) || a.dataset.place - b.dataset.place);
    table.tBodies[0].append(...rows);
  };
  for (const cell of head) {
    cell.replaceChildren(el("button", { type: "button", click: () => {
      const sorted = cell.getAttribute("aria-sort");
      const down = sorted === null ? cell.classList.contains("n") : sorted === "ascending";
      for (const other of head) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(cell, down);
    } }, cell.textContent));
  }
  return () => {
    const cell = head.find((one) => one.hasAttribute("aria-sort"));
    if (cell !== undefined) sort(cell, cell.getAttribute("aria-sort") === "descending");
  };
}
