// j and k walk the rows of a list, Enter opens the one in focus (it is a link).

const links = () => [...document.querySelectorAll("table[data-keys] tbody th a")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !"jk".includes(event.key)) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const rows = links();
  if (!rows.length) return;
  const here = rows.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const there = here < 0 ? 0 : Math.min(Math.max(here + (event.key === "j" ? 1 : -1), 0), rows.length - 1);
  rows[there].focus();
  rows[there].closest("tr").scrollIntoView({ block: "nearest" });
  event.preventDefault();
});
