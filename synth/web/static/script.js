// Everything works without this file; with it pages follow the work, and files can be dropped.
"use strict";
document.documentElement.classList.add("with-script");

const said = document.getElementById("said");

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

function follow() {
  events = new EventSource(pill.dataset.events);
  events.addEventListener("part", (event) => {
    const { name, html, busy } = JSON.parse(event.data);
    if (name === "pill") {
      pill.hidden = !busy;
      pill.innerHTML = html;
    }
    const part = document.querySelector(`[data-part="${name}"]`);
    if (part && !part.contains(document.activeElement)) part.innerHTML = html;
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
