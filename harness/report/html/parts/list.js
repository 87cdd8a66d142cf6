// A list of any length: only the rows in sight are in the page.
const HEIGHT = 50; // of a row, as in the style
const SPARE = 6; // rows above and below

class ItemList {
  constructor(box, rows, drawRow, onSelect) {
    Object.assign(this, { box, rows, drawRow, onSelect, items: [], at: -1 });
    box.addEventListener("scroll", () => this.draw());
    box.addEventListener("keydown", (event) => this.onKey(event));
    rows.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.select(Number(row.dataset.at));
    });
    new ResizeObserver(() => this.draw()).observe(box);
  }

  // Show other items, from the first on, or from a place on.
  set(items, at = 0) {
    this.items = items;
    this.rows.style.height = `${items.length * HEIGHT}px`;
    this.at = -1;
    if (items.length) this.select(at);
    else {
      this.draw();
      this.onSelect(null);
    }
  }

  select(at) {
    if (!this.items.length) return;
    this.at = Math.min(Math.max(at, 0), this.items.length - 1);
    const top = this.at * HEIGHT;
    const { scrollTop, clientHeight } = this.box;
    if (top < scrollTop) this.box.scrollTop = top;
    else if (top + HEIGHT > scrollTop + clientHeight) this.box.scrollTop = top + HEIGHT - clientHeight;
    this.draw();
    this.onSelect(this.items[this.at]);
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(Math.floor(this.box.clientHeight / HEIGHT) - 1, 1);
    const last = this.items.length - 1;
    const to = {
      ArrowDown: this.at + 1, j: this.at + 1, ArrowUp: this.at - 1, k: this.at - 1,
      PageDown: this.at + page, PageUp: this.at - page, Home: 0, End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.select(to);
  }

  draw() {
    const first = Math.max(Math.floor(this.box.scrollTop / HEIGHT) - SPARE, 0);
    const seen = Math.ceil(this.box.clientHeight / HEIGHT) + 2 * SPARE;
    const rows = this.items.slice(first, first + seen).map((item, offset) => {
      const at = first + offset;
      const row = this.drawRow(item);
      row.id = `row-${at}`;
      row.dataset.at = at;
      row.style.top = `${at * HEIGHT}px`;
      row.setAttribute("aria-selected", String(at === this.at));
      row.setAttribute("aria-posinset", String(at + 1));
      row.setAttribute("aria-setsize", String(this.items.length));
      return row;
    });
    this.rows.replaceChildren(...rows);
    if (this.at >= first && this.at < first + seen) this.box.setAttribute("aria-activedescendant", `row-${this.at}`);
    else this.box.removeAttribute("aria-activedescendant");
  }
}
