// The number on the projector follows the box. It says how many, never who; the page reloads once the box is closed.

const line = document.querySelector("[data-progress]");

async function ask() {
  try {
    const answer = await fetch(line.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const found = await answer.json();
    if (found.state !== "open") location.reload();
    else if (line.textContent !== found.text) line.textContent = found.text;
  } catch {
    // no network for a moment: the number stays, the next round asks again
  }
}

if (line) setInterval(ask, 4000);
