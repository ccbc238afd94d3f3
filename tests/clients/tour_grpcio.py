"""The tour by grpcio: tour_grpcio.py <http url> <grpc url> <key> <file tree>"""

import hashlib
import itertools
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

try:
    import google
    import grpc
except ImportError as fault:
    sys.exit(f"{fault}: apt-get install python3-grpcio")

HERE = Path(__file__).resolve().parent
STUBS = tempfile.TemporaryDirectory()


def generate():
    """Stubs by Debian's protoc. The descriptors come from buf, which brings google/protobuf/*.proto along."""
    plugin = shutil.which("grpc_python_plugin")
    if not plugin or not shutil.which("protoc"):
        sys.exit("protoc or grpc_python_plugin is missing: apt-get install protobuf-compiler protobuf-compiler-grpc")
    protos = HERE.parents[1] / "protos"
    image = f"{STUBS.name}/protos.binpb"
    buf = [HERE / "node_modules/.bin/buf", "build", protos, "--as-file-descriptor-set", "-o", image]
    subprocess.run(buf, check=True)
    wanted = [str(file.relative_to(protos)) for folder in ("yyc3", "google") for file in (protos / folder).rglob("*.proto")]
    stubs = [f"--plugin=protoc-gen-grpc_python={plugin}", f"--python_out={STUBS.name}", f"--grpc_python_out={STUBS.name}"]
    subprocess.run(["protoc", f"--descriptor_set_in={image}", *stubs, *wanted], check=True)
    sys.path.insert(0, STUBS.name)
    google.__path__.append(f"{STUBS.name}/google")


generate()
from google.protobuf import struct_pb2  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402
from yyc3.connectors.database.v1 import database_service_pb2 as db, database_service_pb2_grpc as db_rpc, value_pb2  # noqa: E402
from yyc3.connectors.integration.v1 import (  # noqa: E402
    integration_pb2,
    integration_service_pb2 as it,
    integration_service_pb2_grpc as it_rpc,
)
from yyc3.connectors.messaging.v1 import message_pb2, messaging_service_pb2 as mq, messaging_service_pb2_grpc as mq_rpc  # noqa: E402
from yyc3.connectors.storage.v1 import storage_service_pb2 as st, storage_service_pb2_grpc as st_rpc  # noqa: E402

_, GRPC_URL, KEY, TREE = sys.argv[1:5]
CHUNK = 200_000
CALL = {"metadata": [("authorization", f"Bearer {KEY}")], "timeout": 60}
# Proxies of the environment are not for the loopback.
CHANNEL = grpc.insecure_channel(urlsplit(GRPC_URL).netloc, options=[("grpc.enable_http_proxy", 0)])
integrations = it_rpc.IntegrationServiceStub(CHANNEL)
storage = st_rpc.StorageServiceStub(CHANNEL)
database = db_rpc.DatabaseServiceStub(CHANNEL)
messaging = mq_rpc.MessagingServiceStub(CHANNEL)


def expect(actual, wanted, what):
    if actual != wanted:
        sys.exit(f"{what}: expected {wanted!r}, got {actual!r}")


def step(text):
    print(f"ok  {text}", flush=True)


def create(kind, provider, **config):
    settings = struct_pb2.Struct()
    settings.update(config)
    answer = integrations.CreateIntegration(
        it.CreateIntegrationRequest(
            name=f"{provider} 集成",
            type=kind,
            provider=provider,
            config=settings,
            auth=integration_pb2.IntegrationAuth(type=integration_pb2.AUTH_TYPE_NONE),
        ),
        **CALL,
    )
    expect(answer.integration.name, f"{provider} 集成", "created integration")
    return answer.integration.id


def files():
    identity = create("storage", "local-fs")
    wanted = {}
    for file in sorted(p for p in Path(TREE).rglob("*") if p.is_file()):
        folder = "/".join(["/tree", *file.parent.relative_to(TREE).parts])
        content = file.read_bytes()
        header = st.UploadHeader(
            integration_id=identity, path=folder, name=file.name, content_length=len(content), metadata={"作者": "tour"}
        )
        chunks = (st.UploadFileRequest(chunk=content[at : at + CHUNK]) for at in range(0, len(content), CHUNK))
        stored = storage.UploadFile(itertools.chain([st.UploadFileRequest(header=header)], chunks), **CALL)
        expect((stored.path, stored.size), (f"{folder}/{file.name}", len(content)), "stored file")
        wanted[stored.path] = content
    step(f"{len(wanted)} files uploaded")

    listed, cursor = {}, ""
    while True:
        page = storage.ListFiles(
            st.ListFilesRequest(integration_id=identity, path="/tree", recursive=True, limit=7, cursor=cursor), **CALL
        )
        listed.update({file.path: file.size for file in page.files})
        cursor = page.pagination.next_cursor
        if not page.pagination.truncated:
            break
    expect(listed, {path: len(content) for path, content in wanted.items()}, "listing")
    step("all listed, page by page")

    for path, content in wanted.items():
        answers = storage.DownloadFile(st.DownloadFileRequest(integration_id=identity, path=path), **CALL)
        header = next(answers).header
        expect(dict(header.metadata), {"作者": "tour"}, "metadata")
        digest = hashlib.sha256()
        for answer in answers:
            digest.update(answer.chunk)
        expect(digest.hexdigest(), hashlib.sha256(content).hexdigest(), f"SHA-256 of {path}")
    step("all downloaded with the same SHA-256")


