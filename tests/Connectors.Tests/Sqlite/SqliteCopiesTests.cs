using System.Reflection;
using System.Runtime.Loader;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sqlite;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

/// <summary>Two versions of the plugin run side by side while one is replaced; each brings its own copy of the engine.</summary>
public sealed class SqliteCopiesTests : IAsyncDisposable
{
    private readonly SqliteFixture _fixture = new();

    [Fact]
    public async Task File_is_open_in_one_copy_of_the_engine_at_a_time()
    {
        var old = _fixture.Open();
        await ExecuteAsync(old, "create table t (a)");
        var other = OpenOtherCopy();

        var error = await Assert.ThrowsAsync<ConnectorException>(() => ExecuteAsync(other, "insert into t values (1)"));
        await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(other, "select * from t"));
        Assert.Equal((ErrorKind.Conflict, "DATABASE_BUSY"), (error.Kind, error.Code));

        await old.DisposeAsync();
        Assert.Equal(1, (await ExecuteAsync(other, "insert into t values (1)")).AffectedRows);
        await ((IAsyncDisposable)other).DisposeAsync();
    }

    [Fact]
    public async Task Open_reader_keeps_the_file_until_it_is_disposed()
    {
        var old = _fixture.Open();
        var reader = await old.QueryAsync(
            new DbStatement("with recursive c(i) as (select 1 union all select i + 1 from c) select i from c"),
            default
        );
        await old.DisposeAsync();
        var other = OpenOtherCopy();

        await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(other, "select 1"));
        await reader.DisposeAsync();
        Assert.Single(await QueryAsync(other, "select 1"));
        await ((IAsyncDisposable)other).DisposeAsync();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private IDatabase OpenOtherCopy()
    {
        var context = new OtherCopy(Path.GetDirectoryName(typeof(SqliteConnector).Assembly.Location)!);
        var type = context
            .LoadFromAssemblyName(typeof(SqliteConnector).Assembly.GetName())
            .GetType(typeof(SqliteConnector).FullName!, throwOnError: true)!;
        Assert.NotEqual(typeof(SqliteConnector), type);
        return (IDatabase)Activator.CreateInstance(type, _fixture.Harness.Context(new { path = "data.db" }))!;
    }

    private sealed class OtherCopy(string folder) : AssemblyLoadContext("other copy")
    {
        private readonly AssemblyDependencyResolver _resolver = new(typeof(SqliteCopiesTests).Assembly.Location);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name is "Yyc3.Connectors.Sqlite"
            || assemblyName.Name!.StartsWith("SQLitePCLRaw", StringComparison.Ordinal)
                ? LoadFromAssemblyPath(Path.Combine(folder, assemblyName.Name + ".dll"))
                : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
