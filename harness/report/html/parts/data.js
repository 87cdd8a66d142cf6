// Data stand in the page as compressed JSON in base64.
async function unpack(id) {
  const text = document.getElementById(id)?.textContent;
  if (!text) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

const plain = (text) => (Array.isArray(text) ? `${text[0]}\n${text[2]}` : (text ?? ""));

// All items of all tasks in one row, each with what is known of it.
function itemsOf(overview, texts) {
  return overview.tasks.flatMap((task, number) =>
    task.ids.map((id, at) => ({ task: number, at, id, text: texts?.tasks?.[number] ?? null })),
  );
}

function rateOf(overview, item, name, metric) {
  const task = overview.tasks[item.task];
  const side = task.sides.find((one) => one.name === name);
  const draws = side?.draws[item.at];
  const sum = side?.sums[metric ?? task.metric]?.[item.at];
  return draws && sum !== null && sum !== undefined ? sum / draws : null;
}

function drawsOf(overview, item, name) {
  return overview.tasks[item.task].sides.find((one) => one.name === name)?.draws[item.at] ?? 0;
}
