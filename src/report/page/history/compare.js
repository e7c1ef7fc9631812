// Changes from one record to another, and their causes.

// The step to a record from the one before it: the causes, those with the most bytes first.
function stepTo(image, to) {
  const [before, record] = [image.records[to - 1], image.records[to]];
  if (record.causesOfStep) return record.causesOfStep;
  const down = new Set(places(record.down));
  const equal = new Set(places(record.equal));
  const changeOf = (was, is) => ({ kind: changeKind(was, is, down.has(is), equal.has(is)), before: was, after: is });
  const listed = new Set();
  const causes = (record.causes || []).map((one, place) => {
    const changes = one.changes.map(([was, is]) => changeOf(was, is));
    for (const change of changes) listed.add(change.after);
    return { kind: strings[one.kind], changes, place, sentence: one.sentence === null ? null : sentenceOf(one) };
  });
  for (const is of record.fresh) {
    const was = before.packages.get(keyOf(is));
    if (was !== undefined && !listed.has(is)) causes.push({ kind: "updated", changes: [changeOf(was, is)], place: 0, sentence: null });
  }
  for (const cause of causes) {
    cause.step = to;
    cause.bytes = d3.sum(cause.changes, bytesOf);
  }
  record.causesOfStep = causes.sort(byBytes);
  return causes;
}

function changeKind(was, is, down, equal) {
  if (was < 0) return "added";
  if (is < 0) return "removed";
  if (nameOf(was) !== nameOf(is)) return "renamed";
  if (versionOf(was) === versionOf(is) || equal) return "resized";
  return down ? "downgraded" : "upgraded";
}

// Of equal bytes: other versions after all else that has a cause, by name.
function byBytes(a, b) {
  const rank = (cause) => ["updated", "unexplained"].indexOf(cause.kind);
  const name = (cause) => (cause.kind === "updated" ? nevraOf(cause.changes[0].before) : "");
  return Math.abs(b.bytes) - Math.abs(a.bytes) || rank(a) - rank(b) || a.step - b.step ||
    (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : a.place - b.place);
}

// Packages that are told by something else than before, though nothing else changed: by what each was, what it is.
function renumbered(image, to, causes) {
  const moved = new Map();
  const changes = causes.flatMap((cause) => cause.changes);
  const [olds, news] = ["before", "after"].map((side) => new Set(changes.map((one) => one[side])));
  const { packages, fresh, left } = image.records[to];
  const came = new Set(fresh.filter((is) => !news.has(is) && packages.get(keyOf(is)) === is));
  for (const was of left.map((key) => image.records[to - 1].packages.get(key))) {
    const is = olds.has(was) ? undefined : [...came].find((one) => same(one, was));
    if (is === undefined) continue;
    moved.set(was, is);
    came.delete(is);
  }
  return moved;
}

// The lives of packages from one record to another: what each was and is, and the last step and cause that changed it.
function livesBetween(image, from, to) {
  const now = new Map();
  const ended = new Map();
  const lives = [];
  const begin = (first) => {
    lives.push({ first, last: first, kinds: new Set(), times: 0, cause: null });
    return lives[lives.length - 1];
  };
  for (const i of image.records[from].packages.values()) now.set(i, begin(i));
  for (let step = from + 1; step <= to; ++step) {
    const causes = stepTo(image, step);
    const news = [];
    for (const [was, is] of renumbered(image, step, causes)) {
      news.push([is, now.get(was)]);
      now.get(was).last = is;
      now.delete(was);
    }
    for (const cause of causes) {
      for (const { kind, before, after } of cause.changes) {
        const life = before >= 0 ? now.get(before) : ended.get(keyOf(after)) || begin(-1);
        if (before >= 0) now.delete(before);
        else ended.delete(keyOf(after));
        Object.assign(life, { last: after, cause, times: life.times + 1 });
        life.kinds.add(kind);
        if (after >= 0) news.push([after, life]);
        else ended.set(keyOf(before), life);
      }
    }
    for (const [is, life] of news) now.set(is, life);
  }
  return lives;
}

// Over several steps each change has the cause of the last step that changed its package.
function composed(image, from, to) {
  const groups = new Map();
  for (const life of livesBetween(image, from, to)) {
    const { first, last, cause, times, kinds } = life;
    if (same(first, last)) continue;
    const one = kinds.size === 1 ? [...kinds][0] : null;
    let kind = changeKind(first, last, one === "downgraded", one === "resized");
    if (kind === "upgraded" && one !== "upgraded") kind = "changed";
    if (!groups.has(cause)) groups.set(cause, { kind: cause.kind, step: cause.step, place: groups.size, sentence: cause.sentence, changes: [] });
    groups.get(cause).changes.push({ kind, before: first, after: last, times });
  }
  const causes = [...groups.values()];
  for (const cause of causes) {
    cause.changes.sort((a, b) => Math.abs(bytesOf(b)) - Math.abs(bytesOf(a)));
    cause.bytes = d3.sum(cause.changes, bytesOf);
  }
  return causes.sort(byBytes);
}

// Causes and, by what a package is now, its change.
function compare(image, from, to) {
  const causes = to === from + 1 ? stepTo(image, to) : from < to ? composed(image, from, to) : [];
  const changes = causes.flatMap((cause) => cause.changes);
  return { from, to, causes, changes, changeOf: new Map(changes.filter((one) => one.after >= 0).map((one) => [one.after, one])) };
}
