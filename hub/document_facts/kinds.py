"""The kinds of files that the hub takes."""

# Ending and media type. Pictures may be published as files too; they are cleaned like all others.
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".epub": "application/epub+zip",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".vtt": "text/vtt",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".zip": "application/zip",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".heif": "image/heif",
}
MAKE_INSTEAD = {
    ".doc": ".docx",
    ".dot": ".docx",
    ".rtf": ".docx",
    ".ppt": ".pptx",
    ".pps": ".pptx",
    ".xls": ".xlsx",
}
# Office files that say in their name that they carry macros, or are forms for new ones.
MACRO_ENDINGS = {
    ".docm": ".docx",
    ".dotm": ".docx",
    ".dotx": ".docx",
    ".pptm": ".pptx",
    ".potm": ".pptx",
    ".potx": ".pptx",
    ".ppsm": ".pptx",
    ".xlsm": ".xlsx",
    ".xltm": ".xlsx",
    ".xltx": ".xlsx",
    ".xlsb": ".xlsx",
}

# The part that makes an office file a document, a presentation, a workbook.
OOXML_MAIN_PARTS = {
    ".docx": "word/document.xml",
    ".pptx": "ppt/presentation.xml",
    ".xlsx": "xl/workbook.xml",
}
ODF_ENDINGS = (".odt", ".odp", ".ods")
ARCHIVE_ENDINGS = (*OOXML_MAIN_PARTS, *ODF_ENDINGS, ".epub", ".zip")
TEXT_ENDINGS = (".txt", ".csv", ".vtt")
