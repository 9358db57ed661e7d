// How much may still be written. The box never cuts what is pasted; the server says what is too long.

const number = new Intl.NumberFormat("vi-VN");

function watch(box) {
  if (box.dataset.counted) return;
  box.dataset.counted = "1";
  const most = Number(box.dataset.most);
  const line = document.createElement("p");
  line.className = "vd-count-left";
  box.after(line);
  const show = () => {
    const left = most - [...box.value].length;
    line.hidden = left > most / 4;
    line.classList.toggle("is-over", left < 0);
    line.textContent = `${left < 0 ? box.dataset.textOver : box.dataset.textLeft} ${number.format(Math.abs(left))} ${box.dataset.textUnit}`;
  };
  box.addEventListener("input", show);
  show();
}

const watchAll = (root) => root.querySelectorAll("textarea[data-most]").forEach(watch);
watchAll(document);
document.addEventListener("vd:added", (event) => watchAll(event.target));
