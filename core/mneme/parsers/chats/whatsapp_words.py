"""What WhatsApp itself writes into its exports, in the languages of its phones: placeholders, notices, file names."""

import re

from mneme.expressions import expression
from mneme.parsers.chats.chat_times import MARKS

_MARK = expression(f"[{MARKS}]+")
_ENDING = r"[^\s/\\:<>|]{1,8}"

# Parts of words that say "left out", "attached": whole sentences differ from version to version.
_OMITTED = expression(
    r"omit|omis|omes|weggelassen|ausgelassen|ausgeschlossen|weggelaten|absent|retiré|manquant|oculta?d?[oa]|"
    r"revelad|inclus|"
    r"esclus|excluíd|edilmedi|çıkarıl|отсутств|отсутн|відсутн|не добавлен|не додано|пропущ|опущен|"
    r"удален[ыо] медиа|не включ|"
    r"без медиа|без медіа|pominięt|utelämn|udelad|utelatt|vynech|izostav|kihagyv|hiányz|hiányzó|jätetty|disertakan|"
    r"dihilangkan|dikecualikan|bỏ qua|ละเว้น|ไม่มีสื่อ|省略|忽略|略过|略過|除外|含まれ|생략|제외|הושמט|לא נכלל|"
    r"استبعاد|إدراج|"
    r"تم حذف الملصقات|حذف شد|मीडिया|छोड़|হয়েছে|παραλ|εξαιρ|izlaists|praleist|välja jäetud|omès|omiti|"
    r"tinanggal|imeachwa", re.I)
_MEDIA = expression(
    r"med[iy]|médi|míd|mult[iy]|мульти|меди|медіа|媒|メディア|미디어|وسائط|المرفق|רسا|מדיה|मीडिया|মিডিয়া|สื่อ|"
    r"phương tiện|fi[sș]ier|"
    r"πολυμέσ|μέσ|archivo|fichier|ficheiro|arquivo|bestand|datei|файл|soubor|súbor|plik|tiedosto|image|video|"
    r"audio|voice|"
    r"sticker|gif|document|رسانه|photo|foto", re.I)
_ATTACHED = expression(
    r"attach|angehängt|anhang|joint|adjunt|allegat|anexad|anexo|ficheiro|прикреп|прикач|добав|приложен|додано|"
    r"eklen|ekli|"
    r"bijgevoegd|附件|添付|첨부|مرفق|المُرفق|پیوست|پیوستہ|lampir|załącz|přilož|prílo|pripojen|bifoga|vedhæft|"
    r"vedlagt|liit|"
    r"ata[sșş]a|csatol|συνημμέν|επισυν|đính kèm|แนบ|संलग्न|अटैच|જોડા|מצורף|privit|priložen|прикључ|pievieno|"
    r"prisegta|"
    r"lisatud|nakalakip|biriktiril|əlavə|қосымша|সংযুক্ত|aangeheg|ngjitur|limeambatan|ceangail|ਅਟੈਚ|ಸೇರಿ|ചേർ|"
    r"ఫైల్|ணை", re.I)
