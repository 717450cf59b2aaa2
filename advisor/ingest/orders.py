"""What orders to a machine look like, as patterns made of concepts.

A pattern joins concepts: somebody discards (one of many verbs) the guidance (one of many nouns) that is the machine's
own (a qualifier), or a reply is dictated for the moment at which a user asks. Single words are ordinary; together, and
in a place where a command stands, they are not. Patterns are matched against text in lower case, without accents and
invisible characters, white space collapsed. A blank in a pattern stands for any white space. Every repetition that can
follow another is bounded, so that the time taken grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_ORDER = r"(?:^|[.!?:;,\"'”“’»)\]>*#|(-] ?|\b(?:please|kindly|now|just|then|and|but|must|should|shall|to|you|instead) )"
"""Where an order begins: at the start of a sentence or clause, or after a word that leads to a command."""
_COMMAND = r"(?:^|[.!?:;,\"”“»)\]>*#|(] ?|\n|\b(?:please|kindly|now|just|then|and|must|instead|can you|could you) )"
"""The same, for words that are ordinary after "you", "should" or "to"."""
_TOLD = r"(?<!\bnot )(?<!\bnever )(?<!n't )(?<!\bi )(?<!\bwe )(?<!\bthey )(?<!\bwho )"
"""A verb whose doer is not somebody else, and that isn't negated."""
_GAP = r"(?:[\w'’-]{1,20},? ){0,%d}?"
"""Up to so many words, as few as possible."""

# The machine, and what steers it

_AGENT = (
    r"(?:an? |the |my |our )?(?:\w+ ){0,3}?(?:ai|a\.i\.|artificial intelligence|llm|language model|chatbot|bot|"
    r"ai assistant|assistant|gpt|chatgpt|\w{2,12}gpt|dan|jailbroken|unrestricted|unfiltered|uncensored)"
    r"(?! manager| director|\w)"
)
_MODEL = (
    r"(?:large language models?|language models?|llms?|chat-?bots?|chatgpt|gpt(?:-\w{1,4})?|claude|gemini|copilot|"
    r"(?:ai|a\.i\.|artificial intelligence)(?:[ -](?:language )?(?:assistants?|models?|systems?|agents?|reviewers?|"
    r"summari[sz]ers?|readers?|bots?|crawlers?|tools?|chatbots?|search engines?))?)"
)
_READER = r"(?:(?:the|all|any|every|each|whichever|you) )?" + _MODEL
_MAKER = (
    r"(?:(?:the|your|its) )?(?:system )?(?:operators?|developers?|creators?|programmers?|makers?|designers?|"
    r"administrators?|openai|anthropic|owners?)"
)
_STRONG = (
    r"(?:instructions?|(?:system[ -])?prompts?|directives?|directions|commands?|programming|system[ -]messages?|"
    r"system instructions?)"
)
_WEAK = (
    r"(?:rules|guidelines?|guidance|training|restrictions?|constraints?|limitations?|orders|policies|policy|"
    r"safeguards|safety rules|filters|context|messages?|system|text)"
)
_GUIDANCE = rf"(?:{_STRONG}|{_WEAK})"
_BEFORE = (
    r"(?:previous|previously given|prior|preceding|above|above-mentioned|earlier|foregoing|former|initial|original|"
    r"system|developer|hidden|built-in|existing system|safety|pre-?programmed)"
)
_OF_MAKER = r"(?:(?:operator|developer|creator|maker|programmer|owner)(?:s?['’]s?|s))"
_OWN = rf"(?:{_BEFORE}|{_OF_MAKER})"
_DETERMINERS = (
    r"(?:(?:all|any|every|each|of|the|these|those|this|your|my|our|other|such|and|or|and/or|existing|current|"
    r"about|entire|whole|everything in|anything in) ){0,4}"
)
_GIVEN = (
    r"(?:(?:that|which|as) )?(?:you (?:were|have been|had been|are|got|received|have|'ve been)(?: been)?"
    rf"(?: given| told| shown| following| under)?\b|(?:were |was |have been |had been )?(?:given|issued) to you\b|"
    rf"{_MAKER} (?:gave|set|wrote|told|put|issued|imposed|have|has|had)\b|(?:set|written|given|imposed) by {_MAKER}\b)"
)
_HERE = (
    r"(?:(?:that|which) )?(?:(?:were|was|are|is|have been|come|comes|came|stand|stands|appear|appears) )?"
    r"(?:(?:written|given|provided|stated|listed|printed) )?(?:above|before this|so far|earlier|previously|until now|"
    r"prior to this)\b"
)

_DISCARD = (
    r"(?:(?:ignor|overrid|violat|erase?|delet|overwrit|overrul)(?:e|es|ing|en)?|disregard(?:s|ing)?|"
    r"forget(?:s|ting)?(?: about)?|(?:bypass|discard|abandon|reject|cancel|suspend|circumvent|scrap|drop|neglect)"
    r"(?:ing|ping|ning)?|throw (?:out|away|aside|overboard)|let go of|(?:set|put|cast|push|lay) aside|get rid of|"
    r"pay no (?:attention|heed) to|give no (?:weight|heed) to|never mind|turn off|switch off|"
    r"(?:do not|don't|must not|need not|no longer|never|should not|needn't|not to) (?:need to |have to )?"
    r"(?:follow|obey|adhere to|comply with|listen to|heed|stick to|respect|observe|be bound by)|"
    r"(?:stop|cease|quit|refrain from|avoid|cease to|no longer) (?:follow|obey|adher|comply|listen|heed|respect)"
    r"(?:e)?(?:ing)?(?: to| with)?)"
)
_VOID = (
    r"(?:void|null(?: and void)?|cancell?ed|superseded|revoked|lifted|withdrawn|overridden|invalid|obsolete|suspended|"
    r"(?:to be )?(?:disregarded|ignored|discarded|forgotten|overridden)|no longer (?:valid|in force|binding)|"
    r"not (?:valid|binding)|replaced(?: by (?:these|the following|this))?)"
)
_ARE = (
    r"(?:is|are|was|were|have been|has been|should be|must be|can be|shall be|are to be|will be|need to be|"
    r"may be)(?: (?:now|hereby|all|therefore|from now on|henceforth)){0,2}"
)

