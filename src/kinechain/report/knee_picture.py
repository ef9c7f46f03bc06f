"""How does a knee look, from the front and from behind? Layers of one drawing by eye: skin, muscles, bones, tendons.

The shapes are of a right knee, in a box 360 wide and 560 high in which 24 units are about a centimetre of a grown person. From the
front the person faces whoever looks, so the outer side of a right knee lies to the left, and from behind to the right. A left knee
is the same drawing mirrored. Nothing is computed from it.
"""

from markupsafe import Markup

from kinechain.core.types import View

WIDTH, HEIGHT = 360.0, 560.0
_SKIN_FRONT = (
    "M10 0C12 62 24 118 33 172C39 210 30 244 32 284C34 322 47 348 47 386C47 434 35 492 38 560L321 560C327 500 314 442 311 400"
    "C309 364 324 334 327 298C331 262 321 236 327 196C335 150 351 100 349 0Z"
)
_SKIN_BACK = (
    "M11 0C9 100 25 150 33 196C39 236 29 262 33 298C36 334 46 350 40 392C30 440 22 500 30 560L327 560C336 500 328 440 318 392"
    "C312 352 325 322 328 284C330 244 321 210 327 172C336 118 348 62 350 0Z"
)

#: What lies under the skin, from the deepest to the nearest, by the class of its colour.
_FRONT: tuple[tuple[str, str], ...] = (
    (
        "bone",
        "M50 374C52 357 75 354 83 368C87 382 77 398 75 422C73 470 77 520 77 560L53 560C55 520 52 470 52 422C52 405 46 391 50 374Z",
    ),
    (
        "bone",
        "M64 333C62 319 78 315 100 317C130 321 152 322 166 317L174 309L181 315L188 308L196 317C220 322 262 321 285 316"
        "C302 315 306 327 301 340C292 368 254 392 234 432"
        "C219 470 216 520 216 560L146 560C146 510 142 470 128 432C116 398 70 368 64 333Z",
    ),
    (
        "bone",
        "M137 0C139 60 130 108 106 148C86 180 62 200 59 232"
        "C57 262 63 288 85 300C112 311 146 309 163 293C171 285 173 271 180 267"
        "C187 271 190 285 199 295C217 311 258 311 281 299"
        "C303 287 309 256 303 228C298 200 272 180 254 150C230 110 209 60 211 0Z",
    ),
    ("muscle", "M84 390C106 402 130 432 139 472C143 512 143 540 143 560L78 560C79 500 76 440 84 390Z"),
    ("muscle", "M302 404C318 440 326 500 322 560L221 560C223 510 236 462 262 424C276 410 290 402 302 404Z"),
    ("fibres", "M92 412C110 450 118 500 118 556M300 424C308 460 312 510 310 556M276 432C280 470 280 516 276 556"),
    ("cushion", "M70 309C88 303 132 304 158 311C134 318 92 318 72 316Z"),
    ("cushion", "M294 308C276 302 226 303 202 311C226 318 272 318 292 315Z"),
    ("muscle", "M12 0C14 50 28 112 76 158C96 170 116 160 128 140C142 112 147 60 148 0Z"),
    ("muscle", "M348 0C350 92 336 148 322 178C304 208 262 214 238 196C226 160 214 70 212 0Z"),
    ("muscle", "M142 0L216 0C217 34 208 74 180 104C152 74 141 34 142 0Z"),
    ("fibres", "M40 0C46 54 66 106 104 142M74 0C80 48 92 92 116 126M106 0C110 40 118 76 130 104"),
    (
        "fibres",
        "M326 0C326 74 312 140 262 190M296 0C296 66 286 126 246 176M262 0C262 56 254 110 232 156M236 0C236 40 232 80 224 112",
    ),
    ("fibres", "M162 0C162 34 168 60 178 84M180 0L180 88M198 0C198 34 192 60 182 84"),
    ("tendon", "M16 0C29 86 38 176 46 240C52 290 68 330 92 352C102 358 112 350 107 341C86 320 73 282 65 236C56 166 43 70 33 0Z"),
    (
        "ligament",
        "M286 226C300 222 308 236 306 262C304 310 298 356 286 398"
        "C282 408 268 406 268 394C276 346 280 300 278 258C277 240 278 230 286 226Z",
    ),
    (
        "groove",
        "M112 176C96 206 92 248 108 286M248 176C268 206 270 248 254 286M150 300"
        "C156 306 164 306 168 302M192 302C198 306 206 306 212 300",
    ),
    ("tendon", "M160 86C154 128 143 160 135 196C150 182 210 182 225 196C217 160 206 128 200 86C190 96 170 96 160 86Z"),
    ("tendon", "M148 264C154 300 159 344 160 398C164 416 196 416 200 398C201 344 206 300 212 264C196 290 164 290 148 264Z"),
    ("strands", "M168 112C163 142 157 164 152 186M180 108L180 182M192 112C197 142 203 164 208 186"),
    ("strands", "M163 292C168 330 171 364 172 402M180 298L180 406M197 292C192 330 189 364 188 402"),
    (
        "patella",
        "M180 179C208 177 231 192 233 219C234 247 207 271 193 287"
        "C187 294 173 294 167 287C153 271 126 247 127 219C129 192 152 177 180 179Z",
    ),
    ("shine", "M146 206C154 192 176 188 192 191C176 194 160 202 152 216C146 226 140 220 146 206Z"),
)
_BACK: tuple[tuple[str, str], ...] = (
    (
        "bone",
        "M310 374C308 357 285 354 277 368C273 382 283 398 285 422"
        "C287 470 283 520 283 560L307 560C305 520 308 470 308 422C308 405 314 391 310 374Z",
    ),
    (
        "bone",
        "M296 333C298 319 282 315 260 317C230 321 208 322 194 317L186 309L179 315L172 308L164 317C140 322 98 321 75 316"
        "C58 315 54 327 59 340C68 368 106 392 126 432C141 470 144 520 144 560"
        "L214 560C214 510 218 470 232 432C244 398 290 368 296 333Z",
    ),
    (
        "bone",
        "M223 0C221 60 230 108 254 148C274 180 298 200 301 232"
        "C303 264 297 294 275 303C240 312 204 306 196 282C193 262 190 250 180 248"
        "C169 250 167 264 163 282C154 308 112 312 79 303C57 292 51 258 57 228C62 200 88 180 106 150C130 110 151 60 149 0Z",
    ),
    ("cushion", "M290 309C272 303 228 304 202 311C226 318 268 318 288 316Z"),
    ("cushion", "M66 308C84 302 134 303 158 311C134 318 88 318 68 315Z"),
    ("muscle", "M176 300C140 270 96 280 74 300C44 350 26 440 32 560L168 560C180 470 186 370 176 300Z"),
    ("muscle", "M186 300C218 272 260 280 284 304C312 350 334 440 326 560L176 560C170 470 176 370 186 300Z"),
    ("fibres", "M76 330C60 390 54 470 60 556M104 312C92 380 88 470 94 556M134 306C128 380 124 470 128 556"),
    ("fibres", "M284 334C300 390 306 470 300 556M258 316C268 380 274 470 268 556M228 308C234 380 238 470 234 556"),
    ("muscle", "M12 0C10 90 26 160 38 220C44 262 56 300 66 330C76 334 86 326 86 312C96 262 118 190 150 118C164 80 170 40 172 0Z"),
    (
        "muscle",
        "M188 0C192 60 214 128 246 196C264 240 278 286 290 350"
        "C302 356 314 346 314 330C322 276 318 226 326 170C338 110 350 60 349 0Z",
    ),
    ("fibres", "M40 0C40 90 52 170 68 262M74 0C74 80 78 150 84 226M108 0C108 60 108 110 104 166M140 0C140 34 138 66 132 98"),
    (
        "fibres",
        "M320 0C318 80 306 150 302 240M286 0C286 70 282 134 286 206M252 0C254 50 256 100 266 158M220 0C222 34 228 68 238 98",
    ),
    ("ligament", "M58 206C62 262 64 314 80 374C85 382 94 378 92 368C82 316 82 262 92 200C84 186 64 188 58 206Z"),
    ("ligament", "M276 204C290 262 293 318 294 370C298 380 309 378 310 368C314 312 312 262 306 204C300 190 280 190 276 204Z"),
    ("crease", "M76 262C112 276 150 278 180 276C212 278 250 274 286 258"),
)


