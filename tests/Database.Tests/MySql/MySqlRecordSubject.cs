using Yyc3.Connectors.MySql;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlRecordSubject : TableSubject
{
    private MySqlFixture? _fixture;
    private MySqlConnector? _connector;

    public override IRecordSource Source => _connector!;

    public override IRecordSink Sink => _connector!;

    protected override IDatabase Database => _connector!;

    public override async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _fixture = await MySqlFixture.CreateAsync();
        _connector = _fixture.Open(records: Records);
        await RunAsync(
            "create table conf_records (id int primary key, value varchar(100), changed datetime(6), gone datetime(6))"
        );
    }

    public override async ValueTask DisposeAsync()
    {
        if (_fixture is not null)
        {
            await _fixture.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
