using System.Text.Json;
using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Records;

public sealed class MongoRecordSubject : RecordSubject
{
    private static readonly DateTimeOffset Start = new(2026, 2, 3, 10, 0, 0, TimeSpan.Zero);

    /// <summary>An integer, an object id, and a text that looks like an integer.</summary>
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["1"] = "1",
        ["65f0c0ffee65f0c0ffee65f0"] = """{"$oid": "65f0c0ffee65f0c0ffee65f0"}""",
        ["\"2\""] = "\"2\"",
    };

    private readonly ConnectorHarness _harness = new();
    private MongoDbConnector? _connector;
    private int _changes;

    public override string Resource => "conf";

    public override IReadOnlyList<string> Ids => [.. Values.Keys];

    public override IRecordSource Source => _connector!;

    public override IRecordSink Sink => _connector!;

    public override async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        var records = new
        {
            conf = new
            {
                collection = "conf_records",
                modifiedAt = "meta.changed",
                deletedAt = "gone",
            },
        };
        _connector = await (await MongoServers.GetAsync()).OpenAsync(_harness, records: records);
    }

    public override Task PutAsync(string id, string value) =>
        RunAsync(id, """{"value": ":value", "meta": {"changed": ":now"}}""", ("value", DbValue.From(value)));

    public override Task DeleteAsync(string id) =>
        RunAsync(id, """{"$set": {"meta": {"changed": ":now"}, "gone": true}}""");

    public override SyncRecord NewRecord(string id, string value) =>
        new() { Id = id, Data = JsonSerializer.SerializeToUtf8Bytes(new { value }) };

    public override SyncRecord NewRecordWithNull(string id) =>
        new() { Id = id, Data = """{"value":null}"""u8.ToArray() };

    public override SyncRecord NewRefusedRecord() => new() { Id = "x", Data = """{"$set":{"value":1}}"""u8.ToArray() };

    public override ValueTask<string> ValueOfAsync(SyncRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        using var json = JsonDocument.Parse(record.Data);
        return ValueTask.FromResult(json.RootElement.GetProperty("value").GetString()!);
    }

    public override ValueTask DisposeAsync()
    {
        _connector?.Dispose();
        _harness.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private Task<ExecuteResult> RunAsync(string id, string update, params (string Name, DbValue Value)[] parameters) =>
        DatabaseCalls.ExecuteAsync(
            _connector!,
            $$"""{"update": "conf_records", "updates": [{"q": {"_id": {{Values[id]}}}, "u": {{update}}, "upsert": true}]}""",
            [.. parameters, ("now", DbValue.From(Start.AddMilliseconds(++_changes)))]
        );
}
