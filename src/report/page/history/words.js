// Changes and ways in words, as the command line has them.
function signedSize(bytes) {
  return bytes === 0 ? "0 B" : (bytes < 0 ? "-" : "+") + humanSize(Math.abs(bytes));
}

const grouped = (number) => number.toLocaleString("en");
const signedBytes = (bytes) => `${bytes > 0 ? "+" : bytes < 0 ? "-" : ""}${grouped(Math.abs(bytes))} bytes`;
const bytesOf = (change) => sizeOf(change.after) - sizeOf(change.before);

function changeText({ kind, before, after }) {
  if (before < 0) return nevraOf(after);
  if (after < 0) return nevraOf(before);
  if (kind === "renamed") return `${nevraOf(before)} -> ${nevraOf(after)}`;
  if (nevraOf(before) === nevraOf(after)) return nevraOf(after);
  return `${nameOf(after)} ${versionOf(before)} -> ${versionOf(after)}`;
}

// A sentence with its {names} replaced; what is put in is not looked at again.
function sentenceOf(cause) {
  const part = { root: strings, capability: strings };
  return strings[cause.sentence].replace(/\{(\w+)\}/g, (all, name) =>
    (name in part ? part[name][cause[name]] : nevraOf(cause[name])));
}

function wayText(way) {
  const from = data.ways.from[way];
  if (from === null) return "no root leads to it";
  if (from < 0) return strings[roots[-1 - from][1]];
  return `${labelOf(from)} requires ${requirementOf(way)}`;
}

function requirementOf(way) {
  const kind = strings[data.ways.kind[way]];
  return strings[data.ways.capability[way]] + (kind === "runtime" ? "" : ` [${kind}]`);
}

const signClass = (bytes) => (bytes > 0 ? "n more" : bytes < 0 ? "n less" : "n");
