using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

public sealed class PostgreSqlLossTests : ServerLossTests
{
    private readonly PostgreSqlFixture _fixture = new();
    private PostgreSqlServer _server = null!;
    private PostgreSqlConnector _database = null!;

    public override async ValueTask InitializeAsync()
    {
        _server = await PostgreSqlServer.StartAsync();
        _database = _fixture.Open(_server);
        await ExecuteAsync(_database, "create table t (worker integer, number integer, primary key (worker, number))");
    }

    public override async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override async Task CallAsync(int worker, int number, CancellationToken cancellationToken)
    {
        await _database.ExecuteAsync(
            Statement("insert into t values (:w, :n)", ("w", DbValue.From(worker)), ("n", DbValue.From(number))),
            cancellationToken
        );
        await using var reader = await _database.QueryAsync(
            Statement(
                "select count(*) from t where worker = :w and number = :n",
                ("w", DbValue.From(worker)),
                ("n", DbValue.From(number))
            ),
            cancellationToken
        );
        Assert.True(await reader.ReadAsync(cancellationToken));
        Assert.Equal(1, reader.GetValue(0).AsInt64());
    }

    protected override Task KillServerAsync() => _server.KillAsync();

    protected override Task StartServerAsync() => _server.StartAgainAsync();

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        var stored = (await QueryAsync(_database, "select worker, number from t"))
            .Select(row => ((int)row[0].AsInt64(), (int)row[1].AsInt64()))
            .ToHashSet();
        Assert.All(acknowledged, call => Assert.Contains(call, stored));
    }
}
