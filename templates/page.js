"use strict";
// Filters of the evidence, and a quote shown in place of its footnote. Without this script everything is still readable.
const all = [...document.querySelectorAll("#evidence > .evidence")];
const words = new Map(all.map((one) => [one, fold(one.textContent)]));
const form = document.getElementById("filters");
const query = document.getElementById("q");
const unsure = document.getElementById("unsure");
const found = document.getElementById("found");
const peek = document.getElementById("peek");
let page = "";

function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/ı/g, "i").toLowerCase();
}

function show() {
  const wanted = fold(query.value).split(/\s+/).filter(Boolean);
  const choices = [...form.querySelectorAll("[data-filter]")].map((one) => [one.dataset.filter, one.value]);
  let n = 0;
  for (const one of all) {
    const fits =
      (unsure.checked || one.dataset.sure === "yes") &&
      (!page || one.dataset.page === page) &&
      choices.every(([name, value]) => !value || one.dataset[name] === value) &&
      wanted.every((word) => words.get(one).includes(word));
    one.hidden = !fits;
    n += fits ? 1 : 0;
  }
  found.textContent = `${n} / ${all.length}`;
}

function follow() {
  const target = decodeURIComponent(location.hash.slice(1));
  const one = all.find((each) => each.id === target);
  page = target.startsWith("evidence/") ? target : "";
  if (page || one) {
    form.reset();
    unsure.checked = Boolean(page) || one.dataset.sure === "no";
  }
  show();
  if (page) document.getElementById("evidence").scrollIntoView();
  else if (one) one.scrollIntoView();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.cite");
  const one = link && all.find((each) => `#${each.id}` === link.getAttribute("href"));
  if (!one) return;
  event.preventDefault();
  const copy = one.cloneNode(true);
  copy.removeAttribute("id");
  copy.hidden = false;
  peek.querySelector("div").replaceChildren(copy);
  peek.hidden = false;
});
peek.querySelector("button").addEventListener("click", () => (peek.hidden = true));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") peek.hidden = true;
});
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => {
  page = "";
  setTimeout(show);
});
addEventListener("hashchange", follow);
follow();
