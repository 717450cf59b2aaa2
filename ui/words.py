"""Every text that the interface shows of its own accord, in one place."""

from __future__ import annotations

from advisor.domain import SourceKind, VerdictStatus

TITLE = "Strategy Advisor"
SUBTITLE = "Social media strategy, sentence by sentence traced to its source and checked against it."

WELCOME = "Ask about your social media strategy"
WELCOME_TEXT = (
    "The answer comes from the documents listed here and from nothing else. Each sentence carries a number: "
    "press it, and the source opens at the words the sentence rests on. What the documents don't say, you are told."
)
EXAMPLES = "For example"
NO_DOCUMENTS = "There are no documents yet. Add your own under “Documents”, then ask about them."

QUESTION_LABEL = "Your question"
QUESTION_PLACEHOLDER = "For example: Should I post offers every day?"
ASK = "Ask"
STOP = "Stop"
CLEAR = "New conversation"
ASK_AGAIN = "Ask again"

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

EVIDENCE_TAB = "Evidence"
DOCUMENTS_TAB = "Documents"
EVIDENCE_EMPTY = "Press a number in an answer, and its source opens here at the exact words."
EVIDENCE_BACK = "Back to the answer"
SENTENCE_CHECKED = "Sentence in the answer"
OPENED = "Opened"
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
REMOVE = "Remove"
REMOVE_SURE = "Really remove?"
REMOVED = "Removed"
SOURCES_HEADING = "Documents the answers rest on"

UNFORESEEN = (
    "Something went wrong that nobody foresaw ({kind}). Your conversation is kept. Try again; if it happens again, "
    "the terminal that runs the advisor shows the details to report."
)
