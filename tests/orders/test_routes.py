"""Orders over HTTP, by the people who work with them."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from tests.fixtures.api import Client as HttpClient
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant
from tests.orders.conftest import MakeShop, Shop
from tests.orders.test_label import read_codes, text_of

from zuoxi.orders.models import Order, OrderHistory
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry, OutboxRow

pytestmark = pytest.mark.database
ADDRESS = {
    "recipient": "王小明",
    "phone": "13812345678",
    "province": "上海市",
    "city": "上海市",
    "district": "浦东新区",
    "street": "世纪大道100号8楼802室",
}


@dataclass
class Office:
    """Signed-in clients over one shop."""

    shop: Shop
    agent: HttpClient
    auditor: HttpClient
    dispatcher: HttpClient
    administrator: HttpClient

    def body(self, **changes: object) -> dict[str, Any]:
        plain = {
            "customer": {"name": "王小明", "number": "13812345678"},
            "address": ADDRESS,
            "lines": [{"sku_id": self.shop.pot, "quantity": 1}],
            "payment": "cod",
            "confirm_duplicate": True,
        }
        return {**plain, **changes}

    async def submit(self, **changes: object) -> dict[str, Any]:
        answer = await self.agent.post("/api/orders", json=self.body(**changes))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def labelled(self, count: int = 1) -> list[dict[str, Any]]:
        """Waybills of new orders."""
        ids = []
        for n in range(count):
            made = await self.submit(
                customer={"name": f"客户{n}", "number": f"139000000{n:02d}"},
                lines=[{"sku_id": self.shop.spoon, "quantity": 1}],
            )
            assert (await self.auditor.post(f"/api/orders/{made['id']}/approve")).status_code == 200
            assert (await self.dispatcher.post(f"/api/orders/{made['id']}/clear")).status_code == 200
            ids.append(made["id"])
        answer = await self.dispatcher.post(
            "/api/waybills", json={"order_ids": ids, "courier_id": self.shop.courier_id}
        )
        assert answer.status_code == 201, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    async def handed_over(self, count: int = 1) -> list[dict[str, Any]]:
        made = await self.labelled(count)
        ids = [row["id"] for row in made]
        assert (await self.dispatcher.post("/api/waybills/print", json={"ids": ids})).status_code == 200
        assert (await self.dispatcher.post("/api/manifests", json={"waybill_ids": ids})).status_code == 201
        return made

    async def bring(self, text: str | bytes, encoding: str = "utf-8") -> Any:
        data = text if isinstance(text, bytes) else text.encode(encoding)
        return await self.dispatcher.post("/api/shipping/import", files={"file": ("a.csv", data, "text/csv")})


@pytest.fixture
async def office(shop: Shop, api_client: SignIn) -> Office:
    return Office(
        shop,
        agent=await api_client(user=shop.agent),
        auditor=await api_client(user=shop.auditor),
        dispatcher=await api_client(user=shop.dispatcher),
        administrator=await api_client(user=shop.administrator),
    )


async def test_from_the_call_to_the_label_to_delivery(office: Office) -> None:
    contact = new_id()
    catalogue = (await office.agent.get("/api/catalogue", params={"q": "bxgg"})).json()
    assert {row["sku_name"] for row in catalogue["items"]} == {"32cm", "锅铲"}
    made = await office.submit(
        contact_id=contact,
        lines=[{"sku_id": office.shop.pot, "quantity": 2}, {"sku_id": office.shop.spoon, "quantity": 1, "gift": True}],
    )
    url = f"/api/orders/{made['id']}"
    assert (made["state"], made["amount_minor"], made["steps"]) == ("submitted", 39800, ["cancel"])
    # Returned with a reason, mended by the writer, who may see the address for that.
    back = await office.auditor.post(f"{url}/return", json={"reason": "地址不详"})
    assert back.json()["state"] == "returned_to_agent"
    assert back.json()["return_reason"] == "地址不详"
    assert (await office.agent.post(f"{url}/reveal")).json()["address"]["street"] == ADDRESS["street"]
    mended = await office.agent.put(url, json={"address": {**ADDRESS, "street": "世纪大道200号"}})
    assert mended.json()["address"]["street"] == "世纪大道200号"
    assert (await office.agent.post(f"{url}/resubmit")).json()["return_reason"] is None
    assert (await office.auditor.post(f"{url}/approve")).json()["state"] == "audited"
    assert (await office.dispatcher.post(f"{url}/clear")).json()["state"] == "cleared"
    (waybill,) = (
        await office.dispatcher.post(
            "/api/waybills", json={"order_ids": [made["id"]], "courier_id": office.shop.courier_id}
        )
    ).json()
    assert (waybill["number"], waybill["collect_minor"]) == ("SF1000000001", 39800)
    label = await office.dispatcher.get("/api/waybills/labels.pdf", params={"ids": waybill["id"]})
    assert label.headers["content-type"] == "application/pdf"
    assert read_codes(label.content) == {"Code128": "SF1000000001", "QRCode": made["number"]}
    text = text_of(label.content)
    assert all(part in text for part in ("世纪大道200号", "13812345678", "¥398.00", "不锈钢锅 32cm × 2", "共 3 件"))
    manifest = (await office.dispatcher.post("/api/manifests", json={"waybill_ids": [waybill["id"]]})).json()
    assert (manifest["parcels"], manifest["collect_minor"]) == (1, 39800)
    sheet = await office.dispatcher.get(f"/api/manifests/{manifest['id']}.pdf")
    assert "SF1000000001" in text_of(sheet.content)
    done = await office.bring("waybill,state,date,note\nSF1000000001,delivered,2026-11-20,\n")
    assert done.json() == {"accepted": 1, "unchanged": 0}
    found = (await office.agent.get(url)).json()
    assert found["state"] == "delivered"
    assert found["waybill"]["result_at"] == "2026-11-19T16:00:00Z"
    assert [row["step"] for row in found["history"]][-4:] == ["label", "print", "hand_over", "deliver"]
    assert await office.shop.stock(office.shop.pot) == (8, 0)
    by_contact = (await office.agent.get("/api/orders", params={"contact_id": contact})).json()
    assert [row["id"] for row in by_contact["items"]] == [made["id"]]


async def test_a_repeated_click_does_it_once(office: Office) -> None:
    headers = {"Idempotency-Key": new_id()}
    answers = await asyncio.gather(
        *(office.agent.post("/api/orders", json=office.body(), headers=headers) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await office.shop.stock(office.shop.pot) == (10, 1)
    url = f"/api/orders/{answers[0].json()['id']}/approve"
    headers = {"Idempotency-Key": new_id()}
    first, second = [await office.auditor.post(url, headers=headers) for _ in range(2)]
    assert (first.status_code, second.status_code, first.json()) == (200, 200, second.json())
    third = await office.auditor.post(url)
    assert third.status_code == 409
    assert third.json()["error"]["code"] == "orders.wrong_step"
    assert third.json()["error"]["message"] == "订单当前为“待物流二审”,不能“一审通过”"
    async with office.shop.database.transaction(office.shop.tenant.id) as session:
        steps = await session.scalar(
            select(func.count()).select_from(OrderHistory).where(OrderHistory.step == "approve")
        )
    assert steps == 1


async def test_a_possible_duplicate_is_confirmed_by_the_agent(office: Office) -> None:
    first = await office.submit()
    asked = await office.agent.post("/api/orders", json=office.body(confirm_duplicate=False))
    assert asked.status_code == 409
    error = asked.json()["error"]
    assert (error["code"], error["data"]["orders"][0]["number"]) == ("orders.possible_duplicate", first["number"])
    assert (await office.submit(confirm_duplicate=True))["duplicate_confirmed"] is True


async def test_personal_data_is_masked_and_each_reveal_recorded(office: Office, database: Database) -> None:
    made = await office.submit()
    url = f"/api/orders/{made['id']}"
    for reader in (office.agent, office.auditor, office.administrator):
        for body in ((await reader.get(url)).json(), (await reader.get("/api/orders")).json()):
            assert "13812345678" not in str(body)
            assert "世纪大道100号" not in str(body)
    assert (await office.agent.post(f"{url}/reveal")).status_code == 403
    assert (await office.administrator.post(f"{url}/reveal")).status_code == 403
    shown = (await office.auditor.post(f"{url}/reveal")).json()
    assert (shown["address"]["phone"], shown["revealed"]) == ("13812345678", True)
    exported = await office.agent.get("/api/orders/export")
    assert b"138****5678" in exported.content
    assert (await office.agent.get("/api/orders/export", params={"reveal": True})).status_code == 403
    whole = await office.auditor.get("/api/orders/export", params={"reveal": True})
    assert b"13812345678" in whole.content
    async with database.transaction(office.shop.tenant.id) as session:
        rows = (await session.execute(select(AuditEntry.kind, AuditEntry.user_id).order_by(AuditEntry.id))).all()
    auditor = office.shop.auditor.user_id
    assert [tuple(row) for row in rows] == [("order", auditor), ("order_export", auditor)]


async def test_a_draft_survives_and_goes_with_the_order(office: Office) -> None:
    contact = new_id()
    url = f"/api/drafts/{contact}"
    assert (await office.agent.get(url)).json() == {"contact_id": contact, "body": None, "updated_at": None}
    for body in ({"lines": [1]}, {"lines": [1, 2], "name": "王"}):
        assert (await office.agent.put(url, json={"body": body})).status_code == 204
    assert (await office.agent.get(url)).json()["body"] == {"lines": [1, 2], "name": "王"}
    assert (await office.agent.put(url, json={"body": {"x": "y" * 70_000}})).status_code == 422
    for wrong in (r'{"body":{"x":"\u0000"}}', r'{"body":{"x":"\ud800"}}', r'{"body":{"x":123456789012345678901}}'):
        answer = await office.agent.put(url, content=wrong, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, wrong
    await office.submit(contact_id=contact)
    assert (await office.agent.get(url)).json()["body"] is None
    await office.agent.put(url, json={"body": {}})
    assert (await office.agent.delete(url)).status_code == 204
    assert (await office.agent.get(url)).json()["body"] is None


async def test_labels_are_printed_once_and_again_only_with_a_reason(office: Office, database: Database) -> None:
    made = await office.labelled(3)
    ids = [row["id"] for row in made]
    early = await office.dispatcher.post("/api/manifests", json={"waybill_ids": ids})
    assert early.json()["error"]["code"] == "orders.not_printed"
    early = await office.dispatcher.post("/api/waybills/reprint", json={"ids": ids, "reason": "x"})
    assert early.json()["error"]["code"] == "orders.not_printed"
    first = await office.dispatcher.get("/api/waybills/labels.pdf", params={"ids": ",".join(ids)})
    assert [read_codes(first.content, page)["Code128"] for page in range(3)] == [row["number"] for row in made]
    again = await office.dispatcher.get("/api/waybills/labels.pdf", params={"ids": ids[0]})
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "orders.already_printed"
    assert (await office.dispatcher.post("/api/waybills/reprint", json={"ids": ids[:1]})).status_code == 422
    spoiled = await office.dispatcher.post("/api/waybills/reprint", json={"ids": ids[:1], "reason": "卡纸"})
    assert read_codes(spoiled.content)["Code128"] == made[0]["number"]
    assert (await office.agent.post("/api/waybills/reprint", json={"ids": ids, "reason": "x"})).status_code == 403
    listed = (await office.dispatcher.get("/api/waybills", params={"printed": True})).json()
    assert sorted(row["prints"] for row in listed["items"]) == [1, 1, 2]
    async with database.transaction(office.shop.tenant.id) as session:
        entries = (
            await session.scalars(select(AuditEntry).where(AuditEntry.kind == "waybill").order_by(AuditEntry.id))
        ).all()
    assert [entry.action for entry in entries] == ["print", "print", "print", "reprint"]
    assert entries[-1].detail["reason"] == "卡纸"
    for wrong in ("", "abc", new_id(), f"{ids[0]},{new_id()}"):
        answer = await office.dispatcher.get("/api/waybills/labels.pdf", params={"ids": wrong})
        assert answer.status_code in (404, 422), wrong


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "waybill,state,date,note\n{0},delivered,2026-11-20,\n{1},refused,2026/11/20,不要了\n{2},returned,,\n",
            "utf-8",
        ),
        ("运单号,状态,日期,备注\r\n{0},签收,2026年11月20日,\r\n{1},拒收,,不要了\r\n{2},退回,,\r\n", "gb18030"),
        ('快递单号;结果\n"{0}";妥投\n\n="{1}";已拒收\n\'{2};退货\n', "utf-8-sig"),
    ],
)
async def test_results_come_by_csv(office: Office, text: str, encoding: str) -> None:
    made = await office.handed_over(3)
    file = text.format(*(row["number"] for row in made))
    answer = await office.bring(file, encoding)
    assert answer.json() == {"accepted": 3, "unchanged": 0}, answer.text
    listed = (await office.dispatcher.get("/api/waybills", params={"sort": "number"})).json()["items"]
    assert [row["state"] for row in listed] == ["delivered", "refused", "returned"]
    # Two of the three spoons came back.
    assert await office.shop.stock(office.shop.spoon) == (49, 0)
    assert (await office.bring(file, encoding)).json() == {"accepted": 0, "unchanged": 3}
    assert await office.shop.stock(office.shop.spoon) == (49, 0)


async def test_one_wrong_row_and_nothing_is_imported(office: Office) -> None:
    made = await office.handed_over(3)
    numbers = [row["number"] for row in made]
    text = "\n".join(
        [
            "waybill,state,date,note",
            f"{numbers[0]},delivered,2026-11-20,",
            "SF9999999999,delivered,,",
            f"{numbers[1]},lost,,",
            f'{numbers[2]},delivered,2026-13-45,"two',
            'lines"',
            ",delivered,,",
            f"{numbers[0]},refused,,",
            "1.23E+15,delivered,,",
        ]
    )
    answer = await office.bring(text)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "orders.import_rejected"
    assert [row["row"] for row in error["data"]["rows"]] == [3, 4, 5, 7, 8, 9]
    messages = [row["message"] for row in error["data"]["rows"]]
    for message, part in zip(
        messages, ("SF9999999999", "lost", "2026-13-45", "缺少", "第 2 行", "科学计数法"), strict=True
    ):
        assert part in message
    listed = (await office.dispatcher.get("/api/waybills")).json()["items"]
    assert {row["state"] for row in listed} == {"handed_over"}


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b"waybill,state\n", b"\x89PNG\r\n\x1a\n\x00\x00", b'waybill,state\n"x'],
)
async def test_a_wrong_file_is_named(office: Office, data: bytes) -> None:
    answer = await office.bring(data)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "orders.import_rejected"
    assert answer.json()["error"]["data"]["rows"][0]["message"]


async def test_a_result_before_the_hand_over_is_a_wrong_row(office: Office) -> None:
    (made,) = await office.labelled(1)
    answer = await office.bring(f"waybill,state\n{made['number']},delivered\n")
    assert answer.json()["error"]["data"]["rows"] == [{"row": 2, "message": "订单当前为“待交接”,不能“登记签收”"}]


async def test_lists_are_filtered_sorted_and_exported(office: Office) -> None:
    first = await office.submit()
    second = await office.submit(
        customer={"name": "=HYPERLINK(1)", "number": "02162345678"},
        address={**ADDRESS, "recipient": "=李四", "phone": "02162345678"},
        lines=[{"sku_id": office.shop.blender, "quantity": 1}],
        payment="paid",
    )
    await office.auditor.post(f"/api/orders/{second['id']}/approve")

    async def ids(**params: str | list[str]) -> list[str]:
        answer = await office.agent.get("/api/orders", params=params)
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["items"]]

    for params in ({"state": "submitted"}, {"payment": "cod"}, {"q": "王小"}, {"q": "wxm"}, {"q": "13812345678"}):
        assert await ids(**params) == [first["id"]], params
    assert await ids(q=first["number"]) == [first["id"]]
    assert await ids(q="02162345678") == [second["id"]]
    assert await ids(sort="amount") == [first["id"], second["id"]]
    assert await ids(sort="-amount", state=["submitted", "audited"]) == [second["id"], first["id"]]
    assert await ids(to="2020-01-01T00:00:00Z") == []
    assert (await office.agent.get("/api/orders", params={"sort": "street"})).status_code == 422
    answer = await office.agent.get("/api/orders/export", params={"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "订单号"
    assert [row[0] for row in rows[1:]] == [second["number"], first["number"]]
    assert rows[1][4] == "'=李四"  # no formula for the spreadsheet to run
    answer = await office.agent.get("/api/orders/export", params={"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[1][11] == 399
    assert cells[1][4] == "=李四"
    assert sheet.cell(2, 5).data_type == "s"


async def test_the_catalogue_is_kept_by_its_keeper(office: Office) -> None:
    hotline, line = new_id(), new_id()
    product = {"code": "P7", "name": "电饭煲", "hotline_ids": [hotline], "line_ids": [line]}
    assert (await office.agent.post("/api/products", json=product)).status_code == 403
    made = (await office.administrator.post("/api/products", json=product)).json()
    assert made["hotline_ids"] == [hotline]
    taken = await office.administrator.post("/api/products", json=product)
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "orders.code_taken")
    sku = {"product_id": made["id"], "code": "S7", "price_minor": 29900, "stock": 3}
    article = (await office.administrator.post("/api/skus", json=sku)).json()
    assert article["available"] == 3

    async def codes(**params: str) -> set[str]:
        found = (await office.agent.get("/api/catalogue", params=params)).json()
        return {row["code"] for row in found["items"]}

    assert await codes() == {"S1", "S2", "S3", "S7"}
    assert await codes(hotline_id=hotline) == {"S1", "S2", "S3", "S7"}
    assert await codes(line_id=line, q="dfb") == {"S7"}
    assert await codes(hotline_id=new_id(), line_id=new_id()) == {"S1", "S2", "S3"}
    # The line of this hotline is not known here: what is bound to lines stays in sight.
    assert await codes(hotline_id=new_id()) == {"S1", "S2", "S3", "S7"}
    url = f"/api/skus/{article['sku_id']}"
    assert (await office.administrator.patch(url, json={"price_minor": -1})).status_code == 422
    assert (await office.administrator.patch(url, json={"stock": 8, "price_minor": 100})).json()["stock"] == 8
    moves = (await office.administrator.get(f"{url}/movements")).json()["items"]
    assert [(move["effect"], move["quantity"], move["stock_after"]) for move in moves] == [
        ("count", 5, 8),
        ("count", 3, 3),
    ]
    url = f"/api/products/{made['id']}"
    changed = await office.administrator.patch(url, json={"active": False, "hotline_ids": []})
    assert (changed.json()["hotline_ids"], changed.json()["line_ids"]) == ([], [line])
    assert await codes() == {"S1", "S2", "S3"}
    listed = (await office.administrator.get("/api/products", params={"q": "电饭"})).json()
    assert [row["code"] for row in listed["items"]] == ["P7"]
    settings = await office.administrator.put("/api/order-settings", json={"duplicate_days": 30})
    assert settings.json()["sender_name"] == "好家购物"
    assert (await office.agent.get("/api/order-settings")).json()["duplicate_days"] == 30


async def test_couriers_and_their_pools(office: Office) -> None:
    made = (await office.dispatcher.post("/api/couriers", json={"code": "YT", "name": "圆通速递"})).json()
    url = f"/api/couriers/{made['id']}/numbers"
    assert (await office.dispatcher.post(url, json={"first": "YT0001", "last": "YT0009"})).json() == {"added": 9}
    again = await office.dispatcher.post(url, json={"numbers": ["YT0009", "YT0010"]})
    assert again.json()["error"]["code"] == "orders.numbers_taken"
    for wrong in ({"first": "YT0009", "last": "YT0001"}, {"first": "YT1"}, {"numbers": ["a b c d"]}, {}):
        assert (await office.dispatcher.post(url, json=wrong)).status_code == 422, wrong
    listed = (await office.agent.get("/api/couriers")).json()
    assert [(row["code"], row["free_numbers"]) for row in listed] == [("SF", 40), ("YT", 9)]


async def test_nothing_of_another_tenant_is_seen(
    office: Office, make_shop: MakeShop, other_tenant: Tenant, api_client: SignIn
) -> None:
    other = await make_shop(other_tenant)
    made = await office.submit()
    (waybill,) = await office.labelled(1)
    agent = await api_client(user=other.agent)
    auditor = await api_client(user=other.auditor)
    dispatcher = await api_client(user=other.dispatcher)
    administrator = await api_client(user=other.administrator)
    url = f"/api/orders/{made['id']}"
    for answer in (
        await agent.get(url),
        await auditor.post(f"{url}/reveal"),
        await auditor.post(f"{url}/approve"),
        await auditor.post(f"{url}/cancel", json={"reason": "x"}),
        await agent.put(url, json={"remark": "x"}),
        await dispatcher.get("/api/waybills/labels.pdf", params={"ids": waybill["id"]}),
        await dispatcher.post("/api/manifests", json={"waybill_ids": [waybill["id"]]}),
        await dispatcher.post(f"/api/couriers/{office.shop.courier_id}/numbers", json={"numbers": ["SF1234"]}),
        await administrator.patch(f"/api/skus/{office.shop.pot}", json={"stock": 0}),
        await administrator.patch(f"/api/products/{office.shop.product_id}", json={"name": "x"}),
    ):
        assert answer.status_code in (404, 422), answer.text
    assert (await agent.get("/api/orders")).json()["total"] == 0
    foreign = await agent.post("/api/orders", json=office.body())
    assert foreign.json()["error"]["code"] == "orders.no_such_sku"
    with_customer = await agent.post(
        "/api/orders",
        json=office.body(
            customer={"id": made["customer_id"]}, lines=[{"sku_id": other.pot, "quantity": 1}], confirm_duplicate=True
        ),
    )
    assert with_customer.status_code == 404
    rejected = await dispatcher.post(
        "/api/shipping/import",
        files={"file": ("a.csv", f"waybill,state\n{waybill['number']},delivered\n".encode(), "text/csv")},
    )
    assert rejected.status_code == 422
    assert (await office.agent.get(url)).json()["state"] == "submitted"


async def test_wrong_input_is_named(office: Office) -> None:
    for changes, field in (
        ({"lines": []}, "lines"),
        ({"lines": [{"sku_id": office.shop.pot, "quantity": 0}]}, "lines.0.quantity"),
        ({"payment": "barter"}, "payment"),
        ({"address": {**ADDRESS, "street": ""}}, "address.street"),
        ({"address": {**ADDRESS, "street": "x" * 201}}, "address.street"),
        ({"surprise": 1}, "surprise"),
    ):
        answer = await office.agent.post("/api/orders", json=office.body(**changes))
        assert answer.status_code == 422, changes
        assert answer.json()["error"]["field"] == field
    assert (await office.agent.get("/api/orders/nonsense")).status_code == 422
    missing = await office.auditor.post(f"/api/orders/{new_id()}/approve")
    assert missing.json()["error"]["code"] == "orders.no_such_order"
    made = await office.submit()
    empty = await office.auditor.post(f"/api/orders/{made['id']}/return", json={"reason": "  "})
    assert empty.status_code == 422


async def test_each_change_is_announced(office: Office, narrow: Database) -> None:
    made = await office.submit()
    await office.auditor.post(f"/api/orders/{made['id']}/approve")
    async with narrow.transaction(None) as session:
        found = await session.scalar(
            select(func.count())
            .select_from(OutboxRow)
            .where(OutboxRow.topic == "orders.changed", OutboxRow.object_id == made["id"])
        )
    assert found == 2
    async with office.shop.database.transaction(office.shop.tenant.id) as session:
        assert await session.scalar(select(func.count()).select_from(Order)) == 1
