using System.Text.Json;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Testing.Conformance.Sync;

/// <summary>Ground of the suites for records: <see cref="RecordSourceTests{TSubject}"/> and <see cref="RecordSinkTests{TSubject}"/>.</summary>
/// <typeparam name="TSubject">The provider.</typeparam>
public abstract class RecordSuite<TSubject> : IAsyncLifetime
    where TSubject : RecordSubject, new()
{
    /// <summary>The provider under test.</summary>
    protected TSubject Subject { get; } = new();

    /// <summary>Its source.</summary>
    protected IRecordSource Source => Subject.Source!;

    /// <summary>The running test's token.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => Subject.OpenAsync(Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Subject.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads everything, page by page.</summary>
    /// <param name="limit">Size of the pages.</param>
    /// <returns>All records, as they came.</returns>
    protected async Task<IReadOnlyList<SyncRecord>> ReadAllAsync(int limit = 100)
    {
        var records = new List<SyncRecord>();
        string? cursor = null;
        while (true)
        {
            var page = await Source.ReadAsync(
                new RecordQuery(Subject.Resource) { Cursor = cursor, Limit = limit },
                Token
            );
            Assert.InRange(page.Records.Count, 0, limit);
            records.AddRange(page.Records);
            if (!page.HasMore)
            {
                return records;
            }

            Assert.NotNull(page.Cursor);
            Assert.InRange(page.Cursor.Length, 1, 4096);
            cursor = page.Cursor;
        }
    }

    /// <summary>Reads changes until there are no more for now.</summary>
    /// <param name="cursor">Where to begin.</param>
    /// <param name="limit">Size of the pages.</param>
    /// <returns>The changes, and where the next reading begins.</returns>
    protected async Task<(IReadOnlyList<SyncRecord> Records, string Cursor)> ReadChangesAsync(
        string cursor,
        int limit = 100
    )
    {
        var records = new List<SyncRecord>();
        while (true)
        {
            var page = await Source.ReadAsync(
                new RecordQuery(Subject.Resource)
                {
                    Reading = RecordReading.Changes,
                    Cursor = cursor,
                    Limit = limit,
                },
                Token
            );
            Assert.InRange(page.Records.Count, 0, limit);
            Assert.NotNull(page.Cursor);
            records.AddRange(page.Records);
            cursor = page.Cursor;
            if (!page.HasMore)
            {
                return (records, cursor);
            }
        }
    }

    /// <summary>What the resource holds, by id.</summary>
    /// <returns>Values by id.</returns>
    protected async Task<IReadOnlyDictionary<string, string>> ValuesAsync()
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var record in await ReadAllAsync())
        {
            values[record.Id] = await Subject.ValueOfAsync(record, Token);
        }

        return values;
    }

    /// <summary>Something that differs exactly when the record does.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Its version, or its fields.</returns>
    protected static string StateOf(SyncRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Version ?? System.Text.Encoding.UTF8.GetString(record.Data.Span);
    }

    /// <summary>Checks that fields are one object with names in ordinal order.</summary>
    /// <param name="record">The record.</param>
    protected static void AssertWellFormed(SyncRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.IsDeleted)
        {
            return;
        }

        using var json = JsonDocument.Parse(record.Data);
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
        var names = json.RootElement.EnumerateObject().Select(field => field.Name).ToList();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.InRange(record.Id.Length, 1, 1024);
    }
}
