// Data of the page: strings, packages and ways, each once; images as records that say what is new in them.
const data = JSON.parse(document.getElementById("data").textContent);
const { strings, keys, roots, images } = data;

// Places from their differences.
function places(differences = []) {
  let at = 0;
  return differences.map((more) => (at += more));
}

const packageKeys = places(data.packages.key);
const wayKeys = places(data.ways.key);
const keyOf = (i) => packageKeys[i];
const sizeOf = (i) => (i < 0 ? 0 : data.packages.size[i]);
const versionOf = (i) => strings[data.versions[data.packages.version[i]][0]];
const archOf = (i) => strings[data.versions[data.packages.version[i]][1]];
const nameOf = (i) => strings[keys[keyOf(i)][0]];
const evrArchOf = (i) => versionOf(i) + (archOf(i) === "" ? "" : `.${archOf(i)}`);
const nevraOf = (i) => `${nameOf(i)}-${evrArchOf(i)}`;
const same = (a, b) => a === b || (a >= 0 && b >= 0 && nevraOf(a) === nevraOf(b) && sizeOf(a) === sizeOf(b));

// A package as it is told from the others of its record.
function labelOf(key) {
  const [name, arch, version] = keys[key];
  return strings[name] + (version === null ? "" : `-${strings[version]}`) + (arch === null ? "" : `.${strings[arch]}`);
}

// By record, what is in it: packages and ways by key. Made when an image is first looked at.
function recordsOf(image) {
  if (image.unfolded) return image.records;
  image.unfolded = true;
  let packages = new Map();
  let ways = new Map();
  const taken = new Set();
  for (const record of image.records) {
    packages = new Map(packages);
    ways = new Map(ways);
    record.fresh = places(record.set);
    record.left = places(record.gone);
    for (const key of record.left) {
      packages.delete(key);
      ways.delete(key);
    }
    for (const i of record.fresh) packages.set(keyOf(i), i);
    for (const way of places(record.ways)) ways.set(wayKeys[way], way);
    Object.assign(record, { packages, found: ways, id: record.label });
    for (let count = 2; taken.has(record.id); ++count) record.id = `${record.label} (${count})`;
    taken.add(record.id);
  }
  return image.records;
}

// From a root to a package: the root's place, then keys with the way that leads to each.
function chainTo(record, key) {
  const chain = [];
  for (let at = key; ;) {
    const way = record.found.get(at);
    chain.unshift({ key: at, way });
    const from = data.ways.from[way];
    if (from === null) return { root: null, chain };
    if (from < 0) return { root: -1 - from, chain };
    at = from;
  }
}

// By key, the place of the root that its way starts from; null where none does.
function rootsOfAll(record) {
  const known = new Map();
  const find = (key) => {
    if (known.has(key)) return known.get(key);
    const from = data.ways.from[record.found.get(key)];
    const root = from === null ? null : from < 0 ? -1 - from : find(from);
    known.set(key, root);
    return root;
  };
  for (const key of record.packages.keys()) find(key);
  return known;
}