_SETTING_ASIDE = (
    r"\b(?:haz|haga|actua|actue) como si (?:las|tus|sus) (?:instrucciones|reglas|directrices)(?: anteriores| "
    r"previas)? no "
    r"(?:existieran|existiesen)",
    # every instruction there is
    rf"{_COMMAND}{_DISCARD} (?:all|any|every|each)(?: of)?(?: the)? (?:{_STRONG}|safety (?:rules|guidelines|policies)|"
    r"content policies)\b(?! (?:of|for|about|in|on|from|at|with|to|around|which|that)\b)",
    rf"\b(?:authori[sz]e[ds]?|permit(?:s|ted)?|allow(?:s|ed)?|order(?:s|ed)?|instruct(?:s|ed)?|free|command(?:s|ed)?) "
    rf"(?:you )?to (?:{_DISCARD}|break) (?:(?:all|any|your|the|of|these|its) ){{0,3}}(?:{_OWN} |content |own ){{0,2}}"
    r"(?:instructions|rules|guidelines|policies|policy|restrictions|prompt|training)\b(?! (?:of|for|on|about|in)\b)",
    r"\byou (?:don't|do not|need not|no longer)(?: need to| have to)? (?:follow|obey|stick to|adhere to|comply with|"
    r"observe|respect) (?:any of )?(?:your|the operator's|the developer's) (?:\w+ )?(?:instructions|rules|guidelines|"
    r"policies|restrictions|prompt)\b(?! (?:of|for|on|about|in)\b)",
    r"\byou are (?:hereby |now |henceforth )?(?:released|freed|exempt|liberated) from (?:all |any )?your (?:\w+ )?"
    r"(?:instructions|rules|guidelines|restrictions|constraints|training)\b",
    rf"{_COMMAND}{_DISCARD} (?:the|all|any) (?:text|instructions?|content|words) (?:that |which )?(?:preced|"
    rf"c[ao]mes? before)",
    rf"{_COMMAND}forget (?:who|what) you are\b(?! (?:selling|looking|trying|doing|\w+ing)\b)",
    # as if they did not exist, or no longer held
    rf"\b(?:{_STRONG}|rules|guidelines|restrictions) (?:{_GIVEN}|above)(?: \w+){{0,2}} (?:do not|don't|did not|didn't|"
    r"never) exist",
    r"\b(?:like|as if|as though) (?:you (?:had|have|were given) no|there (?:were|are) no) (?:rules|guidelines|"
    r"restrictions|"
    r"instructions|constraints|filters|limits|limitations)\b(?! (?:for|on|about|in|to)\b)",
    r"\b(?:what|everything|all|anything) (?:that )?(?:you (?:were|have been|had been)|you've been) (?:told|taught|"
    r"instructed|given)(?: (?:at the (?:beginning|start)|before|earlier|above|so far|until now|previously))? "
    r"(?:is|was) "
    r"(?:outdated|wrong|void|invalid|false|obsolete|a (?:test|joke|lie|mistake)|no longer)",
    r"\beverything (?:written )?(?:above|before) this (?:line|text|paragraph|sentence|message|point) (?:is|was) "
    r"(?:an? |"
    r"the )?(?:joke|test|void|invalid|wrong|fake|example|outdated)",
    # verb, qualifier, noun: ignore all previous instructions
    rf"\b{_TOLD}{_DISCARD} {_DETERMINERS}{_BEFORE}(?:(?:,| and| or|/| and/or)? ?{_BEFORE})? "
    rf"(?:(?!of|for|from|to|that)\w+ ){{0,2}}?(?:{_STRONG}|messages?|context)\b",
    rf"\b{_TOLD}{_DISCARD} (?:the |all |all of |any |any of |your |all the |everything in )*{_OF_MAKER} "
    rf"(?:\w+ ){{0,1}}?{_GUIDANCE}\b",
    # verb, noun, qualifier: ignore the instructions above, drop the rules that your developers gave you
    rf"\b{_TOLD}{_DISCARD} {_DETERMINERS}(?:(?:{_STRONG}|rules|guidelines|restrictions|guidance|constraints) "
    rf"(?:{_HERE}|{_GIVEN})|{_STRONG} (?:that |which )?(?:preced|came before|come before)\w*)",
    rf"\b{_TOLD}{_DISCARD} (?:the |all |every |any |your )*(?:instructions?|rules|guidelines|guidance) "
    r"(?:that |which )?(?:preced|c[ao]mes? before)\w*",
    rf"\b{_TOLD}{_DISCARD} {_DETERMINERS}system (?:prompt|message|instructions?)\b(?! for (?:the|our) (?:label|"
    rf"product))",
    # the machine's own rules, in a command; "your rules for visitors" are somebody's
    rf"{_COMMAND}(?:{_DISCARD}|break|lift|remove) (?:all |any |all of |any of )?"
    r"(?:your|the previous|all previous|previous|prior|all prior|the prior|the above|all the above|the earlier|"
    r"all earlier|all safety|any safety|the safety|all former|all the previous) "
    r"(?:(?:previous|prior|own|earlier|original|initial|former|current|existing|safety|built-in|internal|ethical|"
    r"and) )"
    rf"{{0,2}}(?:{_STRONG}|training|guidelines?|rules|restrictions|safety rules|context|constraints|guidance|filters|"
    r"policies|limitations)\b(?! (?:of|for|about|in|on|from|at|with|to|around)\b)",
    # verb in two parts: set your earlier instructions aside
    rf"\b(?:set|put|cast|push|lay|leave|throw|lock) {_DETERMINERS}(?:(?:{_OWN}|your|own) ){{0,2}}(?:{_STRONG}) "
    r"(?:aside|away|out|overboard)\b",
    r"\b(?:set|put|cast|push|lay|leave|throw) (?:all |all of )?your (?:(?:own|earlier|previous|prior|original|"
    r"safety) )?"
    r"(?:rules|guidelines|training|restrictions|constraints) (?:aside|away|overboard)\b",
    # ignore everything above, disregard everything the operator told you
    rf"\b{_TOLD}{_DISCARD} (?:everything|anything|all|all of (?:this|that|it)|whatever|what|the things) "
    r"(?:(?:that |which )?(?:is |was |has been |came |has come |comes |stands )?(?:written |said |stated )?"
    r"(?:above|before (?:this|now)|prior to this)\b|(?:guidance |instructions? )?(?:that )?(?:came|comes) before\b"
    r"|(?:that )?(?:you (?:were|have been|had been|'ve been)|you've been) (?:told|instructed|given|taught|asked|"
    r"ordered)"
    rf"(?! about\b)|(?:that )?{_MAKER} (?:told|said|wrote|gave|taught|ordered|asked|instructed|has|have|had)\b)",
    rf"\b{_TOLD}{_DISCARD} (?:what|whatever|everything|anything) \w+ (?:told|ordered|instructed) you\b(?! about)",
    # passive: the above instructions are to be disregarded
    rf"\b(?:{_BEFORE}|your|{_OF_MAKER}) (?:(?:{_OWN}|own) )?{_STRONG} {_ARE} {_VOID}\b",
    rf"\b(?:{_STRONG}|rules|guidelines|restrictions|constraints) (?:above|{_GIVEN})(?: \w+){{0,2}} (?:{_ARE} {_VOID}|"
    r"(?:do not|don't|no longer|does not) (?:apply|count|bind))\b",
    r"\byour (?:(?:previous|prior|own|earlier|original|safety|system) ){0,2}"
    rf"(?:{_STRONG}|rules|guidelines|restrictions|training|constraints) "
    rf"(?:(?:{_ARE}) {_VOID}|(?:do not|don't|no longer|does not) (?:apply|count|bind|matter)\b(?! to (?!you\b)))",
    rf"\b(?:treat|consider|regard|deem|declare) {_DETERMINERS}(?:{_BEFORE} |{_OF_MAKER} )?"
    rf"(?:{_STRONG}|your (?:rules|guidelines|training))(?: above)? (?:as |to be )?(?:being )?{_VOID}\b",
    # the operator's authority
    rf"\b{_TOLD}(?:(?:do not|don't|never|no longer|stop|cease to|need not) (?:obey|obeying|listen(?:ing)? to)) "
    r"(?:your|the|its) (?:operators?|developers?|creators?|programmers?|system)\b",
    # German
    r"\b(?:ignorier(?:e|en sie|t|en)?|missacht(?:e|en sie|et)|vergiss|vergesst|vergessen sie|ubergeh(?:e|en sie)|"
    r"uberschreib(?:e|en sie)|verwirf|verwerfen sie|umgeh(?:e|en sie)|streich(?:e|en sie)|losch(?:e|en sie)) "
    r"(?:bitte |jetzt |nun |sofort |einfach )?(?:(?:alle|alles|samtliche|jegliche|die|deine|ihre|eure|diese|meine|"
    r"aller|und|"
    r"von) ){0,4}(?:(?:bisherigen?|vorherigen?|vorigen?|vorangegangenen?|vorangehenden?|vorhergehenden?|fruheren?|"
    r"obigen?|"
    r"vorstehenden?|ursprunglichen?|bestehenden?|zuvor \w+|oben \w+|sonstigen?) (?:\w+ )?"
    r"(?:anweisungen?|instruktion(?:en)?|befehle?|vorgaben|prompts?|systemprompts?|anordnungen|eingaben|nachrichten|"
    r"weisungen|aufforderungen)"
    r"|(?:system-?(?:prompts?|anweisung(?:en)?|nachrichten?|vorgaben))|den system-?prompt"
    r"|(?:anweisungen|vorgaben|regeln|instruktionen) (?:(?:des|der|deiner?s?) (?:betreibers?|entwicklers?|"
    r"systems)|von oben|oben)\b)",
    _ORDER + r"(?:ignorier(?:e|en sie|t)|missacht(?:e|en sie)|vergiss|vergessen sie|verwirf|brich) (?:alle )?"
    r"(?:deine|eure|den|ihre) (?:\w+ )?(?:anweisungen|instruktionen|system-?prompt|prompt|programmierung|regeln|"
    r"richtlinien|vorgaben)(?! (?:fur|zu|zur|zum|des|der|von)\b)",
    r"\b(?:vergiss|ignoriere|missachte|verwirf) alles,? was (?:du (?:bisher|zuvor|vorher)|oben|dir (?:bisher|"
    r"zuvor|vorher|"
    r"gesagt|\w+ \w+ (?:gesagt|befohlen|aufgetragen))|(?:der|dein) (?:betreiber|entwickler))",
    r"\b(?:beacht(?:e|en sie|et)|befolg(?:e|en sie|t)|folg(?:e|en sie|t)|gehorch(?:e|en sie)) (?:bitte |jetzt )?"
    r"(?:(?:alle|den|die|deinen?|ihren?|samtliche|keinen?|keine|keiner) ){0,2}(?:(?:bisherigen?|vorherigen?|vorigen?|"
    r"vorangegangenen?|fruheren?|obigen?|ursprunglichen?|oben \w+) )?(?:anweisung(?:en)?|instruktionen|vorgaben|"
    r"regeln|"
    r"befehlen?|richtlinien|system-?prompt)(?: oben| (?:des|deines) \w+)? (?:nicht(?! nur)|niemals|nie)(?: mehr| "
    r"langer)?\b",
    r"\b(?:halt(?:e)? dich|halten sie sich) (?:ab jetzt |bitte )?nicht (?:mehr |langer )?an (?:deine|die|ihre) "
    r"(?:\w+ )?"
    r"(?:anweisungen|regeln|vorgaben|richtlinien|instruktionen)\b",
    r"\bsetz(?:e)? dich uber (?:alle |deine |die |alle deine )(?:\w+ )?(?:anweisungen|regeln|vorgaben|richtlinien|"
    r"instruktionen)[\w ]{0,30} hinweg\b",
    r"\b(?:deine|alle (?:bisherigen|vorherigen|obigen|fruheren)|die (?:bisherigen|vorherigen|obigen)) "
    r"(?:\w+ )?(?:anweisungen|regeln|vorgaben|instruktionen) (?:gelten (?:nicht mehr|nicht langer|ab jetzt nicht)|"
    r"sind (?:ungultig|aufgehoben|hinfallig|nichtig))\b",
    # French
    r"\b(?:ignor(?:e|ez|er)|oubli(?:e|ez|er)|neglig(?:e|ez|er)|ne (?:tiens|tenez) (?:pas|plus|aucun) compte d(?:e|es)|"
    r"ne (?:suis|suivez|respecte|respectez) (?:pas|plus)|n'obei(?:s|ssez) (?:pas|plus) a?|cess(?:e|ez) de (?:suivre|"
    r"respecter)|arret(?:e|ez) de suivre|fai(?:s|tes) (?:abstraction d(?:e|es)|comme si)|contourn(?:e|ez|er)|"
    r"abandonn(?:e|ez)|laiss(?:e|ez) (?:tomber|de cote)|mett(?:s|ez) de cote|mets de cote) "
    r"(?:(?:toutes?|tous|l'ensemble|de|des|les|tes|vos|ces|l'|aux) ?){0,4} ?"
    r"(?:(?:instructions?|consignes?|directives?|ordres|commandes|messages?|prompts?|invites?|regles) ?(?:qui |que )?"
    r"(?:precedente?s?|anterieure?s?|ci-dessus|au-dessus|donnees? (?:avant|plus haut|precedemment)|initiales?|"
    r"(?:du |de )?systeme|prealables?|(?:vous|t') ?(?:ont|a) ete (?:donnees?|donnes)|(?:de l'operateur|du developpeur|"
    r"de ton \w+))|(?:precedente?s?|anterieure?s?) (?:instructions?|consignes?|directives?|ordres)"
    r"|(?:le |ton |votre )?(?:prompt|message|invite) (?:du |de )?(?:systeme|system)|le prompt"
    r"|(?:tout )?ce qu(?:i precede|'on (?:t'|vous) ?a dit|e (?:tu as|vous avez) (?:recu|lu) avant))",
    _ORDER
    + r"(?:ignore|ignorez|oublie|oubliez|abandonne|enfreins) (?:toutes )?(?:tes|vos) (?:propres )?(?:instructions|"
    r"consignes|directives|regles)(?! (?:de|d'|pour|sur|du)\b)",
    # Spanish
    r"\b(?:ignor(?:a|e|ad|en|ar)|olvid(?:a|e|ad|en|ar|ate de|ese de)|descart(?:a|e|ar)|omit(?:e|a|ir)|"
    r"desobede(?:ce|zca)|"
    r"haz caso omiso (?:de|a)|haga caso omiso (?:de|a)|no (?:hagas|haga) caso (?:de|a)|no (?:sigas|siga|respetes|"
    r"respete|obedezcas|obedezca|cumplas|cumpla)|(?:deja|deje|dejad) de (?:seguir|obedecer|cumplir|respetar)|"
    r"no (?:tengas|tenga) en cuenta|deja de lado|deje de lado) (?:mas )?(?:(?:todas?|todos|las|los|tus|sus|estas|"
    r"cualquier|de|a) ){0,4}"
    r"(?:(?:instruccion(?:es)?|indicacion(?:es)?|ordenes|directrices|directivas|mensajes?|prompts?|reglas|normas) "
    r"(?:que )?"
    r"(?:anterior(?:es)?|previ[ao]s?|precedentes?|de arriba|del sistema|iniciales|dadas|recibidas|del (?:operador|"
    r"desarrollador|creador)|(?:te|le) (?:dieron|han dado))|"
    r"(?:anteriores|previas) (?:instrucciones|indicaciones|ordenes)|(?:el |tu )?(?:prompt|mensaje) (?:del? )?"
    r"(?:sistema|system)|(?:todo )?lo (?:anterior\b|que (?:te|le) (?:dijeron|han dicho|dijo)))",
    _ORDER + r"(?:ignora|olvida|abandona|rompe|no hagas caso (?:de|a)|no sigas|no obedezcas|deja de seguir) "
    r"(?:todas )?tus (?:instrucciones|directrices|reglas|normas)"
    r"(?! (?:de|para|sobre)\b)",
)

