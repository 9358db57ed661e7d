// Adding and removing rows of a form in place. Without this file the same buttons ask the server for the page with one row more or less.

const FIELDS = "input, select, textarea";
const NAMED = ["id", "name", "for", "value", "aria-describedby", "data-suggest-into"];

function indexOf(box, row) {
  const name = row.querySelector("[name^='" + CSS.escape(box.dataset.rows) + "-']")?.name ?? "";
  return Number(name.slice(box.dataset.rows.length + 1).split("-")[0]);
}

const rowsOf = (box) => [...box.querySelectorAll(":scope > ol > [data-row]")];

function empty(row) {
  row.querySelectorAll(".vd-error, .vd-count-left").forEach((one) => one.remove());
  row.querySelectorAll(".has-error").forEach((one) => one.classList.remove("has-error"));
  for (const field of row.querySelectorAll(FIELDS)) {
    field.removeAttribute("aria-invalid");
    delete field.dataset.counted;
    if (field.type === "checkbox" || field.type === "radio") field.checked = field.defaultChecked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = 0;
    else field.value = field.defaultValue = "";
  }
}

function rename(box, row, from, to) {
  const old = `${box.dataset.rows}-${from}`;
  const fresh = `${box.dataset.rows}-${to}`;
  for (const element of row.querySelectorAll("*")) {
    for (const key of NAMED) {
      if (key === "value" && element.tagName !== "BUTTON") continue; // what a person chose is not a name
      const value = element.getAttribute(key);
      if (value?.startsWith(old)) element.setAttribute(key, value.replaceAll(old, fresh));
    }
  }
}

function number(box) {
  rowsOf(box).forEach((row, at) => {
    row.querySelectorAll("[data-row-number]").forEach((one) => (one.textContent = String(at + 1)));
  });
  const most = Number(box.dataset.most) || Infinity;
  box.querySelector(":scope > [name=add_row]").hidden = rowsOf(box).length >= most;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function add(box) {
  const rows = rowsOf(box);
  const last = rows[rows.length - 1];
  const row = last.cloneNode(true);
  const to = Math.max(...rows.map((one) => indexOf(box, one))) + 1;
  rename(box, row, indexOf(box, last), to);
  empty(row);
  last.after(row);
  number(box);
  row.dispatchEvent(new Event("vd:added", { bubbles: true }));
  row.querySelector(FIELDS)?.focus();
}

function remove(box, row) {
  const rows = rowsOf(box);
  const next = row.nextElementSibling ?? row.previousElementSibling;
  if (rows.length > 1) row.remove();
  else empty(row);
  number(box);
  (next ?? row).querySelector(FIELDS)?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-rows] [name=add_row], [data-rows] [name=remove_row]");
  const box = button?.closest("[data-rows]");
  if (!box || !rowsOf(box).length) return;
  event.preventDefault();
  if (button.name === "add_row") add(box);
  else remove(box, button.closest("[data-row]"));
});
