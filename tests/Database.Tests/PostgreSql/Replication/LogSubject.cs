using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Database.Tests.PostgreSql.Replication;

public sealed class LogSubject : TableSubject
{
    private LogFixture? _fixture;

    public override string Resource => LogFixture.Resource;

    public override IRecordSource Source => Connector;

    public override IRecordSink Sink => Connector;

    protected override IDatabase Database => Connector;

    private PostgreSqlConnector Connector => _fixture!.Connector;

    public override async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _fixture = await LogFixture.OpenAsync("", resource: new(StringComparer.Ordinal) { ["table"] = "conf_records" });
        await RunAsync(
            "create table conf_records (id integer primary key, value varchar(100), changed timestamptz, gone timestamptz)"
        );
    }

    public override Task DeleteAsync(string id) => RunAsync($"delete from conf_records where id = {id}");

    public override async ValueTask DisposeAsync()
    {
        if (_fixture is not null)
        {
            await _fixture.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
