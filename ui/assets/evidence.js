// Runs once, when the evidence pane is first shown. `element` and `watch` are given by gradio.
const pane = element.closest("#evidence");
pane.tabIndex = 0;
pane.setAttribute("role", "region");
pane.setAttribute("aria-label", "Evidence");

watch("value", () => {
  const mark = element.querySelector("mark");
  // The head stays in view above the text; the words go into the upper third of what is left.
  const head = element.querySelector(".head")?.offsetHeight ?? 0;
  const above = head + (pane.clientHeight - head) / 3;
  const top = mark ? mark.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop : 0;
  pane.scrollTop = mark ? top - above : 0;
  if (element.querySelector("header") && window.matchMedia("(max-width: 899px)").matches) {
    pane.scrollIntoView({ block: "start" });
  }
});

element.addEventListener("click", (event) => {
  if (event.target.closest("[data-back]")) {
    // What was pressed last in the place that is shown.
    const pressed = document.querySelectorAll("#places :is(.chip, .origin, .plain)[aria-current]");
    const chip = [...pressed].find((one) => one.offsetParent !== null);
    if (chip) {
      chip.scrollIntoView({ block: "center" });
      chip.focus({ preventScroll: true });
    }
  }
});
