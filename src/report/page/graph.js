// Pure functions over packages: the same answers as `rootlet why` and `rootlet size` give.

// By package, those that meet its requirements, sorted.
function adjacency(keep) {
  const next = packages.map(() => new Set());
  for (const one of requirements) {
    if (!keep(one)) continue;
    for (const provider of one.providers) {
      if (provider !== one.from) next[one.from].add(provider);
    }
  }
  return next.map((set) => [...set].sort((a, b) => a - b));
}

function reverse(next) {
  const before = next.map(() => []);
  next.forEach((list, from) => list.forEach((to) => before[to].push(from)));
  return before;
}

function reachable(next, starts) {
  const seen = new Array(next.length).fill(false);
  const pending = [...starts];
  for (const start of starts) seen[start] = true;
  while (pending.length > 0) {
    for (const to of next[pending.pop()]) {
      if (!seen[to]) pending.push(to);
      seen[to] = true;
    }
  }
  return seen;
}

// Steps to `end` from everywhere, Infinity where there is no way.
function distancesTo(before, end) {
  const steps = new Array(before.length).fill(Infinity);
  steps[end] = 0;
  const line = [end];
  for (let k = 0; k < line.length; ++k) {
    for (const from of before[line[k]]) {
      if (steps[from] === Infinity) {
        steps[from] = steps[line[k]] + 1;
        line.push(from);
      }
    }
  }
  return steps;
}

// Strongly connected components (Tarjan), each before those that it leads to.
function components(next) {
  const number = new Array(next.length).fill(-1);
  const low = new Array(next.length).fill(0);
  const pending = new Array(next.length).fill(false);
  const stack = [];
  const frames = [];
  const found = [];
  let count = 0;
  const enter = (node) => {
    number[node] = low[node] = count++;
    stack.push(node);
    pending[node] = true;
    frames.push({ node, edge: 0 });
  };
  const leave = (node) => {
    frames.pop();
    if (low[node] === number[node]) {
      const members = stack.splice(stack.lastIndexOf(node));
      for (const member of members) pending[member] = false;
      found.push(members.sort((a, b) => a - b));
    }
    if (frames.length > 0) {
      const parent = frames[frames.length - 1].node;
      low[parent] = Math.min(low[parent], low[node]);
    }
  };
  for (let start = 0; start < next.length; ++start) {
    if (number[start] < 0) enter(start);
    while (frames.length > 0) {
      const frame = frames[frames.length - 1];
      if (frame.edge === next[frame.node].length) {
        leave(frame.node);
        continue;
      }
      const to = next[frame.node][frame.edge++];
      if (number[to] < 0) enter(to);
      else if (pending[to]) low[frame.node] = Math.min(low[frame.node], number[to]);
    }
  }
  return found.reverse();
}

// Finds what would leave with each package and each root: dominators over the components. Packages that no root leads
// to count as if something led to each of their components that no other package needs.
function costsOver(next) {
  const groups = components(next);
  const groupOf = new Array(next.length);
  groups.forEach((members, g) => members.forEach((i) => { groupOf[i] = g; }));
  const first = 1 + roots.length;
  const before = new Array(first + groups.length).fill(null).map(() => new Set());
  roots.forEach((root, r) => {
    before[1 + r].add(0);
    for (const i of root.packages) before[first + groupOf[i]].add(1 + r);
  });
  groups.forEach((members, g) => {
    if (before[first + g].size === 0) before[first + g].add(0);
    for (const from of members) {
      for (const to of next[from]) {
        if (groupOf[to] !== g) before[first + groupOf[to]].add(first + g);
      }
    }
  });
  // Without cycles, a node's dominator is the nearest one that those of all its predecessors have in common.
  const dominator = new Array(before.length).fill(0);
  for (let node = 1; node < before.length; ++node) {
    let common = -1;
    for (let from of before[node]) {
      while (common >= 0 && common !== from) {
        if (common > from) common = dominator[common];
        else from = dominator[from];
      }
      common = from;
    }
    dominator[node] = common;
  }
  const leaving = before.map((_, node) => (node < first ? [] : [...groups[node - first]]));
  for (let node = before.length - 1; node > 0; --node) leaving[dominator[node]].push(...leaving[node]);
  return { groups, groupOf, first, dominator, leaving };
}

// By package, whether it cannot stay without those that are gone: a requirement of its has no provider left.
function brokenWithout(gone, isHard) {
  const left = new Map();
  const broken = packages.map((_, i) => gone.includes(i));
  const pending = [...gone];
  while (pending.length > 0) {
    for (const one of requirementsMetBy[pending.pop()]) {
      if (!isHard(one)) continue;
      const rest = (left.has(one) ? left.get(one) : one.providers.length) - 1;
      left.set(one, rest);
      if (rest > 0 || broken[one.from]) continue;
      broken[one.from] = true;
      pending.push(one.from);
    }
  }
  return broken;
}

const requirementsMetBy = packages.map(() => []);
for (const one of requirements) {
  for (const provider of one.providers) requirementsMetBy[provider].push(one);
}

// The fewest packages to cut between `starts` and `to`, nearest to `to`: maximum flow through packages that are two
// nodes each, 2i before the cut and 2i + 1 behind it. Null where it takes more than `most`.
function vertexCut(next, starts, to, most = Infinity) {
  const used = new Array(next.length).fill(false);
  const flow = next.map(() => []);
  const residual = (node) => {
    const i = node >> 1;
    if (node % 2 === 0) return (used[i] ? [] : [node + 1]).concat(flow[i].map((from) => 2 * from + 1));
    return (used[i] ? [node - 1] : []).concat(next[i].map((j) => 2 * j));
  };
  const push = (a, b) => {
    if (a >> 1 === b >> 1) used[a >> 1] = a < b;
    else if (a % 2 === 1) flow[b >> 1].push(a >> 1);
    else flow[a >> 1].splice(flow[a >> 1].indexOf(b >> 1), 1);
  };
  for (let found = 0; ; ++found) {
    if (found > most) return null;
    const parent = new Map(starts.map((start) => [2 * start, 2 * start]));
    const line = [...parent.keys()];
    for (let k = 0; k < line.length && !parent.has(2 * to); ++k) {
      for (const node of residual(line[k])) {
        if (parent.has(node)) continue;
        parent.set(node, line[k]);
        line.push(node);
      }
    }
    if (!parent.has(2 * to)) break;
    for (let node = 2 * to; parent.get(node) !== node; node = parent.get(node)) push(parent.get(node), node);
  }
  const back = new Array(2 * next.length).fill(null).map(() => []);
  for (let node = 0; node < back.length; ++node) {
    for (const other of residual(node)) back[other].push(node);
  }
  const reaches = reachable(back, [2 * to]);
  return next.map((_, i) => i).filter((i) => i !== to && used[i] && reaches[2 * i + 1] && !reaches[2 * i]);
}
