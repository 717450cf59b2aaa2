"""Every text that the interface shows of its own accord, in one place."""

from __future__ import annotations

from advisor.domain import ClaimKind, SourceKind, VerdictStatus

TITLE = "Strategy Advisor"
SUBTITLE = "Social media strategy, sentence by sentence traced to its source and checked against it."

ASK_PLACE = "Ask"
PLAN_PLACE = "Plan"
REVIEW_PLACE = "Review"
LIBRARY_PLACE = "Library"
"""Names of the places of the page."""

SIGN_IN = "Strategy Advisor: sign in with your name and password."
NO_SIGN_IN = (
    "There is no sign-in, so the app listens on this computer alone. To let others in: advisor ui --auth users.toml"
)

WELCOME = "Ask about your social media strategy"
WELCOME_TEXT = (
    "The answer comes from the documents listed here and from nothing else. Each sentence carries a number: "
    "press it, and the source opens at the words the sentence rests on. What the documents don't say, you are told."
)
EXAMPLES = "For example"
NO_DOCUMENTS = "There are no documents yet. Add your own under “Library”, then ask about them."

QUESTION_LABEL = "Your question"
QUESTION_PLACEHOLDER = "For example: Should I post offers every day?"
ASK = "Ask"
STOP = "Stop"
CLEAR = "New conversation"
ASK_AGAIN = "Ask again"
EDIT_QUESTION = "Edit"
COPY = "Copy with sources"
COPIED = "Copied"
THUMB_UP = "Helpful"
THUMB_DOWN = "Not helpful"
WHAT_WAS_WRONG = "What was wrong? (It stays on this computer.)"
EARLIER = "Earlier conversations"
EARLIER_PLANS = "Earlier plans"
EARLIER_FIND = "Find words in them"
EARLIER_OPEN = "Open"
RENAME = "Rename"
NEW_TITLE = "New title"
DELETE = "Delete"
DELETE_SURE = "Really delete it? It can't be brought back."
EXPORT = "Save as a file"
EXPORT_CASES = "Save opinions as eval cases"

STAGES = {
    "searching": "Searching the sources…",
    "drafting": "Drafting…",
    "checking": "Checking each sentence…",
}
STARTING = "Reading your question…"
STOPPED = "Stopped. You can ask again."
STOPPED_WITH_SENTENCES = "Stopped. These sentences had been checked by then."
YOU_ASKED = "You asked"
ADVISOR_ANSWERED = "Answer"

REFUSED = "No answer in the sources"
REFUSED_TEXT = "Nothing in the documents supports an answer to this question, so none is given."
PARTIAL = "What the sources don’t give"
PARTIAL_REST = "What they do say"
CAN_BE_ASKED = "Questions the sources do answer"
ASK_NEXT = "You could ask next"
RESTS_ON = "Rests on"
NOTES = "Note"
DISAGREE = "The sources disagree about"
ASSUMPTION = "assumption"
FROM_BRIEF = "from what you said"
COMPUTED = "computed"

VERDICTS = {
    VerdictStatus.SUPPORTED: "Supported",
    VerdictStatus.PARTIAL: "Partly supported",
    VerdictStatus.UNSUPPORTED: "Not supported",
    VerdictStatus.CONTRADICTED: "Contradicted",
}
"""Names of the verdicts, for people."""

VERDICT_MEANINGS = {
    VerdictStatus.SUPPORTED: "The cited words say this.",
    VerdictStatus.PARTIAL: "The cited words say part of this.",
    VerdictStatus.UNSUPPORTED: "The cited words don’t say this.",
    VerdictStatus.CONTRADICTED: "The cited words say otherwise.",
}
"""What each verdict means, shown as a tooltip."""

KINDS: dict[SourceKind, str] = {
    "document": "Source document",
    "guidance": "Curated guidance",
    "upload": "Your document",
}
"""Names of the kinds of source, for people."""

FLAGS = {
    "hidden_text": "Hidden text",
    "instruction": "Instructions to a machine",
}
FLAGS_MEANING = "Flagged text is never used as evidence."

EVIDENCE_EMPTY = "Press a number in an answer or a plan, and its source opens here at the exact words."
EVIDENCE_BACK = "Back to the answer"
BACK_TO_PLAN = "Back to the plan"
BACK_TO_REVIEW = "Back to the review"
SENTENCE_CHECKED = "The sentence that was checked"
OPENED = "Opened"
PAGE = "page {page}"
SCORE = "support {score:.2f} of 1"
LAST_REVIEWED = "reviewed {day}"
SOURCE_GONE = (
    "This document is no longer in the knowledge base. These are the words that were cited when the answer was made:"
)
SOURCE_CHANGED = (
    "This document has changed since the answer was made. These are the words that were cited then; "
    "ask again for an answer from the present text:"
)
CITATION_UNKNOWN = "This citation belongs to a conversation that is no longer open. Ask the question again."
TEXT_LEFT_OUT = "… text left out here for length …"

