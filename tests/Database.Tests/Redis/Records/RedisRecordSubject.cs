using System.Text.Json;
using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Redis.Records;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Database.Tests.Redis.Records;

public sealed class RedisRecordSubject : RecordSubject
{
    private readonly ConnectorHarness _harness = new();
    private RedisConnector? _connector;

    public override string Resource => "keys";

    public override IReadOnlyList<string> Ids => ["user:1", "größer 👩", "base64:AP8="];

    public override IRecordSource Source => _connector!;

    public override IRecordSink Sink => _connector!;

    public override async ValueTask OpenAsync(CancellationToken cancellationToken) =>
        _connector = RedisServers.Open(_harness, await RedisServers.SharedAsync(), RedisServers.NextDatabase());

    public override Task PutAsync(string id, string value) =>
        DatabaseCalls.ExecuteAsync(_connector!, "SET :k :v", Key(id), ("v", DbValue.From(value)));

    public override Task DeleteAsync(string id) => DatabaseCalls.ExecuteAsync(_connector!, "DEL :k", Key(id));

    public override SyncRecord NewRecord(string id, string value) =>
        new() { Id = id, Data = JsonSerializer.SerializeToUtf8Bytes(new { type = "string", value }) };

    public override SyncRecord NewRefusedRecord() =>
        new() { Id = "x", Data = """{"type":"list","value":7}"""u8.ToArray() };

    public override ValueTask<string> ValueOfAsync(SyncRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        using var json = JsonDocument.Parse(record.Data);
        return ValueTask.FromResult(json.RootElement.GetProperty("value").GetString()!);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_connector is not null)
        {
            await _connector.DisposeAsync();
        }

        _harness.Dispose();
        GC.SuppressFinalize(this);
    }

    private static (string, DbValue) Key(string id) => ("k", DbValue.From(KeyId.Parse(id)));
}
