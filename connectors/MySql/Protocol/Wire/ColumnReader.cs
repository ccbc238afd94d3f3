using Yyc3.Connectors.MySql.Protocol.Values;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>Reads the descriptions of columns that stand before rows and behind a compiled statement.</summary>
internal static class ColumnReader
{
    /// <summary>Reads descriptions.</summary>
    /// <param name="connection">Where they come from.</param>
    /// <param name="count">How many.</param>
    /// <returns>The columns.</returns>
    public static async ValueTask<ColumnDefinition[]> ReadAsync(MySqlConnection connection, int count)
    {
        if (count == 0)
        {
            return [];
        }

        var isExtended = connection.Capabilities.HasFlag(Capabilities.ExtendedMetadata);
        var columns = new ColumnDefinition[count];
        for (var index = 0; index < count; index++)
        {
            var packet = await connection.Channel.ReadAsync(CancellationToken.None);
            columns[index] = ColumnDefinition.Parse(packet.Span, isExtended);
        }

        await ReadEndAsync(connection);
        return columns;
    }

    /// <summary>Reads the packet that older servers send behind the columns.</summary>
    /// <param name="connection">Where it comes from.</param>
    /// <returns>A task that completes when the rows are next.</returns>
    public static async ValueTask ReadEndAsync(MySqlConnection connection)
    {
        if (!connection.Capabilities.HasFlag(Capabilities.DeprecateEof))
        {
            await connection.Channel.ReadAsync(CancellationToken.None);
        }
    }
}
