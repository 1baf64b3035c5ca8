// Everything works without this file; with it pages follow the work, and files can be dropped.
"use strict";
document.documentElement.classList.add("with-script");

const said = document.querySelector("body > #said");  // a document may hold anything below

/** Tell a screen reader, and nobody else. */
function say(text) {
  if (said && said.textContent !== text) said.textContent = text;
}

for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// A form with data-ask is sent only after a yes.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});

// The pill in the frame, and the parts of a page that follow the work: [data-part="name"].
// A tab that is not looked at lets go of its connection: a browser has six for one server.
const pill = document.getElementById("work");
let events = null;

/** Put new HTML into a part of the page; what was unfolded stays so, and the focus where it was. */
function renew(part, html) {
  const foldable = () => [...part.querySelectorAll("details")];
  const focusable = () => [...part.querySelectorAll("button, summary, a")];
  const open = foldable().map((one) => one.open);
  const focused = focusable().indexOf(document.activeElement);
  part.innerHTML = html;
  foldable().forEach((one, at) => { one.open = open[at] ?? one.open; });
  if (focused >= 0) focusable()[focused]?.focus();
}

function follow() {
  events = new EventSource(pill.dataset.events);
  events.addEventListener("part", (event) => {
    const { name, html, busy } = JSON.parse(event.data);
    if (name === "pill") {
      pill.hidden = !busy;
      pill.innerHTML = html;
    }
    const part = document.querySelector(`[data-part="${name}"]`);
    if (part) renew(part, html);
  });
  events.addEventListener("ended", (event) => {
    const { kind, text } = JSON.parse(event.data);
    say(text);
    const waiting = document.querySelector("[data-reload-after]");
    if (waiting && waiting.dataset.reloadAfter.split(" ").includes(kind)) window.location.reload();
  });
}

function leave() {
  if (events) events.close();
  events = null;
}

if (pill) {
  if (!document.hidden) follow();
  document.addEventListener("visibilitychange", () => {
    leave();
    if (!document.hidden) follow();
  });
  window.addEventListener("pagehide", leave);
}

// Files: dropped anywhere on the Add page or chosen, sent a few at a time.
const drop = document.querySelector("form[data-drop]");
const FILES = 10;
const BYTES = 48 * 1024 * 1024;

/** Part files into groups that one request may carry. */
function groups(files) {
  const found = [];
  let size = 0;
  for (const file of files) {
    const last = found[found.length - 1];
    if (!last || last.length >= FILES || size + file.size > BYTES) {
      found.push([file]);
      size = file.size;
    } else {
      last.push(file);
      size += file.size;
    }
  }
  return found;
}

async function send(files) {
  const told = drop.querySelector("[data-uploading]");
  const parts = groups(files);
  let sent = 0;
  told.hidden = false;
  for (const button of drop.querySelectorAll("button, input")) button.disabled = true;
  for (const [at, part] of parts.entries()) {
    told.querySelector("progress").value = sent / files.length;
    told.querySelector("span").textContent = `${sent} / ${files.length}`;
    const body = new FormData();
    for (const file of part) body.append("files", file, file.name);
    if (at > 0) body.append("goes_on", "true");
    if (at < parts.length - 1) body.append("unfinished", "true");
    const answer = await fetch("/add", { method: "POST", body }).catch(() => null);
    if (!answer || !answer.ok) return refuse(answer);
    sent += part.length;
  }
  window.location.assign("/add");
}

/** Show what the server answered in place of the page: that it is busy, or that a file is too big. */
async function refuse(answer) {
  const text = answer ? await answer.text() : "";
  const main = new DOMParser().parseFromString(text, "text/html").querySelector("main");
  if (main) document.querySelector("main").replaceWith(main);
  else window.location.assign("/add");
}

if (drop) {
  const chosen = drop.querySelector("input[type=file]");
  drop.addEventListener("submit", (event) => {
    event.preventDefault();
    if (chosen.files.length) send([...chosen.files]);
  });
  chosen.addEventListener("change", () => chosen.files.length && send([...chosen.files]));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) send([...event.dataTransfer.files]);
  });
}

// --- review ---
// A hundred decisions in ten minutes: one key each. Keys act on the theme that has the focus, else on the first one;
// they are off while something is typed, and can be switched off altogether.
const decided = document.querySelector("[data-decided]");
const judged = [...document.querySelectorAll("[data-theme]")];

/** The theme that keys act on. */
function present() {
  return document.activeElement.closest("[data-theme]") || judged[0] || null;
}

function step(by) {
  const link = document.querySelector(`a[data-key="${by > 0 ? "j" : "k"}"]`);
  if (link) return link.click();
  const at = judged.indexOf(document.activeElement.closest("[data-theme]"));
  const next = judged[at < 0 ? 0 : Math.min(judged.length - 1, Math.max(0, at + by))];
  if (next) next.focus();
}

