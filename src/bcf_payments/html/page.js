"use strict";
const form = document.getElementById("find");
const search = document.getElementById("search");
const folds = [...document.querySelectorAll("details")];
const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").trim();
const names = folds.map((fold) => plain(fold.dataset.area));
const shownOf = (shown, all) => `${shown.toLocaleString("en-GB")} of ${all.toLocaleString("en-GB")} areas shown`;

function chooser(regions, chosen) {
  const select = document.createElement("select");
  select.setAttribute("aria-label", "Region");
  ["All regions", ...new Set(regions)].forEach((region) => select.add(new Option(region)));
  select.isOf = (region) => !select.selectedIndex || select.value === region;
  select.addEventListener("change", chosen);
  return select;
}

const region = chooser(folds.map((fold) => fold.dataset.region).sort(), filter);

function filter() {
  const wanted = plain(search.value);
  folds.forEach((fold, place) => {
    fold.hidden = !names[place].includes(wanted) || !region.isOf(fold.dataset.region);
  });
  const shown = folds.filter((fold) => !fold.hidden).length;
  document.getElementById("count").value = shownOf(shown, folds.length);
  document.getElementById("none-found").hidden = shown > 0;
}

function unfoldTarget() {
  const target = document.getElementById(location.hash.slice(1));
  const fold = target && target.closest("details");
  if (!fold) return;
  if (fold.hidden) { search.value = ""; region.selectedIndex = 0; filter(); }
  fold.open = true;
  target.scrollIntoView();
}

function sortable(table) {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => {
    if (body.querySelector(`:nth-child(${place + 1}) > svg`)) return;
    const isNumber = head.classList.contains("n"), button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Sort by ${head.textContent}`);
    head.append(" ", button);
    const said = (row) => row.cells[place].textContent;
    const number = (row) => parseFloat(said(row).replace(/[£,+]/g, "")) || 0;
    const compare = isNumber ? (a, b) => number(a) - number(b) : (a, b) => said(a).localeCompare(said(b), "en-GB");
    head.addEventListener("click", () => {
      const before = head.ariaSort, way = before ? before !== "ascending" : !isNumber;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", way ? "ascending" : "descending");
      body.append(...[...body.rows].sort((a, b) => (way ? compare(a, b) : compare(b, a))));
    });
  });
}

function filterable(table) {
  const place = [...table.tHead.rows[0].cells].findIndex((head) => head.textContent === "Region");
  if (place < 1) return;
  const rows = [...table.tBodies[0].rows], of = (row) => row.cells[place].textContent;
  const output = document.createElement("output"), line = document.createElement("div");
  const select = chooser(rows.map(of).sort(), () => {
    rows.forEach((row) => { row.hidden = !select.isOf(of(row)); });
    if (table.tFoot) table.tFoot.hidden = select.selectedIndex > 0;
    output.value = shownOf(rows.filter((row) => !row.hidden).length, rows.length);
  });
  line.className = "pick";
  line.append(select, output);
  table.closest(".scroll").before(line);
}

search.after(region);
document.querySelectorAll("main table").forEach((table) => {
  if (table.tBodies[0].rows.length < 8) return;
  filterable(table);
  sortable(table);
});
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
