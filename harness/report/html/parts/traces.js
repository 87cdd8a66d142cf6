// Browse the items: the list, the item beside it, and the ways to them from the charts above.
async function browse() {
  const overview = await unpack("overview");
  const form = document.getElementById("filters");
  let items = itemsOf(overview, null);
  let cell = null;
  makeFilters(form, overview);
  document.getElementById("browser").hidden = false;

  const pane = document.getElementById("item");
  const list = new ItemList(
    document.getElementById("list"), document.getElementById("rows"),
    (item) => drawRow(overview, item, asked, flips),
    (item) => {
      pane.replaceChildren(...drawItem(overview, item, asked));
      pane.scrollTop = 0;
    },
  );
  let asked = read(form);
  let flips = new Map();

  function update(at = 0) {
    asked = read(form);
    flips = flipsOf(overview, asked);
    const found = filtered(overview, items, asked, cell);
    const whole = found.length === items.length;
    const some = `${found.length.toLocaleString("en")} of ${items.length.toLocaleString("en")} items`;
    document.getElementById("count").textContent =
      (whole ? `${items.length.toLocaleString("en")} items` : some) + (cell ? ", of the dot that was chosen" : "");
    list.set(found, at);
  }

  let waiting = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => update(), event.target.type === "search" ? 150 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    const { a, b } = asked;
    cell = null;
    setTimeout(() => {
      Object.assign(form.elements.a, { value: a });
      Object.assign(form.elements.b, { value: b });
      update();
    });
  });

  function reveal(sides, chosen) {
    form.reset();
    if (sides) [form.elements.a.value, form.elements.b.value] = sides;
    asked = { ...asked, a: form.elements.a.value, b: form.elements.b.value };
    setTimeout(() => {
      cell = chosen;
      update();
      document.getElementById("traces").scrollIntoView();
      list.box.focus({ preventScroll: true });
    });
  }

  function follow() {
    const [, task, at, pair] = /^#item=(\d+)\.(\d+)\.(\d+)$/.exec(location.hash) ?? [];
    if (task === undefined) return;
    reveal(overview.pairs[Number(pair)]?.sides, null);
    setTimeout(() => {
      list.select(list.items.findIndex((item) => item.task === Number(task) && item.at === Number(at)));
    });
  }

  linkDots(overview, reveal);
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => onKey(event, list, form));
  update();
  // Texts take longer: the list is there before them.
  const texts = await unpack("texts");
  items = itemsOf(overview, texts && { tasks: texts });
  update(list.at);
  follow();
  document.body.dataset.ready = "yes";
}

function drawRow(overview, item, asked, flips) {
  const prompt = plain(item.text?.prompts[item.at]).trimStart().split("\n", 1)[0].slice(0, 90);
  const top = show(element("div"), prompt || item.id);
  const [a, b] = [asked.a, asked.b].map((name) => rateOf(overview, item, name));
  const flip = flips.get(`${item.task}.${item.at}`);
  const more = a === null || b === null || a === b ? "=" : a > b ? "△" : "▽";
  const rates = element("div", { class: "rates" },
    flip === undefined ? element("span", {}, more) : element("span", { class: flip ? "gained" : "lost" }, flip ? "▲" : "▼"),
    show(element("span"), `${asked.a} ${number(a)}`), show(element("span"), `${asked.b} ${number(b)}`));
  return element("div", { role: "option", class: "row" }, top, rates);
}

// Each dot of a pair's chart leads to its items; one dot of a chart is in the order of tabs.
function linkDots(overview, reveal) {
  for (const figure of document.querySelectorAll("[data-pair]")) {
    const pair = overview.pairs[Number(figure.dataset.pair)];
    const dots = [...figure.querySelectorAll(".mark-symbol path")];
    if (dots.length !== pair.cells.length) continue;
    dots.forEach((dot, at) => {
      dot.setAttribute("tabindex", at ? "-1" : "0");
      dot.setAttribute("role", "button");
      dot.setAttribute("aria-label", `${pair.cells[at].length} items; ${dot.getAttribute("aria-label") ?? ""}`);
      const open = () => reveal(pair.sides, { task: pair.task, places: new Set(pair.cells[at]) });
      dot.addEventListener("click", open);
      dot.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (event.key === "Enter" || event.key === " ") open();
        else if (step) dots[(at + step + dots.length) % dots.length].focus();
        else return;
        event.preventDefault();
      });
    });
    figure.querySelector("svg").setAttribute("role", "group");
  }
}

function onKey(event, list, form) {
  const typing = event.target.matches?.("input, select, textarea");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target === form.elements.search) list.box.focus();
  else if (typing) return;
  else if (event.key === "/") {
    event.preventDefault();
    form.elements.search.focus();
    document.getElementById("traces").scrollIntoView();
  } else if (event.key === "j" || event.key === "k") list.onKey(event);
}

function tell(error) {
  const count = document.getElementById("browser");
  count.hidden = false;
  count.textContent = `The draws can't be shown in this browser: ${error.message}`;
  document.body.dataset.ready = "no";
}

// The page is painted before anything is unpacked.
requestAnimationFrame(() => setTimeout(() => browse().catch(tell)));
