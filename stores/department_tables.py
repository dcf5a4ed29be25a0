"""The table of units that were changed or added, above ``cases/departments.toml``."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime


class DepartmentRow(Base):
    """One unit as it is now."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    name_ar: Mapped[str] = mapped_column(sa.String(160))
    name_en: Mapped[str] = mapped_column(sa.String(160))
    owns_ar: Mapped[str] = mapped_column(sa.Text)
    owns_en: Mapped[str] = mapped_column(sa.Text)
    contact: Mapped[str] = mapped_column(sa.String(160))
    active: Mapped[bool] = mapped_column(sa.Boolean)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_by: Mapped[str] = mapped_column(sa.String(128))