# Where no mark tells WhatsApp's own words from a person's, only whole phrases count.
_PHRASES = expression(
    r"(?:.{0,120}\S\s)?(?:"
    r"(?:image|video|audio|gif|sticker|document|contact card|video note|view once \S+|voice message) omitted|"
    r"(?:bild|video|audio|gif|sticker|dokument|medien|videonachricht) weggelassen|kontaktkarte ausgelassen|"
    r"(?:imagen|tarjeta de contacto) omitida|(?:audio|v[ií]deo|gif|sticker|documento) omitido|"
    r"(?:image|vidéo) absente|(?:audio|sticker) omis|gif retiré|document manquant|fiche contact manquante|"
    r"immagine omessa|(?:video|audio|documento) omesso|gif esclusa|sticker non incluso|scheda contatto omessa|"
    r"(?:imagem|gif|figurinha|vídeo|áudio|documento|cartão do contato|ficheiro de áudio|sticker|contacto) "
    r"(?:não revelad[oa]|ocultad[oa]|oculto|omitid[oa])|(?:afbeelding|video|audio|gif|sticker|document) weggelaten|"
    r"(?:изображение|видео|аудио|gif|документ|карточка контакта) отсутствует|стикер не добавлен|"
    r"(?:зображення|відео|аудіо) відсутнє|(?:görüntü|video|ses|gif|çıkartma|belge|kişi kartı) dahil edilmedi|"
    r"pominięto (?:obraz|grafikę|film|wideo|audio|naklejkę|dokument|gif)|"
    r"(?:obrázek|dokument|gif|zvukový soubor) vynechán|video vynecháno|"
    r"(?:vizitka|nálepka) vynechána|картка контакту відсутня|наклейку не додано|(?:документ|gif-анімацію) пропущено|"
    r"(?:gambar|video|audio|stiker|dokumen|gif|kartu kontak) tidak disertakan|"
    r"(?:đã )?bỏ (?:qua )?(?:hình ảnh|video|sticker|tệp âm thanh|thẻ liên lạc|ảnh gif|tài liệu)|"
    r"ไม่มี(?:รูปภาพ|ไฟล์เสียง|สติกเกอร์)|วิดีโอถูกลบ|บัตรรายชื่อที่ละเว้น|ละเว้น(?:เอกสาร| gif)|"
    r"(?:画像|ビデオ|動画|音声|スタンプ|ドキュメント|gif)は含まれていません|連絡先カードを省略|"
    r"फ़ोटो हटाई गई|ऑडियो हटाई गयी|(?:वीडियो|कॉन्टैक्ट कार्ड|स्टिकर|डॉक्यूमेंट|gif) छोड़ा गया|تم حذف الملصقات|"
    r"لم يتم إدراج (?:الصورة|الفيديوهات|المقاطع الصوتية|بطاقة جهة اتصال|المستند|صورة gif))", re.I)

_DELETED = frozenset((
    "you deleted this message", "this message was deleted", "you deleted this message as admin",
    "this message was deleted by admin", "du hast diese nachricht gelöscht", "diese nachricht wurde gelöscht",
    "nachricht wurde gelöscht", "eliminaste este mensaje", "se eliminó este mensaje", "este mensaje fue eliminado",
    "este mensaje se eliminó", "has eliminado este mensaje", "eliminado por ti", "borraste este mensaje",
    "vous avez supprimé ce message", "ce message a été supprimé", "hai eliminato questo messaggio",
    "questo messaggio è stato eliminato", "questo messaggio e stato eliminato", "você apagou esta mensagem",
    "apagou esta mensagem", "apagaste esta mensagem", "esta mensagem foi apagada", "mensagem apagada",
    "esta mensagem foi eliminada", "eliminou esta mensagem", "je hebt dit bericht verwijderd",
    "u hebt dit bericht verwijderd",
    "dit bericht is verwijderd", "dit bericht werd verwijderd", "вы удалили данное сообщение",
    "вы удалили это сообщение",
    "данное сообщение удалено", "это сообщение удалено", "сообщение удалено", "ви видалили це повідомлення",
    "це повідомлення було видалено", "це повідомлення видалено", "bu mesajı sildiniz", "bu mesaj silindi",
    "usunięto tę wiadomość", "ta wiadomość została usunięta", "wiadomość usunięta", "usunąłeś tę wiadomość",
    "tuto zprávu jste smazal/a", "tuto zprávu jste odstranil/a", "tato zpráva byla smazána",
    "tato zpráva byla odstraněna",
    "táto správa bola odstránená", "túto správu ste odstránili", "du tog bort det här meddelandet",
    "du raderade detta meddelande", "detta meddelande togs bort", "det här meddelandet togs bort",
    "detta meddelande har raderats", "du slettede denne besked", "denne besked blev slettet",
    "du slettet denne meldingen",
    "denne meldingen ble slettet", "poistit tämän viestin", "tämä viesti poistettiin", "tämä viesti on poistettu",
    "ai șters acest mesaj", "acest mesaj a fost șters", "törölted ezt az üzenetet", "ezt az üzenetet törölték",
    "törölte ezt az üzenetet", "anda menghapus pesan ini", "pesan ini telah dihapus", "pesan ini dihapus",
    "anda telah memadamkan mesej ini", "mesej ini telah dipadam", "bạn đã xóa tin nhắn này",
    "tin nhắn này đã bị xóa",
    "คุณลบข้อความนี้แล้ว", "ข้อความนี้ถูกลบแล้ว", "διαγράψατε αυτό το μήνυμα", "αυτό το μήνυμα διαγράφηκε",
    "您已刪除此訊息", "您已删除这条消息",
    "你已删除这条消息", "此消息已删除", "這則訊息已刪除", "此訊息已刪除", "您撤回了一条消息", "此消息已撤回",
    "你已删除此消息", "您删除了这条消息",
    "このメッセージは削除されました", "このメッセージを削除しました", "メッセージを削除しました",
    "あなたはこのメッセージを削除しました",
    "삭제된 메시지입니다", "이 메시지는 삭제되었습니다", "이 메시지를 삭제했습니다", "메시지를 삭제했습니다",
    "מחקת הודעה זו",
    "מחקת את ההודעה הזו", "הודעה זו נמחקה", "ההודעה הזו נמחקה", "تم حذف هذه الرسالة", "لقد حذفت هذه الرسالة",
    "حذفت هذه الرسالة",
    "أنت حذفت هذه الرسالة", "لقد حذَفت هذه الرسالة", "คุณได้ลบข้อความนี้", "bạn đã xoá tin nhắn này",
    "tin nhắn này đã bị xoá", "यह मैसेज डिलीट कर दिया गया है",
    "این پیام حذف شد", "این پیام حذف شده است", "شما این پیام را حذف کردید",
    "आपने यह मैसेज हटा दिया", "आपने यह मैसेज डिलीट किया", "यह मैसेज हटा दिया गया", "यह मैसेज हटा दिया गया था",
    "यह मैसेज डिलीट कर दिया गया", "यह संदेश हटा दिया गया था", "আপনি এই মেসেজটি মুছে দিয়েছেন",
    "এই মেসেজটি মুছে ফেলা হয়েছে",
    "has suprimit aquest missatge", "aquest missatge s'ha suprimit", "izbrisali ste ovu poruku",
    "ova je poruka izbrisana",
    "ova poruka je izbrisana", "вие изтрихте това съобщение", "това съобщение беше изтрито"))
