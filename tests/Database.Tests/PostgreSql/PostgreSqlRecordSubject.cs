using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

public sealed class PostgreSqlRecordSubject : TableSubject
{
    private readonly PostgreSqlFixture _fixture = new();
    private PostgreSqlConnector? _connector;

    public override IRecordSource Source => _connector!;

    public override IRecordSink Sink => _connector!;

    protected override IDatabase Database => _connector!;

    public override async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _connector = await _fixture.OpenAsync(PostgreSqlFixture.Settings(("records", Records)));
        await RunAsync(
            "create table conf_records (id integer primary key, value varchar(100), changed timestamptz, gone timestamptz)"
        );
    }

    public override async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
