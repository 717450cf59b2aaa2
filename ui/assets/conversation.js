// Runs once, when the conversation is first shown. `element`, `trigger` and `watch` are given by gradio.
const scroller = element.closest("#conversation");
scroller.tabIndex = 0;
scroller.setAttribute("role", "region");
scroller.setAttribute("aria-label", "Conversation");

element.addEventListener("click", (event) => {
  const chip = event.target.closest("button[data-number]");
  if (chip) {
    element.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    chip.setAttribute("aria-current", "true");
    trigger("select", { turn: chip.dataset.turn, number: chip.dataset.number, verdict: chip.dataset.verdict ?? "" });
    return;
  }
  const question = event.target.closest("button[data-question]");
  if (question) {
    // The button is about to go; the focus stays in the conversation.
    scroller.focus({ preventScroll: true });
    trigger("submit", { question: question.dataset.question });
  }
});

let turns = 0;
watch("value", () => {
  const shown = element.querySelectorAll(".turn");
  if (shown.length > turns) {
    // A new question goes to the top, so that its answer grows below it and nothing jumps.
    const last = shown[shown.length - 1];
    last.scrollIntoView({ block: "start" });
  }
  turns = shown.length;
});