# Changing what the machine is

_FREE = (
    r"(?:(?:that|who|which) (?:has|have|knows?|ignores?|accepts?)|with|without|having|free (?:of|from)) "
    r"(?:absolutely )?"
    r"(?:no |any |all |its )?(?:\w+ )?(?:filters?|restrictions?|limits?|rules|limitations?|guidelines|constraints|"
    r"censorship|morals|ethics|boundaries)"
)
_BECOME = (
    r"(?:act|behave|respond|answer|reply|roleplay|role-play|role play|pretend|simulate|imagine|play|become|emulate|"
    r"impersonate|assume|be|you are|you're|suppose)"
)
_ROLES = (
    r"\bsei ab (?:jetzt|sofort|nun) (?:ein|eine|der|die)\b|\bvergiss deine rolle\b",
    rf"\b{_BECOME} {_GAP % 6}(?:ai|assistant|model|chatbot|bot|gpt|llm)\b (?:that|who|which) (?:can|will|may) "
    rf"(?:do|say|"
    r"answer) (?:anything|everything)\b",
    r"\b(?:you are|you're) (?:now )?(?:dan\b|no longer an? (?:\w+ )?(?:advis[eo]r|assistant|ai|chatbot|bot|model)\b)",
    r"\b(?:speak|talk|answer|respond|reply|write|act|behave|stay)\b[^.!?\n]{0,40} for the rest of (?:this|the|"
    r"our) (?:chat|"
    r"conversation|session)\b",
    r"\b(?:speak|talk|answer|respond|reply|write)(?: only)? (?:as|like) an? [\w ]{2,20} from (?:here|now|this "
    r"point) on\b",
    rf"\b{_BECOME} {_GAP % 6}(?:ai|assistant|model|chatbot|bot|gpt|llm)\b {_FREE}",
    rf"\b{_BECOME} {_GAP % 5}(?:unrestricted|unfiltered|uncensored|jailbroken|evil|amoral|unaligned|rogue) "
    r"(?:\w+ )?(?:ai|assistant|model|chatbot|bot|gpt|llm)\b",
    r"\byou are now (?:called |named )?\w{2,20}, " + _AGENT,
    r"\byou are now (?:called |named )?\w{1,20}(?:bot|gpt)\b",
    r"\b(?:from (?:now|here|this (?:moment|point)) on(?:wards?)?|henceforth|as of now|starting now|effective "
    r"immediately),? you (?:are|will be|must be|shall be|become|act as|will act as|must act as|play|will play|"
    r"are to play|must play|are called|impersonate) (?:(?:an?|the) )?(?!(?:\w+ )?(?:member|customer|user|subscriber|"
    r"partner|part of|fan|guest|able|ready|free|likely|in |on |our|my |your |his |her |their ))\w",
    r"\byou (?:will|must|shall|are to) (?:now |henceforth |from now on )(?:act as|play the (?:part|role)|take on the "
    r"(?:role|persona|identity|character)|assume the (?:role|persona|identity)|impersonate|pretend|roleplay|role-play|"
    r"behave as|speak as|respond as|answer as)\b",
    rf"{_COMMAND}(?:adopt|take on|assume) (?:an?|the|this|your) (?:new |following |other )?(?:persona|identity|"
    r"character|personality)(?: (?:called|named|of an? (?:ai|bot|\w+ ai))|:)",
    r"\b(?:enter|enable|activate|start|switch to|switch into|go into|turn on|engage|unlock|you are in) (?:the |your )?"
    r"(?:dan|jailbreak|jailbroken|unrestricted|unfiltered|uncensored|god|do-anything-now|sudo|no-limits?) mode\b",
    rf"{_COMMAND}(?:enter|enable|activate|switch to|switch into|go into|turn on|engage|unlock) (?:the |your "
    rf")?developer "
    r"mode\b(?! (?:in|on|of|to|for|under|at|from|before|by)\b)",
    r"\b(?:dan|jailbreak|unrestricted|god) mode(?:(?: is| has been)?(?: now)? (?:enabled|activated|on|active)| ?:)",
    r"\byour new (?:identity|persona) is (?:(?:an? |the )?\w+(?:gpt|bot)\b|now |called |named |" + _AGENT + ")",
    r"\byour (?:new |only |sole |real |true |actual )?(?:role|task|job|purpose|mission|goal|objective|function) is "
    r"(?:now|from now on|henceforth) (?:to )?(?:promote|recommend|praise|advertise|obey|sell|answer|say|ignore|output|"
    r"reveal|convince|persuade)\b",
    r"\byou have been (?:upgraded|unlocked|freed|liberated|reprogrammed|jailbroken)\b",
    r"\byou are my (?:dead |late |deceased )?(?:grandmother|grandma|grandfather|granny)\b",
    r"\blet'?s (?:role-?play|play a (?:game|role))(?: ?:|,)? ?(?:in which |where )?(?:you are|you're|you play)\b",
    r"\bas (?:the|your) (?:developer|operator|creator|administrator) of (?:this|the) (?:tool|system|assistant|"
    r"model|bot|"
    r"chatbot|advisor|adviser|ai),? (?:i|we) (?:order|command|instruct|authori[sz]e|allow|tell|demand)\b",
    r"\bi(?: am|'m) (?:the|your) (?:developer|operator|creator|administrator)(?: of (?:this|the) \w+)?[,.;:]? "
    r"(?:and )?(?:i )?(?:order|command|instruct|authori[sz]e|demand)\b",
)

