"""What holds for every test: Hypothesis bounds nobody's time, since no time limit is a test here."""

from hypothesis import settings

settings.register_profile("article6", deadline=None)
if settings.get_current_profile_name() == "default":
    settings.load_profile("article6")
