"use strict";
// The page reads well without this script: it adds notes at the pointer, and finds an item again in other figures.
(() => {
  const tip = document.getElementById("tip");
  const marks = document.querySelectorAll(".role-mark > [aria-label]");
  const byItem = new Map();
  const firstLine = (text) => text.split("\n", 1)[0];
  for (const mark of marks) {
    if (!mark.closest(".items_marks")) continue;
    const name = firstLine(mark.getAttribute("aria-label"));
    if (!byItem.has(name)) byItem.set(name, []);
    byItem.get(name).push(mark);
  }

  let lit = [];
  const light = (found) => {
    for (const mark of lit) mark.classList.remove("hot");
    lit = found;
    for (const mark of lit) mark.classList.add("hot");
  };
  const hide = () => {
    tip.hidden = true;
    light([]);
  };
  const place = (event) => {
    const gap = 14;
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + gap, document.documentElement.clientWidth - box.width - 8);
    const above = event.clientY - box.height - gap;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above > 8 ? above : event.clientY + gap}px`;
  };
  const show = (event) => {
    const mark = event.target.closest(".role-mark > [aria-label]");
    if (mark) {
      const [head, ...rest] = mark.getAttribute("aria-label").split("\n");
      const title = document.createElement("b");
      title.textContent = head;
      tip.replaceChildren(title, ...rest.map((line) => {
        const row = document.createElement("span");
        row.textContent = line;
        return row;
      }));
      tip.hidden = false;
      place(event);
      light(mark.closest(".items_marks") ? byItem.get(head) || [mark] : [mark]);
      return;
    }
    const card = event.target.closest("[data-item]");
    if (card) {
      tip.hidden = true;
      light(byItem.get(firstLine(card.dataset.item)) || []);
    } else {
      hide();
    }
  };
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerdown", show);
  document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
})();
