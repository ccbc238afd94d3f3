using Dapper;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.State;

/// <summary>The schema, from nothing and again.</summary>
public sealed class MigrationTests : IAsyncLifetime
{
    private StateBox _box = null!;

    public async ValueTask InitializeAsync() => _box = await StateBox.CreateEmptyAsync();

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Empty_database_gets_every_migration_in_order()
    {
        await _box.MigrateAsync();
        var expected = MigrationRunner.Find(_box.Store.Dialect.Name);
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(migration => (migration.Version, migration.Name)), await AppliedAsync());
        foreach (var table in new[] { "tenants", "api_keys", "integrations", "data_keys", "credentials" })
        {
            Assert.Equal(0, await _box.CountAsync(table));
        }
    }

    [Fact]
    public async Task Second_run_changes_nothing()
    {
        await _box.MigrateAsync();
        var before = await MomentsAsync();
        await _box.ExecuteAsync("insert into tenants (id, name, created_at) values ('default', '', 0)");

        _box.Clock.Advance(TimeSpan.FromDays(1));
        await _box.MigrateAsync();
        Assert.Equal(before, await MomentsAsync());
        Assert.Equal(1, await _box.CountAsync("tenants"));
    }

    [Fact]
    public async Task Nodes_that_start_together_migrate_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _box.MigrateAsync()));
        Assert.Equal(MigrationRunner.Find(_box.Store.Dialect.Name).Count, await _box.CountAsync("schema_version"));
    }

    [Fact]
    public async Task State_of_a_newer_runtime_is_refused()
    {
        await _box.MigrateAsync();
        await _box.ExecuteAsync("insert into schema_version (version, name, applied_at) values (9999, 'later', 0)");
        var fault = await Assert.ThrowsAsync<InvalidDataException>(_box.MigrateAsync);
        Assert.Contains("9999", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_migration_has_a_number_of_its_own_and_both_databases_have_all()
    {
        var sqlite = MigrationRunner.Find("sqlite").Select(migration => (migration.Version, migration.Name)).ToList();
        Assert.Equal(Enumerable.Range(1, sqlite.Count), sqlite.Select(migration => migration.Version));
        Assert.Equal(
            sqlite,
            MigrationRunner.Find("postgresql").Select(migration => (migration.Version, migration.Name))
        );
    }

    [Fact]
    public void Migrations_of_another_database_are_left_out()
    {
        var sqlite = MigrationRunner.Find("sqlite").Select(migration => migration.Resource);
        Assert.DoesNotContain(sqlite, resource => resource.EndsWith(".postgresql.sql", StringComparison.Ordinal));
        Assert.DoesNotContain(
            MigrationRunner.Find("postgresql").Select(migration => migration.Resource),
            resource => resource.EndsWith(".sqlite.sql", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Ids_tell_their_kind_and_never_repeat()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => Ids.New("int-")).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.Matches("^int-[0-9a-z]{16}$", id));
    }

    private async Task<IEnumerable<(int, string)>> AppliedAsync() =>
        await _box.Store.ReadAsync(
            connection => connection.QueryAsync<(int, string)>("select version, name from schema_version order by 1"),
            default
        );

    private async Task<IEnumerable<long>> MomentsAsync() =>
        await _box.Store.ReadAsync(
            connection => connection.QueryAsync<long>("select applied_at from schema_version order by version"),
            default
        );
}
