// One item: its prompt, and the draws of two arms side by side.
const number = (value) => (value === null ? "–" : String(Math.round(value * 1000) / 1000));

function drawItem(overview, item, asked) {
  if (!item) return [element("p", { class: "hint" }, "No item is like that.")];
  const task = overview.tasks[item.task];
  const prompt = item.text?.prompts[item.at];
  const tags = Object.entries(task.tags).filter(([, values]) => values[item.at] !== null);
  const about = [task.task, ...tags.map(([tag, values]) => `${tag}=${values[item.at]}`)];
  if (task.clusters?.[item.at]) about.push(`cluster ${task.clusters[item.at]}`);
  const names = asked.a === asked.b ? [asked.a] : [asked.a, asked.b];
  return [
    element("h3", {}, "item ", element("code", {}, item.id)),
    prompt === null || prompt === undefined
      ? element("p", { class: "left-out" }, "The text of this item is not in this file.")
      : body(prompt, asked.search, "prompt"),
    show(element("p", { class: "tags" }), about.join(" · ")),
    element("div", { class: "arms" }, ...names.map((name) => drawSide(overview, item, name, asked))),
  ];
}

function drawSide(overview, item, name, asked) {
  const task = overview.tasks[item.task];
  const side = task.sides.find((one) => one.name === name);
  const box = element("section", {}, show(element("h4"), name));
  const all = side?.draws[item.at] ?? 0;
  if (!all) {
    box.append(element("p", { class: "hint" }, "No draws of this item were read."));
    return box;
  }
  const rates = Object.keys(side.sums).map((metric) => `${metric} ${number(rateOf(overview, item, name, metric))}`);
  box.append(show(element("p", { class: "hint" }), rates.join(" · ")));
  const rows = item.text?.arms[name]?.[item.at] ?? [];
  const shown = rows.length === all ? `${all} draws` : `${rows.length} of ${all} draws, by lot`;
  const missing = side.own ? "Their texts are not in this file." : "A baseline keeps counts, no texts.";
  box.append(element("p", { class: "hint" }, rows.length ? shown : missing));
  box.append(...rows.map((row) => drawDraw(row, task, name, asked.search)));
  return box;
}

function drawDraw([n, text, finish, tokens, answer, metrics, transcript], task, name, searched) {
  const names = task.scorers[name] ?? [];
  const main = metrics[names.indexOf(task.metric)];
  const kind = main === 1 ? " right" : main === 0 ? " wrong" : "";
  const about = element("div", { class: "about" });
  metrics.forEach((value, at) => {
    const own = names[at] === task.metric;
    if (value === 0 && names[at] === "truncated") return; // why it ended stands beside
    about[own ? "prepend" : "append"](show(element("span"), scored(names[at], value)));
  });
  const facts = [`draw ${n}`, finish, tokens === null ? "" : `${tokens} tokens`, answer ? `answer #${answer.slice(0, 4)}` : "no answer"];
  for (const fact of facts) if (fact) about.append(show(element("span"), fact));
  const box = element("article", { class: `draw${kind}` }, about);
  box.append(text === null ? element("p", { class: "left-out" }, "Nobody has the text of this draw.") : body(text, searched));
  if (transcript) {
    box.append(element("details", {}, element("summary", {}, "transcript"), body(transcript, searched)));
  }
  return box;
}

function scored(name, value) {
  if (value === 1 || value === 0) return `${value ? "✓" : "✕"} ${name}`;
  return `${name} ${number(value)}`;
}

function body(text, searched, kind = "") {
  const box = element("pre", kind ? { class: kind, tabindex: "0" } : {});
  if (!Array.isArray(text)) {
    if (text === "") box.append(element("span", { class: "left-out" }, "(nothing)"));
    return show(box, text, searched);
  }
  show(box, text[0], searched);
  box.append(element("span", { class: "left-out" }, ` … ${text[1].toLocaleString("en")} characters are left out … `));
  return show(box, text[2], searched);
}
