// The form above the list, and what it lets through.
const RESULTS = {
  "": "any",
  all: "always right",
  some: "sometimes right",
  none: "never right",
};

function choice(name, label, options) {
  const select = element("select", { name });
  for (const [value, text] of Object.entries(options)) {
    select.append(show(element("option", { value }), text));
  }
  return element("label", {}, label, select);
}

function makeFilters(form, overview) {
  const names = [...new Set(overview.tasks.flatMap((task) => task.sides.map((one) => one.name)))];
  const sides = Object.fromEntries(names.map((name) => [name, name]));
  const own = names.filter((name) =>
    overview.tasks.some((task) => task.sides.some((one) => one.own && one.name === name)),
  );
  form.append(
    element("label", {}, "search all texts",
      element("input", { type: "search", name: "search", autocomplete: "off", spellcheck: "false" })),
    choice("a", "left arm", sides),
    choice("b", "right arm", sides),
    choice("resultA", "left result", RESULTS),
    choice("resultB", "right result", RESULTS),
    choice("tag", "tag", tagOptions(overview)),
    choice("sort", "order", { "": "as in the task", gain: "largest gain", loss: "largest loss" }),
    element("label", { class: "check" }, element("input", { type: "checkbox", name: "flipped" }), "flipped"),
    element("label", { class: "check" }, element("input", { type: "checkbox", name: "truncated" }), "truncated"),
    element("button", { type: "reset" }, "show all"),
  );
  const first = overview.pairs[0]?.sides ?? own;
  form.elements.a.value = first[0] ?? names[0];
  form.elements.b.value = first[1] ?? names[1] ?? names[0];
}

function tagOptions(overview) {
  const found = { "": "any" };
  overview.tasks.forEach((task, number) => {
    if (overview.tasks.length > 1) found[JSON.stringify([number])] = `task ${task.task}`;
    for (const [tag, values] of Object.entries(task.tags)) {
      const known = [...new Set(values)].filter((value) => value !== null).sort();
      if (known.length > 50) continue;
      for (const value of known) found[JSON.stringify([number, tag, value])] = `${tag}=${value}`;
    }
  });
  return found;
}

function read(form) {
  const asked = Object.fromEntries(new FormData(form));
  return { ...asked, search: asked.search.toLowerCase(), tag: asked.tag ? JSON.parse(asked.tag) : null };
}

function isResult(rate, asked) {
  if (!asked) return true;
  if (rate === null) return false;
  return { all: rate === 1, none: rate === 0, some: rate > 0 && rate < 1 }[asked];
}

function isTagged(overview, item, tag) {
  if (!tag) return true;
  const [task, name, value] = tag;
  return item.task === task && (name === undefined || overview.tasks[task].tags[name][item.at] === value);
}

function isTruncated(overview, item, asked) {
  return [asked.a, asked.b].some((name) => rateOf(overview, item, name, "truncated") > 0);
}

function isFound(item, asked) {
  if (!asked.search) return true;
  const texts = [item.id, plain(item.text?.prompts[item.at])];
  for (const arm of [asked.a, asked.b]) {
    for (const row of item.text?.arms[arm]?.[item.at] ?? []) texts.push(plain(row[1]), plain(row[6]));
  }
  return texts.some((text) => text.toLowerCase().includes(asked.search));
}

// By the place of an item: whether the left arm has more, for the pair that is shown.
function flipsOf(overview, asked) {
  const found = new Map();
  const isMain = (pair) => pair.metric === overview.tasks[pair.task].metric;
  // What the main metric says comes last, and so goes before the others.
  for (const pair of [...overview.pairs].sort((one, other) => isMain(one) - isMain(other))) {
    const turned = pair.sides[0] === asked.b && pair.sides[1] === asked.a;
    if (!turned && !(pair.sides[0] === asked.a && pair.sides[1] === asked.b)) continue;
    if (isMain(pair)) for (const key of found.keys()) if (key.startsWith(`${pair.task}.`)) found.delete(key);
    for (const [at, up] of pair.flips) found.set(`${pair.task}.${at}`, Boolean(up) !== turned);
  }
  return found;
}

function filtered(overview, items, asked, cell) {
  const flips = flipsOf(overview, asked);
  const rate = (item, name) => rateOf(overview, item, name);
  const found = items.filter((item) =>
    (!cell || (item.task === cell.task && cell.places.has(item.at))) &&
    (!asked.flipped || flips.has(`${item.task}.${item.at}`)) &&
    isTagged(overview, item, asked.tag) &&
    isResult(rate(item, asked.a), asked.resultA) &&
    isResult(rate(item, asked.b), asked.resultB) &&
    (!asked.truncated || isTruncated(overview, item, asked)) &&
    isFound(item, asked));
  if (!asked.sort) return found;
  const sign = asked.sort === "gain" ? 1 : -1;
  const gain = (item) => sign * ((rate(item, asked.a) ?? 0) - (rate(item, asked.b) ?? 0));
  return found.sort((one, other) => gain(other) - gain(one));
}
