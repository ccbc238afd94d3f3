using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>A migrated store of its own, with the tenants <c>default</c> and <c>acme</c>; see <see cref="StateServer"/>.</summary>
internal sealed class StateBox : IDisposable
{
    private readonly TempFolder _folder = new();
    private string _opened = "";

    private StateBox(string? connectionString)
    {
        Options = new StateOptions { DataDirectory = _folder.Under("data"), ConnectionString = connectionString };
        Store = new StateStore(NewDialect());
        Changes = new StateChanges(Store.Dialect, Clock, NullLogger<StateChanges>.Instance);
    }

    public FakeClock Clock { get; } = new();

    public StateOptions Options { get; }

    public StateStore Store { get; }

    public StateChanges Changes { get; }

    /// <summary>A store without tables.</summary>
    public static async Task<StateBox> CreateEmptyAsync() =>
        new(StateServer.IsDefault ? await StateServer.NewSchemaAsync() : null);

    public static async Task<StateBox> CreateAsync() => await FillAsync(await CreateEmptyAsync());

    public static Task<StateBox> CreateSqliteAsync() => FillAsync(new StateBox(connectionString: null));

    public static async Task<StateBox> CreatePostgreSqlAsync() =>
        await FillAsync(new StateBox(await StateServer.NewSchemaAsync()));

    /// <summary>Another node's view of the same database; to be disposed of before this.</summary>
    public StateDialect NewDialect() =>
        Options.ConnectionString is { } connectionString
            ? new PostgreSqlDialect(connectionString, Options.Lease)
            : new SqliteDialect(Options);

    public async Task MigrateAsync()
    {
        await new MigrationRunner(Store, Clock, NullLogger<MigrationRunner>.Instance).RunAsync(default);
        _opened = await Store.ReadAsync(connection => Task.FromResult(connection.ConnectionString), default);
    }

    public ValueTask<long> CountAsync(string table) =>
        Store.ReadAsync(connection => connection.ExecuteScalarAsync<long>("select count(*) from " + table), default);

    public ValueTask<int> ExecuteAsync(string sql) =>
        Store.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, transaction: transaction), default);

    public void Dispose()
    {
        Changes.Dispose();
        Store.Dispose();
        if (Store.Dialect is IDisposable dialect)
        {
            dialect.Dispose();
        }
        else
        {
            // Its own pool only: closing those of tests that run meanwhile would checkpoint and delete their logs.
            using var connection = new SqliteConnection(_opened);
            SqliteConnection.ClearPool(connection);
        }

        _folder.Dispose();
    }

    private static async Task<StateBox> FillAsync(StateBox box)
    {
        await box.MigrateAsync();
        var tenants = new TenantStore(box.Store, box.Clock);
        await tenants.AddAsync(TenantStore.Default, "Default", default);
        await tenants.AddAsync("acme", "Acme", default);
        return box;
    }
}
