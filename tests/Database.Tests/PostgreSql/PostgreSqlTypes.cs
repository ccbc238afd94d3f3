using Yyc3.Connectors.PostgreSql;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

/// <summary>A connector on a schema with types of its own and one row of many types.</summary>
public sealed class PostgreSqlTypes : IAsyncLifetime
{
    private readonly PostgreSqlFixture _fixture = new();

    public PostgreSqlConnector Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await _fixture.OpenAsync();
        await ExecuteAsync(Database, "create type mood as enum ('sad', 'happy')");
        await ExecuteAsync(Database, "create type pair as (a integer, b text)");
        await ExecuteAsync(Database, "create domain positive as integer check (value > 0)");
        await ExecuteAsync(
            Database,
            "create table t (d date, ts timestamptz, t timestamp, n numeric, i bigint, u uuid, b boolean, j jsonb, "
                + "a integer[], iv interval, ip inet)"
        );
        await ExecuteAsync(
            Database,
            "insert into t values ('2026-02-03', '2026-02-03T10:00:00Z', '2026-02-03 10:00', 12.5, 9007199254740993, "
                + "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', true, '{\"a\": 1, \"b\": 2}', '{1,2,3}', '1 mon', '10.1.2.3')"
        );
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
