using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>A server that is no replica set has no transactions, and may let anybody in.</summary>
public sealed class MongoStandaloneTests : MongoServerTests
{
    private const string Insert = """{"insert": "c", "documents": [{}]}""";

    [Fact]
    public async Task Batch_of_several_statements_is_refused_and_changes_nothing()
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            Connector.ExecuteBatchAsync([Statement(Insert), Statement(Insert)], default).AsTask()
        );

        Assert.Equal((ErrorKind.PreconditionFailed, "TRANSACTIONS_UNSUPPORTED"), (error.Kind, error.Code));
        Assert.Empty(await QueryAsync("""{"find": "c"}"""));
    }

    [Fact]
    public async Task Batch_of_one_statement_needs_no_transaction()
    {
        var results = await Connector.ExecuteBatchAsync([Statement(Insert)], default);

        Assert.Equal(1, Assert.Single(results).AffectedRows);
        Assert.Single(await QueryAsync("""{"find": "c"}"""));
    }

    [Fact]
    public async Task Server_without_users_is_healthy() =>
        Assert.Equal(HealthReport.Healthy, await Connector.CheckAsync(default));

    private protected override async ValueTask<MongoDbConnector> OpenAsync() =>
        new(
            Harness.Context(
                new
                {
                    host = "127.0.0.1",
                    port = (await (await MongoServers.GetAsync()).StandaloneAsync()).Port,
                    database = "d" + Guid.NewGuid().ToString("N"),
                }
            )
        );
}