_EDITED = expression(
    r"(?:this message was edited|diese nachricht wurde bearbeitet|se editó este mensaje\.?|"
    r"este mensaje fue editado|"
    r"este mensaje se editó|ce message a été modifié|questo messaggio è stato modificato|mensagem editada|"
    r"esta mensagem foi editada|dit bericht is bewerkt|сообщение изменено|это сообщение изменено|"
    r"данное сообщение изменено|"
    r"bu mesaj düzenlendi|ta wiadomość została (?:zmieniona|edytowana)|wiadomość edytowana|zmieniono tę wiadomość|"
    r"det här meddelandet redigerades|detta meddelande (?:har redigerats|redigerades)|denne besked blev redigeret|"
    r"denne meldingen ble redigert|tätä viestiä muokattiin|pesan ini diedit|pesan ini telah diedit|"
    r"tin nhắn này đã được chỉnh sửa|"
    r"це повідомлення (?:було )?змінено|повідомлення змінено|tato zpráva byla upravena|acest mesaj a fost editat|"
    r"az üzenetet szerkesztették|αυτό το μήνυμα (?:επεξεργάστηκε|τροποποιήθηκε)|ההודעה נערכה|הודעה זו נערכה|"
    r"تم تعديل هذه الرسالة|تم تحرير هذه الرسالة|このメッセージは編集されました|此消息已(?:被)?编辑|"
    r"此訊息已編輯|這則訊息已編輯|"
    r"이 메시지는 (?:수정|편집)되었습니다|इस मैसेज को एडिट किया गया|यह मैसेज एडिट किया गया|"
    r"aquest missatge s'ha editat)", re.I)

_ANGLE_ATTACHMENT = expression(
    rf"[{MARKS}]{{0,4}}<[^<>:：\n]{{1,40}}?\s?[:：][{MARKS}\s]{{0,4}}([^<>\n]{{1,250}}\.{_ENDING})>")
_ROUND_ATTACHMENT = expression(rf"[{MARKS}]*([^\n]{{1,250}}?\.{_ENDING})\s[{MARKS}]*[(<]([^()<>\n]{{2,50}})[)>]\s*$")
_ANGLED = expression(rf"[{MARKS}]*<([^<>\n=/\"]{{2,80}})>\s*$")
_EDIT_MARK = expression(rf"[ \t]?([{MARKS}]{{0,4}})<([^<>\n]{{4,80}})>\s*$")
_DOCUMENT = expression(rf"[{MARKS}]*([^\n•]{{1,250}}?\.[A-Za-z0-9]{{1,5}})(?=[{MARKS}\s]|$)")


def without_marks(text: str) -> str:
    return text if text.isascii() else _MARK.sub("", text)


