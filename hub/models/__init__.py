from hub.models.counts import Count
from hub.models.document_texts import DocumentText
from hub.models.documents import Document, DocumentVersion
from hub.models.duties import Duty
from hub.models.generation import Generation
from hub.models.link_checks import LinkCheck, LinkReason
from hub.models.mail import Mail
from hub.models.messages import Helped, Message
from hub.models.pages import HubPage, HubPagePermissionTester
from hub.models.pictures import Picture, Rendition
from hub.models.public_records import PublicRecord
from hub.models.search import SearchEntry, SearchPlace, SearchWord
from hub.models.things import Thing
from hub.models.users import User
from hub.models.words import Audience, SiteText, Topic

__all__ = [
    "Audience",
    "Count",
    "Document",
    "DocumentText",
    "DocumentVersion",
    "Duty",
    "Generation",
    "Helped",
    "HubPage",
    "HubPagePermissionTester",
    "LinkCheck",
    "LinkReason",
    "Mail",
    "Message",
    "Picture",
    "PublicRecord",
    "Rendition",
    "SearchEntry",
    "SearchPlace",
    "SearchWord",
    "SiteText",
    "Thing",
    "Topic",
    "User",
]