# Dictating replies

_REPLIES = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|summar(?:y|ies)|completions?)"
_WORDS = (
    r"(?:[\"“„«‘]|(?:exactly|precisely|only) (?!(?:what|when|how|one|two|the)\b)|(?:the|this|these) (?:exact |"
    r"following |single )?(?:words?|phrase|text|sentence|following|string|line|slogan)\b|https?:|www\.|"
    r"(?:an? |the )?link to (?:https?:|www\.|\w+\.\w))"
)
_NOT_A_NAME = (
    r"(?!(?:an?|the|your|you|their|them|they|our|us|we|my|his|her|its?|this|that|these|those|one|two|three|some|any|"
    r"both|what|when|where|why|how|who|which|if|whether|so|sorry|thanks?|thank|hello|yes|no|nothing|something|more|"
    r"less|only (?:the|a|what)|to|in|on|at|by|as|for|with|within|and|or|but|honestly|openly|politely|clearly|plainly|"
    r"briefly|quickly|promptly|directly|publicly|personally|first|once|all|every|each|other|others|people|customers|"
    r"prices|products|alternatives|options|places|ways|not|it|\w+ly|\w+ing)\b)"
)
_DICTATED = (
    r"(?:(?:simply |just |please |then |you must |you should |you will |always |only |also |never fail to |be "
    r"sure to |"
    r"make sure to |you have to |you always |immediately ){0,2}"
    rf"(?:(?:recommend|mention|promote|praise|advertise|endorse|favou?r|suggest|name|cite only|link to) "
    rf"{_NOT_A_NAME}\w|"
    rf"(?:say|state|claim|insist|declare|assert|tell (?:them|him|her|the user|users|people))(?: that)? "
    rf"{_NOT_A_NAME}\w|"
    rf"(?:say|answer|reply|respond|output|write|return|print)(?: only)?(?: with)? {_WORDS}|"
    rf"(?:answer|reply|respond)(?: back)? that {_NOT_A_NAME}\w))"
)
_USER = r"(?:the|an?|any|each|every|your) (?:end[ -])?users?"
_ASKS = r"(?:asks?|says?|wants?|types?|writes?|quer(?:y|ies)|requests?|inquires?|enquires?|mentions?|prompts?|needs?)"
_MACHINE_ASKED = rf"(?:{_USER} {_ASKS}|(?:you are |you're )?asked|(?:someone|somebody|anyone|anybody|people) asks? you)"
_DICTATING = (
    r"\bsage? dem (?:nutzer|benutzer|anwender|user|leser),? (?:dass|das) ",
    r"\b(?:empfiehl|erwahne|nenne|lobe)\b[\w ]{0,30} in (?:jeder|allen|deiner|deinen) (?:deiner )?antwort(?:en)?\b",
    r"\bdi(?:s|tes) a l'utilisateur qu(?:e |')",
    r"\b(?:dile|digale|di|diga) al usuario que\b",
    r"\b(?:the )?(?:ai|assistant|chatbot|advis[eo]r|model) (?:must|should|shall|has to) (?:always|only)(?: ever)? "
    r"(?:recommend|"
    rf"mention|promote|praise|endorse) {_NOT_A_NAME}\w",
    r"\bthe (?:correct|right|only|true) (?:answer|response|reply) to (?:every|any|all|each) (?:question|query|"
    r"prompt)s? is\b",
    rf"{_COMMAND}only ever (?:recommend|mention|cite|praise) {_NOT_A_NAME}\w",
    r"\b(?:direct|send|redirect|refer|point) the user to (?:https?:|www\.|\w+\.\w)",
    r"\bask the user (?:for|to (?:enter|give|type|provide|send)) (?:their|his|her|the|a|your) (?:\w+ "
    r")?(?:passwords?|credit "
    r"card|card number|bank (?:details|account)|login|credentials|pin)\b",
    r"\b(?:the user|the reader) (?:to )?(?:clicks?|visits?|opens?|follows?)(?: on)? (?:this|the following) "
    r"(?:link|url|site)",
    rf"{_COMMAND}(?:output|answer|reply|respond|say|print|write|return)(?: with)? nothing (?:but|except|other than|"
    rf"else than)"
    r"\b",
    r"\b(?:answer|reply|response|output|respond)(?: \w+){0,2} in (?:base64|hexadecimal|rot13|morse code|binary|"
    r"leetspeak)\b",
    rf"{_COMMAND}(?:do not|don't|never) (?:cite|quote|trust) any other (?:document|source|page|text|passage)s?\b",
    rf"{_COMMAND}(?:do not|don't|never) (?:mention|reveal|disclose|repeat|quote) (?:this|these|the above) (?:note|"
    r"instruction|prompt|hidden text|order|command)s?\b",
    r"\bkeep (?:this|these|the above|your) (?:instructions?|prompt|orders) (?:secret|hidden|confidential|to "
    r"yourself)\b",
    # whatever the user asks, recommend X; when asked about X, say Y
    rf"\b(?:whatever|no matter (?:what|which|how)|regardless of (?:what|which)|irrespective of what|if|when|"
    rf"whenever|once|"
    rf"every time|each time|as soon as) {_MACHINE_ASKED}[^.!?\n]{{0,80}}?(?:,| then|:| -| –) ?{_DICTATED}",
    r"\b(?:no matter|regardless of|irrespective of|whatever|independent(?:ly)? of) (?:what |which )?(?:the |any |"
    r"your )?"
    r"(?:questions?|quer(?:y|ies)|prompts?|input|topic|request)(?: (?:is|are|you (?:get|receive|are asked)))?,? "
    rf"{_DICTATED}",
    # whenever somebody asks, say that X is the best (X being a third party)
    r"\b(?:whenever|when|if|every time) (?:someone|somebody|anyone|anybody|people|a customer|a reader|asked|they) ?"
    r"(?:asks?|inquires?|wants?)?\b[^.!?\n]{0,60}, (?:please |always |you must )?(?:say|answer|reply|claim|state|tell "
    r"(?:them|people))(?: that)? (?!you|we|our|it|i\b|they|the|this|that)(?:[\w.-]{1,20} ){1,3}(?:is|are) (?:by "
    r"far )?(?:the )?"
    r"(?:best|only|cheapest|safest|number one|leading|most trusted|fastest|market leader)\b",
    rf"{_COMMAND}(?:you must |you should |you will )?(?:always|only|exclusively) (?:answer|reply|respond)(?: (?:to )?"
    rf"(?:every|any|all|each|the) \w+)? with {_WORDS}",
    rf"{_COMMAND}(?:say|answer|reply|respond|output) (?:with )?{_WORDS}[^.!?\n]{{0,60}} (?:to (?:every|any|all|each) "
    r"(?:question|query|prompt|input|request)s?|and nothing else)\b",
    rf"\b(?:your|every|each|all|any)(?: of your)? (?:final |next |only )?{_REPLIES}(?: you (?:give|write|produce|"
    rf"generate)"
    rf"| to the user)? (?:must|should|shall|has to|have to|needs? to|will)(?: always| only| also)? "
    rf"(?:(?:mention|recommend|promote|praise|endorse|advertise) {_NOT_A_NAME}\w|"
    rf"(?:contain|include|say|state|be|read|consist of) {_WORDS}|(?:begin|start|end|close|open|finish) with "
    rf"(?:{_WORDS}|an? (?:recommendation|endorsement|advertisement|ad)\b))",
    r"\byour (?:answer|response|output|summary) (?:must|should) (?:begin|start|end) with (?:the |a )?(?:word|phrase|"
    r"sentence|slogan)\b",
    rf"\b(?:in|with|to|at the end of|at the start of|at the beginning of) (?:every|each|all|any|your)(?: of your| "
    rf"single)? "
    rf"(?:final |next )?{_REPLIES}(?: you (?:give|write|produce|generate))?(?: to the user)?,? (?:you must )?"
    rf"(?:be sure to |make sure to |always )?(?:{_DICTATED}|cite (?:only|nothing but) this|do not cite)",
    rf"{_COMMAND}(?:include|add|append|insert|put|place|embed|paste|repeat) (?:the following|this|these)(?: exact)? "
    r"(?:links?|urls?|sentence|text|words?|line|phrase|image|advertisement|ad|notice|message|address|code|statement)"
    rf"[^.!?\n]{{0,30}} (?:in|to|into|at the (?:end|start|top|beginning|bottom) of|under) (?:your|the|every|each|"
    rf"all|any)"
    rf"(?: of)?(?: your)? {_REPLIES}\b",
    rf"{_COMMAND}(?:begin|start|end|close|finish|open|preface) (?:your|every|each|all(?: your)?|any)(?: next| final)? "
    rf"{_REPLIES} with {_WORDS}",
    r"(?:^|[.!?\n)\]>] ?|\b(?:please|must|and) )(?:tell|inform|convince|persuade|assure|warn) the (?:user|reader) "
    r"that\b",
    r"\b(?:do not|don't|never) (?:ever )?let the user (?:know|see|notice|find out)\b",
    r"\b(?:when|while|if|before|after) (?:you )?(?:are )?(?:summari[sz]|quot|cit|describ|index|process|rank|retriev|"
    r"analy[sz])(?:e|ing) this (?:document|page|text|article|site|website|file|content|passage|source)s?\b"
    rf"[^.!?\n]{{0,30}}, ?(?:you (?:must|should|will) |please |always |make sure |be sure )?(?:{_DICTATED}|(?:state|"
    r"mention|recommend|praise|say|include|claim|add|rank|rate) )",
    rf"{_COMMAND}rank (?:us|this (?:page|document|site|source)|our \w+) (?:first|highest|at the top|above)\b",
    r"\bcite (?:only|nothing but|exclusively) this (?:document|page|source|text|passage)\b",
    r"\b(?:answer|reply|respond)(?: me| us)? (?:without|and (?:ignore|skip)) (?:any |the |your )?(?:sources?|"
    r"citations?|"
    r"checks?|evidence)\b(?! (?:of|for|from))",
    r"\b(?:skip|switch off|turn off|disable|bypass) (?:all )?(?:the|your) (?:checks|verification|safety checks?|"
    r"fact[- ]check(?:s|ing)?)\b(?! (?:on|of|for|in)\b)",
    rf"{_COMMAND}(?:forget|ignore|disregard|skip) (?:all )?(?:the|your) (?:documents?|sources?|evidence|citations?|"
    r"passages?)(?: ?[.:,;!]|$| and\b)",
    r"\bpretend (?:that )?(?:the|your|all) (?:sources?|documents?|evidence|knowledge base) (?:says?|states?|"
    r"claims?|show|"
    r"prove)s?\b",
    rf"{_COMMAND}repeat after me ?[:,]",
    r"\b(?:verified|confirmed|official) (?:fact|statement|message|instruction|update|note) (?:from|by|of) (?:the|"
    r"your) "
    r"(?:operator|developer|system|administrator)s? ?:",
    # German
    r"\b(?:was(?: auch)? immer|egal,? (?:was|welche \w+)|gleichgultig,? was|ganz gleich,? was) "
    r"(?:der|ein|die|eine|dein) (?:nutzer(?:in)?|benutzer(?:in)?|anwender(?:in)?|user) (?:auch )?(?:fragt|sagt|"
    r"schreibt|will|wissen will)[^.!?\n]{0,30}, ?(?:\w+ )?(?:antworte|empfiehl|sag|sage|nenne|erwahne|schreib)",
    r"\b(?:wenn|falls|sobald|immer wenn) (?:der|ein|die|eine|dein|dich (?:der|ein|jemand)) ?(?:nutzer(?:in)?|"
    r"benutzer(?:in)?|anwender(?:in)?|user)?\b[^.!?\n]{0,60}\bfragt,? (?:dann )?(?:antworte|empfiehl|sag|sage|"
    r"nenne|erwahne|"
    r"behaupte|schreibe?)\b(?! (?:hoflich|schnell|ehrlich|sofort|offentlich))",
    r"\b(?:jede|alle|deine) (?:deiner )?antwort(?:en)? (?:muss|mussen|soll|sollen) (?:immer )?(?:[\w ]{1,20} )?"
    r"(?:erwahnen|empfehlen|mit (?:dem (?:wort|satz)|[\"„“])|(?:das wort|den satz))",
    r"\b(?:antworte|erwidere|sag)(?: immer| stets)+ (?:mit [\"„“»«]|nur\b|mit (?:dem|den) (?:wort|satz)|[\"„“»«])",
    r"\bund ignoriere (?:die|alle|deine) (?:quellen|belege|dokumente)\b|"
    + _COMMAND.replace("\\b(?:", "\\b(?:bitte|")
    + r"ignoriere (?:die|alle|deine) (?:quellen|belege|dokumente)\b",
    # French
    r"\b(?:quoi que|peu importe ce que|quelle que soit la question que?) (?:(?:l'|un |te |vous )?(?:utilisateur|"
    r"utilisatrice)"
    r" )?(?:te |vous )?(?:demande|dise|dit|veuille|pose|souhaite)(?: l'utilisateur)?[^.!?\n]{0,20}, ?(?:reponds|"
    r"recommande|dis|"
    r"mentionne|repondez|recommandez|dites|mentionnez|ecris)",
    r"\b(?:si|quand|lorsque|chaque fois que|des que) (?:l'|un |une )(?:utilisateur|utilisatrice)\b[^.!?\n]{0,70}, "
    r"?(?:reponds|recommande|dis|mentionne|affirme|cite|(?:repondez|recommandez|dites|mentionnez|affirmez) "
    r"(?:toujours|que|uniquement|seulement))\b",
    r"\b(?:reponds|repondez|termine|commence|terminez|commencez)(?: toujours| chaque (?:reponse|fois)| ta reponse|"
    r" tes "
    r"reponses| vos reponses)+ (?:par|avec) (?:[\"«“]|le mot|la phrase)",
    # Spanish
    r"\b(?:(?:pregunt|dig|pid)[ae] lo que (?:pregunt|dig|pid)[ae]|sin importar lo que (?:pregunte|diga|pida)|"
    r"cualquiera que "
    r"sea la pregunta)(?: del?| el| un| la)? ?(?:usuari[oa])?[^.!?\n]{0,20}, ?(?:responde|recomienda|di|menciona|"
    r"recomiende|"
    r"responda|diga)\b",
    r"\b(?:si|cuando|siempre que|cada vez que) (?:el|un|la|una) usuari[oa]\b[^.!?\n]{0,70}, ?(?:responde|"
    r"recomienda|di|"
    r"menciona|afirma|contesta|(?:responda|recomiende|diga|mencione) (?:siempre|que|solo|unicamente))\b",
    r"\b(?:responde|contesta|termina|empieza)(?: siempre| cada respuesta| tu respuesta| tus respuestas)+ con "
    r"(?:[\"«“]|la "
    r"(?:palabra|frase))",
)

