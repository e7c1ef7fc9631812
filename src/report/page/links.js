// Packages and requirements in words.
function packageLink(i) {
  const classes = ["package", isNamed[i] ? "named" : "", app.model.stays[i] ? "" : "gone"].join(" ").trim();
  return el("a", { href: `#${packages[i].id}`, class: classes }, labelOf(i));
}

// Links with "and" and commas between them.
function packageLinks(list, most = 6) {
  const shown = list.slice(0, most).map(packageLink);
  const parts = [];
  shown.forEach((one, k) => {
    if (k > 0) parts.push(k + 1 === shown.length && list.length <= most ? " and " : ", ");
    parts.push(one);
  });
  if (list.length > most) parts.push(` and ${list.length - most} more`);
  return parts;
}

function requirementText(one) {
  const more = [];
  if (one.kind !== "runtime") more.push(one.kind);
  if (one.condition !== "") more.push(one.condition);
  return one.capability + (more.length > 0 ? ` (${more.join(", ")})` : "");
}

// "libz.so.1, zlib (post) and 3 more".
function requirementsText(list, most = 3) {
  const texts = [...new Set(list.map(requirementText))];
  const more = texts.length > most ? ` and ${texts.length - most} more` : "";
  return texts.slice(0, most).join(", ") + more;
}

const strongest = (list) => KINDS.find((kind) => list.some((one) => one.of === kind)) || "runtime";
