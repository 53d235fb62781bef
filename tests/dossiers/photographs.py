"""Photographs that tell more than they show: where, when, with what, by whom. None of it is anybody's."""

import base64
import io
import struct
from collections.abc import Callable

from PIL import Image

from tests.dossiers.corpus import chunk

SECRETS = (b"MayAnhMau", b"ViTriMau", b"TacGiaMau", b"GhiChuMau")
SIDEWAYS = 6  # the orientation of all of them: turn a quarter to the right

# 48 by 64, half of it blue; EXIF with a place and a camera, XMP. Made with libheif and x265 for these tests.
HEIC = base64.b85decode(
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0006KZDn*}000000000XXk=`10000000000aA{+700000000000000000000Mrmws"
    "V*mgE07O6l0{{U400002HUI$t00000001-q0ssI200L?N0RR9100000tN;T500003761VN00000002M$003fXX>Mi!000000{{R3"
    "6=`l}WdZ;I000310BCk&F#rGn02OI&W@Q2Z00963002dJX=VTb001g!Zf0cy000310{{SRX>DZyVQ_G4X=7n@X>V>Xa%5&Jcx`L|"
    "000004sdC7Z2$lO00031009SSaB^?}008D`aAR)(004Gqc4I>U18@KU0FVFx0000U@BsY%`1k+-4+CHT0RR|40Sp2E{{wIU00RJ!"
    "0009300RIXx&lC90096hLID8-Z~y=U0FVFx0{{R603M(qfd!W8<fgf}2xu@M00096AOHXZ03l)k0RRR>0l{;?i2wiq6Ju{|a&BX6"
    "cmM$a4FCp!0000KX>)L8000000000$0000$0000eV{Bn?0000$000010000m000010000000002|NsB+000020000GaA|mH00000"
    "0|*ER00009X>xCL0{{R38EJ5BVE_OC000000RRC8fdT^sgoXeB04Qm4Wo7^X0000001jhhb7KGk009620000EV`Ot<00RI400961"
    "0Vr)`VRQfh05B*4uM>dfG57zyQ4n#O58`rWPN2jnmtXkVvg=taLA>mjQva=H|JU<d{JRHz{nh{g00u>PX=VTbO-%qQ0000800RLJ"
    "00IC2015yA05Sm*00RI300967004+300aO40096106YKy002#4c|mSyO<{Ea00aO500IC200K?`0000200jU500RI30CE5W00IC2"
    "00Kn-0000400jU500RI30Ez$r00000015yA0096102BZK0096109gP400IC20BZmM0096100jU50096101W^D00caEI(ThxZDn*}"
    "Ab4$TZgV<#JttvgZ(?OSZgV<qWprULCq7nbRB~xeVRaxeFfKDRH8(sjcsh7(aBXFDVLk"
)


def exif() -> bytes:
    """A camera, a place, and which side is up."""
    made = Image.Exif()
    made[0x0112] = SIDEWAYS
    made[0x010F] = "MayAnhMau"
    made[0x013B] = "TacGiaMau"
    where = made.get_ifd(0x8825)
    where[1], where[2], where[3], where[4] = "N", (10.0, 20.0, 44.5), "E", (107.0, 5.0, 3.25)
    return made.tobytes()


def picture(size: tuple[int, int] = (64, 48)) -> Image.Image:
    made = Image.new("RGB", size, (200, 40, 40))
    made.paste((20, 90, 200), (0, 0, size[0] // 2, size[1] // 2))
    return made


def jpeg(*, progressive: bool = False, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    picture(size).save(out, "JPEG", exif=exif(), comment=b"GhiChuMau", progressive=progressive)
    whole = out.getvalue()
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x>ViTriMau</x>"
    app1 = b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp
    # A telephone appends a second picture or a film, with a place of its own.
    return whole[:2] + app1 + whole[2:] + b"MotionPhoto ViTriMau" + whole


def png() -> bytes:
    out = io.BytesIO()
    picture().save(out, "PNG", exif=exif())
    data = out.getvalue()
    texts = chunk(b"tEXt", b"Author\0TacGiaMau") + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x>ViTriMau</x>")
    return data[:33] + texts + data[33:] + b"GhiChuMau"


ALL: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpg": ("image/jpeg", jpeg),
    "jpeg": ("image/jpeg", lambda: jpeg(progressive=True)),
    "png": ("image/png", png),
    "heic": ("image/heic", lambda: HEIC),
}
