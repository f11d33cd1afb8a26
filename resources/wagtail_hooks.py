from wagtail import hooks

from hub.rich_text import ReaderDocumentLinkHandler, ReaderPageLinkHandler, gather_links

hooks.register("before_serve_page", gather_links)


# After Wagtail's own, which it replaces.
@hooks.register("register_rich_text_features", order=1)
def use_reader_links(features):
    features.register_link_type(ReaderPageLinkHandler)
    features.register_link_type(ReaderDocumentLinkHandler)
