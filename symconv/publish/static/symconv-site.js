"use strict";
/* Copy buttons, a way to scroll by keyboard, and the search on the page of all claims. */
(() => {
  const copy = text => navigator.clipboard
    ? navigator.clipboard.writeText(text)
    : new Promise((done, failed) => {
        const area = document.createElement("textarea");
        area.value = text;
        document.body.append(area);
        area.select();
        const copied = document.execCommand("copy");
        area.remove();
        copied ? done() : failed();
      });

  for (const source of document.querySelectorAll(".claim details > pre.source")) {
    const what = source.parentElement.querySelector("summary").textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${what}`);
    button.addEventListener("click", () => copy(source.textContent).then(
      () => { button.textContent = "Copied"; setTimeout(() => { button.textContent = "Copy"; }, 2000); },
      () => { button.textContent = "Not copied"; }));
    source.before(button);
  }

  const scrolling = () => {
    for (const box of document.querySelectorAll(".formula, pre, .wide, .picture, .claim .verdict, .claim .condition")) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      box.toggleAttribute("data-scrolls", scrolls);
      scrolls ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex");
    }
  };
  scrolling();
  addEventListener("resize", scrolling);
  document.addEventListener("toggle", scrolling, true);

  const field = document.getElementById("search");
  const rows = [...document.querySelectorAll(".all-claims li")];
  const told = document.querySelector(".found");
  if (!rows.length || !told) return;
  const search = () => {
    const asked = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !asked.every(word => text.includes(word));
      shown += !row.hidden;
    }
    for (const group of document.querySelectorAll(".all-claims section"))
      group.hidden = !group.querySelector("li:not([hidden])");
    told.textContent = asked.length ? `${shown} of ${rows.length} claims` : `${rows.length} claims`;
  };
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.addEventListener("input", search);
  field.form.addEventListener("submit", event => { event.preventDefault(); search(); });
  search();
})();
