"""Pictures for cards without words: plain lines on a square of 100."""

from html import escape

from .file_looks import AMBER, SEA
from .markdown_blocks import ContentError

# Each mark is an element of SVG; what is drawn in amber stands after the bar.
PICTURES = {
    "water": '<path d="M32 22h36l-5 60H37z"/>|<path d="M34 45q8-5 16 0t16 0"/>',
    "toilet": '<path d="M32 15h14v32H32zM30 47h40q0 20-16 24v14H38V70"/>|<path d="M28 47h44"/>',
    "telephone": '<rect x="33" y="12" width="34" height="76" rx="5"/>|<path d="M45 78h10M44 19h12"/>',
    "computer": '<rect x="16" y="22" width="68" height="44" rx="3"/><path d="M36 82h28M50 66v16"/>|<path d="M28 34h30M28 44h20"/>',
    "internet": '<path d="M14 44q36-34 72 0M26 56q24-22 48 0M38 68q12-11 24 0"/>|<circle cx="50" cy="80" r="3"/>',
    "print": '<path d="M32 38V16h36v22M22 38h56v30H66M34 68H22V38"/>|<path d="M34 56h32v28H34zM41 66h18M41 74h12"/>',
    "book": '<path d="M50 28q-16-9-34-4v50q18-5 34 4q16-9 34-4V24q-18-5-34 4z"/>|<path d="M50 28v50"/>',
    "card": '<rect x="14" y="28" width="72" height="46" rx="5"/><circle cx="33" cy="46" r="7"/><path d="M22 64q11-14 22 0"/>|<path d="M54 44h22M54 54h22M54 64h14"/>',
    "form": '<path d="M28 12h34l12 12v64H28zM62 12v12h12"/>|<path d="M37 38h28M37 50h28M37 62h18"/>',
    "child": '<circle cx="50" cy="26" r="11"/><path d="M50 37v28M50 65l-12 22M50 65l12 22"/>|<path d="M28 44l22 6 22-6"/>',
    "family": '<circle cx="30" cy="26" r="9"/><circle cx="68" cy="26" r="9"/><path d="M30 35v28l-8 24M30 63l7 24M68 35v28l-7 24M68 63l8 24"/>|<circle cx="49" cy="52" r="6"/><path d="M49 58v14l-5 15M49 72l5 15M30 46l19 16 19-16"/>',
    "doctor": '<rect x="18" y="18" width="64" height="64" rx="10"/>|<path d="M50 32v36M32 50h36"/>',
    "food": '<path d="M18 50h64q-2 30-24 34H42q-22-4-24-34z"/>|<path d="M38 40q-5-8 0-14t0-14M54 40q-5-8 0-14t0-14"/>',
    "bed": '<path d="M14 26v54M14 66h72v14M86 66V54q0-6-8-6H14"/>|<path d="M20 48v-9h18v9"/>',
    "bus": '<rect x="14" y="22" width="72" height="50" rx="6"/><circle cx="32" cy="74" r="8"/><circle cx="68" cy="74" r="8"/>|<path d="M14 48h72M38 22v26M62 22v26"/>',
    "clock": '<circle cx="50" cy="50" r="36"/>|<path d="M50 26v24l16 12"/>',
    "talk": '<path d="M14 18h50v34H36L24 64V52H14z"/>|<path d="M72 36h14v34H76v12L64 70H44v-9"/>',
    "quiet": '<circle cx="50" cy="50" r="36"/><path d="M36 42v3M64 42v3"/>|<path d="M38 68h24M50 58v20"/>',
    "house": '<path d="M14 50L50 18l36 32M24 42v42h52V42"/>|<path d="M44 84V60h14v24"/>',
    "tree": '<path d="M50 88V50"/><circle cx="50" cy="34" r="22"/>|<path d="M50 66l14-12M50 74l-14-12"/>',
    "bread": '<path d="M14 62q0-34 36-34t36 34v14H14z"/>|<path d="M34 40l6 14M50 36l4 16M66 40l4 14"/>',
    "key": '<circle cx="30" cy="50" r="16"/>|<path d="M46 50h42v14M74 50v10"/>',
    "bridge": '<path d="M8 62h84M22 62V34M78 62V34"/>|<path d="M22 34q28 44 56 0M36 62V51M50 62v-7M64 62V51M8 78q8-5 16 0t16 0 16 0 16 0 16 0"/>',
    "boat": '<path d="M14 62h72q-6 20-18 20H32q-12 0-18-20zM50 62V16"/>|<path d="M50 20q24 14 26 34H50"/>',
    "bird": '<path d="M14 58q26 26 52-6l18-6-12-8q-10-14-22 0Q36 56 14 58z"/>|<path d="M38 70l-4 16M48 69l2 17"/>',
    "chair": '<path d="M32 12v76M70 54v34M32 54h38"/>|<path d="M38 44h30v10M32 72h38M32 24h8v20"/>',
    "candle": '<path d="M40 44h20v42H40zM28 86h44"/>|<path d="M50 44v-6M50 38q-9-8 0-24q9 16 0 24z"/>',
    "moon": '<path d="M62 14q-38 6-38 38t38 36q-22-12-22-37t22-37z"/>|<path d="M74 30v12M68 36h12M80 60v8M76 64h8"/>',
    "road": '<path d="M38 14L14 88M62 14l24 74"/>|<path d="M50 18v10M50 38v14M50 62v18"/>',
    "cup": '<path d="M20 38h48v26q0 18-18 18H38q-18 0-18-18zM68 44h8q10 0 10 10t-10 10h-8"/>|<path d="M36 30q-4-7 0-14M52 30q-4-7 0-14"/>',
    "letter": '<rect x="12" y="26" width="76" height="50" rx="3"/>|<path d="M12 30l38 28 38-28"/>',
    "shoe": '<path d="M14 34q12 6 22-2l22 22q26 2 28 20H14z"/>|<path d="M14 66h72M46 48l8-8M54 55l8-8"/>',
    "window": '<rect x="20" y="14" width="60" height="72"/>|<path d="M50 14v72M20 48h60"/>',
    "thread": '<path d="M32 18h36v10H32zM32 72h36v10H32zM38 28v44M62 28v44"/>|<path d="M38 38h24M38 48h24M38 58h24M62 64q24 2 26 20"/>',
}


def card_svg(picture: str, said: str) -> str:
    """The picture as SVG; `said` is for those who cannot see it. Cards to draw on are `empty-1`, …"""
    if picture not in PICTURES and not picture.startswith("empty-"):
        raise ContentError(f"no picture {picture}")
    plain, _, coloured = PICTURES.get(picture, "").partition("|")
    return (
        f'<svg viewBox="0 0 100 100" role="img" aria-label="{escape(said)}">'
        '<g fill="none" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round">'
        f'<g stroke="#{SEA}">{plain}</g><g stroke="#{AMBER}">{coloured}</g></g></svg>'
    )