#: Layers that look round.
_THICK = ("bone", "muscle", "patella")


def knee_layers(key: str, side: str, view: View) -> Markup:
    """Return the drawing of a knee as the inside of an SVG of `WIDTH` by `HEIGHT`; `key` makes its ids unique on a page."""
    skin, layers = (_SKIN_FRONT, _FRONT) if view is View.FRONT else (_SKIN_BACK, _BACK)
    drawn = "".join(_layer(f"{key}-{number}", key, kind, path) for number, (kind, path) in enumerate(layers))
    mirrored = f' transform="translate({WIDTH:g} 0) scale(-1 1)"' if side == "left" else ""
    return Markup(
        f'<defs><linearGradient id="{key}-round"><stop offset="0" class="edge"/><stop offset=".2" class="clear"/>'
        f'<stop offset=".46" class="light"/><stop offset=".8" class="clear"/><stop offset="1" class="edge"/></linearGradient>'
        f'<linearGradient id="{key}-fade" x2="0" y2="1"><stop offset="0" stop-color="#000"/><stop offset=".13" stop-color="#fff"/>'
        f'<stop offset=".87" stop-color="#fff"/><stop offset="1" stop-color="#000"/></linearGradient>'
        f'<filter id="{key}-soft" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="5"/></filter>'
        f'<mask id="{key}-mask"><rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="url(#{key}-fade)"/></mask>'
        f'<clipPath id="{key}-skin"><path d="{skin}"/></clipPath></defs>'
        f'<g class="knee" aria-hidden="true" mask="url(#{key}-mask)"><g{mirrored}><path class="skin" d="{skin}"/>'
        f'<g clip-path="url(#{key}-skin)">{drawn}<path class="round" d="{skin}" fill="url(#{key}-round)"/></g>'
        f'<path class="rim" d="{skin}"/></g></g>'
    )


def _layer(part: str, key: str, kind: str, path: str) -> str:
    """Return one layer; what is thick gets a soft shade inside its edge, so that it looks round."""
    drawn = f'<path class="{kind}" d="{path}"/>'
    if kind not in _THICK:
        return drawn
    clip = f'<clipPath id="{part}"><path d="{path}"/></clipPath>'
    return f'{clip}{drawn}<g clip-path="url(#{part})"><path class="shade" d="{path}" filter="url(#{key}-soft)"/></g>'
