// Draws the sources that were found. Everything that a source says goes in as text, never as HTML.
const part = (name, text, title) => {
  const node = document.createElement("span");
  node.className = name;
  if (text) node.textContent = text;
  if (title) node.title = title;
  return node;
};
const pieces = (name, told, title) => {
  const node = part(name, "", title);
  for (const [text, marked] of told) {
    const piece = document.createElement(marked ? "mark" : "span");
    piece.textContent = text;
    node.append(piece);
  }
  return node;
};

const draw = (found) => {
  const row = document.createElement("a");
  row.className = found.open ? "row open" : "row";
  row.href = found.href;
  row.dataset.id = found.id;
  if (found.open) row.setAttribute("aria-current", "true");
  const icon = part("icon", found.icon, found.kind);
  icon.setAttribute("aria-hidden", "true");
  const about = part("about");
  for (const told of [found.kind, found.lang, found.product]) if (told) about.append(part("", told));
  row.append(
    icon, pieces("title", found.title, found.name), part("when", found.when, found.exact), pieces("words", found.words), about
  );
  return row;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".rows");
  const held = parentElement.activeElement?.dataset?.id;
  list.replaceChildren(...data.rows.map(draw));
  list.setAttribute("aria-label", data.label);
  if (held) list.querySelector(`[data-id="${CSS.escape(held)}"]`)?.focus();
  list.onclick = (event) => {
    const row = event.target.closest("a");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;  // a new tab stays a new tab
    event.preventDefault();
    setTriggerValue("opened", row.dataset.id);
    if (innerWidth < 1000) document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "smooth" });
  };
  list.onkeydown = (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const row = event.target.closest("a");
    if (!step || !row) return;
    event.preventDefault();
    (step > 0 ? row.nextElementSibling : row.previousElementSibling)?.focus();
  };
}
