// Keys of the ticket page that buttons cannot have by themselves, and the way from a summary's point to its message.
if (!window.kizunaTicket) {
  window.kizunaTicket = true;
  const find = (name, what) => document.querySelector(`.st-key-${name} ${what}`);
  const writes = (node) => node?.matches?.("input, textarea, select, [contenteditable=true]");
  const focus = { "/": ["ask", "input"], e: ["reply", "textarea"] };

  // A text area tells what was typed only when it is left: before a button's keys are obeyed it has to.
  window.addEventListener("keydown", (event) => {
    const box = document.activeElement;
    if (box?.matches?.("textarea") && (event.altKey || event.ctrlKey || event.metaKey) && !["Alt", "Control", "Meta", "Shift"].includes(event.key)
      && (event.altKey || event.key === "Enter")) {
      box.blur();
      box.focus({ preventScroll: true });
    }
  }, true);

  window.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || writes(document.activeElement)) return;
    if (document.querySelector("[role=dialog]")) return;
    const asked = focus[event.key];
    const target = asked ? find(...asked) : event.key === "?" ? find("keys", "button") : null;
    if (!target) return;
    event.preventDefault();
    if (asked) target.focus(); else target.click();
  });

  document.addEventListener("click", (event) => {
    const point = event.target.closest?.(".kz-point");
    if (!point) return;
    event.preventDefault();
    const turn = document.querySelector(`.kz-turn[data-turn="${point.dataset.turn}"]`);
    for (let node = turn?.parentElement; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    if (!turn) return;
    const box = turn.closest(".st-key-talk");
    if (getComputedStyle(box).overflowY === "auto") {  // only the column is to move, not the page
      const off = turn.getBoundingClientRect().top - box.getBoundingClientRect().top;
      box.scrollTo({ top: box.scrollTop + off - Math.max(8, (box.clientHeight - turn.offsetHeight) / 2), behavior: "smooth" });
    } else turn.scrollIntoView({ block: "center", behavior: "smooth" });
    turn.classList.add("shown");
    setTimeout(() => turn.classList.remove("shown"), 1800);
  });
}
