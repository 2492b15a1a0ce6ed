// Shows a source's text with the quoted words marked and in view. All of it goes in as text, never as HTML.
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".source");
  const shown = JSON.stringify(data);
  if (box.dataset.shown === shown) return;  // a rerun must not scroll away from what is being read
  box.dataset.shown = shown;
  const mark = document.createElement("mark");
  mark.textContent = data.quote;
  box.replaceChildren(data.before, ...(data.quote ? [mark] : []), data.after);
  requestAnimationFrame(() => { box.scrollTop = data.quote ? mark.offsetTop - box.clientHeight / 3 : 0; });
}
