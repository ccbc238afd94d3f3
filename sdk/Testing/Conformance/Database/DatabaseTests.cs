using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>
/// Ground of the database suite. Each topic is a class of its own; a connector subclasses all of them with its subject.
/// </summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class DatabaseTests<TSubject> : IAsyncLifetime
    where TSubject : DatabaseSubject, new()
{
    /// <summary>Far more than anything here takes, far less than <see cref="DatabaseSubject.SlowQuery"/>.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private IDatabase? _database;

    /// <summary>The engine under test.</summary>
    protected TSubject Subject { get; } = new();

    /// <summary>The connector under test.</summary>
    protected IDatabase Database => _database ?? throw new InvalidOperationException("Not opened.");

    public async ValueTask InitializeAsync()
    {
        _database = await Subject.OpenAsync();
        await Database.ExecuteAsync(new DbStatement(Subject.CreateValues), default);
        await Database.ExecuteAsync(new DbStatement(Subject.CreateItems), default);
    }

    public async ValueTask DisposeAsync()
    {
        await Subject.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static DbStatement Statement(string text, params (string Name, DbValue Value)[] parameters) =>
        DatabaseCalls.Statement(text, parameters);

    protected Task<IReadOnlyList<DbValue[]>> QueryAsync(
        string text,
        params (string Name, DbValue Value)[] parameters
    ) => DatabaseCalls.QueryAsync(Database, text, parameters);

    protected ValueTask<ExecuteResult> ExecuteAsync(string text, params (string Name, DbValue Value)[] parameters) =>
        Database.ExecuteAsync(Statement(text, parameters), default);

    protected ValueTask<ExecuteResult> AddItemAsync(string name, long? price = null) =>
        ExecuteAsync(
            "insert into conf_items (name, price) values (:name, :price)",
            ("name", DbValue.From(name)),
            ("price", price is { } number ? DbValue.From(number) : DbValue.Null)
        );

    protected async Task<long> CountItemsAsync() =>
        (await QueryAsync("select count(*) from conf_items"))[0][0].AsInt64();

    protected static async Task<ConnectorException> FailsAsync(
        Func<Task> action,
        ErrorKind kind,
        string? field = null,
        string? code = null
    )
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(() => action().WaitAsync(Patience));
        Assert.Equal(kind, error.Kind);
        if (field is not null)
        {
            Assert.Equal(field, error.Field);
        }

        if (code is not null)
        {
            Assert.Equal(code, error.Code);
        }

        return error;
    }
}
