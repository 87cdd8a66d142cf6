// Text of models and people only ever becomes text nodes; what would act unseen becomes a mark.
const UNSEEN =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d|(?!\u200d)[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?![\n\t])\p{Cc}/gu;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function code(character) {
  return "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

// Append text to a node, with marks for what is unseen, and what was searched for brought out.
function show(node, text, searched = "") {
  let from = 0;
  for (const match of text.matchAll(UNSEEN)) {
    highlight(node, text.slice(from, match.index), searched);
    node.append(element("span", { class: "mark" }, code(match[0])));
    from = match.index + match[0].length;
  }
  highlight(node, text.slice(from), searched);
  return node;
}

function highlight(node, text, searched) {
  const lower = text.toLowerCase();
  let from = 0;
  // Where lower case has another length, places would be wrong: then nothing is brought out.
  while (searched && lower.length === text.length) {
    const at = lower.indexOf(searched, from);
    if (at < 0) break;
    node.append(text.slice(from, at), element("mark", {}, text.slice(at, at + searched.length)));
    from = at + searched.length;
  }
  if (from < text.length) node.append(text.slice(from));
}
