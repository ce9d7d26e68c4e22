"use strict";
const form = document.getElementById("find");
const search = document.getElementById("search");
const folds = [...document.querySelectorAll("details")];
const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").trim();
const names = folds.map((fold) => plain(fold.dataset.area));

function filter() {
  const wanted = plain(search.value);
  folds.forEach((fold, place) => { fold.hidden = !names[place].includes(wanted); });
  const shown = folds.filter((fold) => !fold.hidden).length;
  const whole = folds.length.toLocaleString("en-GB");
  document.getElementById("count").value = `${shown.toLocaleString("en-GB")} of ${whole} areas shown`;
  document.getElementById("none-found").hidden = shown > 0;
}

function unfoldTarget() {
  const target = document.getElementById(location.hash.slice(1));
  const fold = target && target.closest("details");
  if (!fold) return;
  if (fold.hidden) { search.value = ""; filter(); }
  fold.open = true;
  target.scrollIntoView();
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
search.addEventListener("input", filter);
document.getElementById("unfold").addEventListener("click", () => {
  folds.forEach((fold) => { if (!fold.hidden) fold.open = true; });
});
document.getElementById("fold").addEventListener("click", () => folds.forEach((fold) => { fold.open = false; }));
addEventListener("hashchange", unfoldTarget);
filter();
unfoldTarget();
