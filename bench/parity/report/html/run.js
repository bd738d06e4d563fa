// The window, the picture and the text: what is chosen in one is shown in the other.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const body = document.querySelector("#text tbody");
const MOST_SHOWN = 400; // rows of text in the document at once
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const ink = dark ? "#e8e8e8" : "#222222";
const legible = { axis: { labelColor: ink, titleColor: ink }, title: { color: ink }, legend: { labelColor: ink } };
let view = null;
let from = data.from, to = data.to, chosen = data.focus;

function fitted(spec) {
  const holder = document.getElementById("picture");
  const width = Math.max(240, holder.clientWidth - 110);
  for (const part of spec.vconcat) part.width = width;
  return spec;
}

function rowsInWindow() {
  const inside = [];
  for (let i = 0; i < data.rows.length; i++) if (data.rows[i].x >= from && data.rows[i].x <= to) inside.push(i);
  if (inside.length <= MOST_SHOWN) return [inside, 0];
  let at = inside.indexOf(chosen);
  if (at < 0) at = 0;
  const start = Math.min(Math.max(0, at - MOST_SHOWN / 2), inside.length - MOST_SHOWN);
  return [inside.slice(start, start + MOST_SHOWN), inside.length - MOST_SHOWN];
}

function showText() {
  const [inside, left] = rowsInWindow();
  body.replaceChildren(...inside.map((i) => {
    const row = data.rows[i], line = document.createElement("tr");
    line.className = `${row.kind}${row.cited ? " cited" : ""}${row.free ? " free" : ""}${i === chosen ? " chosen" : ""}`;
    for (const text of [row.at, ...row.said]) line.insertCell().textContent = text;
    line.onclick = () => choose(i, false);
    return line;
  }));
  const rest = left ? `; ${left} more lines lie in this window: go nearer to see them` : "";
  document.getElementById("said").textContent = `${inside.length} of ${data.rows.length} lines${rest}`;
  scrollToChosen();
}

function scrollToChosen() {
  const line = body.querySelector(".chosen"), box = document.getElementById("text");
  if (line) box.scrollTop = line.offsetTop - box.clientHeight / 2;
}

function showPicture() {
  if (!view) return;
  view.signal("from", from).signal("to", to);
  const row = data.rows[chosen];
  data.names.forEach((_, side) => view.signal(`chosen${side}`, row ? row.at_index[side] : -1));
  view.runAsync();
}

function moveTo(start, end) {
  const width = Math.min(Math.max(end - start, data.least), data.end);
  from = Math.min(Math.max(0, start), data.end - width);
  to = from + width;
  showPicture();
  showText();
}

function choose(i, centre) {
  chosen = i;
  const x = data.rows[i].x, half = (to - from) / 2;
  if (centre || x < from || x > to) moveTo(x - half, x + half);
  else { showPicture(); showText(); }
}

function rowOf(side, at) {
  return data.rows.findIndex((row) => row.at_index[side] === at);
}

for (const button of document.querySelectorAll("nav button")) {
  button.onclick = () => {
    const width = to - from, middle = (from + to) / 2;
    if (button.dataset.move) moveTo(from + button.dataset.move * width * 0.8, to + button.dataset.move * width * 0.8);
    else if (button.dataset.zoom) moveTo(middle - width * button.dataset.zoom / 2, middle + width * button.dataset.zoom / 2);
    else { moveTo(data.from, data.to); choose(data.focus, true); }
  };
}

document.getElementById("text").onkeydown = (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  choose(Math.min(Math.max(0, chosen + step), data.rows.length - 1), false);
};

showText();
vegaEmbed("#picture", fitted(data.spec), { actions: false, logLevel: 1, renderer: "canvas", config: legible, ast: false }).then((made) => {
  view = made.view;
  view.addEventListener("click", (_, item) => {
    const datum = item && item.datum;
    if (!datum || datum.at === undefined) return;
    const i = rowOf(datum.run, datum.at);
    if (i >= 0) choose(i, false);
  });
  view.addSignalListener("brush", (_, selected) => {
    if (selected.x && selected.x[0] !== selected.x[1]) moveTo(...selected.x);
  });
  showPicture();
  document.documentElement.dataset.drawn = "true";
});
