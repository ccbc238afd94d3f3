using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>The setting <c>records.*.changes</c>, which the manifest's schema has checked.</summary>
internal static class ChangeSetting
{
    /// <summary>Whether a table's changes are told by logical replication.</summary>
    /// <param name="settings">The integration's settings.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="ConnectorException">The setting does not fit the others.</exception>
    public static bool IsReplicated(ConnectorSettings settings, RecordTable table)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var entry = settings.Json.GetProperty("records").GetProperty(table.Resource);
        var changes = entry.TryGetProperty("changes", out var value) ? value.GetString() : null;
        return changes switch
        {
            null => false,
            "logicalReplication" => true,
            "modifiedAt" when table.ModifiedAt is not null => false,
            "modifiedAt" => throw ConnectorException.Invalid(
                $"config.records.{table.Resource}.modifiedAt",
                "is needed when changes are told by it"
            ),
            _ => throw ConnectorException.Invalid(
                $"config.records.{table.Resource}.changes",
                "must be modifiedAt or logicalReplication"
            ),
        };
    }

    /// <summary>
    /// Whether a cursor was given while the setting was another one. It says nothing to the way of now, and nothing is wrong with
    /// whoever hands it in.
    /// </summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="isLog">Whether changes come from the log now.</param>
    public static bool IsOfTheOther(string? cursor, bool isLog) =>
        cursor is not null
        && (
            isLog
                ? cursor.StartsWith("{\"", StringComparison.Ordinal)
                    && cursor.Contains("\"k\":[", StringComparison.Ordinal)
                : LogCursor.Read(cursor) is not null
        );
}
