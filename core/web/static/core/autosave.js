// Drafts save themselves: form[data-autosave] posts itself to that address a moment after the last key. What was not acknowledged stays
// on this machine and comes back with the page. Without this file the buttons of the form save as they always did.

const WAIT = 1500;
const RETRY = [3000, 6000, 12000, 30000];
// How long the form itself may be on its way: a save of its own would meanwhile be a stranger's edit of it.
const SUBMIT = 30000;

function start(form) {
  const words = form.dataset;
  const status = form.querySelector("[data-autosave-status]");
  const version = form.elements.version;
  const key = `vinhdanh-draft:${form.dataset.autosave}`;
  let timer;
  let sending = null; // the promise of the save under way
  let isDirty = false;
  let isStopped = false;
  let isSubmitting = false;
  let failures = 0;

  const entries = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrf_token", "request_id", "version"].includes(name));
  const say = (text, isBad = false, ...more) => {
    status.replaceChildren(document.createTextNode(text), ...more);
    status.classList.toggle("is-bad", isBad);
  };
  const link = (label, href) => Object.assign(document.createElement("a"), { textContent: label, href });
  const button = (label, act) => {
    const made = Object.assign(document.createElement("button"), { textContent: label, type: "button", className: "btn btn-link" });
    made.addEventListener("click", act);
    return made;
  };
  const keep = () => {
    try {
      localStorage.setItem(key, JSON.stringify({ version: version?.value, entries: entries() }));
    } catch {
      // a full or forbidden store only means that the server has the one copy
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(key);
    } catch {
      // as above
    }
  };
  const again = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  const answered = async (answer) => {
    const isJson = answer.headers.get("content-type")?.includes("json");
    if (answer.ok && isJson && !answer.redirected) {
      const saved = await answer.json();
      if (version && saved.version !== undefined) version.value = saved.version;
      failures = 0;
      if (isDirty) keep(); // typed on meanwhile: the copy here carries the new version
      else forget();
      say(`${words.textSaved} ${saved.saved_at}`);
    } else if (answer.status === 409) {
      isStopped = true;
      say(words.textConflict, true, " ", link(words.textReload, location.href));
    } else if (answer.status === 401 || answer.redirected) {
      isStopped = true;
      say(words.textLogin, true, " ", link(words.textSignIn, location.href));
    } else if (answer.status >= 500 || answer.status === 429) {
      throw new Error("not now");
    } else {
      say(words.textRefused, true);
    }
  };
  const post = async (isLeaving) => {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    body.delete("request_id"); // each save is an act of its own, the sending of the form another
    isDirty = false;
    try {
      await answered(await fetch(words.autosave, { method: "POST", body, keepalive: isLeaving, headers: { Accept: "application/json", "X-Requested-With": "fetch" } }));
    } catch {
      isDirty = true;
      say(words.textRetry, true);
      again(RETRY[Math.min(failures++, RETRY.length - 1)]);
    }
  };
  const save = (isLeaving = false) => {
    clearTimeout(timer);
    if (isStopped || isSubmitting || sending || !isDirty) return;
    sending = post(isLeaving === true).finally(() => {
      sending = null;
      if (isDirty && failures === 0) again(WAIT);
    });
  };
  const touched = () => {
    isDirty = true;
    keep();
    if (!isStopped && failures === 0) again(WAIT);
  };

  const fill = (kept) => {
    for (const field of form.elements) {
      if (!field.name || ["file", "submit", "button", "fieldset"].includes(field.type) || ["csrf_token", "request_id", "version"].includes(field.name)) continue;
      const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
      else if (values.length) field.value = values[0];
    }
    say(words.textRestored);
    touched();
  };
  const recall = () => {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(key));
    } catch {
      return;
    }
    if (!Array.isArray(kept?.entries)) return;
    // what nobody types is filled in by the server, as the record that a new name got: no difference to an older copy
    const isTyped = ([name]) => form.elements.namedItem(name)?.type !== "hidden";
    const plain = (rows) => JSON.stringify(rows.map(([name, value]) => [name, value.normalize("NFC").replace(/\s+/g, " ").trim()]));
    if (plain(kept.entries) === plain(entries())) forget();
    else if (kept.version === version?.value) fill(kept.entries);
    else if (plain(kept.entries.filter(isTyped)) === plain(entries().filter(isTyped))) forget();
    else say(words.textOlder, true, " ", button(words.textTake, () => fill(kept.entries)), button(words.textDrop, () => { forget(); say(""); }));
  };

  const submitted = () => {
    isSubmitting = false;
    if (isDirty) again(WAIT);
  };

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!sending) {
      // the copy on this machine stays until a page comes that has it
      isSubmitting = true;
      setTimeout(submitted, SUBMIT);
      return;
    }
    // the save under way moves the version on: send the form after it, or it would be a stranger's edit of itself
    event.preventDefault();
    sending.finally(() => form.requestSubmit(event.submitter));
  });
  addEventListener("pageshow", (event) => event.persisted && isSubmitting && location.reload()); // back: who knows what became of it
  addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));
  recall();
}

document.querySelectorAll("form[data-autosave]").forEach(start);
