"""`article6 fill`: the shipped data into a distributed installation."""

import typer

from deploy.cli.asking import run
from deploy.cli.distributed_options import KAFKA, MONGODB, SERVICES_AT, Exercise, Mongodb, Prefix, SecretFile, secret


def fill(
    mongodb: Mongodb = MONGODB,
    prefix: Prefix = "article6",
    secret_file: SecretFile = None,
    exercise: Exercise = False,
) -> None:
    """Write the data that ships with it into a distributed installation, as statements with their sources.

    Once: a second time nothing is written. If it is stopped on the way, run it again and it goes on. The
    services publish what is written, whether they run already or start later.

    \b
    Examples:
      article6 fill --secret-file secret
      ARTICLE6_MONGODB=mongodb://db.example/ article6 fill
    """
    if exercise:
        typer.echo("This is an exercise: nothing about real States comes into it.")
        return
    from deploy.distributed import Installation
    from deploy.importing.distributed import take_in_shipped
    from shared.log.kafka import KafkaPlace

    place = Installation(mongodb, KafkaPlace(KAFKA), SERVICES_AT, secret(secret_file), prefix, exercise)
    if written := run(take_in_shipped(place)):
        typer.echo(f"{written:,} statements of the shipped data written.")
    else:
        typer.echo("The shipped data is there already; nothing was written.")
