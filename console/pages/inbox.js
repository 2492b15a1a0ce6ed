// Draws the inbox's lines. Everything a customer wrote goes in as text, never as HTML.
const icon = (name, title) => {
  const node = part("icon", name, title);
  if (title) { node.setAttribute("role", "img"); node.setAttribute("aria-label", title); }
  else node.setAttribute("aria-hidden", "true");
  return node;
};
const chip = (kind, text, title, symbol) => {
  const node = part(`chip ${kind}`, "", title);
  if (symbol) node.append(icon(symbol));
  node.append(part("", text));
  return node;
};

const why = (line) => {
  const node = part("why", "", line.risk_why);
  node.append(part("", line.why));
  if (line.trend) {
    const image = document.createElement("img");
    Object.assign(image, { src: line.trend, alt: line.trend_told, title: line.trend_told });
    node.append(image);
  }
  return node;
};

const draw = (line) => {
  const row = document.createElement("a");
  row.className = `line ${line.priority}`;
  row.href = line.href;
  row.dataset.id = line.id;
  const urgency = part("urgency", "", line.urgency);
  urgency.append(part("dot"), part("name", line.urgency));
  const signs = part("signs");
  if (line.mood) signs.append(chip(line.mood, line.mood_name, line.mood_why, line.mood_icon));
  if (line.risk) signs.append(chip("risk", line.risk, line.risk_why, "heart_broken"));
  const who = part("who");
  who.append(part("name", line.name, line.name), part("plan", line.plan));
  const what = part("what", "", line.words);
  what.append(part("subject", line.subject), part("words", line.words));
  const channel = part("channel");
  channel.append(icon(line.channel_icon, line.channel));
  const draft = part("draft");
  if (line.draft) draft.append(chip("ready", line.draft, "", "edit_note"));
  row.append(urgency, signs, who, what, channel, draft, part("since", line.since, line.since_exact));
  if (line.why) row.append(why(line));
  return row;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".lines");
  fill(list, data.lines.map(draw), data.label, (id) => setTriggerValue("opened", id));
}
