using Yyc3.Connectors.MySql.Protocol.Values;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>A statement that the server has compiled for one connection.</summary>
/// <param name="id">Its number there.</param>
/// <param name="parameters">What the server tells of the parameters; MariaDB tells nothing of worth.</param>
/// <param name="columns">What its rows will hold; empty when it gives none.</param>
internal sealed class PreparedStatement(uint id, ColumnDefinition[] parameters, ColumnDefinition[] columns)
{
    public uint Id => id;

    public IReadOnlyList<ColumnDefinition> Parameters => parameters;

    /// <summary>The columns as told last; the server may leave them out when they have not changed.</summary>
    public ColumnDefinition[] Columns { get; set; } = columns;
}