def rows():
    identity = create("database", "sqlite", path="grpcio.db")
    value = value_pb2.Value
    database.Execute(
        db.ExecuteRequest(
            integration_id=identity,
            command="CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL, big INTEGER, data BLOB, note TEXT)",
        ),
        **CALL,
    )
    statements = [
        db.BatchStatement(
            command="INSERT INTO items VALUES (:id, :name, :price, :big, :data, :note)",
            params={
                "id": value(int64_value=n),
                "name": value(string_value=f"item '{n}'; 物品"),
                "price": value(double_value=n / 4),
                "big": value(int64_value=2**53 + 1),
                "data": value(bytes_value=bytes([0, n & 255, 255])),
                "note": value(null_value=struct_pb2.NULL_VALUE),
            },
        )
        for n in range(1, 1001)
    ]
    answer = database.ExecuteBatch(db.ExecuteBatchRequest(integration_id=identity, statements=statements), **CALL)
    expect(sum(result.affected_rows for result in answer.results), 1000, "inserted rows")
    step("a table made and 1000 rows inserted with parameters")

    found = database.Query(
        db.QueryRequest(
            integration_id=identity,
            query="SELECT name, price, big, data, note FROM items WHERE id = :id",
            params={"id": value(int64_value=42)},
        ),
        **CALL,
    )
    name, price, big, data, note = found.rows[0].values
    expect(
        (name.string_value, price.double_value, big.int64_value, data.bytes_value, note.WhichOneof("kind")),
        ("item '42'; 物品", 10.5, 2**53 + 1, b"\x00\x2a\xff", "null_value"),
        "queried row",
    )
    step("a row queried with a parameter, its types exact")

    stream = database.StreamQuery(
        db.StreamQueryRequest(integration_id=identity, query="SELECT id FROM items ORDER BY id"), **CALL
    )
    streamed = [row.values[0].int64_value for batch in stream for row in batch.rows]
    expect(streamed, list(range(1, 1001)), "streamed ids")
    step("1000 rows streamed")


def messages():
    identity = create("messaging", "local-queue")
    requests = (
        mq.SendBatchRequest(
            integration_id=identity if n == 0 else "",
            topic="orders" if n == 0 else "",
            message=f'{{"订单":{n}}}'.encode(),
        )
        for n in range(9)
    )
    sent = list(messaging.SendBatch(requests, **CALL).messages)
    last = mq.SendRequest(
        integration_id=identity,
        topic="orders",
        message=b"\x00\xff",
        content_type="application/octet-stream",
        options=message_pb2.SendOptions(key="a", headers={"kind": "binary"}),
    )
    sent.append(messaging.Send(last, **CALL).message)
    step("10 messages sent, alone and as a stream")

    def receive():
        return messaging.Receive(
            mq.ReceiveRequest(
                integration_id=identity,
                topic="orders",
                consumer_group="workers",
                max_messages=20,
                timeout=0,
                ack_mode=message_pb2.ACK_MODE_MANUAL,
            ),
            **CALL,
        ).messages

    received = receive()
    expect([m.message_id for m in received], [m.message_id for m in sent], "received ids")
    expect((received[-1].value, dict(received[-1].headers)), (b"\x00\xff", {"kind": "binary"}), "last message")
    handles = [m.receipt_handle for m in received]
    settled = messaging.Acknowledge(mq.AcknowledgeRequest(integration_id=identity, receipt_handles=handles), **CALL)
    expect({result.outcome for result in settled.results}, {message_pb2.SETTLE_OUTCOME_DONE}, "outcomes")
    expect(len(receive()), 0, "messages left")
    step("received, acknowledged, none left")


def failure(method, request, key=KEY):
    try:
        method(request, metadata=[("authorization", f"Bearer {key}")], timeout=60)
    except grpc.RpcError as error:
        trailers = dict(error.trailing_metadata())
        status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
        info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        for detail in status.details:
            detail.Unpack(info)
            detail.Unpack(bad)
        return error.code(), info.reason, [violation.field for violation in bad.field_violations]
    sys.exit("The call should have failed.")


def errors():
    wrong = failure(integrations.ListIntegrations, it.ListIntegrationsRequest(), key="wrong-key-0123456789")
    expect(wrong[0], grpc.StatusCode.UNAUTHENTICATED, "wrong key")
    step("a wrong key is UNAUTHENTICATED")
    unknown = failure(integrations.GetIntegration, it.GetIntegrationRequest(integration_id="int-nosuch"))
    expect(unknown[:2], (grpc.StatusCode.NOT_FOUND, "INTEGRATION_NOT_FOUND"), "unknown integration")
    step("an unknown integration is NOT_FOUND with its ErrorInfo")
    bad = failure(integrations.CreateIntegration, it.CreateIntegrationRequest(type="storage", provider="local-fs"))
    expect((bad[0], bad[2]), (grpc.StatusCode.INVALID_ARGUMENT, ["name"]), "missing field")
    step("a missing field is INVALID_ARGUMENT with its BadRequest")


files()
rows()
messages()
errors()
CHANNEL.close()
STUBS.cleanup()