/** Press the button, or go to the field, that has a key; in the present theme if it is there, else on the page. */
function use(key) {
  const theme = present();
  const found = (theme && theme.querySelector(`[data-key="${key}"]`)) || document.querySelector(`[data-key="${key}"]`);
  if (!found) return;
  const around = found.closest("details");
  if (around) around.open = true;
  if (found.matches("button")) found.click();
  else {
    found.focus();
    if (found.select) found.select();
  }
}

function mark() {
  const quote = document.activeElement.closest("[data-quote]") || document.activeElement.closest("[data-theme]");
  const box = quote && quote.querySelector("[data-mark]");
  if (box) box.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  p: () => use("p"),
  x: () => use("x"),
  r: () => use("r"),
  n: () => use("n"),
  m: () => use("m"),
  "/": () => use("/"),
  u: () => document.querySelector("[data-undo] button")?.click(),
  " ": mark,
  Enter: () => present()?.querySelector("[data-open]")?.click(),
  "?": () => {
    const list = decided.querySelector(".keys");
    list.open = !list.open;
    list.querySelector("summary").focus();
  },
};

function follows(event) {
  const typed = event.target.closest("input:not([type=checkbox]), select, textarea");
  const pressed = event.target.closest("a, button, summary, input");
  return !typed && !(pressed && [" ", "Enter"].includes(event.key)) && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Show what is marked: the bar that acts on it, and how many there are. */
function count() {
  const marked = document.querySelectorAll("[data-mark]:checked").length;
  for (const box of document.querySelectorAll("[data-mark]")) box.closest("article").classList.toggle("marked", box.checked);
  for (const bar of document.querySelectorAll(".merge")) bar.classList.toggle("armed", marked > (bar.hasAttribute("data-merge") ? 1 : 0));
  for (const told of document.querySelectorAll("[data-marked]")) {
    told.hidden = marked === 0;
    told.textContent = marked;
  }
}

if (decided) {
  const on = decided.querySelector("[data-keys]");
  on.checked = localStorage.getItem("keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("keys", on.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") present()?.focus();
    if (!on.checked || !KEYS[event.key] || !follows(event)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  document.addEventListener("change", count);
  count();
  // After a decision the focus goes to where the eye is: the address names the theme. What was decided is told.
  const told = sessionStorage.getItem("decided");
  const place = document.getElementById(window.location.hash.slice(1) || told);
  if (place && place.matches("[data-theme]")) place.focus();
  const last = decided.querySelector("[data-last]");
  if (told) setTimeout(() => say(last ? last.textContent : "✓"), 200);
  sessionStorage.removeItem("decided");
  document.addEventListener("submit", (event) => {
    if (event.target.method === "post" && !event.defaultPrevented) sessionStorage.setItem("decided", (document.querySelector(".theme.marked") || present())?.id || "yes");
  });
}

// --- read ---
// A footnote opens what was said where it stands; the same again, Escape or the button closes it.
let opened = null;

function shutQuote() {
  if (!opened) return;
  const { link, added } = opened;
  opened = null;
  if (added.contains(document.activeElement)) link.focus();
  link.removeAttribute("aria-expanded");
  added.remove();
}

/** Fetch the page of a quote and return the middle of it, null when there is none. */
async function fetchQuote(key) {
  const answer = await fetch(`/read/quote/${encodeURIComponent(key)}`).catch(() => null);
  if (!answer || !answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-said]");
}

/** Put the box below the line that cites: in a table as a row, in a list inside its point. Returns what was added. */
function placeQuote(link, box) {
  const row = link.closest("tr");
  if (row) {
    const added = document.createElement("tr");
    const cell = added.appendChild(document.createElement("td"));
    cell.colSpan = row.cells.length;
    cell.append(box);
    row.after(added);
    return added;
  }
  const block = link.closest("li, p, blockquote, h1, h2, h3, h4, h5, h6");
  if (block.matches("li")) block.append(box);
  else block.after(box);
  return box;
}

async function openQuote(link, key) {
  link.setAttribute("aria-busy", "true");
  const box = await fetchQuote(key);
  link.removeAttribute("aria-busy");
  if (!box) return window.location.assign(link.href);
  shutQuote();
  for (const part of box.querySelectorAll("[id]")) part.removeAttribute("id");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "small plain";
  close.textContent = link.closest("[data-close]").dataset.close;
  close.addEventListener("click", shutQuote);
  box.tabIndex = -1;
  box.prepend(close);
  const added = placeQuote(link, box);
  link.setAttribute("aria-expanded", "true");
  opened = { link, added };
  box.focus({ preventScroll: true });
  box.scrollIntoView({ block: "nearest" });
}

for (const place of document.querySelectorAll("[data-close]")) {
  place.addEventListener("click", (event) => {
    const link = event.target.closest("a.cite");
    const key = link && link.getAttribute("href").slice(1);
    if (!key || !key.startsWith("e-")) return;
    event.preventDefault();
    if (opened && opened.link === link) shutQuote();
    else openQuote(link, key);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") shutQuote();
});
if (window.matchMedia("(max-width: 60rem)").matches) {
  for (const list of document.querySelectorAll(".shelf .sections")) list.open = false;
}
