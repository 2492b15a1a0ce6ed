// Draws the sources that were found. Everything that a source says goes in as text, never as HTML.
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
  fill(parentElement.querySelector(".rows"), data.rows.map(draw), data.label, (id) => {
    setTriggerValue("opened", id);
    if (innerWidth < 1000) document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "smooth" });
  });
}
