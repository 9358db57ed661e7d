// Menus of the frame close when one looks elsewhere. Without this file they still open and close by themselves.

const menus = () => document.querySelectorAll("details.vd-menu[open], details.vd-more[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The list of errors or refusals is read first, also by browsers that know `autofocus` on inputs only.
document.querySelector(".vd-alert[autofocus], .vd-refusal[autofocus]")?.focus();
