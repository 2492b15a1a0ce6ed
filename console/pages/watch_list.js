// Draws the watch list's lines. Everything a customer wrote goes in as text, never as HTML.
const part = (name, text, title) => {
  const node = document.createElement("span");
  node.className = name;
  if (text) node.textContent = text;
  if (title) node.title = title;
  return node;
};

const draw = (line) => {
  const row = document.createElement("a");
  row.className = `line${line.open ? " open" : ""}${line.late ? " late" : ""}`;
  row.href = line.href;
  row.dataset.id = line.id;
  if (line.open) row.setAttribute("aria-current", "true");
  const who = part("who");
  who.append(part("name", line.name, line.name), part("plan", line.plan), part("value", line.value));
  const trend = part("trend");
  if (line.trend) {
    const image = document.createElement("img");
    Object.assign(image, { src: line.trend, alt: line.trend_told, title: line.trend_told });
    trend.append(image);
  }
  row.append(
    part(`chance${line.loud ? " loud" : ""}`, line.chance, line.chance_told), who, trend, part("since", line.since, line.since_exact),
    part("reason", line.reason, line.reason), part("state", line.state, line.state),
  );
  return row;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".lines");
  const held = parentElement.activeElement?.dataset?.id;
  list.replaceChildren(...data.lines.map(draw));
  list.setAttribute("aria-label", data.label);
  list.setAttribute("role", "navigation");
  if (held) list.querySelector(`[data-id="${CSS.escape(held)}"]`)?.focus();
  list.onclick = (event) => {
    const row = event.target.closest("a");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;  // a new tab stays a new tab
    event.preventDefault();
    setTriggerValue("opened", row.dataset.id);
  };
  list.onkeydown = (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const row = event.target.closest("a");
    if (!step || !row) return;
    event.preventDefault();
    (step > 0 ? row.nextElementSibling : row.previousElementSibling)?.focus();
  };
}
