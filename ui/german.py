"""The texts of the page in German, by their English wording (``words``)."""

from __future__ import annotations

GERMAN = {
    # -- the page
    "Social media strategy, sentence by sentence traced to its source and checked against it.": (
        "Social-Media-Strategie, Satz für Satz mit Quelle belegt und an ihr geprüft. "
        "Die Quellen und die Antworten sind auf Englisch; bitte fragen Sie auf Englisch."
    ),
    "Ask": "Fragen",
    "Plan": "Plan",
    "Review": "Prüfen",
    "Library": "Bibliothek",
    # -- asking
    "Ask about your social media strategy": "Fragen Sie nach Ihrer Social-Media-Strategie",
    "The answer comes from the documents listed here and from nothing else. Each sentence carries a number: "
    "press it, and the source opens at the words the sentence rests on. What the documents don't say, you are told.": (
        "Die Antwort kommt aus den hier aufgeführten Dokumenten und aus nichts anderem. Jeder Satz trägt eine Nummer: "
        "Ein Druck darauf öffnet die Quelle bei den Worten, auf denen der Satz beruht. Was die Dokumente nicht sagen, "
        "wird Ihnen gesagt."
    ),
    "For example": "Zum Beispiel",
    "There are no documents yet. Add your own under “Library”, then ask about them.": (
        "Noch gibt es keine Dokumente. Fügen Sie unter „Bibliothek“ eigene hinzu und fragen Sie dann danach."
    ),
    "Your question": "Ihre Frage",
    "For example: Should I post offers every day?": "Zum Beispiel: Should I post offers every day?",
    "Stop": "Anhalten",
    "New conversation": "Neues Gespräch",
    "Ask again": "Noch einmal fragen",
    "Edit": "Bearbeiten",
    "Copy with sources": "Mit Quellen kopieren",
    "Copied": "Kopiert",
    "Helpful": "Hilfreich",
    "Not helpful": "Nicht hilfreich",
    "What was wrong? (It stays on this computer.)": "Was war falsch? (Es bleibt auf diesem Computer.)",
    "Earlier conversations": "Frühere Gespräche",
    "Earlier plans": "Frühere Pläne",
    "Find words in them": "Darin suchen",
    "Open": "Öffnen",
    "Rename": "Umbenennen",
    "New title": "Neuer Titel",
    "Delete": "Löschen",
    "Really delete it? It can't be brought back.": "Wirklich löschen? Es lässt sich nicht zurückholen.",
    "Save as a file": "Als Datei sichern",
    "Save opinions as eval cases": "Meinungen als Prüffälle sichern",
    "Searching the sources…": "Durchsuche die Quellen …",
    "Drafting…": "Entwerfe …",
    "Checking each sentence…": "Prüfe jeden Satz …",
    "Reading your question…": "Lese Ihre Frage …",
    "Stopped. You can ask again.": "Angehalten. Sie können noch einmal fragen.",
    "Stopped. These sentences had been checked by then.": "Angehalten. Diese Sätze waren bis dahin geprüft.",
    "You asked": "Sie fragten",
    "Answer": "Antwort",
    "No answer in the sources": "Keine Antwort in den Quellen",
    "Nothing in the documents supports an answer to this question, so none is given.": (
        "Nichts in den Dokumenten trägt eine Antwort auf diese Frage; darum gibt es keine."
    ),
    "What the sources don’t give": "Was die Quellen nicht hergeben",
    "What they do say": "Was sie sagen",
    "Questions the sources do answer": "Fragen, die die Quellen beantworten",
    "You could ask next": "Sie könnten als Nächstes fragen",
    "Rests on": "Beruht auf",
    "Note": "Hinweis",
    "The sources disagree about": "Die Quellen sind uneins über",
    "assumption": "Annahme",
    "from what you said": "aus Ihren Worten",
    "computed": "berechnet",
    "Supported": "Belegt",
    "Partly supported": "Teilweise belegt",
    "Not supported": "Nicht belegt",
    "Contradicted": "Widersprochen",
    "The cited words say this.": "Die zitierten Worte sagen das.",
    "The cited words say part of this.": "Die zitierten Worte sagen einen Teil davon.",
    "The cited words don’t say this.": "Die zitierten Worte sagen das nicht.",
    "The cited words say otherwise.": "Die zitierten Worte sagen etwas anderes.",
    # -- sources
    "Source document": "Quelldokument",
    "Curated guidance": "Gepflegter Leitfaden",
    "Your document": "Ihr Dokument",
    "Hidden text": "Versteckter Text",
    "Instructions to a machine": "Anweisungen an eine Maschine",
    "Flagged text is never used as evidence.": "Gekennzeichneter Text gilt nie als Beleg.",
    "Press a number in an answer or a plan, and its source opens here at the exact words.": (
        "Drücken Sie auf eine Nummer in einer Antwort oder einem Plan: "
        "Hier öffnet sich die Quelle bei genau diesen Worten."
    ),
    "Back to the answer": "Zurück zur Antwort",
    "Back to the plan": "Zurück zum Plan",
    "Back to the review": "Zurück zur Prüfung",
    "The sentence that was checked": "Der geprüfte Satz",
    "Opened": "Geöffnet",
    "page {page}": "Seite {page}",
    "support {score:.2f} of 1": "Rückhalt {score:.2f} von 1",
    "reviewed {day}": "durchgesehen {day}",
    "This document is no longer in the knowledge base. These are the words that were cited when the answer was made:": (
        "Dieses Dokument ist nicht mehr in der Wissensbasis. Diese Worte wurden zitiert, als die Antwort entstand:"
    ),
    "This document has changed since the answer was made. These are the words that were cited then; "
    "ask again for an answer from the present text:": (
        "Dieses Dokument hat sich geändert, seit die Antwort entstand. Diese Worte wurden damals zitiert; "
        "fragen Sie noch einmal, wenn Sie eine Antwort aus dem jetzigen Text wünschen:"
    ),
    "This citation belongs to a conversation that is no longer open. Ask the question again.": (
        "Dieses Zitat gehört zu einem Gespräch, das nicht mehr offen ist. Stellen Sie die Frage noch einmal."
    ),
    "… text left out here for length …": "… hier wurde Text der Länge wegen ausgelassen …",
    "Add your own documents": "Eigene Dokumente hinzufügen",
    "Markdown, text, HTML, PDF or Word (.md .txt .html .pdf .docx). They stay on this computer.": (
        "Markdown, Text, HTML, PDF oder Word (.md .txt .html .pdf .docx). Sie bleiben auf diesem Computer."
    ),
    "Reading": "Lese",
    "Indexing the text": "Nehme den Text in den Index auf",
    "You can ask about them now.": "Sie können jetzt danach fragen.",
    "Nothing was added.": "Nichts wurde hinzugefügt.",
    "added": "hinzugefügt",
    "updated": "aktualisiert",
    "already here, unchanged": "schon da, unverändert",
    "rejected": "abgelehnt",
    "Use for answers and plans": "Für Antworten und Pläne verwenden",
    "In use": "Verwendet",
    "Left out": "Ausgelassen",
    "Remove": "Entfernen",
    "Really remove?": "Wirklich entfernen?",
    "Removed": "Entfernt",
    "one passage": "ein Abschnitt",
    "{number} passages": "{number} Abschnitte",
    "Documents the answers rest on": "Dokumente, auf denen die Antworten beruhen",
    "That is more than {most} requests within a minute. Wait a moment and try again; nothing is lost.": (
        "Das sind mehr als {most} Anfragen in einer Minute. Warten Sie einen Augenblick und versuchen Sie es noch "
        "einmal; nichts geht verloren."
    ),
    "Something went wrong that nobody foresaw ({kind}). What you have stays. Try again; if it happens again, "
    "the terminal that runs the advisor shows the details to report.": (
        "Etwas ist schiefgegangen, das niemand vorhersah ({kind}). Was Sie haben, bleibt. Versuchen Sie es noch "
        "einmal; geschieht es wieder, so zeigt das Terminal, in dem der Advisor läuft, was zu melden ist."
    ),
    # -- plans
    "from sources": "aus Quellen",
    "from your brief": "aus Ihren Angaben",
    "assumed": "angenommen",
    "yours": "von Ihnen",
    "From your brief:": "Aus Ihren Angaben:",
    "Computed:": "Berechnet:",
    "An assumption. How to find out:": "Eine Annahme. So finden Sie es heraus:",
    "Yours: written or changed by hand, not checked.": "Von Ihnen: von Hand geschrieben oder geändert, nicht geprüft.",
    "Your business in eight questions": "Ihr Betrieb in acht Fragen",
    "Answer what you can. What you leave out becomes a stated assumption, and what you say stays here.": (
        "Antworten Sie, was Sie können, auf Englisch. Was Sie auslassen, wird zur benannten Annahme; "
        "was Sie sagen, bleibt hier."
    ),
    "What kind of business is it, and where?": "Was für ein Betrieb ist es, und wo?",
    "What do you sell, or what do you do?": "Was verkaufen Sie, oder was tun Sie?",
    "Who are your customers, or who should be?": "Wer sind Ihre Kunden, oder wer soll es werden?",
    "What should change in the business?": "Was soll sich im Betrieb ändern?",
    "Where are you online already? (with commas)": "Wo sind Sie schon im Netz? (mit Kommas)",
    "How many hours a week has somebody for it?": "Wie viele Stunden in der Woche hat jemand dafür?",
    "How much money is there for the whole time, and in which currency?": (
        "Wie viel Geld ist für die ganze Zeit da, und in welcher Währung?"
    ),
    "Until when, or for how long, should the plan run?": "Bis wann oder wie lange soll der Plan laufen?",
    "For example: {example}": "Zum Beispiel: {example}",
    "Fill in an example": "Beispiel eintragen",
    "Draft the plan": "Plan entwerfen",
    "Reading the brief…": "Lese die Angaben …",
    "The plan will stand here, each line with its source, section by section as it is checked.": (
        "Hier wird der Plan stehen, jede Zeile mit ihrer Quelle, Abschnitt für Abschnitt, sobald er geprüft ist."
    ),
    "Plan for {business}": "Plan für {business}",
    "Section {number} of {total}: {title}…": "Abschnitt {number} von {total}: {title} …",
    "Stopped. The plan has the {done} sections that were finished.": (
        "Angehalten. Der Plan hat die {done} Abschnitte, die fertig waren."
    ),
    "Complete.": "Vollständig.",
    "One drafted sentence failed the check and isn’t shown.": (
        "Ein entworfener Satz hat die Prüfung nicht bestanden und wird nicht gezeigt."
    ),
    "{withheld} drafted sentences failed the check and aren’t shown.": (
        "{withheld} entworfene Sätze haben die Prüfung nicht bestanden und werden nicht gezeigt."
    ),
    "Does social media marketing suit the business now?": "Passt Social-Media-Marketing jetzt zum Betrieb?",
    "Sections": "Abschnitte",
    "View": "Ansicht",
    "Full plan": "Ganzer Plan",
    "One page": "Eine Seite",
    "SOSTAC": "SOSTAC",
    "RACE": "RACE",
    "POST": "POST",
    "Word": "Word",
    "Excel": "Excel",
    "Calendar": "Kalender",
    "Print view": "Druckansicht",
    "Markdown": "Markdown",
    "JSON": "JSON",
    "YAML": "YAML",
    "What to look at again": "Was noch einmal anzusehen ist",
    "Where the sources disagree": "Wo die Quellen uneins sind",
    "What the sources don’t cover": "Was die Quellen nicht behandeln",
    "The line is yours now. It cites nothing, and the rules were checked again.": (
        "Die Zeile ist jetzt Ihre. Sie zitiert nichts, und die Regeln wurden noch einmal geprüft."
    ),
    "Change": "Ändern",
    "Change lines by hand": "Zeilen von Hand ändern",
    "New text": "Neuer Text",
    "Save": "Sichern",
    "Cancel": "Abbrechen",
    # -- reviews
    "Review a post, a calendar or a plan": "Einen Beitrag, einen Kalender oder einen Plan prüfen",
    "Each fault is shown at your own words, with the rule it breaks and the source of the rule.": (
        "Jeder Mangel wird an Ihren eigenen Worten gezeigt, mit der verletzten Regel und deren Quelle. "
        "Geprüft werden englische Texte."
    ),
    "Your text": "Ihr Text",
    "Paste a post, a calendar or somebody’s plan.": "Fügen Sie einen Beitrag, einen Kalender oder jemandes Plan ein.",
    "What is it?": "Was ist es?",
    "Or a file: text, Word, PDF, HTML, or a saved plan": (
        "Oder eine Datei: Text, Word, PDF, HTML oder ein gesicherter Plan"
    ),
    "Find out": "Herausfinden",
    "post": "Beitrag",
    "calendar": "Kalender",
    "plan": "Plan",
    "Your text with the faults marked": "Ihr Text mit markierten Mängeln",
    "Read as a {kind}. No rule is broken.": "Gelesen als {kind}. Keine Regel ist verletzt.",
    "Read as a {kind}. One rule is broken.": "Gelesen als {kind}. Eine Regel ist verletzt.",
    "Read as a {kind}. {faults} rules are broken.": "Gelesen als {kind}. {faults} Regeln sind verletzt.",
    "What to mend": "Was zu verbessern ist",
    "What is good": "Was gut ist",
    "Error": "Fehler",
    "Warning": "Warnung",
    "Hint": "Tipp",
    "Why this rule?": "Warum diese Regel?",
    "Suggested by {model}: it says no more than your text does": (
        "Vorschlag von {model}: Er sagt nicht mehr als Ihr Text"
    ),
    "Left out, because your text doesn’t say it": "Ausgelassen, weil Ihr Text es nicht sagt",
}
"""German wording by English wording; names in braces stay."""
