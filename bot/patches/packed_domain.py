"""The domain of a packed model is read once; Rasa reads it four times and checks it in between.

It was checked when it was packed: nothing is trained from a domain that Rasa's schema refuses.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_yaml_file

PACKED_AS = "domain.yml"


def load(
    cls: type[DomainProvider],
    config: dict[str, Any],
    model_storage: ModelStorage,
    resource: Resource,
    execution_context: ExecutionContext,
    **kwargs: Any,
) -> DomainProvider:
    """Return the provider of the domain that a training packed."""
    with model_storage.read_from(resource) as folder:
        told = read_yaml_file(folder / PACKED_AS)
    return cls(model_storage, resource, Domain.from_dict(told))


def apply() -> None:
    """Read domains so in every model that is loaded from now on."""
    DomainProvider.load = classmethod(load)
