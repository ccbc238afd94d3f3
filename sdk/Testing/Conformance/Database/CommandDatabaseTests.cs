using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>
/// Ground of the suite for databases whose language is not SQL. Each topic is a class of its own; a connector subclasses all of
/// them with its subject.
/// </summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class CommandDatabaseTests<TSubject> : IAsyncLifetime
    where TSubject : CommandDatabaseSubject, new()
{
    /// <summary>Far more than anything here takes.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private IDatabase? _database;

    /// <summary>The engine under test.</summary>
    protected TSubject Subject { get; } = new();

    /// <summary>The connector under test.</summary>
    protected IDatabase Database => _database ?? throw new InvalidOperationException("Not opened.");

    public async ValueTask InitializeAsync() => _database = await Subject.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Subject.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static DbStatement Without(DbStatement statement, string name) =>
        statement with
        {
            Parameters = statement
                .Parameters.Where(parameter => parameter.Key != name)
                .ToDictionary(StringComparer.Ordinal),
        };

    protected static DbStatement With(DbStatement statement, string name, DbValue value) =>
        statement with
        {
            Parameters = statement
                .Parameters.Append(KeyValuePair.Create(name, value))
                .ToDictionary(StringComparer.Ordinal),
        };

    protected async Task<IReadOnlyList<DbValue>> QueryAsync(DbStatement statement, CancellationToken token = default)
    {
        await using var reader = await Database.QueryAsync(statement, token);
        var column = ValueColumn(reader);
        var values = new List<DbValue>();
        while (await reader.ReadAsync(token))
        {
            values.Add(reader.GetValue(column));
        }

        return values;
    }

    protected static int ValueColumn(RowReader reader) =>
        Math.Max(0, reader.Columns.Select(column => column.Name).ToList().IndexOf("value"));

    /// <summary>The value under a key; null for a missing item.</summary>
    protected async Task<DbValue> GetAsync(string key)
    {
        var values = await QueryAsync(Subject.Get(key));
        return values.Count == 0 ? DbValue.Null : Assert.Single(values);
    }

    protected async Task PutAsync(string key, DbValue value) =>
        Assert.Equal(1, (await Database.ExecuteAsync(Subject.Put(key, value), default)).AffectedRows);

    /// <summary>The number under a key, whether the engine keeps numbers or texts.</summary>
    protected async Task<long> GetNumberAsync(string key) =>
        long.Parse((await GetAsync(key)).ToString(), System.Globalization.CultureInfo.InvariantCulture);

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
