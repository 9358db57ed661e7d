// Search-as-you-type: input[data-suggest] asks its address with ?q= and shows [{id, label, note}] as an accessible list.
// Choosing fills the box and the hidden field named by data-suggest-into; typing on makes it a new, unknown one again.

let made = 0;

function attach(input) {
  if (input.getAttribute("role") === "combobox") return;
  const list = document.createElement("ul");
  const said = document.createElement("p");
  list.id = `goi-y-${(made += 1)}`;
  list.role = "listbox";
  list.hidden = true;
  list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  input.after(list, said);
  for (const [key, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(key, value);
  }
  run(input, list, said, document.getElementById(input.dataset.suggestInto));
}

function run(input, list, said, into) {
  let found = [];
  let at = -1;
  let timer;
  let asking;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (to) => {
    at = (to + found.length) % found.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const choose = (index) => {
    input.value = found[index].label;
    if (into) into.value = found[index].id;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.dispatchEvent(new CustomEvent("vd:chosen", { bubbles: true, detail: found[index] }));
  };
  const show = (rows) => {
    found = rows;
    list.replaceChildren(
      ...rows.map((row, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = row.label;
        if (row.note) item.append(Object.assign(document.createElement("small"), { textContent: row.note }));
        item.addEventListener("mousedown", (event) => {
          event.preventDefault(); // before blur closes the list
          choose(index);
        });
        return item;
      }),
    );
    list.hidden = !rows.length;
    input.setAttribute("aria-expanded", String(rows.length > 0));
    said.textContent = rows.length ? `${rows.length} ${input.dataset.textFound}` : input.dataset.textNone;
  };
  const ask = async () => {
    const words = input.value.trim();
    asking?.abort();
    if (words.length < 2) return close();
    asking = new AbortController();
    const address = new URL(input.dataset.suggest, location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch {
      close(); // no list today: the box is still a box
    }
  };

  input.addEventListener("input", () => {
    if (into) into.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at < 0 ? found.length - 1 : at - 1);
    else if (event.key === "Enter" && at >= 0) choose(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}

const attachAll = (root) => root.querySelectorAll("input[data-suggest]").forEach(attach);
attachAll(document);
document.addEventListener("vd:added", (event) => {
  // a copied row brings the list of the row it was copied from
  event.target.querySelectorAll(".vd-suggest > ul, .vd-suggest > [role=status]").forEach((one) => one.remove());
  event.target.querySelectorAll("input[data-suggest]").forEach((one) => one.removeAttribute("role"));
  attachAll(event.target);
});