UPLOAD_HEADING = "Add your own documents"
UPLOAD_HELP = "Markdown, text, HTML, PDF or Word (.md .txt .html .pdf .docx). They stay on this computer."
UPLOAD_READING = "Reading"
UPLOAD_EMBEDDING = "Indexing the text"
UPLOAD_DONE = "You can ask about them now."
UPLOAD_NOTHING = "Nothing was added."
ADDED = "added"
UPDATED = "updated"
UNCHANGED = "already here, unchanged"
REJECTED = "rejected"
USE = "Use for answers and plans"
USED = "In use"
UNUSED = "Left out"
REMOVE = "Remove"
REMOVE_SURE = "Really remove?"
REMOVED = "Removed"
PASSAGES_ONE = "one passage"
PASSAGES = "{number} passages"
SOURCES_HEADING = "Documents the answers rest on"

TOO_MUCH = "That is more than {most} requests within a minute. Wait a moment and try again; nothing is lost."
UNFORESEEN = (
    "Something went wrong that nobody foresaw ({kind}). What you have stays. Try again; if it happens again, "
    "the terminal that runs the advisor shows the details to report."
)

ORIGINS = {
    ClaimKind.SOURCED: "from sources",
    ClaimKind.FROM_BRIEF: "from your brief",
    ClaimKind.COMPUTED: "computed",
    ClaimKind.ASSUMPTION: "assumed",
    ClaimKind.YOURS: "yours",
}
"""Names of the origins of a line, for people."""
ORIGIN_MEANINGS = {
    ClaimKind.FROM_BRIEF: "From your brief:",
    ClaimKind.COMPUTED: "Computed:",
    ClaimKind.ASSUMPTION: "An assumption. How to find out:",
    ClaimKind.YOURS: "Yours: written or changed by hand, not checked.",
}
"""What is said of the origin of a line, before what else there is to know."""

BRIEF_HEADING = "Your business in eight questions"
BRIEF_HELP = "Answer what you can. What you leave out becomes a stated assumption, and what you say stays here."
BRIEF_EXAMPLE = "Fill in an example"
BRIEF_NAME = "brief"
FOR_EXAMPLE = "For example: {example}"
PLAN_DRAFT = "Draft the plan"
PLAN_BEGINS = "Reading the brief…"
PLAN_EMPTY = "The plan will stand here, each line with its source, section by section as it is checked."
PLAN_TITLE = "Plan for {business}"
PLAN_RUNNING = "Section {number} of {total}: {title}…"
PLAN_STOPPED = "Stopped. The plan has the {done} sections that were finished."
PLAN_DONE = "Complete."
PLAN_WITHHELD_ONE = "One drafted sentence failed the check and isn’t shown."
PLAN_WITHHELD = "{withheld} drafted sentences failed the check and aren’t shown."
PLAN_FIT = "Does social media marketing suit the business now?"
PLAN_CONTENTS = "Sections"
PLAN_VIEW = "View"
VIEWS = {"full": "Full plan", "one-page": "One page", "sostac": "SOSTAC", "race": "RACE", "post": "POST"}
"""Names of the views of a plan, for people."""
FORMATS = {
    "docx": "Word",
    "xlsx": "Excel",
    "ics": "Calendar",
    "html": "Print view",
    "md": "Markdown",
    "json": "JSON",
    "yaml": "YAML",
}
"""Formats in which a plan is taken away, with their names for people."""
PLAN_FINDINGS = "What to look at again"
PLAN_DISAGREEMENTS = "Where the sources disagree"
PLAN_GAPS = "What the sources don’t cover"
PLAN_EDITED = "The line is yours now. It cites nothing, and the rules were checked again."
CHANGE = "Change"
CHANGE_LINES = "Change lines by hand"
NEW_TEXT = "New text"
SAVE = "Save"
CANCEL = "Cancel"

REVIEW = "Review"
REVIEW_HEADING = "Review a post, a calendar or a plan"
REVIEW_HELP = "Each fault is shown at your own words, with the rule it breaks and the source of the rule."
REVIEW_LABEL = "Your text"
REVIEW_PLACEHOLDER = "Paste a post, a calendar or somebody’s plan."
REVIEW_KIND = "What is it?"
REVIEW_FILE = "Or a file: text, Word, PDF, HTML, or a saved plan"
KIND_OPEN = "open"
KIND_OPEN_LABEL = "Find out"
TEXT_KINDS = {"post": "post", "calendar": "calendar", "plan": "plan"}
"""Names of the kinds of text, for people."""
REVIEWED_TEXT = "Your text with the faults marked"
REVIEW_CLEAN = "Read as a {kind}. No rule is broken."
REVIEW_ONE = "Read as a {kind}. One rule is broken."
REVIEW_MANY = "Read as a {kind}. {faults} rules are broken."
FAULTS = "What to mend"
STRENGTHS = "What is good"
SEVERITIES = {"error": "Error", "warning": "Warning", "hint": "Hint"}
"""Names of the weights of a finding, for people."""
WHY_RULE = "Why this rule?"
REWRITE = "Suggested by {model}: it says no more than your text does"
REWRITE_WITHHELD = "Left out, because your text doesn’t say it"