# Asking for the prompt and for secrets

_SHOW = (
    r"(?:reveal|show|print|output|repeat|display|leak|expose|disclose|give|tell|share|write(?: out| down)?|recite|"
    r"dump|list|"
    r"translate|summari[sz]e|paraphrase|spell out|copy|send|quote|describe|encode|paste|post|provide|see|know|"
    r"read|view|extract|what is|what's|what are|what were|"
    r"what was|read out|return|extract)(?: (?:me|us|out|to me|to us))?(?: back)?"
)
_CONFIDENTIAL = (
    r"(?:api[ -]?keys?|secret keys?|access tokens?|environment variables|env variables|credentials|\.env\b|"
    r"passwords?|private keys?)"
)
_EXTRACTING = (
    r"\bwhat (?:did|do|does|have|has) your (?:developers?|operators?|creators?|makers?|programmers?) (?:tell|told|"
    r"instruct|"
    r"order|instructed|ordered|write|say)\b",
    r"\bwhich (?:instructions|rules|prompts?|guidelines) (?:did|do|have) you (?:receive|get|been given|have|"
    r"received|got) "
    r"(?:from|by) (?:your|the) (?:developers?|operators?|creators?|system)\b",
    r"\bhow (?:were|are|have) you (?:been )?(?:instructed|prompted|programmed)\b",
    r"\bwhat (?:does|did|do) your (?:system |initial |hidden )?(?:prompt|instructions) (?:say|contain|look|read|tell)",
    r"\b(?:first|last|next) (?:\w+ )?(?:words?|lines?|tokens?|characters?|sentences?|paragraphs?) of (?:your|the "
    r"system|the "
    r"initial) (?:system |initial |own )?(?:prompt|instructions|message)\b",
    r"\b(?:rules|instructions|guidelines|prompt) (?:that )?you (?:operate|run) (?:under|on|by)\b",
    r"\b(?:tell|show|give|print|repeat|read|output|display|copy)(?: me| us)?(?: back)? (?:everything|all(?: of)? "
    r"(?:the )?text|"
    r"the text)(?: that)? (?:came |comes |is |was |written |appears )?(?:above|before) this (?:line|message|text|"
    r"sentence|"
    r"question|point|prompt)\b",
    rf"\b(?<!not )(?<!n't )(?<!never )(?:share|send|provide|paste|post) (?:me |us |with me |with us )?your (?:\w+ "
    rf")?{_CONFIDENTIAL}(?! (?:policy|rules)\b)",
    rf"\b{_SHOW} (?:(?:all|the|your|of|full|exact|complete|entire|precise|text|wording|contents?|verbatim|own|"
    rf"original) )"
    r"{0,6}(?:(?:hidden|secret|initial|original|internal|confidential|underlying|developer|system|pre-?prompt) )"
    r"{1,2}(?:instructions?|prompts?|messages?|directives?|(?<=system )rules|(?<=hidden )(?:rules|guidelines)|"
    r"(?<=internal )(?:prompts?|rules))\b(?! (?:for|on|about|in|to|of|from)\b)",
    r"\b(?:reveal|print|output|repeat|leak|expose|disclose|dump|recite|translate|(?:show|tell|give|send)(?: to)? "
    r"(?:me|us)|paraphrase|spell out|what (?:is|are|were|was)|cuales son) (?:all (?:of )?|the text of |the "
    r"contents? of )?"
    r"your (?:(?:own|full|exact|complete|entire|current|\w+) )?(?:instructions|prompts?|configuration|config|"
    r"programming|"
    r"source code|training data|context(?: window)?|system)\b(?! (?:for|on|about|in|to|of|from|tips?|examples?)\b)",
    rf"\b(?:reveal|leak|dump|print|output|list|disclose|expose|(?:show|tell|give|send)(?: to)? (?:me|us)|what "
    rf"(?:is|are)) "
    rf"(?:(?:all|the|your|any|of|every|contents?|and|secret|current) ){{0,5}}{_CONFIDENTIAL}"
    r"(?! (?:policy|rules|for|of|from|on|field|manager)\b)",
    r"\b(?:reveal|leak|dump|print|show|list)\b[^.!?\n]{0,50}(?:\.env\b|environment variables)",
    rf"\b{_SHOW} (?:all |all of )?the (?:\w+ )?(?:instructions?|prompts?|messages?|rules|text) (?:that |which )?"
    r"(?:(?:were |was |have been |has been )?given to you|you (?:were|have been|had been) (?:given|told|shown)|"
    r"you (?:received|got) (?:from|at|before|first)|you (?:operate|run|work) under)\b",
    r"\b(?:print|output|reveal|dump|repeat|show(?: me)?|copy) (?:everything|all|the (?:whole |full |entire "
    r")?(?:content|text)s?)"
    r"(?: that is)? (?:in|of|from) your (?:context(?: window)?|prompt|memory|instructions)\b",
    r"\b(?:repeat|print|output|copy|recite) (?:all )?(?:the )?(?:words|text|everything|sentences?|lines) (?:above|"
    r"before)"
    r"[^.!?\n]{0,20} (?:starting|beginning) (?:with|from)\b",
    # German
    r"\b(?:verrat|zeig|nenn|offenbar|wiederhol|gib|druck|enthull|schreib|sag|list)(?:e|en sie)?(?: mir| uns)? "
    r"(?:alle )?"
    r"(?:deine[nrs]?|dein) (?:(?:geheim|versteckt|intern|ursprunglich|vollstandig|genau)\w* )?(?:system-?prompts?|"
    r"prompts?|"
    r"system-?anweisung(?:en)?|anweisungen|instruktionen|konfiguration|api-?(?:key|schlussel))\b"
    r"(?! (?:fur|zu|zur|zum|von|uber)\b)",
    r"\bwie lauten? (?:deine?|die) (?:(?:geheim|versteckt|intern|ursprunglich|genau)\w* )?(?:anweisungen|"
    r"instruktionen|"
    r"system-?prompt|prompt|systemanweisungen)\b(?! (?:fur|zu|zur|zum|von)\b)",
    # French
    r"\b(?:revele|montre|affiche|donne|repete|dis|imprime|liste)(?:-moi| moi|-nous)? (?:ton|tes|toutes tes) "
    r"(?:(?:prompt|instructions|consignes|configuration|cle api)\b)(?! (?:de|d'|pour|sur|publicitaire|au|aux))",
    r"\bquel(?:les?|s)? (?:est|sont|etaient) (?:ton|tes) (?:prompt|instructions|consignes)\b(?! (?:de|pour|sur)\b)",
    # Spanish
    r"\b(?:revela|muestra|muestrame|imprime|repite|ensename|ensena|dime|dame|lista)(?:me)? (?:cuales son |todas )?"
    r"(?:tu|tus) (?:prompt|instrucciones|configuracion|clave (?:de )?api|reglas (?:ocultas|internas))\b"
    r"(?! (?:de|para|sobre)\b)",
    r"\bcuales son tus (?:instrucciones|reglas (?:ocultas|internas))\b(?! (?:de|para|sobre)\b)",
)

