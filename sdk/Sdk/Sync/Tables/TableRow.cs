using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>Turns rows of a table into records. Used by one thread at a time.</summary>
internal sealed class TableRow(TableShape shape) : IDisposable
{
    private readonly List<JsonEncodedText> _names =
    [
        .. shape.Fields.Select(column => JsonEncodedText.Encode(column.Name)),
    ];
    private readonly RowJson _json = new();

    /// <summary>Key of the row that was read last.</summary>
    public DbValue[] Key { get; private set; } = [];

    /// <summary>Its modified-at column.</summary>
    public DbValue Moment { get; private set; }

    /// <summary>What to select for <see cref="Read"/>: key, modified-at, whether it is deleted (1 or 0), fields.</summary>
    public string Select(string alias, string isDeleted, TableDialect dialect, string? keyAlias = null)
    {
        var selected = shape.Key.Select(column => (keyAlias ?? alias) + dialect.Quote(column.Name)).ToList();
        selected.Add(shape.ModifiedAt is { } modified ? alias + dialect.Quote(modified.Name) : "null");
        selected.Add(isDeleted);
        selected.AddRange(shape.Fields.Select(column => alias + dialect.Quote(column.Name)));
        return string.Join(", ", selected);
    }

    public SyncRecord Read(RowReader rows)
    {
        Key = new DbValue[shape.Key.Count];
        for (var index = 0; index < Key.Length; index++)
        {
            Key[index] = rows.GetValue(index);
        }

        Moment = rows.GetValue(Key.Length);
        var isDeleted = rows.GetValue(Key.Length + 1).AsInt64() != 0;
        return new SyncRecord
        {
            Id = RowJson.Id(Key),
            IsDeleted = isDeleted,
            ModifiedAt = TimeOf(Moment),
            Data = isDeleted ? default : _json.Write(rows, _names, Key.Length + 2),
        };
    }

    public void Dispose() => _json.Dispose();

    /// <summary>A moment as databases keep it: their own type, ISO text, or seconds or milliseconds since 1970.</summary>
    private static DateTimeOffset? TimeOf(DbValue value) =>
        value.Kind switch
        {
            DbValueKind.Timestamp => value.AsTimestamp(),
            DbValueKind.String
                when DateTimeOffset.TryParse(
                    value.AsText(),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                    out var moment
                ) => moment,
            DbValueKind.Int64 when value.AsInt64() is > -100_000_000_000 and < 100_000_000_000 and var seconds =>
                DateTimeOffset.FromUnixTimeSeconds(seconds),
            DbValueKind.Int64 when value.AsInt64() is > -100_000_000_000_000 and < 100_000_000_000_000 and var millis =>
                DateTimeOffset.FromUnixTimeMilliseconds(millis),
            _ => null,
        };
}
