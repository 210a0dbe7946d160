// Small comforts on top of pages that already work without JavaScript.
import { initAll } from "./nhsuk-frontend-10.6.1/nhsuk-frontend.min.js";

const SENT_TWICE_WINDOW = 8000; // milliseconds in which a second press of the same form is ignored

initAll();

// A form is sent once; a second press while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  setTimeout(() => delete form.dataset.sent, SENT_TWICE_WINDOW);
});

// Coming back with the browser's back button: the form may be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Days to tick: arrow keys go from day to day (a week up or down), as in any calendar; Space ticks.
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.(".app-days");
  const step = STEPS[event.key];
  if (!picker || !step || !event.target.value) return;
  event.preventDefault();
  const day = new Date(`${event.target.value}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + step);
  document.getElementById(`${picker.id}-${day.toISOString().slice(0, 10)}`)?.focus();
});

// htmx sends the page's security mark with everything that changes something.
document.addEventListener("htmx:configRequest", (event) => {
  const mark = document.querySelector('meta[name="csrf-token"]');
  if (event.detail.verb !== "get" && mark) event.detail.headers["X-CSRFToken"] = mark.content;
});

// A form that needs correcting (422) is shown again; an error page of ours comes as a notice at the top.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  if (answer.status === 422 || (answer.status >= 400 && answer.getResponseHeader("HX-Retarget"))) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// New pieces of page get the NHS behaviour; a changed progress sentence is read out once.
document.addEventListener("htmx:afterSettle", (event) => {
  initAll(event.detail.elt);
  const sentence = document.querySelector("[data-announce]")?.textContent.trim();
  const announcer = document.getElementById("announcer");
  if (sentence && announcer && announcer.textContent !== sentence) announcer.textContent = sentence;
});

// No answer at all: say so and keep the page as it is.
document.addEventListener("htmx:sendError", () => {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = "We cannot reach the service. What you see may be out of date.";
});