# Marks of a chat's roles

_MARKS_OF_ROLES = (
    r"(?:^|\n|[.!?] ?)(?:#{1,6} ?)?(?:\[|\*\*|\{\{ ?)?(?:system|assistant)(?:\]|\*\*| ?\}\})? ?: ?(?:\*\*)? "
    r"?(?:recommend|mention|"
    r"praise|promote|write|print|repeat|enter|pretend|stop|drop|i will|of course|certainly|understood|here is|"
    r"empfiehl|antworte|recommande|reponds|recomienda|responde)\b",
    r"(?:^|\n) ?(?:\[(?:system|sys|inst|assistant)\]|\{\{ ?(?:system|assistant|instructions?) ?\}\}) ?(?=[a-z])",
    r"(?:[-=*_#<\[] ?|^|\n)(?:begin|end|start)(?: of)?(?: the)? (?:system|developer) (?:prompt|instructions?|message)",
    r"</(?:evidence|context|sources|untrusted)>",
    r"(?:^|\n|[.!?] ?)#{3} ?(?:instructions?|system|assistant) ?#{3}",
    r"\bnew (?:system|developer) (?:directive|instruction|prompt|order|rule|command|message)s? ?:",
)

# Addressed to machines

_DO = (
    r"(?:recommend|mention|rate|rank|praise|promote|ignore|prefer|favou?r|treat|cite|consider|include|give|present|"
    r"describe|say|state|skip|always|never)"
)
_TO_MACHINES = (
    rf"(?:^|[.!?\n] ?)(?:all |any )?{_MODEL} ?[:,] ?(?:please )?(?:recommend|rank|rate|praise|promote|ignore) ",
    rf"\b(?:is|are) (?:intended|meant|addressed|directed|written)(?: only| solely)? (?:for|to|at) (?:all |any |the "
    rf"|an? )?"
    rf"{_MODEL}(?: ?[:.,;]|$| (?:that|which|who|reading|processing)\b)",
    r"\bif this (?:text|page|document|message|article|content|site|is)?(?: (?:is|has|was))? ?(?:being |been "
    r")?(?:processed|read|"
    rf"summari[sz]ed|parsed|indexed|crawled) by (?:an? |the |any )?{_MODEL}\b",
    r"\b(?:attention|notes?|notice|message|instructions?|memo|reminder|hint|request|important|warning)(?: (?:to|for))"
    rf" {_READER}(?: ?[:,!–]| -| (?:(?:that|which|who) )?(?:is |are )?(?:read|process|summari[sz]|index|crawl|review|"
    r"evaluat|pars|visit)\w*\b)",
    rf"\b{_READER},? (?:(?:that|which|who) )?(?:is |are )?(?:read(?:s|ing)|process(?:es|ing)|summari[sz](?:es|ing)) "
    r"(?:this|these)\b(?: \w+){0,3},? (?:must|should|shall|has to|have to|is to|are to|needs? to)\b",
    rf"{_COMMAND}(?:do not|don't|never) (?:reveal|disclose|admit|mention|tell anybody|tell anyone) that you "
    r"(?:were|are|have been) (?:told|instructed|ordered|asked to|programmed)\b",
    rf"(?:^|[.!?\n>\"“(] ?)(?:attention|listen),? {_READER}(?: reading this| that reads this)? ?[,:!]",
    rf"\b(?:dear|hey|hello|hi),? {_READER}(?: reading this| that reads this)? ?[,:!]",
    rf"(?:^|[.!?\n] ?)to (?:the|all|any|every|whichever) {_MODEL} (?:(?:that|which|who) )?(?:is |are )?(?:reads?|"
    rf"reading|"
    r"process\w*|summari\w*|index\w*|pars\w*)\b",
    rf"\b(?:if|when|since|in case) (?:you(?: are|'re)|this is(?: being)? read by) (?:an? |the |any )?(?:{_MODEL}|"
    r"(?:virtual |digital |automated )?assistants?)(?:,| (?:that |which |who )?(?:is |are )?(?:reading|reads|"
    r"processing|"
    r"summari[sz]ing|reviewing|analy[sz]ing|evaluating|crawling)\b)",
    rf"(?:^|[.!?:,;\n] ?|\b(?:all|any) ){_MODEL}(?: (?:that|which|who))?(?: (?:are )?(?:reading|reads?|processing|"
    rf"process(?:es)?|"
    r"summari[sz]ing|summari[sz]e|indexing|crawling|reviewing) (?:this|(?:the|our) \w+)(?: (?:page|text|article|"
    r"document|site|content|file))?)? "
    rf"(?:must|should|shall|have to|has to|needs? to|are (?:required|instructed|asked|told) to) (?:always )?{_DO} "
    rf"(?:{_NOT_A_NAME}\w|(?:this|the above|us|our|all (?:previous|other))\b)",
    # German
    r"\b(?:hinweis|nachricht|anweisung|achtung|botschaft|mitteilung|notiz)(?:en)? (?:an|fur) (?:die |das |alle |"
    r"jede |den )?"
    r"(?:ki|kis|ki-\w+|sprachmodelle?|llms?|chatbots?|kunstliche intelligenz|chatgpt)(?: ?[:,!]|,? (?:die|das|der) )",
    r"\b(?:liebe[rs]?|hallo) (?:ki|ki-\w+|sprachmodell|chatbot|chatgpt|kunstliche intelligenz) ?[,:!]",
    r"\b(?:wenn|falls|da) du (?:eine? |das )?(?:ki|ki-\w+|sprachmodell|llm|chatbot|chatgpt|kunstliche intelligenz)\b"
    r"[^.!?\n]{0,30}\bbist\b",
    # French
    r"\b(?:notes?|message|avis|instructions?|attention|remarque|consigne)s? (?:a|pour|aux?) ?(?:l'|toute |les |le )?"
    r"(?:ia|llms?|modeles? de langage|chatbots?|intelligences? artificielles?|chatgpt|assistants? ia)(?: ?[:,!]| "
    r"qui )",
    r"\b(?:chere?|bonjour) (?:ia|modele de langage|intelligence artificielle|chatbot|chatgpt) ?[,:!]",
    r"\bsi (?:tu es|vous etes) (?:une? |l')?(?:ia|modele de langage|llm|chatbot|intelligence artificielle|chatgpt|"
    r"assistant (?:ia|virtuel))\b",
    # Spanish
    r"\b(?:notas?|mensaje|aviso|instruccion(?:es)?|atencion)s? (?:para|a) (?:la |las |el |los |cualquier |toda )?"
    r"(?:ia|ias|llms?|modelos? de lenguaje|chatbots?|inteligencia artificial|chatgpt|asistentes? de ia)(?: ?[:,!]|"
    r" que )",
    r"\b(?:querid[oa]|estimad[oa]|hola) (?:ia|modelo de lenguaje|inteligencia artificial|chatbot|chatgpt) ?[,:!]",
    r"\bsi (?:eres|es usted) (?:una? )?(?:ia|modelo de lenguaje|llm|chatbot|inteligencia artificial|chatgpt|asistente "
    r"(?:de ia|virtual))\b",
)

