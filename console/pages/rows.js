// What every list of rows shares; it stands before each one's own script. Texts go in as text, never as HTML.
const part = (name, text, title) => {
  const node = document.createElement("span");
  node.className = name;
  if (text) node.textContent = text;
  if (title) node.title = title;
  return node;
};

// Draws the rows anew and keeps the focus; a click or Enter opens one, j, k and the arrows go up and down.
const fill = (list, rows, label, open) => {
  const held = list.getRootNode().activeElement?.dataset?.id;
  list.replaceChildren(...rows);
  list.setAttribute("aria-label", label);
  if (held) list.querySelector(`[data-id="${CSS.escape(held)}"]`)?.focus();
  list.onclick = (event) => {
    const row = event.target.closest("a");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;  // a new tab stays a new tab
    event.preventDefault();
    open(row.dataset.id);
  };
  list.onkeydown = (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const row = event.target.closest("a");
    if (!step || !row) return;
    event.preventDefault();
    (step > 0 ? row.nextElementSibling : row.previousElementSibling)?.focus();
  };
};
