// Draws the watch list's lines. Everything a customer wrote goes in as text, never as HTML.

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
  list.setAttribute("role", "navigation");
  fill(list, data.lines.map(draw), data.label, (id) => setTriggerValue("opened", id));
}
