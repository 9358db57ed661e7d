// One tap is one record with an id of its own, kept on the phone until the server has it: sending again is harmless.
const form = document.getElementById("taps");
const net = document.getElementById("net");
const undo = document.getElementById("undo");
const undoButton = document.getElementById("undo-button");
const why = document.getElementById("why");
const place = document.getElementById("place");
const words = form.dataset;
const key = `vneid.${words.who}`;
const needsReason = words.reason.split(" ");
const loaded = new Date().setHours(12, 0, 0, 0);
const turns = words.turns.split(" ");
const UNDO_MS = 5 * 60 * 1000;

let queue = read(key, []);
let recent = [];
let refused = [];
let isSending = false;
let wait = 2000;
let timer = 0;

function read(name, empty) {
  try { return JSON.parse(localStorage.getItem(name)) ?? empty; } catch { return empty; }
}

function keep() {
  try { localStorage.setItem(key, JSON.stringify(queue)); } catch { /* a full or closed store: the queue lives on in this page */ }
}

// crypto.randomUUID exists on https only; many communes have plain http inside
function newId() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const h = Array.from(b, (n) => n.toString(16).padStart(2, "0")).join("");
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}

function count(code, by) {
  const whole = code.split(".")[0];
  const places = new Set([code, whole].map((one) => form.querySelector(`[data-count="${one}"]`)));
  if (turns.includes(whole)) places.add(document.querySelector("[data-mine]"));
  for (const at of places) {
    if (at) at.textContent = String(Math.max(0, Number(at.textContent || 0) + by) || ("mine" in at.dataset ? 0 : ""));
  }
}

function label(code) {
  const button = form.querySelector(`button[value^="${code} "]`);
  return button ? button.firstChild.textContent.trim() : "";
}

function showUndo() {
  recent = recent.filter((one) => Date.now() - one.at < UNDO_MS);
  const last = recent.at(-1);
  undoButton.hidden = !last;
  if (!last) return;
  undo.elements.client_id.value = last.id;
  undoButton.querySelector("span").textContent = label(last.code);
}

// a page left open over midnight counts for the new day, by the server's date at loading
function today() {
  const days = Math.round((new Date().setHours(12, 0, 0, 0) - loaded) / 86400000);
  return new Date(Date.parse(words.day) + days * 86400000).toISOString().slice(0, 10);
}

function tap(code) {
  const id = newId();
  const data = { indicator: code, day: today(), quantity: 1, place: place.value };
  if (code === "VN03.child") data.detail = { guardian: true };
  queue.push({ client_id: id, claimed_at: new Date().toISOString(), data });
  recent.push({ id, code, at: Date.now() });
  keep();
  count(code, 1);
  if (navigator.vibrate) navigator.vibrate(15);
  showUndo();
  send();
}

function say(text) { net.textContent = text; }

async function post(url, body, type) {
  const headers = { "X-CSRFToken": form.elements.csrf_token.value, "Content-Type": type, Accept: "application/json" };
  return fetch(url, { method: "POST", headers, body, redirect: "manual", credentials: "same-origin" });
}

// signed out, or this page is too old to be believed: waiting would not help, loading it anew does
function isShut(answer) {
  return answer.type === "opaqueredirect" || [400, 401, 403, 404].includes(answer.status);
}

async function send() {
  if (isSending || !queue.length) return;
  clearTimeout(timer);
  isSending = true;
  say(words.sending);
  const part = queue.slice(0, 100);
  try {
    const answer = await post(words.sync, JSON.stringify({ device: "web", batch: newId(), records: part }), "application/json");
    if (isShut(answer)) {
      say(words.login);
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    take(part, (await answer.json()).results);
    wait = 2000;
  } catch {
    say(`${words.waiting} ${queue.length}`);
    timer = setTimeout(send, wait);
    wait = Math.min(wait * 2, 60000);
    return;
  } finally {
    isSending = false;
  }
  if (queue.length) send();
}

function take(part, results) {
  const gone = new Set(part.map((one) => one.client_id));
  queue = queue.filter((one) => !gone.has(one.client_id));
  keep();
  results.forEach((one, at) => { if (one.status === "refused") refuse(part[at], one); });
  const now = new Date();
  say(`${words.sent} ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")} ✓`);
}

function refuse(record, result) {
  count(record.data.indicator, -1);
  recent = recent.filter((one) => one.id !== record.client_id);
  showUndo();
  const canExplain = needsReason.includes(result.code);
  if (canExplain) refused.push(record);
  why.hidden = false;
  why.querySelector("p").textContent = result.reason;
  why.querySelector("form").hidden = !refused.length;
  why.scrollIntoView({ block: "center" });
}

async function takeBack(one) {
  recent = recent.filter((other) => other !== one);
  showUndo();
  if (queue.some((other) => other.client_id === one.id) && !isSending) {
    queue = queue.filter((other) => other.client_id !== one.id);
    keep();
    count(one.code, -1);
    say(`${words.undone}: ${label(one.code)}`);
    return;
  }
  try {
    const body = new URLSearchParams({ client_id: one.id, csrf_token: form.elements.csrf_token.value });
    const answer = await post(undo.action, body, "application/x-www-form-urlencoded");
    if (answer.status === 422) {
      say((await answer.json()).reason);
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    count(one.code, -1);
    say(`${words.undone}: ${label(one.code)}`);
  } catch {
    recent.push(one);
    showUndo();
    say(words.retry);
  }
}

let held = 0;
let wasHeld = false;

form.addEventListener("click", (event) => {
  const button = event.target.closest('button[name="tap"]');
  if (!button || button.dataset.plain !== undefined || form.elements.reason) return;
  event.preventDefault();
  if (wasHeld) { wasHeld = false; return; }
  tap(button.value.split(" ")[0]);
});

// a long press takes back one's own last turn of that kind
form.addEventListener("pointerdown", (event) => {
  const button = event.target.closest('button[name="tap"]');
  wasHeld = false;
  if (!button || button.dataset.plain !== undefined) return;
  const code = button.value.split(" ")[0];
  held = setTimeout(() => {
    const one = recent.filter((other) => other.code === code && Date.now() - other.at < UNDO_MS).at(-1);
    wasHeld = true;
    if (one) takeBack(one);
  }, 700);
});
for (const name of ["pointerup", "pointercancel", "pointerleave"]) form.addEventListener(name, () => clearTimeout(held));
form.addEventListener("contextmenu", (event) => { if (event.target.closest("button")) event.preventDefault(); });

undo.addEventListener("submit", (event) => {
  const one = recent.find((other) => other.id === undo.elements.client_id.value);
  if (!one) return; // an entry of an earlier page: the plain form does it
  event.preventDefault();
  takeBack(one);
});

why.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const reason = document.getElementById("why-reason").value;
  for (const record of refused) {
    record.data.reason = reason;
    queue.push(record);
    recent.push({ id: record.client_id, code: record.data.indicator, at: Date.now() });
    count(record.data.indicator, 1);
  }
  refused = [];
  why.hidden = true;
  keep();
  showUndo();
  send();
});

addEventListener("online", send);
// what an earlier page could not send is already counted nowhere: show it and try again
for (const one of queue) if (one.data.day === words.day) count(one.data.indicator, 1);
setInterval(showUndo, 15000);
send();
