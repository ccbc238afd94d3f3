using Yyc3.Connectors.MySql;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlServerLossTests : ServerLossTests
{
    private MariaDbServer? _server;
    private MySqlFixture? _fixture;
    private MySqlConnector? _connector;

    private MySqlConnector Connector => _connector!;

    public override async ValueTask InitializeAsync()
    {
        _server = await MariaDbServer.StartAsync();
        _fixture = await MySqlFixture.CreateAsync(_server);
        _connector = _fixture.Open();
        await DatabaseCalls.ExecuteAsync(
            Connector,
            "create table done (worker int, number int, primary key (worker, number))"
        );
    }

    public override async ValueTask DisposeAsync()
    {
        await _fixture!.DisposeAsync();
        await _server!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override async Task CallAsync(int worker, int number, CancellationToken cancellationToken)
    {
        await Connector.ExecuteAsync(
            DatabaseCalls.Statement(
                "insert into done values (:worker, :number)",
                ("worker", DbValue.From(worker)),
                ("number", DbValue.From(number))
            ),
            cancellationToken
        );
        await using var rows = await Connector.QueryAsync(
            new DbStatement("select count(*) from done where worker = 0"),
            cancellationToken
        );
        Assert.True(await rows.ReadAsync(cancellationToken));
    }

    protected override Task KillServerAsync() => _server!.KillAsync();

    protected override Task StartServerAsync() => _server!.RestartAsync();

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        var stored = (await DatabaseCalls.QueryAsync(Connector, "select worker, number from done"))
            .Select(row => ((int)row[0].AsInt64(), (int)row[1].AsInt64()))
            .ToHashSet();
        Assert.Empty(acknowledged.Except(stored));
        Assert.InRange(Connector.PoolUsage.Open, 1, Connector.PoolUsage.Limit);
    }
}
