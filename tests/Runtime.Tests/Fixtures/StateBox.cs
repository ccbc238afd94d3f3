using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>A migrated SQLite store in a folder of its own, with the tenants <c>default</c> and <c>acme</c>.</summary>
internal sealed class StateBox : IDisposable
{
    private readonly TempFolder _folder = new();
    private string _connectionString = "";

    private StateBox()
    {
        Options = new StateOptions { DataDirectory = _folder.Under("data") };
        Store = new StateStore(new SqliteDialect(Options));
    }

    public FakeClock Clock { get; } = new();

    public StateOptions Options { get; }

    public StateStore Store { get; }

    public static StateBox CreateEmpty() => new();

    public static async Task<StateBox> CreateAsync()
    {
        var box = new StateBox();
        await box.MigrateAsync();
        var tenants = new TenantStore(box.Store, box.Clock);
        await tenants.AddAsync(TenantStore.Default, "Default", default);
        await tenants.AddAsync("acme", "Acme", default);
        return box;
    }

    public async Task MigrateAsync()
    {
        await new MigrationRunner(Store, Clock, NullLogger<MigrationRunner>.Instance).RunAsync(default);
        _connectionString = await Store.ReadAsync(connection => Task.FromResult(connection.ConnectionString), default);
    }

    public ValueTask<long> CountAsync(string table) =>
        Store.ReadAsync(connection => connection.ExecuteScalarAsync<long>("select count(*) from " + table), default);

    public ValueTask<int> ExecuteAsync(string sql) =>
        Store.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, transaction: transaction), default);

    public void Dispose()
    {
        Store.Dispose();
        // Its own pool only: closing those of tests that run meanwhile would checkpoint and delete their logs.
        using (var connection = new SqliteConnection(_connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        _folder.Dispose();
    }
}
