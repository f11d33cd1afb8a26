"""What a person's hands do in Wagtail's editor, in one place for all browser tests."""

from tests.second_factor import unused_code


def sign_in(page, server, account):
    """Sign in as the account's person; with the code of their app where their role asks for one."""
    page.goto(f"{server}/account/login/")
    page.fill("input[name=login]", account.email)
    page.fill("input[name=password]", account.password)
    page.locator("main button[type=submit]").first.click()
    if page.url.endswith("/account/2fa/authenticate/"):
        page.fill("input[name=code]", unused_code(account.email))
        page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"{server}/admin/")


def add_block(page, field):
    """Add a block to an empty stream that knows one kind of block."""
    page.locator(f"#{field}-root button[title]").first.click()


def choose_new_document(page, file, title):
    """Add a file row and upload its document in the chooser."""
    page.locator("#id_files-ADD").click()
    page.locator("[name='files-0-title']").fill(title)
    page.locator(
        "#id_files-0-document-chooser .unchosen button, #id_files-0-document-chooser [data-chooser-action-choose]"
    ).first.click()
    dialog = page.locator(".modal-content")
    dialog.get_by_role("tab").nth(1).click()
    dialog.locator("input[type=file]").set_input_files(str(file))
    dialog.locator("input[name$='title']").fill(title)
    dialog.locator("select[name$='language']").select_option("lv")
    dialog.locator("select[name$='licence']").select_option("CC-BY-4.0")
    dialog.locator("button[type=submit]").last.click()
    page.locator("[id='id_files-0-document-chooser'] .chooser__title").wait_for(state="visible")


def press(page, selector):
    """Press a button at the editor's foot, from the menu when it is not the first."""
    button = page.locator(f"footer {selector}").first
    if not button.is_visible():
        page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    button.click()


def action(page, name):
    """Press the editor's action with this form name."""
    press(page, f"[name={name}]")


def approve(page):
    """Approve the page under review."""
    press(page, "[data-workflow-action-name=approve]")
