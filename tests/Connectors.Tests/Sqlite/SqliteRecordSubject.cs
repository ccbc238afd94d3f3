using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Sqlite;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

public sealed class SqliteRecordSubject : TableSubject
{
    private readonly ConnectorHarness _harness = new();
    private SqliteConnector? _connector;

    public override IRecordSource Source => _connector!;

    public override IRecordSink Sink => _connector!;

    protected override IDatabase Database => _connector!;

    public override async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _connector = new SqliteConnector(_harness.Context(new { path = "records.db", records = Records }));
        await RunAsync(
            "create table conf_records (id integer primary key, value text check (length(value) <= 100),"
                + " changed timestamp, gone timestamp)"
        );
    }

    public override async ValueTask DisposeAsync()
    {
        await _connector!.DisposeAsync();
        _harness.Dispose();
        GC.SuppressFinalize(this);
    }
}
