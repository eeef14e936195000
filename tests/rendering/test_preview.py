"""The preview shows every variant as readers will see it."""

from outreach import tags
from outreach.rendering import render_all, write_preview


def test_preview_lists_every_variant_filled_for_an_example_person(home, tmp_path):
    variants = render_all("graduation-invitation", departments=[None, "dsv"], purpose="invitation")
    index = write_preview(variants, tmp_path / "preview")
    page = index.read_text()
    for variant in ("sv", "en", "sv.dsv", "en.dsv"):
        stem = f"graduation-invitation.{variant}"
        assert f'href="{stem}.html"' in page
        for ending in ("html", "txt", "light.html", "dark.html"):
            written = (index.parent / f"{stem}.{ending}").read_text()
            assert "Åsa" in written
            assert not tags.ANY_TAG.search(written)
    assert "Institutionen för data- och systemvetenskap" in page


def test_dark_preview_is_dark_on_any_screen(home, tmp_path):
    variants = render_all("graduation-reminder-after", departments=[None], purpose="invitation")
    folder = write_preview(variants, tmp_path).parent
    assert "prefers-color-scheme: dark" in (folder / "graduation-reminder-after.sv.html").read_text()
    assert "prefers-color-scheme: dark" not in (folder / "graduation-reminder-after.sv.dark.html").read_text()
    assert "@media all" in (folder / "graduation-reminder-after.sv.dark.html").read_text()
