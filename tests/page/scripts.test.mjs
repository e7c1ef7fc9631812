// The functions of the pages' scripts that need no page, each against a slow and obvious computation of the same.
//   node --test tests/page/scripts.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../src/report/page/", import.meta.url);
const lists = readFileSync(new URL("CMakeLists.txt", folder), "utf8");

// The files that CMake joins to one script, in their order.
function filesOf(variable) {
  const call = new RegExp(`rootlet_page_script\\(${variable} ([^)]*)\\)`).exec(lists);
  return call[1].trim().split(/\s+/);
}
const textOf = (files) => files.map((name) => readFileSync(new URL(`${name}.js`, folder), "utf8")).join("");

// Runs files over what a page would hold, in one strict scope as in a page, and returns these names of it.
function load(files, data, names) {
  const canvas = { getContext: () => ({ measureText: (text) => ({ width: text.length }) }) };
  const document = { getElementById: () => ({ textContent: JSON.stringify(data) }), createElement: () => canvas };
  const d3 = { sum: (list, of) => list.reduce((sum, one) => sum + of(one), 0) };
  return new Function("document", "d3", `"use strict";\n${textOf(files)}\nreturn { ${names.join(", ")} };`)(document, d3);
}

// Numbers that look random and are the same in every run.
function randomNumbers(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

// A page of `count` packages; requirements as [from, [provider, …]].
function graphPage(count, requirements, roots = []) {
  const packages = Array.from({ length: count }, (_, i) => ({ id: `p${i}`, name: `p${i}`, version: "1-1", arch: "noarch", size: i + 1 }));
  return { packages, roots: roots.map((list) => ({ packages: list })), kinds: [["runtime", "runtime"]],
    requirements: requirements.map(([from, providers]) => [from, `c${providers}`, 0, "", providers]) };
}

function graph(seed) {
  const random = randomNumbers(seed);
  const count = 2 + random(6);
  const requirements = Array.from({ length: random(2 * count) }, () => {
    const providers = new Set(Array.from({ length: 1 + random(2) }, () => random(count)));
    return [random(count), [...providers].sort((a, b) => a - b)];
  });
  return { count, requirements, roots: Array.from({ length: 1 + random(2) }, () => [random(count)]) };
}

const names = ["adjacency", "components", "costsOver", "brokenWithout", "vertexCut"];
const page = ({ count, requirements, roots }) => load(["data", "graph"], graphPage(count, requirements, roots), names);

// What the starts lead to without some packages.
function reached(next, starts, without) {
  const seen = new Set(starts.filter((i) => !without.has(i)));
  for (const i of seen) for (const to of next[i]) if (!without.has(to)) seen.add(to);
  return seen;
}

const subsets = (list) => list.reduce((all, one) => [...all, ...all.map((set) => [...set, one])], [[]]);

for (const variable of ["ROOTLET_PAGE_SCRIPT", "ROOTLET_HISTORY_SCRIPT"]) {
  test(`${variable}: its files make one script`, () => {
    assert.ok(filesOf(variable).length > 5);
    // Compiling finds syntax errors, and names that two files declare.
    assert.doesNotThrow(() => new Function(`"use strict";\n${textOf(filesOf(variable))}`));
    assert.throws(() => new Function(`"use strict";\n${textOf(filesOf(variable))}\nconst data = 1;`), SyntaxError);
  });
}

test("sizes have three digits, as the command line writes them", () => {
  const { humanSize } = load(["words"], {}, ["humanSize"]);
  const expected = { 0: "0 B", 999: "999 B", 1000: "1.00 kB", 9994: "9.99 kB", 9995: "10.0 kB", 99949: "99.9 kB", 99950: "100 kB",
    999499: "999 kB", 999500: "1.00 MB", 90731114: "90.7 MB", 5e9: "5.00 GB", 2e18: "2000 PB" };
  for (const [bytes, text] of Object.entries(expected)) assert.equal(humanSize(Number(bytes)), text);
});

test("counted things are one or several", () => {
  const { counted } = load(["words"], {}, ["counted"]);
  assert.deepEqual([0, 1, 2, 1234].map((n) => counted(n, "package")), ["0 packages", "1 package", "2 packages", "1,234 packages"]);
});

test("components are packages that lead to each other, each before those that it leads to", () => {
  for (let seed = 1; seed <= 200; ++seed) {
    const one = graph(seed);
    const { adjacency, components } = page(one);
    const next = adjacency(() => true);
    const leads = next.map((_, i) => reached(next, [i], new Set()));
    const found = components(next);
    assert.deepEqual(found.flat().sort((a, b) => a - b), next.map((_, i) => i), `seed ${seed}`);
    found.forEach((group, place) => {
      for (const i of group) {
        assert.deepEqual(group, next.map((_, j) => j).filter((j) => leads[i].has(j) && leads[j].has(i)), `seed ${seed}`);
        for (const earlier of found.slice(0, place).flat()) assert.ok(!leads[i].has(earlier), `seed ${seed}`);
      }
    });
  }
});

// What no root or other package leads to counts as if something led to it.
test("what would leave with a package is what nothing else leads to", () => {
  for (let seed = 1; seed <= 200; ++seed) {
    const one = graph(seed);
    const { adjacency, costsOver } = page(one);
    const next = adjacency(() => true);
    const leads = next.map((_, i) => reached(next, [i], new Set()));
    const led = (i) => one.roots.flat().some((root) => leads[root].has(i)) || leads.some((set, j) => set.has(i) && !leads[i].has(j));
    const starts = [...one.roots.flat(), ...next.map((_, i) => i).filter((i) => !led(i))];
    const all = reached(next, starts, new Set());
    const { groups, groupOf, first, leaving } = costsOver(next);
    for (const i of all) {
      const group = new Set(groups[groupOf[i]]);
      const left = reached(next, starts, group);
      const gone = [...all].filter((j) => !left.has(j)).sort((a, b) => a - b);
      assert.deepEqual([...leaving[first + groupOf[i]]].sort((a, b) => a - b), gone, `seed ${seed}, package ${i}`);
    }
  }
});

test("what is broken without packages has a requirement that nothing meets any more", () => {
  for (let seed = 1; seed <= 200; ++seed) {
    const one = graph(seed);
    const { brokenWithout } = page(one);
    const gone = [seed % one.count];
    const expected = new Set(gone);
    for (let before = -1; before !== expected.size;) {
      before = expected.size;
      for (const [from, providers] of one.requirements) if (providers.every((i) => expected.has(i))) expected.add(from);
    }
    assert.deepEqual(brokenWithout(gone, () => true), Array.from({ length: one.count }, (_, i) => expected.has(i)), `seed ${seed}`);
  }
});

test("a cut is the smallest there is, and cuts", () => {
  for (let seed = 1; seed <= 200; ++seed) {
    const one = graph(seed);
    const { adjacency, vertexCut } = page(one);
    const next = adjacency(() => true);
    const starts = [...new Set(one.roots.flat())];
    const to = next.map((_, i) => i).find((i) => !starts.includes(i));
    if (to === undefined) continue;
    const cuts = (set) => !reached(next, starts, new Set(set)).has(to);
    const least = Math.min(...subsets(next.map((_, i) => i).filter((i) => i !== to)).filter(cuts).map((set) => set.length));
    const found = vertexCut(next, starts, to);
    assert.ok(cuts(found), `seed ${seed}`);
    assert.equal(found.length, least, `seed ${seed}`);
    if (least > 0) assert.equal(vertexCut(next, starts, to, least - 1), null, `seed ${seed}`);
  }
});

test("changes of packages are told as the command line tells them", () => {
  const data = { strings: ["web", "0:1-1", "0:2-1", "noarch", "site"], keys: [[0, null, null], [4, null, null]], roots: [], images: [],
    versions: [[1, 3], [2, 3]], packages: { key: [0, 0, 1], version: [0, 1, 1], size: [10, 12, 7] }, ways: { key: [] } };
  const { changeKind, changeText, signedSize } = load(["history/data", "words", "history/words", "history/compare"], data,
    ["changeKind", "changeText", "signedSize"]);
  const told = (before, after, down = false, equal = false) => {
    const kind = changeKind(before, after, down, equal);
    return `${kind}: ${changeText({ kind, before, after })}`;
  };
  assert.equal(told(-1, 0), "added: web-0:1-1.noarch");
  assert.equal(told(0, -1), "removed: web-0:1-1.noarch");
  assert.equal(told(0, 1), "upgraded: web 0:1-1 -> 0:2-1");
  assert.equal(told(1, 0, true), "downgraded: web 0:2-1 -> 0:1-1");
  assert.equal(told(0, 2), "renamed: web-0:1-1.noarch -> site-0:2-1.noarch");
  assert.equal(told(1, 1), "resized: web-0:2-1.noarch");
  assert.deepEqual([-1500, 0, 1500].map(signedSize), ["-1.50 kB", "0 B", "+1.50 kB"]);
});