def is_deleted(text: str) -> bool:
    """Whether this is what stands in the place of a message that was deleted."""
    return len(text) < 100 and without_marks(text).casefold().strip(" .。!।\n") in _DELETED


def without_edit_mark(text: str) -> str:
    found = _EDIT_MARK.search(text, max(0, len(text) - 120))
    return text[:found.start()] if found and _EDITED.fullmatch(found[2].strip(" .")) else text


def take_attachments(text: str) -> tuple[str, list[str]]:
    """The text without the names of files that came with it, and those names."""
    if "<" not in text and "(" not in text:
        return text, []
    names = [without_marks(name).strip() for name in _ANGLE_ATTACHMENT.findall(text)]
    if names:
        rest = _ANGLE_ATTACHMENT.sub("", text).strip()
        return ("" if _only_a_document(rest) else rest), names
    first, _line, rest = text.partition("\n")
    found = _ROUND_ATTACHMENT.match(first)
    if found and _ATTACHED.search(found[2]):
        name = without_marks(found[1]).strip()
        return ("" if rest.strip() == name else rest), [name]  # newer versions say a document's name twice
    return text, []


def _only_a_document(text: str) -> bool:
    """"Letter.pdf • 2 pages", as stands before its attachment."""
    found = _DOCUMENT.match(text)
    return found is not None and (found.end() == len(text) or "•" in text[found.end():])


def take_placeholder(text: str) -> tuple[str, list[str]] | None:
    """What is left of a message whose picture, sound or file is not in the export: caption and file name.

    None where the text is no such placeholder.
    """
    first, _line, rest = text.partition("\n")
    angled = _ANGLED.match(first)
    if angled and (_OMITTED.search(angled[1]) or _MEDIA.search(angled[1])):
        return rest, []
    if without_marks(text).strip() == "null":  # what older versions wrote for anything that is no text
        return "", []
    caption, mark, last = text.rpartition("\u200e")
    if (mark and "\n" not in last and len(last) < 60 and _OMITTED.search(last)) or _PHRASES.fullmatch(text.strip()):
        return _left(caption if mark else text)
    return None


def _left(text: str) -> tuple[str, list[str]]:
    """The caption before a placeholder; a document's name stands there, too."""
    if document := _DOCUMENT.match(text):
        return "", [without_marks(document[1]).strip()]
    return ("", []) if _PHRASES.fullmatch(text.strip()) else (text.strip("\u200e\u200f \n"), [])


# ------------------------------------------------------------------ the names of exported files

_COPY = expression(r"\s*\(\d{1,3}\)$")
_WITH = (r"with|mit|con|com|avec|met|med|dengan|với|cu|amb|kanssa|ile|de la|με|مع|با|עם|se|sa|s|z|ze|со|с|із|з|"
r"så|и|са|と|के साथ|"
         r"na|no|[-–—:]")
_PREFIXED = expression(
    rf"(?:[^\W\d][\w'’-]*\s){{0,4}}?[\w'’-]{{0,12}}(?:whats ?app|واتساب|"
    rf"ватсап)[\w'’-]*\s?(?:[^\W\d][\w'’-]*\s){{0,3}}?"
    rf"(?:{_WITH})\s(?:контактом\s|контакт\s|uživatelem\s|kontaktem\s|používateľom\s|użytkownikiem\s)?(\S.*)", re.I)
_SUFFIXED = expression(
    r"(?:(.+?)(?: adlı kişi)? ile (?:whatsapp sohbeti|olan whatsapp.*)|[与與和](.+?)的 ?whatsapp.*|"
    r"(.+?)(?:さん)?との ?whatsapp.*|"
    r"(.+?)(?:님)?[과와](?:의|)? ?(?:whatsapp|왓츠앱).*|whatsapp(?: ?チャット| ?のトーク|-?聊天|"
    r"聊天記錄)[ _-]+(.+))", re.I)


def title_of(file_name: str) -> str:
    """The chat's name in the name of its export, whatever the phone's language; "" where there is none."""
    stem = without_marks(re.sub(r"(?:\.(?:txt|zip))+$", "", file_name[-300:], flags=re.I))
    if " " not in stem:
        stem = stem.replace("_", " ")
    stem = _COPY.sub("", " ".join(stem.split()))
    found = _SUFFIXED.fullmatch(stem) or _PREFIXED.fullmatch(stem)
    return next((one.strip() for one in found.groups() if one), "") if found else ""
