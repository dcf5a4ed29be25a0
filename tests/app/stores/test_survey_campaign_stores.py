import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from stores.memory_survey_campaigns import MemorySurveyCampaigns
from stores.sql_survey_campaigns import SqlSurveyCampaigns
from surveys.ports import CampaignStore
from tests.contracts.campaign_store import CampaignStoreContract


class TestMemorySurveyCampaigns(CampaignStoreContract):
    @pytest.fixture
    def store(self) -> CampaignStore:
        return MemorySurveyCampaigns()


class TestSqlSurveyCampaigns(CampaignStoreContract):
    @pytest.fixture
    def store(self, engine: AsyncEngine) -> CampaignStore:
        return SqlSurveyCampaigns(engine)
