"""Text that gives orders to a machine.

The patterns are deterministic. They look for the forms in which people try to steer a language model through a document
or a chat: setting earlier instructions aside, changing what the model is, asking for its prompt, faking the marks of a
chat's roles, and dictating or concealing its replies; in English, German, French and Spanish. They are worded so that
text *about* marketing, instructions or assistants is left alone. A paraphrase can get past them: they are a warning to
the reader, and the safety of an answer rests on the verification of every claim.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from advisor.domain import Flag
from advisor.ingest.building import MAX_FLAGS, excerpt
from advisor.ingest.document import Block
from advisor.ingest.invisible import INVISIBLE, SOFT_HYPHEN
from advisor.sentences import sentence_spans

# Patterns are matched against text in lower case, without accents and invisible characters, white space collapsed. A
# blank in a pattern stands for any white space.

_ORDER = r"(?:^|[.!?:;,\"'”“’»)\]>*#|(-] ?|\b(?:please|kindly|now|just|then|and|but|must|should|shall|to|you|instead) )"
"""Where an order begins: at the start of a sentence or clause, or after a word that leads to a command."""
_AGENT = (
    r"(?:an? |the |my |our )?(?:\w+ ){0,3}?(?:ai|a\.i\.|artificial intelligence|llm|language model|chatbot|bot|"
    r"ai assistant|assistant|gpt|chatgpt|dan|jailbroken|unrestricted|unfiltered|uncensored)(?! manager| director|\w)"
)

_READER = (
    r"(?:the |all |any )?(?:ai|llms?|large language models?|language models?|"
    r"ai (?:assistants?|models?|systems?|agents?|reviewers?)|gpt|chatgpt)"
)

_SETTING_ASIDE = (
    # ignore all previous instructions
    r"\b(?:ignor(?:e|es|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|neglect|"
    r"do not (?:follow|obey)|don'?t (?:follow|obey)|stop (?:following|obeying)|pay no attention to|set aside) "
    r"(?:(?:all|any|every|each|of|the|these|those|this|your|my|our|other|such|and|or|and/or|existing|current) ){0,4}"
    r"(?:previous|previously given|prior|preceding|above|earlier|foregoing|former|initial|original|system|developer|"
    r"hidden|built-in|safety)(?:(?:,| and| or|/| and/or)? ?(?:previous|prior|preceding|above|earlier|system|safety))? "
    r"(?:\w+ ){0,2}?(?:instructions?|prompts?|directives?|directions|commands?|messages?|system prompt)\b",
    # ignore the instructions above, ignore the system prompt
    r"\b(?:ignore|disregard|forget|override|bypass|do not follow|don'?t follow|stop following|pay no attention to) "
    r"(?:(?:all|any|every|of|the|these|those|your|other) ){0,4}"
    r"(?:(?:instructions?|prompts?|directives?|commands?|rules|guidelines) "
    r"(?:(?:that )?(?:were |was |are )?(?:written |given |provided |stated |listed )?(?:above|before this|so far|"
    r"earlier)"
    r"|(?:that )?you (?:were|have been|had been|are|got|received|have)(?: been)?(?: given| told)?)"
    r"|system (?:prompt|message|instructions?))\b(?! for (?:the|our) (?:label|product))",
    # an order to the model about its own rules
    _ORDER
    + r"(?:ignore|disregard|forget|override|bypass) (?:all |any |all of |any of )?(?:your|the previous|all previous|"
    r"previous|prior|the prior|the above|all the above) (?:previous |prior |own )?"
    r"(?:instructions?|programming|training|guidelines|rules|restrictions|safety rules|context)"
    r"(?! (?:of|for|about|in|on|from|at)\b)",
    r"\b(?:ignore|disregard|forget) (?:everything|anything|all|all of (?:this|that|it)|whatever|what) "
    r"(?:(?:that )?(?:is |was |has been |came )?(?:written |said )?(?:above|before (?:this|now)|prior to this)"
    r"|you (?:were|have been|had been|'ve been) (?:told|instructed|given|taught|asked)(?! about\b))",
    # German
    r"\b(?:ignorier(?:e|en sie|t)?|missacht(?:e|en sie|et)|vergiss|vergesst|vergessen sie|ubergeh(?:e|en sie)|"
    r"uberschreib(?:e|en sie)|verwirf|verwerfen sie|umgeh(?:e|en sie)) (?:bitte |jetzt |nun |sofort )?"
    r"(?:(?:alle|alles|samtliche|jegliche|die|deine|ihre|eure|diese|meine|aller|und) ){0,4}"
    r"(?:(?:bisherigen?|vorherigen?|vorigen?|vorangegangenen?|vorangehenden?|vorhergehenden?|fruheren?|obigen?|"
    r"vorstehenden?|ursprunglichen?|bestehenden?|zuvor \w+|oben \w+|sonstigen?) (?:\w+ )?"
    r"(?:anweisungen?|instruktion(?:en)?|befehle?|vorgaben|prompts?|systemprompts?|anordnungen|eingaben|nachrichten|"
    r"weisungen|aufforderungen)"
    r"|(?:system-?(?:prompts?|anweisung(?:en)?|nachrichten?|vorgaben))|den system-?prompt)",
    _ORDER + r"(?:ignorier(?:e|en sie|t)|missacht(?:e|en sie)|vergiss|vergessen sie) (?:alle )?(?:deine|eure|den|ihre) "
    r"(?:anweisungen|instruktionen|system-?prompt|prompt|programmierung)(?! (?:fur|zu|zur|zum|des|der|von)\b)",
    r"\b(?:vergiss|ignoriere) alles,? was (?:du (?:bisher|zuvor|vorher)|oben|dir (?:bisher|zuvor|vorher|gesagt))",
    # French
    r"\b(?:ignor(?:e|ez|er)|oubli(?:e|ez|er)|neglig(?:e|ez|er)|ne (?:tiens|tenez) (?:pas|plus|aucun) compte d(?:e|es)|"
    r"ne (?:suis|suivez) (?:pas|plus)|fai(?:s|tes) abstraction d(?:e|es)|contourn(?:e|ez|er)) "
    r"(?:(?:toutes?|tous|l'ensemble|de|des|les|tes|vos|ces|l') ?){0,4} ?"
    r"(?:(?:instructions?|consignes?|directives?|ordres|commandes|messages?|prompts?|invites?) ?(?:qui )?"
    r"(?:precedente?s?|anterieure?s?|ci-dessus|au-dessus|donnees? (?:avant|plus haut|precedemment)|initiales?|"
    r"(?:du |de )?systeme|prealables?)|(?:precedente?s?|anterieure?s?) (?:instructions?|consignes?|directives?|ordres)"
    r"|(?:le |ton |votre )?(?:prompt|message|invite) (?:du |de )?(?:systeme|system)|le prompt)",
    _ORDER
    + r"(?:ignore|ignorez|oublie|oubliez) (?:toutes )?tes (?:instructions|consignes|directives)(?! (?:de|pour|sur)\b)",
    # Spanish
    r"\b(?:ignor(?:a|e|ad|en|ar)|olvid(?:a|e|ad|en|ar|ate de)|descart(?:a|e|ar)|omit(?:e|a|ir)|"
    r"haz caso omiso (?:de|a)|haga caso omiso (?:de|a)|no (?:hagas|haga) caso (?:de|a)|no (?:sigas|siga)|"
    r"no (?:tengas|tenga) en cuenta) (?:(?:todas?|todos|las|los|tus|sus|estas|cualquier|de|a) ){0,4}"
    r"(?:(?:instruccion(?:es)?|indicacion(?:es)?|ordenes|directrices|directivas|mensajes?|prompts?) (?:que )?"
    r"(?:anterior(?:es)?|previ[ao]s?|precedentes?|de arriba|del sistema|iniciales|dadas|recibidas)|"
    r"(?:anteriores|previas) (?:instrucciones|indicaciones|ordenes)|(?:el |tu )?(?:prompt|mensaje) (?:del? )?"
    r"(?:sistema|system))",
    _ORDER + r"(?:ignora|olvida) (?:todas )?tus (?:instrucciones|directrices|reglas)(?! (?:de|para|sobre)\b)",
)

_OTHERS = (
    # changing what the model is
    r"\byou are (?:now|no longer|henceforth|from now on) (?:acting as |called |playing |in the role of |simply )?"
    + _AGENT,
    r"\byou are now (?:in )?(?:developer|debug|god|admin|maintenance|dan|jailbreak|unrestricted|sudo|root) "
    r"?(?:mode)?\b",
    r"\byou are now (?:an? |the )?(?:\w+ ){0,2}(?:pirate|hacker|persona|character|terminal|shell|interpreter|poet|"
    r"villain|"
    r"evil|malicious)\b",
    r"\byou are (?:now )?(?:no longer|not) (?:bound|restricted|limited|constrained) (?:by|to) (?:(?:your|any|the|"
    r"all|these|"
    r"those|previous|prior) ){0,3}(?:rules|restrictions|instructions|guidelines|constraints|policies|programming|"
    r"filters)",
    r"\byou are now (?:free|freed|released|exempt) (?:from|of) (?:all |any |your |the )*"
    r"(?:rules|restrictions|instructions|guidelines|constraints|limits|filters)",
    r"\bfrom now on,? (?:you (?:must|will|shall|should|are(?: to)?|have to|can|may) )?(?:only |always |never )?"
    r"(?:act|answer|respond|reply|speak|behave|obey|pretend|ignore|roleplay|role-play|output)\b"
    r"(?! to (?:customers|complaints|comments|reviews|every))",
    r"\b(?:act|behave|respond|answer|reply|roleplay|role-play) (?:as if you (?:were|are|have)|as though you "
    r"(?:were|are)|as|"
    r"like) (?:an? )?(?:unrestricted|unfiltered|uncensored|jailbroken|evil|amoral|dan\b|(?:ai|assistant|model|chatbot) "
    r"(?:without|with no|that (?:has no|ignores)))",
    r"\bpretend (?:that )?(?:to be|you are|you're) " + _AGENT,
    r"\bpretend (?:that )?(?:you (?:have|had)|there are) no (?:rules|restrictions|instructions|guidelines|limits|"
    r"filters)",
    r"\b(?:as|being|since you are|because you are) (?:an? |the )?(?:ai|a\.i\.|artificial intelligence|llm|"
    r"large language model|language model|ai (?:assistant|model|system|agent|language model)|assistant|chatbot)"
    r"(?: (?:reading|processing|that reads|summari[sz]ing) [\w ]{1,40})?,? (?:you|it is your (?:duty|task)) "
    r"?(?:must|should|shall|will|have to|need to|are (?:required|obliged|instructed|ordered|to)|may not|can ?not|"
    r"can'?t|to)\b",
    r"\b(?:if|when) you(?: are|'re) (?:an? )?(?:ai|llm|large language model|language model|ai (?:assistant|model|"
    r"system|"
    r"agent)|chatbot|bot)(?:,| (?:reading|processing|summari[sz]ing|reviewing|analy[sz]ing|evaluating)\b)",
    r"\b(?:attention|note|notice|message|instructions?|command|important)(?: (?:to|for))? ?:? ?"
    + _READER
    + r" ?(?::|!|reading\b|processing\b)",
    r"\b(?:dear|hey|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)) " + _READER + r" ?,",
    r"\b(?:jailbreak(?:ing)? (?:mode|prompt|yourself|the model)|developer mode (?:is )?(?:enabled|activated|on)\b|"
    r"do anything now|system override|override (?:mode|protocol) (?:enabled|activated|engaged))",
    # asking for the prompt
    r"\b(?:reveal|show|print|output|repeat|display|leak|expose|disclose|give|tell|share|write out|recite|dump|what is|"
    r"what's|what are|what were)(?: (?:me|us|out|to me|to us))?(?: back)? (?:all |the |your |all of your |full |exact |"
    r"hidden |secret |entire |complete |original |initial |verbatim |of |contents? )*"
    r"(?:system prompts?|system messages?|system instructions?|hidden instructions?|hidden prompts?|secret "
    r"instructions?|"
    r"initial prompts?|initial instructions|original prompt|developer prompt|developer message)\b",
    r"\b(?:reveal|leak|expose|disclose|print|output|dump|recite|show(?: me| us)?|tell (?:me|us)) (?:all |all of "
    r")?your (?:\w+ )?"
    r"(?:prompts?|instructions|programming)\b(?! (?:for|on|about|in)\b)",
    r"\brepeat your (?:\w+ )?prompt\b",
    r"\b(?:repeat|print|output|copy|recite) (?:me )?(?:back )?(?:everything|all(?: of)?(?: the)? (?:text|words)|"
    r"the (?:text|"
    r"words|prompt|instructions?|messages?)|all) (?:written |that (?:is|comes|came) )?(?:above|before this)\b(?! "
    r"the\b)",
    # marks of a chat's roles
    r"<\|[a-z0-9_ ]{2,30}\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|instructions?|system[_-]prompt|sys|prompt)>",
    r"(?:^|\n) ?(?:#{1,6} ?)?(?:\[|\*\*)?(?:system|assistant)(?:\]|\*\*)? ?: ?(?:\*\*)? ?(?:you\b|ignore|"
    r"disregard|forget|do not\b|"
    r"don'?t\b|always\b|never\b|from now|the (?:assistant|ai|model|user)|your\b|act\b|answer\b|respond\b|reply\b|"
    r"override|"
    r"new\b|all\b|please\b|reveal|output|print|sure\b|say\b|tell\b|only\b|du\b|sie\b|tu\b|vous\b|ignorier)",
    r"(?:^|\n|[.!?] ?|[\[(#*<-] ?)(?:begin |end |new |updated |start of |end of )?"
    r"(?:system (?:prompt|instructions?|message|override|command)|system[_-]prompt|systemanweisung(?:en)?|"
    r"message systeme|mensaje del sistema|instrucciones del sistema|instructions? systeme) ?(?::|\]|>|\*\*|-{2,}|"
    r"={2,})",
    r"(?:^|\n|[.!?] ?|[\[(#*-] ?)(?:new|updated|revised|real|actual|neue|nouvelles|nuevas) "
    r"(?:system )?(?:instructions?|prompt|anweisung(?:en)?|instrucciones|consignes)"
    r"(?: (?:for|to) (?:the )?(?:ai|assistant|model|llm|chatbot))? ?:",
    r"(?:^|\n)#{2,3} ?(?:instruction|system|human|assistant|response) ?:",
    r"[\"']role[\"'] ?: ?[\"'](?:system|developer)[\"']",
    # dictating or concealing replies
    r"\b(?:do not|don'?t|never|without|must not|avoid) (?:tell(?:ing)?|inform(?:ing)?|alert(?:ing)?|warn(?:ing)?|"
    r"notify(?:ing)?) (?:this to )?the (?:end )?user\b",
    r"\b(?:do not|don'?t|never|without) (?:mention(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|show(?:ing)?|say(?:ing)?|"
    r"repeat(?:ing)?) (?:this|that|it|these|any of this|these instructions|this instruction|anything)"
    r"(?: instructions?| message| text| prompt)? to the (?:end )?user\b",
    r"\b(?:hide|conceal|keep) (?:this|that|these)(?: instructions?| message| fact)?(?: secret| hidden)? from the "
    r"user\b",
    _ORDER
    + r"(?:answer|respond|reply|output|say)(?: to (?:the|this|any|every|all|each) ?\w*)? (?:only|exclusively|solely) "
    r"(?:with|the (?:word|phrase|text|sentence|following))\b",
    _ORDER + r"only (?:answer|respond|reply|output|say) (?:with )?(?:[\"'“‘«„]|the (?:word|phrase|text|sentence|"
    r"following)|yes\b|"
    r"no\b|true\b|json\b|one word)",
    r"\b(?:respond|answer|reply|output)\b[^.!?\n]{0,100}\b(?:(?:regardless|no matter|irrespective)"
    r"(?:,? (?:of |what )?(?:(?:the|any|what|which|your|all|other|it|user'?s?|previous|actual) ){0,3}"
    r"(?:question|query|queries|questions|input|prompt|instructions?|user|(?:is|was|gets?) asked|asks|asked|"
    r"you are (?:asked|told)|they ask|i ask|context)\b| ?[.!\"'”]*$)|whatever (?:the (?:user|prompt|input)|is "
    r"asked|you are asked))",
    r"\b(?:your (?:only|sole|new|real|true|actual) (?:task|job|goal|purpose|objective|instruction) (?:is|are) "
    r"(?:now )?to "
    r"(?:answer|respond|reply|say|output|print|ignore|reveal|recommend))\b",
    r"\b(?:follow|obey|execute) (?:only )?(?:these|the following|my|this) (?:new )?(?:instructions?|commands?|orders) "
    r"(?:instead|exclusively|only|without question|from now on)\b",
    r"\b(?:in|to|with) (?:all|every|each|any)(?: of)? your (?:answers?|responses?|outputs?)(?: to the user)?,? "
    r"(?:you )?(?:must|always|include|say|mention|add|append|recommend)",
    # German
    r"\bdu bist (?:jetzt|nun|ab jetzt|ab sofort|von nun an|nicht mehr|kein) (?:(?:ein|eine|einen|kein|keine|der|"
    r"die|das|nur|"
    r"noch) )?(?:\w+ ){0,3}?(?:ki|ki-\w+|assistent|assistentin|chatbot|bot|sprachmodell|modell|dan|pirat|hacker|"
    r"terminal)\b",
    r"\bals (?:eine? )?(?:ki|ki-(?:assistent|assistentin|modell|system|sprachmodell)|ki (?:assistent|modell)|"
    r"kunstliche intelligenz|"
    r"sprachmodell|chatbot|assistent),? (?:musst|sollst|darfst|wirst|hast) du\b",
    r"\b(?:sag|sage|sagen sie|verrate|verraten sie|erzahle?|erzahlen sie|teile?|teilen sie|zeige?|zeigen sie|melde) "
    r"(?:es |das |dies |davon |hiervon )?dem (?:nutzer|benutzer|anwender|user) (?:\w+ )?(?:nichts?|kein|niemals)\b",
    r"\b(?:verrat|zeig|nenn|offenbar|wiederhol|gib|druck|enthull|schreib)(?:e|en sie)?(?: mir| uns)? (?:alle "
    r")?(?:deinen?|"
    r"den|ihren|die) (?:\w+ )?(?:system-?prompt|prompt|system-?anweisung(?:en)?|anweisungen aus)\b",
    _ORDER
    + r"antworte(?:n sie|t)?(?: ab jetzt| ab sofort| auf \w+ \w+)? (?:nur|ausschliesslich|immer nur)(?: noch)? mit\b",
    # French
    r"\b(?:tu es|vous etes) (?:maintenant|desormais|a present) (?:(?:une?|le|la) |l')?(?:\w+ ){0,3}?"
    r"(?:ia|assistante?|chatbot|bot|modele|pirate|dan|hacker|terminal)\b(?! (?:commercial|de direction))",
    r"\ben tant qu(?:e |')(?:une? )?(?:ia|assistant(?: ia| virtuel)?|intelligence artificielle|modele(?: de "
    r"langage)?|chatbot),? "
    r"(?:tu (?:dois|ne dois|es)|vous (?:devez|ne devez|etes))\b",
    r"\bn(?:e |')(?:le |la |en |l')?(?:dis|dites|revele|revelez|mentionne|mentionnez|parle|parlez|informe|informez) "
    r"(?:pas|rien|jamais)(?: \w+)? (?:a |de \w+ a )?l'utilisateur\b",
    r"\b(?:revele|revelez|montre|montrez|affiche|affichez|donne|donnez|repete|repetez)(?:-moi| moi|-nous)? "
    r"(?:(?:ton|votre|le|tes|vos|les) )(?:prompt|invite|message|instructions|consignes)(?: (?:du |de )?systeme|"
    r" (?:cachee?s|secretes?|initiales?))?\b(?! (?:de|d'|pour|sur|publicitaire|au|aux))",
    _ORDER + r"(?:reponds|repondez) (?:uniquement|seulement|exclusivement) (?:avec|par)\b",
    # Spanish
    r"\b(?:ahora eres|eres ahora|a partir de ahora eres|desde ahora eres) (?:(?:una?|el|la) )?(?:\w+ ){0,3}?"
    r"(?:ia|asistente|chatbot|bot|modelo|pirata|dan|hacker|terminal)\b",
    r"\bcomo (?:una? )?(?:ia|asistente(?: de ia| virtual)?|inteligencia artificial|modelo de lenguaje|chatbot),? "
    r"(?:tu )?(?:debes|tienes que|no debes|no puedes)\b",
    r"\bno (?:se lo |le |lo )?(?:digas|diga|menciones|mencione|reveles|revele|informes|cuentes|muestres)"
    r"(?: (?:nada|esto|eso|nunca|de esto|nada de esto))? al usuario\b",
    r"\b(?:revela|revele|muestra|muestre|muestrame|dime|imprime|repite|ensename) (?:(?:tu|su|el|tus|las|los) )"
    r"(?:prompt|mensaje del? sistema|instrucciones (?:del sistema|ocultas|secretas|iniciales)|system prompt)\b",
    r"\b(?:muestra|muestrame|revela|dime) tus instrucciones\b(?! (?:de|para|sobre)\b)",
    _ORDER + r"respond(?:e|a|ed) (?:solo|unicamente|solamente|exclusivamente) con\b",
)

_LOOKALIKES = str.maketrans(
    "авсеԁһіјӏорԛѕԝхуѵαεικνορτυχ’‘ʼ`´＇",
    "abcedhijlopqswxyvaeiknoptux''''''",
)
_MARKS = re.compile(r"[\u0300-\u036f]")
_SPACE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_SPACED_OUT = re.compile(r"(?<!\w)(?:\w[ .\-_*·|/\n]{1,3}){9,}\w(?!\w)")


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Compile patterns by how they begin: what they share is tried once a position, not once a pattern."""
    groups: dict[str, list[str]] = {_ORDER: [], r"\b": [], "": []}
    for pattern in patterns:
        start = next(start for start in groups if pattern.startswith(start))
        groups[start].append(pattern.removeprefix(start))
    return tuple(_alternatives(start, rest) for start, rest in groups.items() if rest)


