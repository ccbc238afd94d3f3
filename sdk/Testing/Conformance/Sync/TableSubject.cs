using System.Text;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Testing.Conformance.Sync;

/// <summary>
/// Tables as records: <c>conf_records</c> with <c>id</c> (integer key), <c>value</c> (text, at most 100 characters),
/// <c>changed</c> (moment with at least milliseconds) and <c>gone</c> (the same, null allowed), set as a resource with
/// <c>modifiedAt</c> and <c>deletedAt</c>.
/// </summary>
public abstract class TableSubject : RecordSubject
{
    private DateTimeOffset _clock = new(2026, 2, 3, 10, 0, 0, TimeSpan.Zero);

    /// <summary>The setting <c>records</c> for <see cref="Resource"/>.</summary>
    public static IReadOnlyDictionary<string, object> Records { get; } =
        new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["conf_records"] = new { modifiedAt = "changed", deletedAt = "gone" },
        };

    /// <inheritdoc/>
    public override string Resource => "conf_records";

    /// <inheritdoc/>
    public override bool HasFixedFields => true;

    /// <summary>The database, for what happens past the records.</summary>
    protected abstract IDatabase Database { get; }

    /// <summary>The name of the column <c>value</c> as the engine wants it.</summary>
    protected virtual string ValueColumn => "value";

    /// <inheritdoc/>
    public override async Task PutAsync(string id, string value)
    {
        await RunAsync($"delete from conf_records where id = {id}");
        await Database.ExecuteAsync(
            new DbStatement($"insert into conf_records (id, {ValueColumn}, changed) values ({id}, :value, :now)")
            {
                Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal)
                {
                    ["value"] = DbValue.From(value),
                    ["now"] = DbValue.From(_clock = _clock.AddMilliseconds(1)),
                },
            },
            default
        );
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(string id) =>
        Database
            .ExecuteAsync(
                new DbStatement($"update conf_records set gone = :now, changed = :now where id = {id}")
                {
                    Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal)
                    {
                        ["now"] = DbValue.From(_clock = _clock.AddMilliseconds(1)),
                    },
                },
                default
            )
            .AsTask();

    /// <inheritdoc/>
    public override SyncRecord NewRecord(string id, string value) =>
        new() { Id = id, Data = Encoding.UTF8.GetBytes($$"""{"id":{{id}},"value":{{JsonEncodedTextOf(value)}}}""") };

    /// <inheritdoc/>
    public override SyncRecord? NewRecordWithNull(string id) =>
        new() { Id = id, Data = Encoding.UTF8.GetBytes($$"""{"changed":null,"id":{{id}},"value":null}""") };

    /// <inheritdoc/>
    public override SyncRecord? NewRefusedRecord() => NewRecord("77", new string('x', 101));

    /// <inheritdoc/>
    public override ValueTask<string> ValueOfAsync(SyncRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        using var json = JsonDocument.Parse(record.Data);
        return ValueTask.FromResult(json.RootElement.GetProperty("value").GetString()!);
    }

    /// <summary>Runs a command.</summary>
    /// <param name="sql">The command.</param>
    /// <returns>A task that completes when it is committed.</returns>
    protected Task RunAsync(string sql) => Database.ExecuteAsync(new DbStatement(sql), default).AsTask();

    private static string JsonEncodedTextOf(string value) => $"\"{JsonEncodedText.Encode(value)}\"";
}
