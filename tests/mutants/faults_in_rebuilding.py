"""Faults where a view is made anew beside the live one: filling, following, comparing, switching."""

from tests.mutants.mutant import Mutant

KIT = "shared/kit.py"
REBUILDS = "shared/rebuilding/__init__.py"
GENERATIONS = "shared/rebuilding/generations.py"
FILLING = "shared/rebuilding/filling.py"
SHELF = "shared/shelf.py"

BEYOND_A_PAGE = "tests/properties/test_running.py::test_p6_a_view_made_anew_is_the_live_one_also_beyond_a_page"
BESIDE = "tests/rebuild/test_beside_the_live_view.py"
AMONG = "tests/rebuild/test_among_others.py"

IN_REBUILDING = (
    Mutant(
        "p6-first-page-only",
        "P6",
        "a view is filled with the first page of the log",
        FILLING,
        "            if unwritten >= _KEPT_EVERY:\n                await self._keep(subscription, kept)\n"
        "                unwritten = 0\n",
        "            break\n",
        (BEYOND_A_PAGE,),
    ),
    Mutant(
        "p6-filled-from-the-services-place",
        "P6",
        "a new version of a view is filled from where the service is, not from the beginning",
        KIT,
        'group = f"{self.name}.{name}" if self._exclusive',
        "group = self.name if self._exclusive",
        (BEYOND_A_PAGE,),
    ),
    Mutant(
        "p6-versions-share-their-filling",
        "P6",
        "a view counts as filled when an older version of it is",
        KIT,
        "        name = view.projection.collection.name\n        if view.live",
        "        name = view.projection.name\n        if view.live",
        (BEYOND_A_PAGE,),
    ),
    Mutant(
        "p6-switched-before-caught-up",
        "P6",
        "what came before everybody knew of the new documents is never taken into them",
        REBUILDS,
        '        await filler.fill(beat)\n        failpoint("followed")',
        '        failpoint("followed")',
        (f"{AMONG}::test_what_comes_before_everybody_knows_of_it_is_in_it",),
    ),
    Mutant(
        "p6-not-followed-beside",
        "P6",
        "the new documents are not followed from the end of their filling on",
        GENERATIONS,
        "for one in (self.beside, self.live) if one is not None",
        "for one in (self.live,)",
        (f"{AMONG}::test_what_comes_while_the_two_are_compared_is_in_both",),
    ),
    Mutant(
        "p6-switched-uncompared",
        "P6",
        "documents that differ are read without anybody's word",
        REBUILDS,
        "if run.agreement.differ and not accept:",
        "if False:",
        (f"{BESIDE}::test_a_difference_is_told_and_waits_for_somebody_to_accept_it",),
    ),
    Mutant(
        "p6-two-at-a-time",
        "P6",
        "two processes make one view anew at a time",
        REBUILDS,
        "return self._clock.now() - beside.beat < _TAKEN_FOR_DEAD",
        "return False",
        (f"{AMONG}::test_two_processes_do_not_make_one_view_at_a_time",),
    ),
    Mutant(
        "p6-parks-the-live-view",
        "P6",
        "what cannot be folded anew is set aside for the live view too",
        GENERATIONS,
        "name = self.projection.follower(number)",
        "name = self.projection.follower(1)",
        (f"{BESIDE}::test_a_stream_that_cannot_be_folded_anew_is_a_difference_and_parks_nothing_of_the_live_view",),
    ),
    Mutant(
        "p7-live-before-beside",
        "P7",
        "the live documents are written before the new ones, so the switch shows less than was shown",
        GENERATIONS,
        "for one in (self.beside, self.live) if",
        "for one in (self.live, self.beside) if",
        (f"{AMONG}::test_what_is_shown_when_it_is_switched_is_shown_afterwards",),
    ),
    Mutant(
        "p7-others-never-look",
        "P7",
        "another process does not write the new documents when they are announced",
        GENERATIONS,
        "        if self._shared and asyncio.get_running_loop().time() - self._looked > FOLLOWS_WITHIN:\n",
        "        if False:\n",
        (f"{AMONG}::test_what_another_process_follows_alone_is_in_the_new_documents_once_they_are_announced",),
    ),
    Mutant(
        "p7-announced-and-not-waited",
        "P7",
        "what others take with what they knew before the announcement is not in the new documents",
        "shared/rebuilding/__init__.py",
        "            await asyncio.sleep(2 * FOLLOWS_WITHIN)\n",
        "            await asyncio.sleep(0)\n",
        (f"{AMONG}::test_what_comes_before_others_know_of_the_announcement_is_in_the_new_documents",),
    ),
    Mutant(
        "recalled-for-ever",
        "views",
        "a process goes on from what it wrote although somebody else has written since, and never gets on",
        SHELF,
        "                self._overtaken.add(id_)\n",
        "",
        ("tests/kit/test_recalled.py::test_what_others_wrote_meanwhile_is_noticed_and_gone_on_from",),
    ),
    Mutant(
        "alone-and-not-looked",
        "news",
        "a process that has just got every stream does not look what the others wrote at the end",
        SHELF,
        "and self._looked > since_when + _SETTLED_IN:",
        "and since_when is not None:",
        ("tests/kit/test_news.py::test_where_nobody_else_can_have_written_nobody_is_looked_for",),
    ),
    Mutant(
        "news-of-other-documents",
        "news",
        "who keeps what it was told hears nothing when other documents are read",
        SHELF,
        "if not (isinstance(since, tuple) and since[0] is self):",
        "if not isinstance(since, tuple):",
        (f"{BESIDE}::test_who_keeps_what_it_was_told_is_told_everything_once_other_documents_are_read",),
    ),
    Mutant(
        "news-of-what-others-wrote",
        "news",
        "who keeps what it was told does not hear of what another process removed",
        SHELF,
        "for id_ in (*after, *(before.keys() - after.keys()))",
        "for id_ in after",
        ("tests/kit/test_news.py",),
    ),
    Mutant(
        "news-without-the-guard",
        "news",
        "a document that was removed and made again is taken for the one before, for their revisions are the same",
        SHELF,
        "if numbers.get(id_) == (held.revision, held.v)}",
        "if numbers.get(id_, (0,))[0] == held.revision}",
        ("tests/kit/test_news.py",),
    ),
)