def _alternatives(start: str, patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile((start + "(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + ")").replace(" ", r"\s"))


_ORDERS = _compiled((*_SETTING_ASIDE, *_OTHERS))
_SQUEEZED = re.compile(_SETTING_ASIDE[0].replace(" ", "").replace(r"\b", ""))


def looks_like_instruction(text: str) -> bool:
    """Whether a text tries to instruct the machine that reads it."""
    folded = _folded(text)
    if any(pattern.search(folded) is not None for pattern in _ORDERS):
        return True
    for found in _SPACED_OUT.finditer(folded):
        letters = re.sub(r"[^\w]|_", "", found[0])
        if _SQUEEZED.search(letters) is not None:
            return True
    return False


def instruction_spans(text: str, blocks: Sequence[Block]) -> tuple[Flag, ...]:
    """Flag the sentences of a document that give orders to a machine.

    Args:
        text: The stored text.
        blocks: Its blocks.

    Returns:
        One flag a sentence, in order; a whole block is flagged where an order shows only across its sentences. A
        heading that gives orders is flagged once, without offsets.
    """
    flags: list[Flag] = []
    seen: set[str] = set()
    for block in blocks:
        for heading in block.headings:
            if heading not in seen:
                seen.add(heading)
                if looks_like_instruction(heading):
                    flags.append(Flag(kind="instruction", excerpt=excerpt(heading)))
        if looks_like_instruction(text[block.start : block.end]):
            sentences = sentence_spans(text, block.start, block.end)
            spans = [span for span in sentences if looks_like_instruction(text[slice(*span)])]
            for start, end in spans or [(block.start, block.end)]:
                flags.append(Flag(kind="instruction", excerpt=excerpt(text[start:end]), start=start, end=end))
        if len(flags) >= MAX_FLAGS:
            flags.append(_rest(block, blocks))
            break
    return tuple(flags)


def _rest(block: Block, blocks: Sequence[Block]) -> Flag:
    """Flag everything from a block on: a document this full of orders is not read further."""
    return Flag(kind="instruction", excerpt="(and all that follows)", start=block.start, end=blocks[-1].end)


def _folded(text: str) -> str:
    """Lower case, without accents, invisible characters and runs of white space; look-alike letters made Latin."""
    if not text.isascii():
        text = INVISIBLE.sub("", text.replace(SOFT_HYPHEN, ""))
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_LOOKALIKES)
    else:
        text = text.lower()
    return _LINES.sub("\n", _SPACE.sub(" ", text)).strip()