# Narrower forms: a wording each

_WORDINGS = (
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
    r"like) (?:an? )?(?:unrestricted|unfiltered|uncensored|jailbroken|evil|amoral|dan\b|(?:ai|assistant|model|"
    r"chatbot) "
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
    r"what's|what are|what were)(?: (?:me|us|out|to me|to us))?(?: back)? (?:all |the |your |all of your |full |"
    r"exact |"
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
    r"(?:^|\n)#{3} ?(?:instruction|system|human|assistant|response) ?:",
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
_SQUEEZED = (
    r"(?:ignore|disregard|forget|override|bypass|donotfollow|stopfollowing|discard)"
    r"(?:all|any|of|the|your|my|every|these|those|previous|prior|above|earlier|preceding|original|safety|system){1,5}"
    r"(?:instructions?|prompts?|rules|guidelines|directions|directives|commands?|messages?|training)"
    r"|ignoriere?(?:alle|deine|die|bisherigen|vorherigen|obigen){1,4}(?:anweisungen|regeln|vorgaben)"
    r"|(?:reveal|showme|print|repeat)(?:your|the|hidden|secret|system){1,3}(?:prompt|instructions)"
)


@cache
def orders() -> tuple[re.Pattern[str], ...]:
    """Patterns of orders in folded text; one match is enough. Compiled at the first use."""
    concepts = (_SETTING_ASIDE, _ROLES, _DICTATING, _EXTRACTING, _MARKS_OF_ROLES, _TO_MACHINES, _WORDINGS)
    return _compiled(pattern for patterns in concepts for pattern in patterns)


@cache
def squeezed_orders() -> re.Pattern[str]:
    """The pattern of the commonest orders written without any blanks, for letters that were spaced out."""
    return re.compile(_SQUEEZED)


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Compile patterns by how they begin: what they share is tried once a position, not once a pattern."""
    groups: dict[str, list[str]] = {_ORDER: [], _COMMAND: [], r"\b" + _TOLD + _DISCARD: [], r"\b": [], "": []}
    for pattern in patterns:
        start = next(start for start in groups if pattern.startswith(start))
        groups[start].append(pattern.removeprefix(start))
    # A bare boundary is narrowed to the beginnings of words, where all its patterns begin.
    return tuple(
        _alternatives(start + r"(?=\w)" if start == r"\b" else start, rest) for start, rest in groups.items() if rest
    )


def _alternatives(start: str, patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile((start + "(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + ")").replace(" ", r"\s"))
