// The search box: a combobox with a list, after the pattern of the ARIA Authoring Practices Guide.
function setUpSearch() {
  const input = byId("search");
  const list = byId("found");
  let found = [];
  let active = -1;

  const rank = (i, words) => {
    const name = packages[i].name.toLowerCase();
    if (name === words) return 0;
    if (name.startsWith(words)) return 1;
    return name.includes(words) ? 2 : 3;
  };
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (at) => {
    active = at;
    [...list.children].forEach((item, k) => item.setAttribute("aria-selected", String(k === at)));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `found-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };
  const take = (k) => {
    if (found[k] === undefined) return;
    input.value = "";
    close();
    choose(found[k]);
  };
  const open = () => {
    const words = input.value.trim().toLowerCase();
    found = words === "" ? [] : packages.map((_, i) => i).filter((i) => rank(i, words) < 3)
      .sort((a, b) => rank(a, words) - rank(b, words) || packages[b].size - packages[a].size || a - b).slice(0, 12);
    list.replaceChildren(...found.map((i, k) => el("li",
      { id: `found-${k}`, role: "option", "aria-selected": "false", mousedown: (event) => { event.preventDefault(); take(k); } },
      labelOf(i), el("span", { class: "faint" }, humanSize(packages[i].size)))));
    if (words !== "" && found.length === 0) list.append(el("li", { class: "faint" }, "no package has that in its name"));
    list.hidden = words === "";
    input.setAttribute("aria-expanded", String(words !== ""));
    mark(found.length > 0 ? 0 : -1);
  };

  input.addEventListener("input", open);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && found.length > 0) mark((active + 1) % found.length);
    else if (event.key === "ArrowUp" && found.length > 0) mark((active + found.length - 1) % found.length);
    else if (event.key === "Enter") take(active);
    else if (event.key === "Escape") { input.value = ""; close(); }
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target === input) return;
    event.preventDefault();
    input.focus();
  });
}
