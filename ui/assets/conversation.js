// Runs once, when the conversation is first shown. `element`, `trigger` and `watch` are given by gradio.
const scroller = element.closest("#conversation");
scroller.tabIndex = 0;
scroller.setAttribute("role", "region");
scroller.setAttribute("aria-label", "Conversation");

// On a narrow window the field would scroll the page away from its head, and call up the keyboard.
if (window.matchMedia("(min-width: 900px)").matches) {
  focusQuestion(40);
}

// The field may be made after the conversation, and made anew: ask until it keeps the focus that nobody else has.
function focusQuestion(times) {
  const field = document.querySelector("#question textarea");
  const nobody = document.activeElement === document.body;
  if (times > 0 && (!field || nobody)) {
    field?.focus();
    setTimeout(focusQuestion, 50, times - 1);
  }
}

element.addEventListener("click", (event) => {
  const chip = event.target.closest("button[data-number]");
  if (chip) {
    element.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    chip.setAttribute("aria-current", "true");
    trigger("select", { turn: chip.dataset.turn, number: chip.dataset.number, verdict: chip.dataset.verdict ?? "" });
    return;
  }
  const tool = event.target.closest("button.tool");
  if (tool) {
    use(tool);
    return;
  }
  const question = event.target.closest("button[data-question]");
  if (question) {
    // The button is about to go; the focus stays in the conversation.
    scroller.focus({ preventScroll: true });
    trigger("submit", { question: question.dataset.question });
  }
});

async function use(tool) {
  const { copy, edit, thumb, turn } = tool.dataset;
  if (copy !== undefined) {
    await navigator.clipboard.writeText(copy);
    const name = tool.textContent;
    tool.textContent = tool.dataset.copied;
    setTimeout(() => { tool.textContent = name; }, 1500);
  } else if (edit !== undefined) {
    const field = document.querySelector("#question textarea");
    field.value = edit;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  } else {
    const reason = thumb === "down" ? window.prompt(tool.parentElement.dataset.why, "") : "";
    if (reason !== null) {
      thumbs.set(turn, thumb);
      showThumbs();
      trigger("like", { turn, thumb, reason });
    }
  }
}

// What was thought of which answer, as long as the conversation is on the page.
const thumbs = new Map();

function showThumbs() {
  for (const button of element.querySelectorAll("[data-thumb]")) {
    button.setAttribute("aria-pressed", String(thumbs.get(button.dataset.turn) === button.dataset.thumb));
  }
}

let turns = 0;
watch("value", () => {
  if (!element.querySelector(".turn")) {
    thumbs.clear();
  }
  showThumbs();
  const shown = element.querySelectorAll(".turn");
  if (shown.length > turns) {
    // A new question goes to the top, so that its answer grows below it and nothing jumps.
    const last = shown[shown.length - 1];
    last.scrollIntoView({ block: "start" });
  }
  turns = shown.length;
});
